"""The checks before issue: each one passes on the sample and fails on what it is there for."""

from datetime import date
from typing import Any

import msgspec
import pytest

from painpath.letters.checking import Check, checks
from painpath.letters.drafting import draft
from painpath.letters.drafts import DraftSection
from painpath.letters.facts import LetterFacts, Signatory
from painpath.letters.right_patient import StatedPatient, disagreements, stated_in
from painpath.letters.sample import sample_facts
from painpath.pathway import Pathway

from .conftest import EVERY_LETTER, SOUTHAMPTON_EMAIL

replace = msgspec.structs.replace


HARD = (
    "Multidisciplinary rehabilitation incorporating psychological formulation necessitates considerable commitment. "
    "Pharmacological optimisation preceding admission facilitates participation. "
    "Deconditioning perpetuates disability, particularly following prolonged immobilisation. "
    "Consequently, individualised graduated activity programmes demonstrate superior effectiveness longitudinally."
)
OTHER = StatedPatient(document="letter.pdf", nhs_number="9990000026")


def run(service: Pathway, facts: LetterFacts, audience: str = "patient", **options: Any) -> dict[str, Check]:
    found = checks(draft(facts, audience, service), facts, service, **options)  # type: ignore[arg-type]
    assert len({check.id for check in found}) == len(found)
    return {check.id: check for check in found}


@pytest.mark.parametrize(("outcome", "audience"), EVERY_LETTER)
def test_the_sample_letters_pass_every_check(service: Pathway, outcome: Any, audience: Any) -> None:
    found = run(service, sample_facts(service, outcome, locality="southampton"), audience)
    assert [(check.id, check.change) for check in found.values() if not check.passed] == []


def test_a_not_now_letter_is_checked_on_all_ten_points(service: Pathway) -> None:
    facts = sample_facts(service, "not_now")
    points = {check.point for audience in ("patient", "gp") for check in run(service, facts, audience).values()}
    assert points >= set(range(1, 11))


@pytest.mark.parametrize(
    ("check", "outcome", "change", "said"),
    [
        ("reason", "not_now", {"clauses": ()}, "Cite at least one clause"),
        ("what-would-change", "not_now", {"clauses": (), "condition": " "}, "what would change"),
        ("review-date", "delay", {"review_date": None}, "review date after the day of the letter"),
        ("review-date", "delay", {"review_date": date(2026, 11, 23)}, "review date after the day of the letter"),
        ("watcher", "delay", {"watcher": " "}, "Name who looks again"),
        ("next-step", "signpost", {"signposts": ()}, "choose a signpost"),
        ("banned-words", "delay", {"words_to_patient": "Gabapentin Failed."}, "“failed” out of “A note from"),
        ("banned-words", "delay", {"condition": "not\neligible"}, "“not eligible” out of “What would change this”"),
        ("format", "delay", {"format_needed": "large-print"}, "needs the format “large-print”"),
        ("format", "delay", {"format_needed": "braille"}, "arrange the format by hand"),
        ("language", "delay", {"interpreter": "Sylheti, a woman "}, "An interpreter is needed: Sylheti, a woman. "),
        ("copied", "delay", {"copied_to": ()}, "Copied to"),
        ("address", "delay", {"patient_address": ()}, "no postal address"),
        ("address", "delay", {"patient_address": ("SO14 1AA",)}, "not only a postcode"),
        ("address", "delay", {"patient_address": (" po12ab ", " ")}, "not only a postcode"),
        ("holes", "delay", {"words_to_patient": "Dear [name], call ____."}, "still holds “[name]”"),
        ("plain-words", "accept", {"words_to_patient": "Take it bd with your TENS."}, "Write “TENS” out"),
        ("plain-words", "accept", {"words_to_patient": "Take it b.d. please."}, "Write “b.d.” out"),
        ("plain-words", "accept", {"words_to_patient": "so " * 26 + "."}, "Part it"),
        ("readability", "accept", {"words_to_patient": HARD}, "Flesch-Kincaid grade"),
        ("right-patient", "delay", {"stated_patients": (OTHER,)}, "the NHS number 999 000 0026, and this letter 999"),
        (
            "plain-words",
            "ask_patient",
            {"questions_patient": ("Who did your MRI?",)},
            "“MRI” out in “Our questions to you”",
        ),
    ],
)
def test_a_failed_check_says_what_to_change(
    service: Pathway, check: str, outcome: Any, change: dict[str, Any], said: str
) -> None:
    found = run(service, replace(sample_facts(service, outcome), **change))[check]
    assert said in found.change
    assert not found.passed


@pytest.mark.parametrize("field", ["name", "role", "registration", "contact"])
@pytest.mark.parametrize("audience", ["patient", "gp"])
def test_a_signature_with_a_gap_stops_the_letter(service: Pathway, audience: str, field: str) -> None:
    facts = sample_facts(service, "accept")
    found = run(service, replace(facts, signatory=replace(facts.signatory, **{field: " "})), audience)["signature"]
    assert found.weight == "must"
    assert field in found.change


def test_only_what_would_make_a_letter_unsafe_must_pass(service: Pathway) -> None:
    bare = replace(sample_facts(service, "delay"), signatory=Signatory(), review_date=None, watcher="", clauses=())
    stopping = {check.id for check in run(service, bare).values() if check.weight == "must" and not check.passed}
    assert stopping == {"signature", "review-date", "watcher"}


def test_a_contact_that_was_right_until_the_locality_was_corrected_is_found(service: Pathway) -> None:
    facts = sample_facts(service, "delay", locality="southampton")
    made = draft(facts, "patient", service)
    found = {check.id: check for check in checks(made, replace(facts, locality="portsmouth"), service)}["locality"]
    assert found.weight == "must"
    assert SOUTHAMPTON_EMAIL in found.change


def test_words_of_the_referral_may_hold_what_our_letters_may_not(service: Pathway) -> None:
    facts = sample_facts(service, "delay")
    quoted = replace(facts, clauses=(replace(facts.clauses[0], quotes=("she failed gabapentin",)),))
    assert run(service, quoted, "gp")["banned-words"].passed
    assert not run(service, replace(facts, words_to_gp="She failed gabapentin."), "gp")["banned-words"].passed


def test_a_street_and_a_postcode_are_an_address_and_its_lack_stops_nothing(service: Pathway) -> None:
    facts = replace(sample_facts(service, "delay"), patient_address=("14 Sample Street", "SO14 1AA"))
    assert run(service, facts)["address"].passed
    assert run(service, replace(facts, patient_address=("SO14 1AA",)))["address"].weight != "must"


def test_the_clinician_s_reason_is_held_to_the_words_of_our_letters(service: Pathway) -> None:
    facts = replace(sample_facts(service, "accept"), reason="She failed gabapentin.")
    assert "“failed” out of “Reason”" in run(service, facts, "gp")["banned-words"].change


def test_clauses_of_another_version_are_found(service: Pathway) -> None:
    facts = sample_facts(service, "not_now")
    old = replace(facts.clauses[0], published=("Words of an older page.",))
    assert facts.clauses[0].id in run(service, replace(facts, clauses=(old,)))["reason"].change


@pytest.mark.parametrize(
    ("purpose", "check"),
    [("crisis", "crisis"), ("danger", "crisis"), ("come_back", "way-back"), ("look_again", "way-back")],
)
def test_a_letter_that_lost_a_section_is_found(service: Pathway, purpose: str, check: str) -> None:
    facts = sample_facts(service, "not_now")
    made = draft(facts, "patient", service)
    kept: tuple[DraftSection, ...] = tuple(item for item in made.sections if item.purpose != purpose)
    found = {item.id: item for item in checks(replace(made, sections=kept), facts, service)}
    assert not found[check].passed


def test_an_opening_that_does_not_say_that_the_pain_is_real_is_found(service: Pathway) -> None:
    facts = sample_facts(service, "not_now")
    made = draft(facts, "patient", service)
    late = replace(made.opening[0], text="We have decided. This was hard. Your pain is real.")
    found = {item.id: item for item in checks(replace(made, opening=(late,)), facts, service)}
    assert found["decision-first"].point == 1
    assert not found["decision-first"].passed


def test_a_gp_letter_too_long_for_ers_is_stopped_there_and_goes_by_post(service: Pathway) -> None:
    facts = replace(sample_facts(service, "advise"), words_to_gp="word " * 2_000)
    found = run(service, facts, "gp")["ers-length"]
    assert "at most 8,000 characters" in found.change
    assert "your advice or words to the GP (9,999 characters)" in found.change
    assert found.weight == "must"
    assert "ers-length" not in run(service, replace(facts, by_ers=False), "gp")


def test_a_short_form_that_the_letter_explains_is_no_hard_word(service: Pathway) -> None:
    for words in ("Bring your scan (MRI). The MRI helps.", "Wear TENS (a small machine on the skin) if it helps."):
        facts = replace(sample_facts(service, "accept"), words_to_patient=words)
        assert run(service, facts)["plain-words"].passed, words


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Re: Mrs Ann Example, DOB 07/03/1984, NHS No: 999 000 0018", []),
        ("Re: Ms A EXAMPLE, DOB 07/03/1984", []),
        ("Re: Alex Éxample-Jones", []),  # a second family name, an accent
        ("Dear colleague, this person has had pain for years.", []),  # not stated is no disagreement
        ("Re: Mrs Ann Married, DOB 07/03/1984", []),
        ("Re: Haltwell Bank", []),  # perhaps a practice
        ("Re: Mr Bob Other", ["is about Mr Bob Other, and this letter about Alex Example"]),
        ("Re: Bob Other, DOB 08/03/1984", ["8 March 1984", "is about Bob Other"]),
        ("Re: Alex Example, DOB 08/03/1984", ["the date of birth 8 March 1984, and this letter 7 March 1984"]),
        ("Re: Alex Example NHS No: 999 000 0026", ["the NHS number 999 000 0026, and this letter 999 000 0018"]),
    ],
)
def test_a_letter_is_held_against_the_words_of_the_documents(text: str, told: list[str]) -> None:
    stated = stated_in("letter.pdf", text, today=date(2026, 11, 26))
    found = list(disagreements([stated], name="Alex Example", date_of_birth=date(1984, 3, 7), number="9990000018"))
    assert len(found) == len(told)
    assert all(words in sentence for words, sentence in zip(told, found, strict=True))
