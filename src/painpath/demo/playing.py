"""A story of the demonstration, played: each step by its person, on its day, with the verbs that people use."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.auth.hashers import make_password

from painpath import clock, documents
from painpath.accounts.audit import Process
from painpath.accounts.changing import set_lead
from painpath.accounts.inviting import add_member
from painpath.accounts.models import Membership, Service, User
from painpath.accounts.roles import PATIENT
from painpath.accounts.scope import scope
from painpath.demo import parts, steps, story
from painpath.directory import models as directory
from painpath.letters import closing, door, reversing
from painpath.letters.ers import mark_sent
from painpath.letters.models import Dispatch
from painpath.letters.signing import prepare, seal, sign
from painpath.pathway import Pathway
from painpath.referrals import looking, pathways, verbs
from painpath.referrals.arriving import persons, receiving, registering
from painpath.referrals.arriving.contacts import confirm_contact, value_of
from painpath.referrals.arriving.filing import File
from painpath.referrals.arriving.reading_in import read_in
from painpath.referrals.corrections import merging
from painpath.referrals.decisions import accepting
from painpath.referrals.decisions.decision_content import DecisionContent
from painpath.referrals.decisions.reversing import look_again
from painpath.referrals.guidance import conversation
from painpath.referrals.models import Alert, Document, Referral, SecondScreening
from painpath.referrals.moves import READER
from painpath.referrals.questionnaires import answering, library
from painpath.referrals.sheet import judging
from painpath.referrals.todo import do_task, open_tasks
from painpath.referrals.together import comparing, discussing, drawing, second

PASSWORD = "painpath demonstration"  # noqa: S105 printed for everybody: the demonstration holds nobody real


class DemoError(Exception):
    """A story that does not end where it says it does."""


class Cast:
    """The people, practices and referrers of the demonstration, on record."""

    def __init__(self, service: Service, published: Pathway) -> None:
        self.service = service
        self.questionnaire = published.questionnaires[0].id
        people = story.people()
        titles = {grade.id: grade.name for grade in published.grades}
        password = make_password(PASSWORD)
        with scope(service):
            self.team: dict[str, Membership] = {}
            for person in people.team:
                member = add_member(
                    by=Process(service, "demonstration"), email=person.email, name=person.name, role=person.role,
                    grade=person.grade, job_title=titles.get(person.grade, ""), registration=person.registration,
                    contact=person.contact,
                )  # fmt: skip
                User.objects.filter(pk=member.user_id).update(password=password)
                if person.leads:
                    set_lead(member=member, leads=True, by=Process(service, "demonstration"))
                self.team[person.key] = member
            self.practices = {
                one.key: directory.Practice.objects.create(
                    service=service, ods_code=one.ods_code, name=one.name,
                    locality="" if one.locality == "unknown" else one.locality, address=one.address,
                    postcode=one.postcode, phone=one.phone,
                )
                for one in people.practices
            }  # fmt: skip
            directory.Contract.objects.bulk_create(
                directory.Contract(
                    service=service, practice=self.practices[one.key], contracted=one.contracted,
                    source="List of the contracts team", starts_on=one.since,
                )
                for one in people.practices
                if one.contracted is not None
            )  # fmt: skip
            self.referrers = {one.key: one for one in people.referrers}
            self.received: dict[str, Referral] = {}
            for one in people.referrers:
                directory.Referrer.objects.create(
                    service=service, name=one.name, profession=one.profession, registration=one.registration,
                    practice=self.practices[one.practice] if one.practice else None,
                )  # fmt: skip


@contextmanager
def at(cast: Cast, day: date, number: int) -> Iterator[None]:
    """Something that happens on `day`: the later in a story, the later in the day."""
    moment = datetime(day.year, day.month, day.day, 9, 5, tzinfo=clock.LONDON) + timedelta(minutes=7 * number)
    with clock.at(min(moment, clock.now())), scope(cast.service):
        yield


def play(one: story.Referral, cast: Cast, today: date) -> None:
    """Everything that happened to one referral. Raises DemoError when it does not end where the story says."""
    received_on = one.received_on(today)
    by = cast.team[one.by]
    with at(cast, received_on, 0):
        files = [_file(document, one, received_on, received_on) for document in one.documents]
        key = uuid.uuid5(uuid.NAMESPACE_URL, f"painpath-demonstration/{one.key}")
        referral = receiving.receive(by=by, files=files, key=key)
        cast.received[one.key] = referral
        _read(referral)
    if one.registered:
        with at(cast, received_on, 1):
            referral.refresh_from_db()
            registering.register(referral=referral, by=by, details=_details(one, cast, received_on))
    for number, step in enumerate(one.story, 2):
        with at(cast, step.on(today), number):
            _step(step, Referral.objects.get(pk=referral.pk), one, cast, today)
    with scope(cast.service):
        referral.refresh_from_db()
    if referral.state != one.ends_in:
        raise DemoError(f"The story of {one.key} ends in {referral.state}, not in {one.ends_in}.")


def _read(referral: Referral) -> None:
    """Our own files need no limited process, which would make loading slow."""
    read_in(service_id=referral.service_id, referral_id=referral.pk, reader=documents.read)


def _file(document: parts.Document, one: story.Referral, received_on: date, sent_on: date) -> File:
    content, name = document.file(patient=one.patient, received_on=received_on, sent_on=sent_on)
    return File(name, content)


def _details(one: story.Referral, cast: Cast, received_on: date) -> registering.Registration:
    patient, referrer = one.patient, cast.referrers[one.referrer]
    same = {
        name: getattr(patient, name)
        for name in persons.PatientDetails.__dataclass_fields__
        if name not in ("nhs_number", "date_of_birth")
    }

    def before(days: int | None) -> date | None:
        return None if days is None else received_on - timedelta(days=days)

    return registering.Registration(
        patient=persons.PatientDetails(
            **same | {"address": patient.address or _street(patient)},
            nhs_number=patient.nhs_number or "",
            date_of_birth=patient.date_of_birth(received_on),
        ),
        route=one.route,
        ubrn=one.ubrn or "",
        may_convert=one.may_convert,
        circumstances="The hospice team asks for help with pain that its own treatment does not reach."
        if one.route == "palliative-team"
        else "",
        locality="" if one.locality == "unknown" else one.locality,
        referrer_name=referrer.name,
        referrer_profession=referrer.profession,
        practice=cast.practices[one.practice] if one.practice else None,
        information_given_on=before(one.information_given),
        information_version="Leaflet of November 2025" if one.information_given is not None else "",
        consented_on=before(one.consented),
    )


def _street(patient: parts.Patient) -> str:
    """An invented street for those of whom the story says only the postcode: so that letters have somewhere to go."""
    return f"{patient.birthday + 1} Sextant Close" if patient.postcode else ""


def _step(step: steps.AnyStep, referral: Referral, one: story.Referral, cast: Cast, today: date) -> None:
    if isinstance(step, steps.Answer):
        _answer(step, referral)
        return
    by = cast.team[step.by]
    match step:
        case steps.StartScreening():
            verbs.start_screening(referral=referral, by=by)
            for document in Document.objects.filter(referral=referral):
                looking.open_document(referral.reference, document.pk, by=by)
        case steps.ActOnAlerts():
            for alert in Alert.objects.filter(referral=referral, action__isnull=True):
                judging.act_on_alert(alert=alert, by=by, action=step.action)
        case steps.Judge():
            judging.judge(referral=referral, by=by, criterion=step.criterion, state=step.state, reason=step.reason)
        case steps.ScreenSecond():
            _screen_second(step, referral, by)
        case steps.AgreeOnSecond():
            comparing.resolve(second=referral.second_screening, by=by, words=step.words)
        case steps.Decide():
            same = {name: getattr(step, name) for name in DecisionContent.__dataclass_fields__ if hasattr(step, name)}
            review = step.on(today) + timedelta(days=step.review_in_days) if step.review_in_days else None
            if step.outcome == "send_questionnaire":
                same["questionnaire"] = cast.questionnaire
            attached = {one.name: str(one.pk) for one in referral.documents.current().defer("content")}
            content = DecisionContent(
                **same | _acceptance(step, referral), review_on=review,
                attachments=tuple(attached[name] for name in step.attach),
            )  # fmt: skip
            sign(
                referral=referral, by=by, content=content, key=uuid.uuid4(), seen_version=referral.version,
                seen_letters=seal(prepare(referral, content, by=by)),
            )  # fmt: skip
        case steps.SentInErs():
            mark_sent(dispatch=Dispatch.objects.filter(referral=referral, kind="ers_reply").latest("id"), by=by)
        case steps.StillRefer():
            conversation.record_verdict(
                referral=referral, by=by, verdict="still_refer", words=step.words, said_on=clock.today()
            )
            _read(referral)
        case steps.RecordReply() | steps.TakeBack() | steps.AddDocuments():
            if isinstance(step, steps.TakeBack):
                verbs.take_back(referral=referral, by=by, reason=step.reason)
            files = [_file(document, one, one.received_on(today), step.on(today)) for document in step.documents]
            if files:
                receiving.add_documents(referral=referral, by=by, files=files)
                _read(referral)
            if isinstance(step, steps.RecordReply):
                verbs.record_reply(referral=referral, by=by, reason=step.reason, of=step.of)
        case steps.AddComment():
            discussing.add_comment(referral=referral, by=by, text=step.text)
        case steps.PutOnMeetingList():
            discussing.put_on_meeting_list(referral=referral, by=by, question=step.question)
        case steps.HandOver():
            verbs.hand_over(referral=referral, by=by, system=step.system, number=step.number, on=clock.today())
        case steps.RecordGpReferral():
            accepting.record_gp_referral(referral=referral, by=by, ubrn=step.ubrn, on=clock.today())
        case steps.ConfirmContact():
            patient = referral.patient
            if patient is None:
                raise DemoError(f"Nobody is registered for {one.key} yet: there is no contact to confirm.")
            confirm_contact(patient=patient, kind=step.kind, how=step.how, by=by, seen=value_of(patient, step.kind))
        case steps.Merge():
            merging.merge(duplicate=referral, into=cast.received[step.into], by=by, reason=step.reason)
        case steps.DoTasks():
            for task in open_tasks(by).filter(referral=referral):
                do_task(task=task, by=by, words=step.words)
        case steps.Reverse():
            reversing.reverse(referral=referral, by=by, reason=step.reason)
        case steps.LookAgain():
            look_again(referral=referral, by=by, asked_by=step.asked_by, words=step.words)
        case steps.Withdraw() | steps.CloseInError() | steps.RecordDeath() | steps.RecordMove():
            given = {name: value for name in ("told", "asked_by", "relationship") if (value := getattr(step, name, ""))}
            closing.close(referral=referral, by=by, how=str(step.__struct_config__.tag), reason=step.reason, **given)


def _answer(step: steps.Answer, referral: Referral) -> None:
    """What somebody with a code does at home."""
    by = door.holder(referral.service, referral.pk, PATIENT)
    request = answering.asked_of_patient(referral)
    if request is None:
        raise DemoError(f"{referral.reference} waits for no questionnaire.")
    form = next((one for one in library.forms_of(request) if one.name == step.form), None)
    if form is None:
        raise DemoError(f"{referral.reference} was not sent `{step.form}`.")
    begun = answering.begin(referral=referral, form=form, by=by, who="patient", request=request)
    answering.save(answering=begun, given={place: tuple(values) for place, values in step.answers.items()}, by=by)
    answering.send(answering=begun, by=by)


def _screen_second(step: steps.ScreenSecond, referral: Referral, by: Membership) -> None:
    """What the lot draws on the day is not of the story: here it is drawn for certain."""
    drawing.draw(referral, by=Process(referral.service, READER), lot=lambda below: 0)
    mine = second.start_second(second=SecondScreening.objects.get(referral=referral), by=by)
    run = looking.run_seen_blind(mine)
    if run is None:
        raise DemoError(f"{referral.reference} has not been read: nobody can screen it yet.")
    said = {clause.criterion: clause.state for clause in run.clauses.all()}
    states = {one.id: said.get(one.id, "not_stated") for one in pathways.of(referral.pathway_version).criteria}
    second.finish(
        second=mine, by=by, states=states | step.differs, outcome=step.outcome, note=step.note, run=run.pk,
    )  # fmt: skip


def _acceptance(step: steps.Decide, referral: Referral) -> dict[str, Any]:
    """How long people wait and since when the clock runs, as of the day of the decision."""
    if step.outcome != "accept":
        return {}
    weeks = step.wait_weeks
    wait = {"wait": "range", "wait_from": weeks[0], "wait_to": weeks[1], "wait_as_of": clock.today()} if weeks else {}
    return {"wait": "unknown", "clock_started_on": referral.received_at.astimezone(clock.LONDON).date()} | wait
