"""Every letter to a patient comes in the format that is needed, or a person looks first; the GP is told the needs."""

import hashlib
from typing import Any

import pypdfium2
import pytest
from django.db import DatabaseError, transaction
from django.test import override_settings

from painpath.letters import copies, enclosing, outbox, printing
from painpath.letters.channels import reasons_to_hold
from painpath.letters.copies import draft_of
from painpath.letters.door import holder
from painpath.letters.holding import digest, release, to_read
from painpath.letters.models import Dispatch, DispatchState
from painpath.letters.rendering import FORMS, render
from painpath.questionnaires import FreeText
from painpath.referrals import verbs
from painpath.referrals.arriving.needs import record_needs
from painpath.referrals.models import Referral
from painpath.referrals.questionnaires import answering, library, whole_responses
from painpath.referrals.refusal import Refused
from painpath.triage.presenters.needs import banner
from tests.letters.posting import ADDRESS, decide, decided, let_the_mailer_work, outbox_of  # noqa: F401  # fixture
from tests.letters.read_back import is_structured, meant, read_back, structure
from tests.letters.test_printing import GP, LETTER, pages, printed
from tests.referrals import deciding
from tests.referrals.conftest import team, waiting_referral  # noqa: F401  # fixture

pytestmark = pytest.mark.django_db


def record(team: Any, referral: Referral, *ids: str, **more: Any) -> None:  # noqa: F811
    assert referral.patient is not None
    record_needs(patient=referral.patient, referral=referral, by=team.administrator, needs=ids, **more)


def width(pdf: bytes, words: str) -> float:
    """How wide these words stand on the page: larger print is wider."""
    with pypdfium2.PdfDocument(pdf) as document:
        for page in document:
            text = page.get_textpage()
            if (start := text.get_text_range().find(words)) >= 0:
                return float(text.get_charbox(start + len(words) - 1)[2] - text.get_charbox(start)[0])
    raise AssertionError(words)


def test_a_need_recorded_after_signing_is_met_when_the_letter_is_printed(decided: Any, team: Any) -> None:  # noqa: F811
    referral = decided()
    signed = {one.audience: bytes(one.pdf) for one in referral.letters.all()}
    record(team, referral, "large-print")
    batch, text = printed(team)
    merged = printing.open_batch(batch.pk, by=team.administrator)[1]
    assert width(merged, "We have decided") > 1.4 * width(signed["patient"], "We have decided")
    assert "".join(pages(signed["gp"])) in "".join(text), "the GP's copy is as it was signed"
    assert outbox_of(referral)[LETTER].facts["printed_as"] == "large-print"


def test_standard_print_is_not_posted_to_somebody_who_needs_large_print(decided: Any, team: Any) -> None:  # noqa: F811
    referral = decided()
    batch, _ = printed(team)
    record(team, referral, "large-print")
    with pytest.raises(Refused, match="Take out what must not be posted"):
        printing.mark_posted(batch=batch, by=team.administrator, taken_out=[])
    letter = outbox_of(referral)[LETTER]
    assert (
        "printed in standard print (12 point), and the patient needs large print"
        in {one.pk: why for one, why in printing.to_take_out(batch)}[letter.pk]
    )
    printing.mark_posted(batch=batch, by=team.administrator, taken_out=[letter.pk])
    letter = outbox_of(referral)[LETTER]
    assert letter.state == DispatchState.HELD
    release_it(letter, team)
    batch, _ = printed(team)
    printing.mark_posted(batch=batch, by=team.administrator, taken_out=[])
    assert outbox_of(referral)[LETTER].state == DispatchState.SENT


def release_it(letter: Dispatch, team: Any, how: str = "print") -> Dispatch:  # noqa: F811
    return release(
        dispatch=letter, by=team.administrator, how=how, words="Agreed with the patient on the phone.",
        read=digest(to_read(letter)), address="14 Sample Street\nSO29 4WR",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("need", "why"),
    [
        ("easy-read", "Needs easy read: the letter has the easy read layout"),
        ("audio", "Needs audio recording: open the letter and take its text to read out"),
        ("plain-text-email", "Needs plain text by email, for a screen reader: open the letter and take its plain text"),
        ("braille", "Needs Braille: have it made by the Braille provider"),
        ("phone-not-letter", "A phone call rather than a letter. Phone."),
        ("deafblind", "Deafblind support. Book a communicator guide"),
    ],
)
def test_what_the_program_cannot_meet_waits_for_a_person(decided: Any, team: Any, need: str, why: str) -> None:  # noqa: F811
    referral = decided()
    record(team, referral, need)
    printing.print_batch(by=team.administrator)
    letter = outbox_of(referral)[LETTER]
    assert letter.state == DispatchState.HELD
    assert letter.why.lower().startswith(why.lower())
    assert outbox_of(referral)[GP].state == DispatchState.QUEUED
    released = release_it(letter, team)  # the override: a person, with a reason, on record
    assert released.facts["released"][-1]["words"] == "Agreed with the patient on the phone."
    assert released.state == DispatchState.QUEUED


CANNOT = {
    "easy-read": "Needs easy read",
    "audio": "Needs audio recording",
    "braille": "Needs braille",
    "phone-not-letter": "A phone call rather than a letter",
}


@pytest.mark.parametrize("channel", ["print", "notify", "email", "sms", "link"])
def test_no_channel_takes_a_letter_that_does_not_meet_the_need_also_when_the_need_came_later(
    decided: Any,  # noqa: F811
    team: Any,  # noqa: F811
    channel: str,
) -> None:
    referral = decided()
    letter = referral.letters.get(audience="patient")

    def queue() -> Dispatch:
        return outbox.queue(
            referral, by=team.administrator, kind="letter", to="patient", channel=channel, name="", letter=letter,
            address=referral.patient.email if channel in ("email", "link") else "",
        )  # fmt: skip

    before = queue()
    for need, why in CANNOT.items():
        record(team, referral, need)
        referral = Referral.objects.get(pk=referral.pk)
        held = reasons_to_hold(outbox.lock(before))
        assert any(one.startswith(why) for one in held), (why, held)
        after = queue()
        assert after.state == DispatchState.HELD
        assert why in after.why
    with pytest.raises(Refused, match="Say what you have read or agreed"):
        release(dispatch=after, by=team.administrator, how="print", words=" ", read=digest(to_read(after)), address="A")
    released = release_it(after, team)
    assert released.state == DispatchState.QUEUED
    assert released.facts["released"][-1]["words"] == "Agreed with the patient on the phone."
    assert reasons_to_hold(outbox.lock(released)) == []


def test_a_notice_waits_when_the_need_is_recorded_after_it_was_queued(decided: Any, team: Any) -> None:  # noqa: F811
    with override_settings(SENDS_EMAIL=True):
        referral = decided(confirmed=True)
    notice = outbox_of(referral)["notice", "patient", "email"]
    assert notice.state == DispatchState.QUEUED
    record(team, referral, "audio")
    assert let_the_mailer_work() == [True]
    notice.refresh_from_db()
    assert (notice.state, notice.sent_at) == (DispatchState.HELD, None)


def test_easy_read_goes_out_in_its_layout_once_a_person_has_looked_and_is_kept(decided: Any, team: Any) -> None:  # noqa: F811
    referral = waiting_referral(team, patient=ADDRESS, ubrn="", route="practitioner-letter")
    record(team, referral, "easy-read")
    decide(team, Referral.objects.get(pk=referral.pk))
    letter = referral.letters.get(audience="patient")
    assert letter.facts["layout"] == "easy-read"
    made = draft_of(letter)
    assert is_structured(bytes(letter.pdf), structure(made, "easy-read"))
    held = outbox_of(referral)[LETTER]
    assert held.state == DispatchState.HELD
    release_it(held, team)
    record(team, referral)  # by now in standard print, says the patient
    printed(team)
    assert outbox_of(referral)[LETTER].facts["printed_as"] == "standard"
    copy = letter.copies.get()
    assert copy.form == "standard"
    assert read_back(bytes(copy.content), made) == meant(made, "standard")


def test_a_copy_is_made_of_what_was_signed_and_kept_byte_for_byte(
    decided: Any,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    letter = decided().letters.get(audience="patient")
    given = {form: copies.give_out(letter, form) for form in FORMS}
    assert given["standard"] == bytes(letter.pdf)
    assert given["plain-text"].decode() == letter.text
    kept = {one.form: one for one in letter.copies.all()}
    assert set(kept) == set(FORMS) - {"standard"}
    for form, one in kept.items():
        assert bytes(one.content) == given[form] == render(draft_of(letter), form)
        assert one.sha256 == hashlib.sha256(given[form]).hexdigest()
        assert one.media_type == FORMS[form].media_type
    monkeypatch.setattr(copies, "render", lambda *_: b"in another look")
    assert {form: copies.give_out(letter, form) for form in FORMS} == given
    assert letter.copies.count() == len(kept)
    with pytest.raises(DatabaseError), transaction.atomic():
        letter.copies.update(content=b"something else")


def test_the_gp_is_told_what_the_patient_needs(decided: Any, team: Any) -> None:  # noqa: F811
    referral = waiting_referral(team, patient={"interpreter": "BSL", "given_name": "Ann"})
    record(team, referral, "bsl", "yellow-on-black", other="Rings twice")
    decide(team, Referral.objects.get(pk=referral.pk))
    text = referral.letters.get(audience="gp").text
    told = "Yellow print on black; British Sign Language (BSL); Interpreter: BSL; Rings twice"
    assert told in text
    assert referral.letters.get(audience="patient").facts["layout"] == "yellow-on-black"
    assert told not in referral.letters.get(audience="patient").text


def test_paper_is_printed_behind_the_letter_that_asks_for_it_in_the_print_that_is_needed(team: Any) -> None:  # noqa: F811
    referral = waiting_referral(team, patient=ADDRESS)
    verbs.start_screening(referral=referral, by=team.consultant)
    deciding.decided(referral, team.consultant, "send_questionnaire")
    letter = referral.letters.get(audience="patient")
    assert "About your pain (about 15 minutes)" in letter.text
    assert "The same questions are with this letter, on paper." in letter.text
    _, text = printed(team)
    behind = text[text.index(pages(bytes(letter.pdf))[-1]) :]
    assert sum(referral.reference in page for page in behind) > 3
    assert any("PEG" in page for page in behind)
    printing.put_back(batch=outbox_of(referral)[LETTER].batch, by=team.administrator)  # type: ignore[arg-type]
    record(team, referral, "large-print")
    _, large = printed(team)
    assert len(large) > len(text)
    printing.put_back(batch=outbox_of(referral)[LETTER].batch, by=team.administrator)  # type: ignore[arg-type]
    record(team, referral, "yellow-on-black")
    printed(team)
    behind_it = enclosing.papers_with(outbox_of(referral)[LETTER])
    for paper in behind_it:
        with pypdfium2.PdfDocument(paper) as document:
            assert document[0].render().to_pil().convert("RGB").getpixel((2, 2)) == (0, 0, 0)
    assert len(behind_it) == 3


def answered(team: Any, referral: Referral, **given: Any) -> Referral:  # noqa: F811
    """The patient answers this much of the service's own questionnaire, and the team goes on with what is there."""
    verbs.start_screening(referral=referral, by=team.consultant)
    deciding.decided(referral, team.consultant, "send_questionnaire")
    request, patient = answering.asked_of_patient(referral), holder(team.service, referral.pk, "patient")
    assert request is not None
    row = answering.begin(
        referral=referral, request=request, form=library.forms_of(request)[0], by=patient, who="patient"
    )
    answering.save(answering=row, given={name.replace("_", "-"): values for name, values in given.items()}, by=patient)
    whole_responses.take_what_is_there(request=request, by=team.consultant, reason="They could not go on.")
    return Referral.objects.select_related("patient").get(pk=referral.pk)


def test_needs_that_come_back_in_answers_are_recorded_and_the_next_letter_heeds_them(team: Any) -> None:  # noqa: F811
    referral = answered(team, waiting_referral(team, patient=ADDRESS), needs_what=("large-print", "time"))
    patient = referral.patient
    assert patient is not None
    assert (patient.needs, patient.letter_format) == (["large-print", "more-time"], "large-print")
    step = referral.transitions.filter(verb="record_needs").get()
    assert (step.process, step.by) == ("", team.consultant), "who took the answers"
    shown = banner(referral, team.consultant)
    assert shown is not None
    assert {"Large print", "More time to talk"} <= {label for label, _ in shown.rows}
    decide(team, referral)
    assert referral.letters.filter(audience="patient").last().facts["layout"] == "large-print"  # type: ignore[union-attr]
    assert outbox_of(referral)[LETTER].state == DispatchState.QUEUED


def test_answers_only_add_to_needs_and_what_no_list_has_waits_for_a_person(team: Any) -> None:  # noqa: F811
    first = waiting_referral(team, patient=ADDRESS)
    record(team, first, "large-print", "lip-reads", other="Knock loudly", interpreter="Polish")
    given = {"needs_what": ("braille", "interpreter", FreeText("A low desk")), "language": ("Silesian",)}
    referral = answered(team, first, **given)
    patient = referral.patient
    assert patient is not None
    assert set(patient.needs) == {"large-print", "lip-reads", "braille", "interpreter"}
    assert (patient.communication_needs, patient.interpreter) == ("Knock loudly\nA low desk", "Polish, Silesian")
    assert patient.letter_format == "large-print", "the format that was chosen stays"
    decide(team, referral)
    letter = outbox_of(referral)[LETTER]
    assert letter.state == DispatchState.HELD
    assert "also needs braille: have it made" in letter.why.lower()
    assert "A low desk" in letter.why


@pytest.mark.parametrize(("values", "asked_now"), [((), False), (("none",), True)])
def test_what_is_not_answered_changes_nothing(team: Any, values: tuple[str, ...], asked_now: bool) -> None:  # noqa: F811
    referral = waiting_referral(team, patient=ADDRESS)
    known = answered(team, referral, needs_what=values, see_us=("phone",)).patient
    assert known is not None
    assert (known.needs, known.letter_format in ("", "standard")) == ([], True)
    assert (known.needs_checked_on is not None) is asked_now
