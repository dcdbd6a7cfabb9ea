"""What a signature queues, what is held and why, and what a person then does about it."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from painpath.accounts.models import AuditEntry
from painpath.accounts.scope import scope
from painpath.letters import arrival, holding, outbox, printing
from painpath.letters.channels import channel_for, practice_lines, reasons_to_hold
from painpath.letters.formats import layout_for
from painpath.letters.models import Dispatch, DispatchState, Letter
from painpath.pathway import find, load
from painpath.referrals.arriving.contacts import confirm_contact, contacts
from painpath.referrals.models import Referral
from painpath.referrals.refusal import Refused
from painpath.triage.presenters.timeline import timeline
from tests.letters.mail import mail  # noqa: F401  # fixture
from tests.letters.posting import confirm, decided, outbox_of  # noqa: F401  # fixture
from tests.referrals.conftest import team, waiting_referral  # noqa: F401  # fixture

LETTER, GP = ("letter", "patient", "print"), ("letter", "gp", "print")
REFERRER, NOTICE = ("letter", "referrer", "print"), ("notice", "patient", "email")


def release(dispatch: Dispatch, by: Any, how: str, words: str = "He agreed on the phone.", **more: Any) -> Dispatch:
    dispatch = outbox.whole(pk=dispatch.pk).get()
    read = more.pop("read", holding.digest(holding.to_read(dispatch)))
    return holding.release(dispatch=dispatch, by=by, how=how, words=words, read=read, **more)


def test_a_signature_queues_both_letters_by_post(decided: Any, team: Any) -> None:  # noqa: F811
    out = outbox_of(decided(referrer_profession="GP"))
    assert set(out) == {LETTER, GP, REFERRER}
    assert out.pop(REFERRER).state == DispatchState.HELD, "nobody knows where this referrer works"
    assert {one.state for one in out.values()} == {DispatchState.QUEUED}
    assert (out[LETTER].name, out[LETTER].address) == (
        "Mr Leonard Ashcombe", "14 Sample Street\nExampleton\nSO29 4WR",
    )  # fmt: skip
    assert (out[GP].name, out[GP].address) == ("Larkfield Medical Practice", "1 Practice Road\nExampleton\nEX1 3GP")
    assert out[GP].letter is not None
    assert out[GP].letter.facts["address"] == ["Larkfield Medical Practice", "1 Practice Road", "Exampleton", "EX1 3GP"]


def test_a_gp_who_asked_through_ers_gets_nothing_printed(decided: Any) -> None:  # noqa: F811
    assert set(outbox_of(decided(route="gp-ers"))) == {LETTER, ("ers_reply", "gp", "ers")}


def test_a_referrer_from_elsewhere_gets_a_copy_or_a_person_is_told_what_is_missing(decided: Any) -> None:  # noqa: F811
    out = outbox_of(decided(practice_name="", referrer_name="Phil Wanderer"))
    assert set(out) == {LETTER, GP, REFERRER}
    known = "There is no postal address on record for Phil Wanderer."
    assert out[REFERRER].why == f"{known} Enter it when you choose how this goes."
    assert out[GP].why == "The patient's GP practice is not on record. Add it."
    assert {out[GP].state, out[REFERRER].state} == {DispatchState.HELD}


@pytest.mark.parametrize(
    ("patient", "why"),
    [
        ({"address": "", "postcode": "SO29 4WR"}, "There is no postal address on record for the patient"),
        ({"address": "Staying with friends", "postcode": ""}, "The patient's address on record has no postcode."),
        ({"safe_contact": "Never write home"}, "How to contact safely: “Never write home”."),
        ({"communication_needs": "Braille"}, "Communication needs: “Braille”. Read it, then choose how"),
        ({"interpreter": "Sylheti"}, "An interpreter is needed: Sylheti."),
    ],
)
def test_what_would_reach_nobody_or_the_wrong_eyes_is_held(
    decided: Any, mail: Any, patient: Any, why: str  # noqa: F811
) -> None:  # fmt: skip
    out = outbox_of(decided(confirmed=True, patient=patient))
    assert out[LETTER].state == DispatchState.HELD
    assert out[LETTER].why.startswith(why)
    assert NOTICE not in out, "no notice may say that a letter is on its way"
    assert out[GP].state == DispatchState.QUEUED


@pytest.mark.parametrize("needs", ["Large print", "needs large print, 16 point", "large-print letters please."])
def test_large_print_is_signed_and_posted_in_large_print(decided: Any, needs: str) -> None:  # noqa: F811
    referral = decided(patient={"communication_needs": needs})
    assert outbox_of(referral)[LETTER].state == DispatchState.QUEUED
    assert [one.facts["layout"] for one in Letter.objects.order_by("audience")] == ["standard", "large-print"]


@pytest.mark.parametrize("needs", ["Large print, 24 point", "No large print", "Large print and BSL"])
def test_what_large_print_alone_does_not_meet_is_not_taken_for_it(team: Any, needs: str) -> None:  # noqa: F811
    assert layout_for(waiting_referral(team, patient={"communication_needs": needs}).patient) == "standard"


def test_a_notice_goes_only_to_a_confirmed_address_and_holds_nothing_clinical(decided: Any, mail: Any) -> None:  # noqa: F811
    assert NOTICE not in outbox_of(decided())
    referral = decided(confirmed=True, patient={"given_name": "Ann", "family_name": "Other"})
    notice = outbox_of(referral)[NOTICE]
    assert notice.address == "leonard@example.com"
    assert notice.text.startswith("There is news about your referral. A letter is on its way to you.")
    for word in ("pain", "Ann", "Other", "Sultant", "http"):
        assert word.lower() not in f"{notice.subject} {notice.text}".lower()
    assert notice.subject == load(find("southampton-portsmouth")).notices.letter_coming.plain_subject


def test_a_contact_is_confirmed_as_it_stands_and_by_staff(team: Any, mail: Any) -> None:  # noqa: F811
    referral = waiting_referral(team, patient={"email": "leonard@example.com"})
    patient = referral.patient
    assert patient is not None
    assert channel_for(referral) == "print"
    for by, seen, words in (
        (team.manager, "leonard@example.com", "Only an administrator"),
        (team.administrator, "other@example.com", "has changed since you opened this page"),
    ):
        with pytest.raises(Refused, match=words):
            confirm_contact(patient=patient, kind="email", how="On the phone", by=by, seen=seen)
    confirm(team, referral)
    confirm(team, referral)
    assert patient.confirmed_contacts.count() == 1, "twice in a row is once"
    assert channel_for(referral) == "email"
    assert channel_for(referral, to="referrer") == "print"
    assert "leonard" not in str(list(AuditEntry.objects.values_list("detail", flat=True)))
    patient.safe_contact = "Only by phone after six"
    assert channel_for(referral) == "print"
    patient.safe_contact, patient.email = "", "new@example.com"
    patient.save()
    assert channel_for(referral) == "print"
    assert [one.confirmed for one in contacts(patient) if one.kind == "email"] == [None]


def test_a_held_letter_leaves_only_by_a_persons_word(decided: Any, team: Any) -> None:  # noqa: F811
    referral = decided(patient={"safe_contact": "Never write home"})
    letter = outbox_of(referral)[LETTER]
    for by, how, words, address, sentence in (
        (team.manager, "print", "x", "1 Safe Street", "Only an administrator"),
        (team.administrator, "email", "x", "1 Safe Street", "does not fit"),
        (team.administrator, "print", " ", "1 Safe Street", "Say what you have read"),
        (team.administrator, "print", "x", " \n ", "Enter the postal address"),
    ):
        with pytest.raises(Refused, match=sentence):
            release(letter, by, how, words, address=address)
    assert outbox_of(referral)[LETTER].state == DispatchState.HELD
    release(letter, team.administrator, "print", address="c/o A Friend\n1 Safe Street\nEX1 1AA")
    letter = outbox_of(referral)[LETTER]
    assert (letter.state, letter.address) == (DispatchState.QUEUED, "c/o A Friend\n1 Safe Street\nEX1 1AA")
    with pytest.raises(Refused, match="not waiting for anybody"):
        release(letter, team.administrator, "stop")
    assert reasons_to_hold(outbox.whole(pk=letter.pk).get()) == [], "what was read is not asked again"
    # --- a word that nobody has read yet holds it again
    assert referral.patient is not None
    referral.patient.safe_contact = "Not to the friend either"
    referral.patient.save()
    printing.print_batch(by=team.administrator)
    again = outbox_of(referral)[LETTER]
    assert again.state == DispatchState.HELD
    assert "Not to the friend either" in again.why
    assert outbox_of(referral)[GP].batch is not None


def test_nothing_is_accepted_that_the_person_has_not_read(decided: Any, team: Any) -> None:  # noqa: F811
    referral = decided(patient={"safe_contact": "Never write home"})
    letter = outbox.whole(pk=outbox_of(referral)[LETTER].pk).get()
    seen = holding.digest(holding.to_read(letter))
    assert referral.patient is not None
    referral.patient.interpreter = "Sylheti"
    referral.patient.save()
    with pytest.raises(Refused, match="Something has changed"):
        release(letter, team.administrator, "print", address="1 Safe Street", read=seen)


def test_a_reason_of_the_chosen_way_alone_is_read_before_it_goes(decided: Any, team: Any) -> None:  # noqa: F811
    referral = decided()
    batch = printing.print_batch(by=team.administrator)
    assert batch is not None
    printing.mark_posted(batch=batch, by=team.administrator, taken_out=[])
    home = outbox_of(referral)[LETTER].address
    arrival.mark_returned(dispatch=outbox_of(referral)[LETTER], by=team.administrator, reason="gone_away")
    reminder = outbox.queue(
        referral, by=team.administrator, kind="reminder", to="patient", channel="email", name="", text="We asked.",
        address="leonard@example.com", subject="We asked",
    )  # fmt: skip
    assert "Nobody has confirmed this email address" in reminder.why
    with CaptureQueriesContext(connection) as asked:
        held = release(reminder, team.administrator, "print", address=home)
    locked = [one["sql"] for one in asked if "FOR " in one["sql"] and "UPDATE" in one["sql"]]
    assert ['"referrals_referral"' in sql for sql in locked[:1]] == [True], "the referral first, as every verb"
    assert held.state == DispatchState.HELD
    assert held.why.startswith("A letter came back from this address on")
    assert Dispatch.objects.get(pk=held.pk).facts["held"] == holding.to_read(outbox.lock(held)), "it is there to read"
    page = Client()
    page.force_login(team.administrator.user)
    shown = page.get(reverse("triage:dispatch", args=[held.pk])).content.decode()
    assert "A letter came back from this address on" in shown
    given = {"how": "print", "words": "He lives there again.", "address": home}
    given["read"] = holding.digest(holding.to_read(outbox.lock(held)))
    page.post(reverse("triage:dispatch", args=[held.pk]), given)
    assert Dispatch.objects.get(pk=held.pk).state == DispatchState.QUEUED, "read, and sent all the same"


def test_what_goes_to_a_practice_that_was_corrected_is_held(decided: Any, team: Any) -> None:  # noqa: F811
    referral = decided()
    batch = printing.print_batch(by=team.administrator)
    assert batch is not None
    practice = referral.practice
    assert practice is not None
    practice.name, practice.address = "Another Surgery", "5 Other Road\nExampleton"
    practice.save()
    why = "The patient's practice, or its address, is now another one on record (Another Surgery, 5 Other Road,"
    taken = {one.pk: words for one, words in printing.to_take_out(batch)}
    gp = outbox_of(referral)[GP]
    assert taken[gp.pk].startswith(why)
    printing.mark_posted(batch=batch, by=team.administrator, taken_out=list(taken))
    assert outbox_of(referral)[GP].why.startswith(why)
    known = "\n".join(practice_lines(Referral.objects.get(pk=referral.pk)))
    released = release(gp, team.administrator, "print", address=known)
    assert (released.state, released.name, released.address) == (DispatchState.QUEUED, "Another Surgery", known)
    # An address that somebody enters is theirs to choose; a further correction is a new reason.
    outbox.hold(outbox.lock(gp), ["Look."], by=team.administrator)
    assert release(gp, team.administrator, "print", address="PO Box 1\nEX1 1AA").state == DispatchState.QUEUED
    assert reasons_to_hold(outbox.lock(gp)) == []
    practice.name = "A Third Surgery"
    practice.save()
    assert "A Third Surgery" in " ".join(reasons_to_hold(outbox.lock(gp)))


def test_email_is_offered_only_where_it_reaches_somebody(decided: Any, team: Any, mail: Any, settings: Any) -> None:  # noqa: F811
    notice = outbox_of(decided(confirmed=True))[NOTICE]
    held = outbox.lock(notice)
    outbox.hold(held, ["Look."], by=team.administrator)
    assert holding.ways(held) == ["email", "by_hand", "stop"]
    settings.SENDS_EMAIL = False
    assert holding.ways(held) == ["by_hand", "stop"]
    settings.SENDS_EMAIL = True
    held.referral.patient.email = "new@example.com"
    assert holding.ways(held) == ["by_hand", "stop"], "nobody has confirmed it"


@pytest.mark.parametrize(("how", "state"), [("by_hand", DispatchState.SENT), ("stop", DispatchState.CANCELLED)])
def test_a_letter_may_be_given_another_way_or_not_at_all(decided: Any, team: Any, how: str, state: str) -> None:  # noqa: F811
    referral = decided(patient={"interpreter": "Sylheti"})
    release(outbox_of(referral)[LETTER], team.consultant, how, "Read out with the interpreter.")
    letter = outbox_of(referral)[LETTER]
    assert (letter.state, letter.why) == (state, "Read out with the interpreter.")
    told = [event for event in timeline(referral, load(find("southampton-portsmouth"))) if "outbox" not in event.title]
    assert any("Read out with the interpreter." in event.lines for event in told)


def test_a_letter_does_not_go_to_somebody_whom_the_referral_is_no_longer_about(decided: Any, team: Any) -> None:  # noqa: F811
    referral = decided()
    assert referral.patient is not None
    referral.patient.given_name = "Lionel"
    referral.patient.save()
    printing.print_batch(by=team.administrator)
    held = outbox_of(referral)[LETTER]
    assert held.why == ("This is addressed to Mr Leonard Ashcombe, and the referral is now about Mr Lionel Ashcombe.")
    assert Dispatch.objects.filter(state=DispatchState.QUEUED, batch__isnull=False).count() == 1


def test_nothing_goes_to_somebody_who_has_died(decided: Any, team: Any) -> None:  # noqa: F811
    referral = decided()
    Referral.objects.filter(pk=referral.pk).update(state="deceased", due_on=None, owner_role="")
    printing.print_batch(by=team.administrator)
    assert outbox_of(referral)[LETTER].why.startswith("The patient has died.")
    late = outbox.queue(referral, by=team.administrator, kind="reminder", to="patient", channel="print", name="")
    assert late.state == DispatchState.HELD


def test_the_same_key_queues_once_and_what_is_stopped_is_stopped(decided: Any, team: Any) -> None:  # noqa: F811
    referral = decided()
    letter = outbox_of(referral)[LETTER]
    again = outbox.queue(
        referral, by=team.consultant, kind="letter", to="patient", channel="print", name="x", key=letter.key
    )
    assert again.pk == letter.pk
    assert [one.pk for one in outbox.stop([letter], by=team.consultant, why="The decision was reversed.")] == [
        letter.pk
    ]
    assert outbox.stop([letter], by=team.consultant, why="Again.") == []
    assert Dispatch.objects.get(pk=letter.pk).why == "The decision was reversed."


def test_the_timeline_tells_a_dispatchs_life(decided: Any, team: Any) -> None:  # noqa: F811
    referral = decided(patient={"safe_contact": "Never write home"})
    release(outbox_of(referral)[LETTER], team.administrator, "print", "He said so.", address="1 Safe Street")
    batch = printing.print_batch(by=team.administrator)
    assert batch is not None
    printing.mark_posted(batch=batch, by=team.administrator, taken_out=[])
    events = [
        one for one in timeline(referral, load(find("southampton-portsmouth"))) if "to the patient, by" in one.title
    ]
    assert [event.title for event in reversed(events)] == [
        f"{what}: letter to the patient, by post"
        for what in ("Put into the outbox", "Held until somebody has looked", "Released", "Printed", "Sent")
    ]
    held, released = events[-2], events[-3]
    assert held.lines == ("How to contact safely: “Never write home”. Read it, then choose how this goes.",)
    assert released.lines == ("Send it by post", "He said so.")
    assert released.by == "Ada Min, Administrator"


def test_another_service_sees_none_of_it(decided: Any, team: Any, service_id: int) -> None:  # noqa: F811
    decided()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM letters_dispatch")
        assert cursor.fetchone() == (3,)
    with scope(None):
        assert not Dispatch.objects.exists()


def test_audit_names_nobody(decided: Any, team: Any) -> None:  # noqa: F811
    referral = decided(patient={"safe_contact": "Never write home"})
    release(outbox_of(referral)[LETTER], team.administrator, "print", "He said so.", address="1 Safe Street")
    printing.print_batch(by=team.administrator)
    details = str(list(AuditEntry.objects.values_list("detail", flat=True)))
    for words in ("Ashcombe", "Safe Street", "write home", "leonard"):
        assert words not in details
    assert AuditEntry.objects.filter(action="dispatch.release").count() == 1
