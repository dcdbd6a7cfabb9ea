"""A patient who wants letters online: told by e-mail or text, opened with a code, and by post when nobody opens it."""

import re
from datetime import timedelta
from typing import Any

import pytest

from painpath import clock
from painpath.accounts.audit import Process
from painpath.accounts.models import AuditEntry
from painpath.letters import calendar, channels, codes, holding, online, outbox, patients_door, their_letters
from painpath.letters.door import holder
from painpath.letters.models import Dispatch, DispatchState, OneTimeCode
from painpath.letters.where_it_is import where_it_is
from painpath.referrals import pathways
from painpath.referrals.arriving.needs import record_needs
from painpath.referrals.models import Referral, ReportedChange, Task
from tests.letters.notify_server import Notify, notify  # noqa: F401  # fixture
from tests.letters.posting import confirm, decided_for, let_the_mailer_work, outbox_of
from tests.patients.opening import address, opened
from tests.referrals.conftest import team  # noqa: F401  # fixture

LINK, POST = ("letter", "patient", "link"), ("letter", "patient", "notify")
EMAIL, TEXT = ("code", "patient", "email"), ("code", "patient", "sms")
PAGE = "https://referrals.example.nhs.uk/services/southampton-portsmouth/my-referral/code/?reference="


def steps(referral: Referral) -> list[str]:
    return [one.what for one in where_it_is(referral, pathways.of(referral.pathway_version)).steps]


def let_the_clock_run_out(letter: Dispatch) -> None:
    """As the calendar would on the morning after the last day to open it; twice, as a queue may."""
    day = clock.today() + timedelta(days=8)
    with clock.at(day):
        for _ in range(2):
            calendar.post_unopened(service=letter.service_id, dispatch=letter.pk)


def test_a_letter_online_is_told_by_text_opened_with_the_code_and_then_delivered(
    team: Any, notify: Notify  # noqa: F811
) -> None:  # fmt: skip
    referral = decided_for(team, confirmed=("phone",), letters_online=True, phone="+44 7700 900123", email="")
    found = outbox_of(referral)
    letter, message = found[LINK], found[TEXT]
    assert POST not in found
    assert (letter.state, letter.address, message.address) == (DispatchState.QUEUED, "", "07700900123")
    assert message.text.startswith("gAAAA"), "a code is sealed while it waits"
    outbox.stop(Dispatch.objects.exclude(to="patient"), by=team.consultant, why="Not in this test.")
    assert set(let_the_mailer_work()) == {True}
    words = next(row["given"] for row in notify.messages.values() if row["type"] == "sms")["personalisation"]["message"]
    assert PAGE + referral.reference in words
    assert len(words) <= 306
    for clinical in ("Ashcombe", "pain", "Pain", "clinic", "NHS number"):
        assert clinical not in words
    letter.refresh_from_db()
    assert letter.state == DispatchState.SENT
    assert "We put a letter for you online, and told you." in steps(referral)

    code = re.search(r"code is (\w{4}-\w{4})", words)
    assert code is not None
    by = Process(referral.service, "test")
    with clock.at(clock.today() + timedelta(days=1)):
        assert codes.check_code(referral=referral, to="patient", code=code[1], by=by), "it works longer than 30 minutes"
        patient = holder(referral.service, referral.pk, "patient")
        assert letter.letter is not None
        their_letters.open_own_letter(referral, letter.letter.pk, by=patient)
        their_letters.open_own_letter(referral, letter.letter.pk, by=patient)
    letter.refresh_from_db()
    assert (letter.state, letter.delivered_at is not None) == (DispatchState.DELIVERED, True)
    assert AuditEntry.objects.filter(action="dispatch.deliver", subject_id=str(letter.pk)).count() == 1
    assert "You opened our letter." in steps(referral)
    let_the_clock_run_out(letter)
    assert POST not in outbox_of(referral), "who has read it does not get it twice"


def test_what_nobody_opens_goes_by_post_once(team: Any, notify: Notify) -> None:  # noqa: F811
    referral = decided_for(team, confirmed=("email",), letters_online=True)
    letter = outbox_of(referral)[LINK]
    assert ("notice", "patient", "email") not in outbox_of(referral), "no letter is on its way by post"
    let_the_mailer_work()
    calendar.post_unopened(service=letter.service_id, dispatch=letter.pk)
    assert POST not in outbox_of(referral), "its day has not come"
    let_the_clock_run_out(letter)
    posted, letter = outbox_of(referral)[POST], outbox_of(referral)[LINK]
    assert (posted.state, posted.address) == (DispatchState.QUEUED, "14 Sample Street\nExampleton\nSO29 4WR")
    assert (letter.state, letter.why) == (DispatchState.SENT, online.NOT_OPENED)
    assert letter.facts["posted"] == posted.pk
    assert AuditEntry.objects.filter(action="dispatch.unopened").count() == 1
    let_the_mailer_work()
    assert "We sent you the same letter by post." in steps(referral)


@pytest.mark.parametrize(
    "trouble", ["refused", "came back", "address changed", "safe contact", "withdrawn", "moved on"]
)
def test_a_message_that_does_not_arrive_and_a_mind_that_changes(
    team: Any, notify: Notify, trouble: str  # noqa: F811
) -> None:  # fmt: skip
    referral = decided_for(team, confirmed=("email",), letters_online=True)
    letter, message, patient = outbox_of(referral)[LINK], outbox_of(referral)[EMAIL], referral.patient
    assert patient is not None
    outbox.stop(Dispatch.objects.exclude(to="patient"), by=team.consultant, why="Not in this test.")
    by = Process(referral.service, "test")
    if trouble == "refused":
        notify.fail_next = [(400, {"errors": []})]
    elif trouble == "address changed":
        patient.email = "new@example.com"
    elif trouble == "safe contact":
        patient.safe_contact = "Her husband reads her mail."
    elif trouble == "withdrawn":
        record_needs(patient=patient, referral=referral, by=team.administrator, needs=[], letters_online=False)
    elif trouble == "moved on":
        outbox.hold(outbox.lock(letter), ["It has moved on."], by=by)
    patient.save(update_fields=["email", "safe_contact"])
    let_the_mailer_work()
    if trouble == "came back":
        outbox.change(outbox.lock(message), DispatchState.FAILED, by=by, why="This email address does not exist.")
    letter, message = outbox_of(referral)[LINK], outbox_of(referral)[EMAIL]
    posted = outbox_of(referral).get(POST)
    if trouble == "moved on":
        assert (letter.state, message.state, posted) == (DispatchState.HELD, DispatchState.CANCELLED, None)
        assert not OneTimeCode.objects.filter(referral=referral, expires_at__gt=clock.now()).exists()
        assert "link" in holding.ways(outbox.lock(letter))
        read = holding.digest(holding.to_read(outbox.lock(letter)))
        holding.release(dispatch=letter, by=team.administrator, how="link", words="It is right.", read=read)
        assert outbox_of(referral)[LINK].state == DispatchState.QUEUED
        assert outbox_of(referral)[EMAIL].state == DispatchState.QUEUED, "told anew"
        return
    assert posted is not None
    # What a person must see to is held; that of the withdrawal left with the rest of the mail.
    expected = {"safe contact": DispatchState.HELD, "withdrawn": DispatchState.SENT}
    assert posted.state == expected.get(trouble, DispatchState.QUEUED)
    assert letter.state == (DispatchState.SENT if trouble == "came back" else DispatchState.CANCELLED)
    if trouble == "refused":
        assert "does not take this email" in message.why, "the reason stands"
        assert Task.objects.filter(facts__dispatch=message.pk, kind="contact").exists(), "a person hears of it today"
    if trouble in ("address changed", "safe contact", "withdrawn"):
        assert message.state == DispatchState.CANCELLED
    let_the_clock_run_out(letter)
    assert Dispatch.objects.filter(referral=referral, letter=letter.letter, to="patient").count() == 2


def held_for_braille(team: Any) -> tuple[Referral, Dispatch]:  # noqa: F811
    """A letter online that waits for a person."""
    referral = decided_for(team, confirmed=("email",), letters_online=True, communication_needs="Braille display")
    letter = outbox.lock(outbox_of(referral)[LINK])
    assert (letter.state, "link" in holding.ways(letter)) == (DispatchState.HELD, True)
    return referral, letter


def test_what_is_put_online_for_a_need_is_not_posted_without_a_look(team: Any, notify: Notify) -> None:  # noqa: F811
    referral, letter = held_for_braille(team)
    read = holding.digest(holding.to_read(letter))
    holding.release(dispatch=letter, by=team.administrator, how="link", words="She reads it by ear.", read=read)
    assert outbox_of(referral)[EMAIL].state == DispatchState.QUEUED, (
        "what was accepted of the letter, is of its message"
    )
    let_the_mailer_work()
    assert outbox_of(referral)[LINK].state == DispatchState.SENT
    let_the_clock_run_out(letter)
    posted = outbox_of(referral)[POST]
    assert (posted.state, "Braille display" in posted.why) == (DispatchState.HELD, True)
    assert referral.patient is not None
    referral.patient.needs = ["phone-not-letter"]
    assert not online.can_be(referral), "nobody can be told by this channel"


def test_what_was_given_in_another_way_is_not_online_and_not_posted_later(team: Any, notify: Notify) -> None:  # noqa: F811
    referral = decided_for(team, confirmed=("email",), letters_online=True)
    letter = outbox.lock(outbox_of(referral)[LINK])
    outbox.hold(letter, ["Look."], by=team.administrator)
    read = holding.digest(holding.to_read(letter))
    holding.release(dispatch=letter, by=team.administrator, how="by_hand", words="Read out on the phone.", read=read)
    let_the_clock_run_out(letter)
    assert [one.state for one in Dispatch.objects.filter(letter=letter.letter, to="patient")] == [DispatchState.SENT]
    assert "We put a letter for you online, and told you." not in steps(referral)
    assert "We sent you a letter." in steps(referral)


def test_who_can_choose_it_and_by_which_way_a_code_goes(team: Any, notify: Notify, settings: Any) -> None:  # noqa: F811
    referral = decided_for(team, phone="07700 900123", email="")
    patient = referral.patient
    assert patient is not None
    assert not online.can_be(referral), "nobody has confirmed the number"
    confirm(team, referral, "phone")
    assert online.can_be(referral)
    assert not online.is_wanted(referral)
    assert (channels.channel_for(referral), channels.channel_for(referral, texts=True)) == ("print", "sms")
    patients_door.send_asked(referral=referral, by=team.administrator)
    let_the_mailer_work()
    words = next(row["given"] for row in notify.messages.values() if row["type"] == "sms")
    assert words["phone_number"] == "07700900123"
    assert len(words["personalisation"]["message"]) <= 160
    for name, value in (("needs", ["phone-not-letter"]), ("safe_contact", "Not this phone"), ("date_of_birth", None)):
        before = getattr(patient, name)
        setattr(patient, name, value)
        assert not online.can_be(referral), name
        setattr(patient, name, before)

    # The patient chooses it on their own page, and takes it back there; who acts for them cannot.
    client, page = opened(referral), address(referral, "needs")
    assert "Show me letters online, not by post" in client.get(page).content.decode()
    given = {"language": "", "interpreter": "", "other": "", "letter_format": ""}
    answer = client.post(page, given)
    assert "Choose by post or online" in answer.content.decode(), "nothing is chosen for them"
    assert client.post(page, given | {"letters": "online"}).status_code == 302
    patient.refresh_from_db()
    assert patient.letters_online
    referral = Referral.objects.get(pk=referral.pk)
    assert online.is_wanted(referral)
    words = ReportedChange.objects.get(referral=referral, kind="needs").words
    assert "Letters online instead of by post" in words
    acting = {"name": "Ada", "relationship": "his sister", "words": ""}
    assert client.post(address(referral, "acting-for"), acting).status_code == 302
    assert "letters online" not in client.get(page).content.decode()
    settings.SITE_URL = ""
    assert not online.can_be(referral), "a message has to say where the page is"
