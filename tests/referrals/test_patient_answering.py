"""A questionnaire is answered, saved as one goes, sent once; an answer about safety is seen the moment it is saved."""

import re
from datetime import datetime, time, timedelta
from pathlib import Path

import pytest
from django.apps import apps
from django.test import override_settings
from procrastinate.contrib.django.models import ProcrastinateJob

import painpath
from painpath import clock
from painpath.accounts.audit import Process
from painpath.accounts.models import AuditEntry
from painpath.accounts.roles import PATIENT
from painpath.letters import calendar, following, reversing, sweeping_unread, tasks
from painpath.letters.door import holder
from painpath.letters.models import Dispatch
from painpath.questionnaires import FreeText, enabled, from_response, question_at
from painpath.referrals import verbs
from painpath.referrals.decisions import asking
from painpath.referrals.models import Answering, InformationRequest, Referral, ReportedChange, RotaEntry, Task
from painpath.referrals.models.together import WEEKDAYS
from painpath.referrals.moves import CALENDAR
from painpath.referrals.questionnaires import answering as verb
from painpath.referrals.questionnaires import choosing, library, offering, safety, whole_responses
from painpath.referrals.referring import changing, clocks, going_further
from painpath.referrals.refusal import Refused
from painpath.referrals.transitions import State, add_working_days
from painpath.referrals.worklist import rota
from painpath.referrers.presenters.history import history
from painpath.triage.presenters import rota as rota_page
from painpath.triage.presenters.changes import change_events
from tests.letters.mail import mail  # noqa: F401  # fixture
from tests.referrals.deciding import decided
from tests.referrals.questionnaires import EVERYTHING, MOOD, ask, fill_rota, publish

DEAD = "dead"


@pytest.fixture
def asked(screening, team):
    """A referral whose patient is asked the questions about mood, and the patient with a code."""
    fill_rota(team.consultant)
    referral = ask(screening(), team.consultant, publish(team.manager, MOOD))
    return referral, holder(team.service, referral.pk, PATIENT)


def begun(referral, by, who="patient", **more) -> Answering:
    request = verb.asked_of_patient(referral)
    form = library.forms_of(request)[0]
    return verb.begin(referral=referral, request=request, form=form, by=by, who=who, **more)


def saved(row, by, **given):
    return verb.save(answering=row, by=by, given={place: (value,) if value else () for place, value in given.items()})


def jobs(name: str) -> list[ProcrastinateJob]:
    return list(ProcrastinateJob.objects.filter(status="todo", task_name=name))


def alerts(referral):
    return list(ReportedChange.objects.filter(referral=referral).order_by("pk"))


def test_answered_on_two_devices_sent_once_and_back_with_a_clinician(asked, team):
    referral, patient = asked
    row = begun(referral, patient)
    assert begun(referral, patient) == row, "another device goes on with the same one"
    one, other = Answering.objects.get(pk=row.pk), Answering.objects.get(pk=row.pk)
    saved(one, patient, low="c2")
    saved(other, patient, dead="c0")
    saved(one, patient, more="My back.")
    row.refresh_from_db()
    assert row.answers == {"low": ["c2"], "dead": ["c0"], "more": ["My back."]}, "neither overwrites the other"
    for _ in range(2):
        sent = verb.send(answering=row, by=patient)
    referral.refresh_from_db()
    assert (referral.state, referral.came_back) == (State.AWAITING_SCREENING, "reply")
    assert referral.transitions.filter(verb="record_reply").count() == 1
    assert sent.response["identifier"]["value"] == str(row.key)
    assert sent.response["source"]["type"] == "Patient"
    assert sent.response["status"] == "completed"
    form = library.parsed(sent.questionnaire)
    assert from_response(form, sent.response) == verb.answers_of(sent)
    with pytest.raises(Refused, match="cannot be changed"):
        saved(row, patient, more="More.")
    told = " ".join(str(one.detail) for one in AuditEntry.objects.filter(action__startswith="answering"))
    assert not {"c2", "back"} & set(told.replace("'", " ").split()), "no answer in the audit"


def test_what_cannot_stand_is_named_and_nothing_is_lost(asked, team):
    referral, patient = asked
    row = begun(referral, patient)
    saved(row, patient, low="c1")
    for given in ({"low": ("c9",)}, {"nothing": ("c1",)}, {"weeks": ("c1",)}):
        with pytest.raises(verb.NotRight) as wrong:
            verb.save(answering=row, by=patient, given=given)
        assert [one.place for one in wrong.value.faults] == list(given)
    with pytest.raises(verb.NotRight) as wrong:
        verb.send(answering=row, by=patient)
    assert [one.place for one in wrong.value.faults] == [DEAD]
    row.refresh_from_db()
    assert (row.answers, row.sent_at) == ({"low": ["c1"]}, None)


def test_only_the_patient_of_this_referral_and_the_team_answer(asked, team, waiting):
    referral, patient = asked
    row = begun(referral, patient)
    stranger = holder(team.service, waiting().pk, PATIENT)
    for by in (stranger, team.manager):
        with pytest.raises(Refused):
            saved(row, by, low="c1")
        with pytest.raises(Refused):
            begun(referral, by)


def test_somebody_answers_for_the_patient_and_staff_type_in_what_came_on_paper(asked, team):
    referral, patient = asked
    with pytest.raises(Refused, match="name"):
        begun(referral, patient, who="proxy")
    row = begun(referral, patient, who="proxy", proxy_name="Joan Ashcombe", proxy_relationship="Daughter")
    saved(row, patient, dead="c0")
    row = begun(referral, team.administrator, who="proxy", proxy_name="Joan Ashcombe", proxy_relationship="Daughter",
                channel="paper")  # fmt: skip
    saved(row, team.administrator, low="c1")
    response = verb.send(answering=row, by=team.administrator).response
    related = response["contained"][0]
    assert (response["source"]["reference"], related["resourceType"]) == ("#proxy", "RelatedPerson")
    assert related["name"][0]["text"] == "Joan Ashcombe"
    assert related["patient"]["type"] == "Patient"
    assert response["author"]["display"] == team.administrator.name
    row.refresh_from_db()
    assert (row.channel, row.entered_by) == ("paper", team.administrator)


def test_an_answer_about_safety_is_an_alert_at_once_and_closes_only_by_a_clinician(asked, team):
    referral, patient = asked
    row = begun(referral, patient)
    due = referral.due_on
    (alert,) = saved(row, patient, dead="c1").alerts
    assert saved(row, patient, dead="c1").alerts == (), "the same answer again is the same alert"
    referral.refresh_from_db()
    assert (alert.owner, alert.side, alert.kind) == (team.consultant, "patient", going_further.SAFETY_ANSWER)
    assert alert.due_at == clocks.answer_moment(alert.at, library.pathways.of(referral.pathway_version).safety)
    assert alert.words.endswith("\nSeveral days")
    assert "better off dead" in alert.words
    assert (referral.state, referral.look_first, referral.due_on) == (State.AWAITING_PATIENT, 0, due), (
        "it stands first, and no date that others see tells of it"
    )
    (more,) = saved(row, patient, dead="c3").alerts
    assert more.pk != alert.pk, "another answer above is another alert"
    assert saved(row, patient, dead="c0").alerts == ()
    more.refresh_from_db()
    assert (more.read_at, [one["answer"] for one in more.facts["later"]]) == (None, ["Not at all"])
    (again,) = saved(row, patient, dead="c3").alerts
    assert again.pk not in (alert.pk, more.pk)
    saved(row, patient, low="c1")
    verb.send(answering=row, by=patient)
    assert len(alerts(referral)) == 3, "sending raises nothing twice"
    for by in (team.administrator, team.manager):
        with pytest.raises(Refused):
            changing.read_change(change=alert, by=by, action="Rang.")
    for one in alerts(referral):
        assert changing.read_change(change=one, by=team.consultant, action="Rang: safe, has a plan.").read_by
    referral.refresh_from_db()
    assert referral.look_first != 0


def test_said_again_after_a_clinician_has_closed_it_is_a_new_alert(asked, team):
    referral, patient = asked
    row = begun(referral, patient)
    (alert,) = saved(row, patient, dead="c2").alerts
    changing.read_change(change=alert, by=team.consultant, action="Rang: safe, has a plan.")
    assert saved(row, patient, low="c1").alerts == (), "other pages say nothing about it"
    assert saved(row, team.administrator, dead="c2").alerts == (), "the same paper typed in again is not said again"
    (again,) = saved(row, patient, dead="c2").alerts
    assert (again.pk != alert.pk, again.read_at, again.facts["answer"]) == (True, None, "More than half the days")
    assert saved(row, patient, dead="c2").alerts == (), "while nobody has read it, it is one"


def test_unread_it_goes_to_the_clinicians_then_the_managers_and_to_both_every_morning(asked, team, mail):  # noqa: F811
    referral, patient = asked
    (alert,) = saved(begun(referral, patient), patient, dead="c2").alerts

    def told(job, moment) -> list[str]:
        """Whom the mail server has got a message for, when this job (or the sweep) runs twice at this moment."""
        ProcrastinateJob.objects.filter(task_name=going_further.TELL).delete()
        mail.taken.clear()
        with clock.at(moment):
            for _ in range(2):
                if job is None:
                    sweeping_unread.sweep_unread(service=alert.service_id)
                else:
                    calendar_tasks[job.task_name](**job.args)
            for one in jobs(going_further.TELL):
                tasks.tell(**one.args)
        return sorted(who[0] for who, _ in mail.taken)

    calendar_tasks = {going_further.REMIND: calendar.remind_unread, going_further.ESCALATE: calendar.escalate_change}
    clinicians = sorted(one.user.email for one in (team.consultant, team.colleague, team.physiotherapist))
    everybody = sorted([*clinicians, team.manager.user.email])
    first, second = sorted(jobs(going_further.REMIND), key=lambda job: job.scheduled_at)
    assert first.scheduled_at == clocks.working_moment(alert.at, 60, "09:00", "17:00")
    assert told(first, first.scheduled_at - timedelta(minutes=1)) == []
    assert told(first, first.scheduled_at) == clinicians
    assert told(first, second.scheduled_at) == [], "once a step"
    assert told(second, second.scheduled_at) == everybody
    (last,) = jobs(going_further.ESCALATE)
    assert told(last, alert.due_at) == everybody
    for days in (1, 2):  # a morning each, whatever jobs there are
        day = add_working_days(alert.due_at.astimezone(clock.LONDON).date(), days)
        assert told(None, datetime.combine(day, time(9), clock.LONDON)) == everybody
    lines = [event.title for event in change_events(referral)]
    assert lines.count("Nobody had read yet an answer about safety") == 4
    changing.read_change(change=alert, by=team.consultant, action="Rang: safe, has a plan.")
    assert told(None, alert.due_at + timedelta(days=14)) == []


def test_with_nobody_on_duty_every_clinician_is_told_at_once(asked, team):
    referral, patient = asked
    RotaEntry.objects.all().delete()
    (alert,) = saved(begun(referral, patient), patient, dead="c1").alerts
    assert alert.owner is None
    assert {job.args["member"] for job in jobs(going_further.TELL)} == {
        one.pk for one in (team.consultant, team.colleague, team.physiotherapist)
    }


def test_the_rota_says_when_nobody_reads_and_a_wrong_entry_never_has_to_stay(asked, team):
    entry, *_ = RotaEntry.objects.order_by("weekday")
    assert rota_page.nobody_reads(team.service) == ""
    with pytest.raises(rota.NobodyReads, match=r"on duty on Monday .* are with 1 patient.*Put somebody else"):
        rota.end_rota_entry(entry=entry, by=team.administrator)
    assert RotaEntry.objects.get(pk=entry.pk).ends_on is None
    other = rota.add_to_rota(by=team.administrator, membership=team.physiotherapist, weekday=0, starts_on=clock.today())
    with pytest.raises(rota.NobodyReads):  # a physiotherapist does not decide by this route
        rota.end_rota_entry(entry=entry, by=team.administrator)
    rota.end_rota_entry(entry=other, by=team.administrator)
    rota.end_rota_entry(entry=entry, by=team.administrator, reader="Dr Con Sultant, who has said so.")
    detail = AuditEntry.objects.get(action="rota.end", detail__has_key="reader").detail
    assert detail["reader"] == "Dr Con Sultant, who has said so."
    assert "1 patient may send an answer about safety" in rota_page.nobody_reads(team.service)
    for left in list(RotaEntry.objects.filter(weekday__gt=0)):  # one day without anybody excuses no other
        with pytest.raises(rota.NobodyReads, match=f"on duty on {WEEKDAYS[left.weekday]}"):
            rota.end_rota_entry(entry=left, by=team.administrator)
    fill_rota(team.colleague, days=(0,))
    assert rota_page.nobody_reads(team.service) == "", "it goes by itself once somebody is there"
    verb.send(answering=_needed(asked), by=asked[1])
    for one in RotaEntry.objects.all():
        rota.end_rota_entry(entry=one, by=team.administrator)
    assert rota_page.nobody_reads(team.service) == "", "nothing is out any more"


def _needed(asked) -> Answering:
    row = begun(*asked)
    return saved(row, asked[1], dead="c0").answering


@pytest.mark.parametrize(("at", "minutes", "moment"), [
    ("2026-11-26 10:00", 60, "2026-11-26 11:00"),
    ("2026-11-26 05:00", 60, "2026-11-26 10:00"),
    ("2026-11-26 16:30", 60, "2026-11-27 09:30"),
    ("2026-11-26 16:00", 60, "2026-11-26 17:00"),
    ("2026-11-27 23:00", 120, "2026-11-30 11:00"),  # over the weekend
    ("2026-12-24 16:30", 60, "2026-12-29 09:30"),  # over Christmas
    ("2026-10-23 16:30", 60, "2026-10-26 09:30"),  # over the end of summer time
])  # fmt: skip
def test_only_working_time_counts(at, minutes, moment):
    at, moment = (datetime.fromisoformat(one).replace(tzinfo=clock.LONDON) for one in (at, moment))
    assert clocks.working_moment(at, minutes, "09:00", "17:00") == moment
    assert clocks.working_moment(at, minutes, "09:00", "08:00") == at + timedelta(minutes=minutes)


@pytest.mark.parametrize(("at", "due"), [
    ("2026-11-26 10:00", "2026-11-26 17:00"),
    ("2026-11-26 15:59", "2026-11-26 17:00"),
    ("2026-11-26 16:00", "2026-11-27 11:30"),
    ("2026-11-26 16:59", "2026-11-27 11:30"),
    ("2026-11-26 23:00", "2026-11-27 11:30"),
    ("2026-11-27 02:00", "2026-11-27 11:30"),
    ("2026-11-27 16:30", "2026-11-30 11:30"),  # over the weekend
    ("2026-11-28 12:00", "2026-11-30 11:30"),
])  # fmt: skip
def test_late_in_the_day_an_answer_promises_the_next_morning_and_is_told_at_once(asked, team, at, due):
    referral, patient = asked
    RotaEntry.objects.exclude(weekday=3).delete()  # Thursdays
    RotaEntry.objects.update(starts_on="2026-11-01")
    row = begun(referral, patient)
    moment = datetime.fromisoformat(at).replace(tzinfo=clock.LONDON)
    with clock.at(moment):
        (alert,) = saved(row, patient, dead="c1").alerts
        told = {job.args["member"] for job in jobs(going_further.TELL)}
    assert alert.due_at == datetime.fromisoformat(due).replace(tzinfo=clock.LONDON)
    thursday = moment.weekday() == 3 and moment.hour < 17
    assert alert.owner == (team.consultant if thursday else None), "whoever is on duty now"
    assert team.consultant.pk in told
    assert (len(told) == 1) == thursday


RISK = re.compile(
    r"\b(low|lower|medium|moderate|high|higher|raised|elevated|severe)[ _-]+risk\b"
    r"|\brisk[ _-]*(level|score|band|category|class|rating|tier|grade)|\b(level|degree|grade) of risk\b", re.I,
)  # fmt: skip


def test_no_level_of_risk_is_computed_written_or_kept(asked, team):
    """An answer above zero is one thing: "several days" and "nearly every day" differ in their own words alone."""
    referral, patient = asked
    row = begun(referral, patient)
    kept = []
    with clock.at(clock.now()):
        for answer in ("c1", "c2", "c3"):
            (alert,) = saved(row, patient, dead=answer).alerts
            facts = {name: value for name, value in alert.facts.items() if name != "answer"}
            now = Referral.objects.values("state", "look_first", "due_on", "priority", "came_back").get(pk=referral.pk)
            work = sorted(job.scheduled_at for job in jobs(going_further.REMIND) if job.args["change"] == alert.pk)
            kept.append((alert.kind, alert.owner, alert.due_at, alert.words.partition("\n")[0], facts, now, work))
    assert kept[0] == kept[1] == kept[2]

    home = Path(painpath.__file__).parent
    pathways = home.parents[1] / "pathways"
    files = [*home.rglob("*.py"), *home.rglob("*.jinja"), *pathways.rglob("*.yaml"), *pathways.rglob("*.json")]
    # What letters of others say is read and not said by us; the safety case is about the program's hazards.
    others = ("vocabulary", "evidence", "assurance")
    ours = [file for file in files if not set(others) & set(file.parts)]
    assert len(ours) > 500
    said = {
        (file.name, found[0])
        for file in ours
        for line in file.read_text().splitlines()
        if "ever a level of risk" not in line and (found := RISK.search(line))
    }
    assert said == set()
    fields = [f"{model.__name__}.{field.name}" for model in apps.get_models() for field in model._meta.get_fields()]
    assert [name for name in fields if "risk" in name.lower() or "severity" in name.lower()] == []


def test_nobody_but_the_team_learns_of_it(asked, team, referrer_account):
    referral, patient = asked
    (alert,) = saved(begun(referral, patient), patient, dead="c2").alerts
    changing.read_change(change=alert, by=team.consultant, action="Rang.")
    pathway = library.pathways.of(referral.pathway_version)
    told = " ".join(step.what for step in history(Referral.objects.get(pk=referral.pk), pathway, team.consultant))
    assert "answer" not in told.lower()
    assert "changed" not in told


def test_an_answer_that_comes_too_late_is_seen_all_the_same(asked, team):
    referral, patient = asked
    row = begun(referral, patient)
    reversing.reverse(referral=referral, by=team.consultant, reason="By mistake.")
    with pytest.raises(Refused, match="Nobody waits"):
        saved(row, patient, dead="c2")
    for _ in range(2):
        safety.tell(answering=row, given={DEAD: ("c2",), "low": ("c1",)}, by=patient)
    assert [one.facts["link_id"] for one in alerts(referral)] == [DEAD]


def test_it_is_sent_to_nobody_unless_somebody_is_on_duty_every_working_day(screening, team):
    referral = screening()
    own = f"{library.OWN}{publish(team.manager, MOOD).pk}"
    harmless = f"{library.OWN}{publish(team.manager, EVERYTHING).pk}"
    with pytest.raises(Refused, match="sends no email to staff: nobody would be told"):
        offering.check_offer(referral, own)
    for by, words, sentence in ((team.consultant, "I do.", "manager"), (team.manager, " ", "at which times")):
        with pytest.raises(Refused, match=sentence):
            choosing.say_who_looks(words=words, by=by)
    for shows, change in ((True, {"DEMO": True}), (True, {"SENDS_EMAIL": True}), (False, {})):
        with override_settings(**change):
            assert ("rota on" in offering.problem(referral, own)) == shows
    for _ in range(2):
        choosing.say_who_looks(words="Whoever is on duty, at 9am and 2pm.", by=team.manager)
    assert AuditEntry.objects.filter(action=choosing.WATCH).count() == 1
    with pytest.raises(Refused, match="on the duty rota on"):
        offering.check_offer(referral, own)
    offering.check_offer(referral, harmless)
    fill_rota(team.consultant, days=(0, 1, 2, 3))
    with pytest.raises(Refused, match="Friday"):
        offering.check_offer(referral, own)
    fill_rota(team.physiotherapist, days=(4,))  # may not decide a GP's referral by this route
    assert (offering.problem(referral, own) == "") == (
        "specialist_physiotherapist" in library.pathways.of(referral.pathway_version).route(referral.route).decided_by
    )
    fill_rota(team.colleague, days=(4,))
    assert offering.check_offer(referral, own).id == own
    with pytest.raises(Refused, match="not offered"):
        offering.check_offer(referral, "own-999999")


@pytest.mark.parametrize("end", ["reverse", "withdraw", "died"])
def test_when_nobody_waits_any_more_it_is_stopped_and_kept(asked, team, end):
    referral, patient = asked
    row = begun(referral, patient)
    saved(row, patient, low="c2")
    if end == "reverse":
        reversing.reverse(referral=referral, by=team.consultant, reason="By mistake.")
    elif end == "withdraw":
        verbs.close(referral=referral, by=team.administrator, how="withdraw", reason="Wishes so.", asked_by="patient")
    else:
        verbs.close(referral=referral, by=team.administrator, how="record_death", reason="GP rang.", told="The GP")
    row.refresh_from_db()
    assert (row.stopped_at is not None, row.answers, row.sent_at) == (True, {"low": ["c2"]}, None)
    with pytest.raises(Refused, match="Nobody waits"):
        verb.send(answering=row, by=patient)


def silent(referral, team) -> InformationRequest:
    """The due date has passed, and so has that of the reminder."""
    request = verb.asked_of_patient(referral)
    process = Process(team.service, CALENDAR)
    InformationRequest.objects.filter(pk=request.pk).update(due_on=clock.today() - timedelta(days=1))
    assert following.remind(request=request, by=process)
    InformationRequest.objects.filter(pk=request.pk).update(due_on=clock.today() - timedelta(days=1))
    asking.report_silence(request=InformationRequest.objects.get(pk=request.pk), by=process)
    return InformationRequest.objects.get(pk=request.pk)


def test_silence_offers_phone_and_paper_then_a_person_who_may_go_on_with_what_is_there(asked, team):
    referral, patient = asked
    saved(begun(referral, patient), patient, low="c2", more="My back.")
    request = silent(referral, team)
    words = Dispatch.objects.get(kind="reminder").text
    assert "By phone." in words
    assert "On paper." in words
    assert "will not close" in words
    task = Task.objects.get(kind="contact")
    assert "2 questions are answered already" in task.words
    assert "back" not in task.words
    with pytest.raises(Refused):
        whole_responses.take_what_is_there(request=request, by=patient, reason="Please.")
    with pytest.raises(Refused, match="Say why"):
        whole_responses.take_what_is_there(request=request, by=team.administrator, reason=" ")
    whole_responses.take_what_is_there(request=request, by=team.administrator, reason="She rang: take it as it is.")
    row = Answering.objects.get()
    assert (row.sent_at, row.response["status"], len(row.response["item"])) == (None, "stopped", 2)
    referral.refresh_from_db()
    assert referral.state == State.AWAITING_SCREENING
    assert "not all sent by the patient" in referral.transitions.last().reason


def test_one_of_several_sent_and_then_silence_is_not_lost(screening, team):
    referral = screening()
    decided(referral, team.consultant, "send_questionnaire")
    patient = holder(team.service, referral.pk, PATIENT)
    row = begun(referral, patient)
    form = library.parsed(row.questionnaire)
    asked_now = {place: question_at(form, place) for place in enabled(form, {})}
    choices = {place: (item.options[0].value,) for place, item in asked_now.items() if item.options}
    verb.save(answering=row, by=patient, given=choices)
    verb.send(answering=row, by=patient)
    assert Referral.objects.get(pk=referral.pk).state == State.AWAITING_PATIENT, "the others are still asked"
    request = silent(referral, team)
    assert f"{len(choices)} questions are answered already" in Task.objects.get(kind="contact").words
    whole_responses.take_what_is_there(request=request, by=team.administrator, reason="He rang: that is all he can do.")
    referral.refresh_from_db()
    assert referral.state == State.AWAITING_SCREENING


def response(**status):
    return {
        "resourceType": "QuestionnaireResponse", "questionnaire": "urn:test:mood|1", "status": "completed",
        "item": [{"linkId": "weeks", "item": [
            {"linkId": DEAD, "answer": [{"valueCoding": {"system": "urn:test", "code": "c1"}}]}]}],
    } | status  # fmt: skip


def test_a_response_of_another_program_is_kept_as_it_came_or_refused_with_the_items_at_fault(asked, team):
    referral, patient = asked
    request = verb.asked_of_patient(referral)
    wrong = [
        response(questionnaire="urn:test:mood|2"),
        response(status="in-progress"),
        response(item=[{"linkId": "weeks", "item": [{"linkId": DEAD, "answer": [{"valueCoding": {"code": "c8"}}]}]}]),
        response(item=[{"linkId": "more", "answer": [{"valueString": "My back."}]}]),
    ]
    for data in wrong:
        with pytest.raises(verb.NotRight) as refused:
            whole_responses.receive_response(request=request, data=data, by=patient)
        assert refused.value.faults
    assert DEAD in {one.link_id for one in refused.value.faults}, "a required answer that is missing is named"
    assert (Answering.objects.count(), alerts(referral)) == (0, [])
    good = response()
    row = whole_responses.receive_response(request=request, data=good, by=patient)
    assert whole_responses.receive_response(request=request, data=good, by=patient) == row
    row.refresh_from_db()
    assert row.response == good
    assert [one.facts["answer"] for one in alerts(referral)] == ["Several days"]
    referral.refresh_from_db()
    assert referral.state == State.AWAITING_SCREENING


def test_one_never_seen_before_with_every_type_is_answered_and_sent(screening, team):
    referral = ask(screening(), team.consultant, publish(team.manager, EVERYTHING))
    patient = holder(team.service, referral.pk, PATIENT)
    row = begun(referral, patient)
    given = {
        "yes": (True,), "where": ("c0", "c2"), "how-bad": (7,), "hours": ("4.5",), "weight": ("70",),
        "since": ("2019-03",), "seen": ("2026-11-01",), "wake": ("06:30:00",), "job": ("Baker",), "words": ("Heat",),
        "page": ("https://example.org",), "hope": (FreeText("To bake again"),), "medicines:0/what": ("Amitriptyline",),
        "medicines:0/helped": ("c1",), "walk": (2,), "work": ("c0",),
    }  # fmt: skip
    verb.save(answering=row, given=given, by=patient)
    for _ in range(2):
        row = verb.add(answering=row, again="medicines:1", by=patient)
    verb.save(answering=row, given={"medicines:1/what": ("Codeine",)}, by=patient)
    for _ in range(2):  # pressed twice, it is one
        row = verb.remove(answering=row, instance="medicines:0", shown=2, by=patient)
        assert row.answers["medicines:0/what"] == ["Codeine"]
    assert "medicines:1/what" not in row.answers
    verb.save(answering=row, given={"yes": (False,)}, by=patient)
    sent = verb.send(answering=row, by=patient)
    assert "where" not in sent.answers, "what is not asked any more is not sent"
    assert from_response(library.parsed(sent.questionnaire), sent.response) == verb.answers_of(sent)


def test_a_step_on_paper_of_the_services_own_has_no_forms_and_can_be_sent(screening, team):
    referral = screening()
    steps = library.offered(team.service, library.pathways.of(referral.pathway_version))
    paper = next((step for step in steps if not step.forms), None)
    if paper is None:
        pytest.skip("every step of the pathway has its forms")
    decided(referral, team.consultant, "send_questionnaire", questionnaire=paper.id)
    assert library.forms_of(verb.asked_of_patient(referral)) == ()
