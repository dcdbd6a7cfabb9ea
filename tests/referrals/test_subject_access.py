"""A copy of what is held: due in a month, each thing read by a person, nothing ticked beforehand."""

import json
import re
import zipfile
from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from painpath import clock, documents
from painpath.accounts.changing import set_lead
from painpath.accounts.models import AuditEntry
from painpath.letters.rights import bundle, copying
from painpath.referrals import looking, restricting, todo
from painpath.referrals.arriving import receiving
from painpath.referrals.arriving.filing import File
from painpath.referrals.arriving.reading_in import read_in
from painpath.referrals.models import Alert, DisclosureChoice, Task
from painpath.referrals.refusal import Refused
from painpath.referrals.retention import keeping
from painpath.referrals.rights import asking
from painpath.referrals.together import discussing
from painpath.referrals.transitions import is_working_day
from tests.referrals.conftest import received_referral, waiting_referral
from tests.referrals.ended import not_now


@pytest.mark.parametrize(
    ("received", "due"),
    [
        (date(2026, 9, 3), date(2026, 10, 5)),  # 3 October is a Saturday
        (date(2026, 11, 2), date(2026, 12, 2)),
        (date(2026, 1, 31), date(2026, 3, 2)),  # 28 February is a Saturday
        (date(2024, 1, 31), date(2024, 2, 29)),
        (date(2026, 11, 25), date(2026, 12, 29)),  # Christmas, Boxing Day made up on Monday, and a weekend
        (date(2026, 12, 8), date(2027, 1, 8)),
    ],
)  # fmt: skip
def test_a_month_is_counted_as_the_commissioner_counts_it(received, due):
    assert asking.due_after(received) == due


@given(st.dates(date(2020, 1, 1), date(2060, 1, 1)))
def test_it_is_never_sooner_than_four_weeks_nor_later_than_the_next_working_days(received):
    due = asking.due_after(received)
    assert is_working_day(due)
    assert timedelta(days=28) <= due - received <= timedelta(days=31 + 5)


def ask(team, referral, **changes):
    given = {"kind": "access", "received_on": clock.today(), "asked_by": "patient"} | changes
    return asking.record_request(referral=referral, by=team.administrator, **given)


def a_lead(team):
    set_lead(by=team.administrator, member=team.consultant, leads=True)
    team.consultant.refresh_from_db()
    return team.consultant


def everything(request):
    return {item.key: (True, "") for item in copying.to_choose(request)}


def give(team, request, **changes):
    given = {"harm_judged_by": "Dr Con Sultant", "identity_how": "Passport"} | changes
    return copying.give(request=request, by=team.manager, **given)


def test_what_is_asked_is_on_to_do_and_done_only_by_answering_it(team):
    referral = waiting_referral(team)
    request = ask(team, referral)
    assert ask(team, referral) == request
    task = Task.objects.get()
    assert (task.kind, task.due_on, task.owner_role) == ("subject_access", request.due_on, "administrator")
    assert request.due_on == asking.due_after(clock.today())
    assert AuditEntry.objects.filter(action="rights.ask").count() == 1
    with pytest.raises(Refused, match="on its own page"):
        todo.do_task(task=task, by=team.administrator, words="Done.")
    asking.withdraw_request(request=request, by=team.administrator, answer="She rang.")
    assert Task.objects.get().done_words == "No longer wanted"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"received_on": clock.today() + timedelta(days=1)}, "in the future"),
        ({"asked_by": "other"}, "by which authority"),
        ({"kind": "rectification"}, "Say what is wrong"),
    ],
)
def test_what_has_to_be_said(team, changes, words):
    referral = waiting_referral(team)
    with pytest.raises(Refused, match=words):
        ask(team, referral, **changes)


def test_of_nobody_there_is_no_copy(team):
    with pytest.raises(Refused, match="Register this referral first"):
        ask(team, received_referral(team))


def test_nothing_is_chosen_beforehand_and_each_thing_needs_a_word(team):
    referral = not_now(team)
    discussing.add_comment(referral=referral, by=team.consultant, text="His brother says he drinks.")
    request = ask(team, referral)
    assert copying.choices_of(request) == {}
    with pytest.raises(Refused, match="Nobody has said yet whether 7 things"):
        give(team, request)
    said = everything(request)
    comment = next(key for key in said if key[0] == "comment")
    with pytest.raises(Refused, match="Say why"):
        copying.choose(request=request, by=team.manager, said={comment: (False, " ")})
    copying.choose(request=request, by=team.manager, said=said | {comment: (False, "It is about somebody else.")})
    assert (
        copying.choose(request=request, by=team.manager, said=said | {comment: (False, "It is about somebody else.")})
        == []
    )
    assert DisclosureChoice.objects.count() == 7
    discussing.add_comment(referral=referral, by=team.consultant, text="A later note.")
    with pytest.raises(Refused, match="whether 1 thing"):
        give(team, request)


def test_words_that_were_added_to_what_was_read_are_read_before_it_is_given(team):
    referral = not_now(team)
    request = ask(team, referral)
    copying.choose(request=request, by=team.manager, said=everything(request))
    todo.give_task(
        referral, "contact", "His brother drinks.", by=team.consultant, role="clinician", due_on=clock.today()
    )
    with pytest.raises(Refused, match="whether 1 thing on record goes into the copy: “What happened"):
        give(team, request)
    assert [row.kind for row in copying.choose(request=request, by=team.manager, said=everything(request))] == [
        "timeline"
    ]
    assert give(team, request).outcome == "released"


def test_words_that_came_while_somebody_read_the_page_were_not_on_it(team):
    referral = not_now(team)
    request = ask(team, referral)
    client = Client()
    client.force_login(team.manager.user)
    page = client.get(address := f"/referrals/{referral.reference}/data/{request.pk}/copy/").content.decode()
    shown = re.search(r'name="read_at" value="([^"]+)"', page)[1]
    todo.give_task(
        referral, "contact", "His brother drinks.", by=team.consultant, role="clinician", due_on=clock.today()
    )
    said = {f"{kind}-{pk}": "include" for kind, pk in everything(request)}
    assert client.post(address, said | {"read_at": shown}).status_code == 302
    with pytest.raises(Refused, match="whether 1 thing on record goes into the copy: “What happened"):
        give(team, request)


def test_an_alert_that_was_raised_later_is_not_in_the_copy(team):
    referral = not_now(team)
    request = ask(team, referral)
    copying.choose(request=request, by=team.manager, said=everything(request))
    request = give(team, request)
    before = copying.to_choose(request)
    words = b"She wants to end her life."
    receiving.add_documents(referral=referral, by=team.administrator, files=[File("later.txt", words)], also_ended=True)
    read_in(service_id=team.service.pk, referral_id=referral.pk, reader=documents.read)
    assert Alert.objects.filter(referral=referral, raised_at__gt=request.closed_at).exists()
    assert copying.to_choose(request) == before


def test_why_it_was_closed_opened_held_and_questioned_is_read_too(team):
    lead = a_lead(team)
    referral = not_now(team)
    restricting.restrict(referral=referral, by=lead, why="staff", words="Her sister works here.")
    restricting.break_glass(referral=referral, by=team.manager, why="care", words="She rang.")
    keeping.hold(referral=referral, by=team.manager, reason="A claim.")
    asking.record_request(
        referral=referral, by=team.administrator, kind="rectification", received_on=clock.today(), asked_by="patient",
        words="I never smoked.",
    )  # fmt: skip
    found = {item.kind: item.text for item in copying.look(ask(team, referral), by=team.manager)}
    assert "Her sister works here." in found["restriction"]
    assert "She rang." in found["glass"]
    assert found["hold"] == "A claim."
    assert found["asked"] == "I never smoked."


def test_of_a_closed_record_of_the_person_nothing_is_said_or_given_by_whom_it_is_closed_to(team):
    lead = a_lead(team)
    number = {"nhs_number": "9990000018"}
    shut, referral = not_now(team, **number), waiting_referral(team, patient=number)
    discussing.add_comment(referral=shut, by=team.consultant, text="Of the closed one.")
    request, of_shut = ask(team, referral), ask(team, shut, words="What is in the closed one?")
    restricting.restrict(referral=shut, by=lead, why="staff", words="Works here.")
    assert list(asking.requests_of(referral, by=team.manager)) == [request]
    assert list(asking.requests_of(referral, by=lead)) == [of_shut, request]
    for act in (
        lambda: copying.choose(request=request, by=team.manager, said={}),
        lambda: copying.check_give(request, by=team.manager),
    ):
        with pytest.raises(Refused, match="restricted record"):
            act()


@pytest.mark.parametrize(("changes", "words"), [
    ({"harm_judged_by": ""}, "Say which health professional"), ({"identity_how": ""}, "how you made sure"),
])  # fmt: skip
def test_identity_and_harm_are_looked_at_before_it_is_given(team, changes, words):
    request = ask(team, waiting_referral(team))
    copying.choose(request=request, by=team.manager, said=everything(request))
    with pytest.raises(Refused, match=words):
        give(team, request, **changes)
    with pytest.raises(Refused, match="has not been given yet"):
        bundle.write(request=request, by=team.manager)


def test_who_may_not(team):
    request = ask(team, waiting_referral(team))
    for act in (
        lambda: copying.choose(request=request, by=team.consultant, said={}),
        lambda: copying.look(request, by=team.consultant),
        lambda: copying.give(request=request, by=team.consultant, harm_judged_by="x", identity_how="y"),
        lambda: bundle.write(request=request, by=team.consultant),
    ):
        with pytest.raises(Refused, match="administrator or a manager"):
            act()


def test_the_copy_has_everything_that_was_ticked_and_says_what_it_leaves_out(team):
    number = {"nhs_number": "9990000018"}
    old = not_now(team, **number)
    referral = waiting_referral(team, patient=number)
    discussing.add_comment(referral=old, by=team.consultant, text="<b>His brother</b> says he drinks.")
    looking.open_referral(old.reference, by=team.consultant)
    request = ask(team, referral)
    said = everything(request)
    comment = next(key for key in said if key[0] == "comment")
    copying.choose(request=request, by=team.manager, said=said | {comment: (False, "It is about <somebody> else.")})
    request = give(team, request)
    discussing.add_comment(referral=referral, by=team.consultant, text="Came later.")
    todo.give_task(
        referral, "contact", "Came later.", by=team.consultant, role="clinician", due_on=clock.today()
    )  # a line of what has been read, which nobody has read
    with bundle.write(request=request, by=team.manager) as file, zipfile.ZipFile(file) as copy:
        names = copy.namelist()
        page, record = copy.read("summary.html").decode(), json.loads(copy.read("record.json"))
        letters = {name for name in names if name.startswith("letters/")}
        documents = {copy.read(name) for name in names if name.startswith("documents/")}
    assert len(letters) == 2
    assert documents == {bytes(row.content) for one in (old, referral) for row in one.documents.all()}
    assert old.reference in page
    assert referral.reference in page
    assert "9990000018" in page
    assert "He is in crisis." in page
    assert "It is about &lt;somebody&gt; else." in page
    assert f"{clock.today():%-d %B %Y}, Clinician" in page
    assert "brother" not in page
    assert "Came later." not in page
    assert "brother" not in json.dumps(record)
    assert [one["why"] for one in record["left_out"]] == ["It is about <somebody> else."]
    assert {"day": clock.today().isoformat(), "role": "Clinician", "times": 1}.items() <= max(
        record["looked"], key=lambda one: (one["day"], one["role"] == "Clinician")
    ).items() | {"times": 1}.items()
    assert {name for name in names if "/" in name} == {one["file"] for one in record["items"] if one["file"]}
    assert AuditEntry.objects.filter(action="rights.copy").count() == 1


def test_the_copy_costs_the_same_queries_however_many_documents_but_for_their_bytes(
    team, django_assert_max_num_queries
):
    request = ask(team, not_now(team))
    copying.choose(request=request, by=team.manager, said=everything(request))
    request = give(team, request)
    with django_assert_max_num_queries(35):
        bundle.write(request=request, by=team.manager).close()


def test_who_cannot_give_a_copy_reads_who_can(team):
    referral = waiting_referral(team)
    ask(team, referral)
    client = Client()
    for member, gives in ((team.consultant, False), (team.manager, True)):
        client.force_login(member.user)
        page = client.get(reverse("triage:rights", args=[referral.reference])).content.decode()
        assert ("An administrator or a manager reads everything and gives the copy." in page) != gives
        assert ("Read everything and give the copy" in page) == gives
