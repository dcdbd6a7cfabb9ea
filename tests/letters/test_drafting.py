"""From facts to a structured letter."""

import re
import subprocess
import sys
from datetime import date
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from painpath.letters.drafting import draft
from painpath.letters.drafts import Draft
from painpath.letters.errors import LetterError
from painpath.letters.facts import LetterFacts, Signatory, cited
from painpath.letters.sample import sample_facts
from painpath.letters.text import render_html, render_text
from painpath.letters.wording import clause, clean, day, month, nhs_number, paragraphs
from painpath.pathway import Pathway
from painpath.pathway.letters import DOOR_LEFT_AJAR, banned_words

from .conftest import EVERY_LETTER, OUTCOMES, SOUTHAMPTON_EMAIL

replace = msgspec.structs.replace


@pytest.mark.parametrize(("outcome", "audience"), EVERY_LETTER)
@pytest.mark.parametrize("locality", ["southampton", "portsmouth", None, "winchester", ""])
def test_the_southampton_e_mail_is_in_southampton_patients_letters_only(
    service: Pathway, outcome: Any, audience: Any, locality: str | None
) -> None:
    made = draft(sample_facts(service, outcome, locality=locality), audience, service)
    kept = msgspec.json.encode(made).decode().lower() + render_text(made).lower()
    assert (SOUTHAMPTON_EMAIL in kept) == (locality == "southampton")


@pytest.mark.parametrize(
    "written",
    [
        SOUTHAMPTON_EMAIL,
        SOUTHAMPTON_EMAIL.upper(),
        "southamptonpainteam @solent.nhs.uk",
        "southampton\u200bpainteam@solent.nhs.uk",
    ],
)
@pytest.mark.parametrize("field", ["words_to_patient", "condition", "watcher", "copied_to"])
def test_a_contact_of_another_locality_is_refused_wherever_it_is_written(
    service: Pathway, field: str, written: str
) -> None:
    value = (f"Write to {written}.",) if field == "copied_to" else f"Write to {written}."
    facts = replace(sample_facts(service, "delay", locality="portsmouth"), **{field: value})
    with pytest.raises(LetterError, match="for patients of Southampton only"):
        draft(facts, "patient", service)
    draft(replace(facts, locality="southampton"), "patient", service)


def test_the_clinician_s_own_contact_cannot_carry_it_to_portsmouth_either(service: Pathway) -> None:
    facts = sample_facts(service, "accept", locality="portsmouth")
    facts = replace(facts, signatory=replace(facts.signatory, contact=SOUTHAMPTON_EMAIL))
    with pytest.raises(LetterError, match="Take it out"):
        draft(facts, "gp", service)


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_patients_read_short_sentences_and_no_abbreviations(service: Pathway, outcome: Any) -> None:
    facts = sample_facts(service, outcome, locality="southampton")
    for criterion in service.criteria:
        clause = cited(service, criterion.id, state="against")
        made = draft(replace(facts, clauses=(clause,)), "patient", service)
        assert banned_words(render_text(made)) == []
        for part in [part for section in made.sections for part in section.parts] + list(made.opening):
            for words in (part.text, *part.items):
                for sentence in re.split(r"(?<=[.!?:])\s+", words):
                    assert len(sentence.split()) <= 25, sentence
                assert set(re.findall(r"\b[A-Z][A-Z&]+\b", words)) <= {"GP", "NHS", "SHOUT", "A&E", "UK", "BSL"}, words


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_the_first_two_sentences_say_what_was_decided_and_that_the_pain_is_real(service: Pathway, outcome: Any) -> None:
    made = draft(sample_facts(service, outcome), "patient", service)
    first, second, *_ = re.split(r"(?<=[.])\s", made.opening[0].text)
    assert first.startswith(("We have ", "We would like "))
    assert "Your pain is real" in second


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_the_gp_is_not_told_that_the_patient_was_told_what_they_were_not(service: Pathway, outcome: Any) -> None:
    facts = sample_facts(service, outcome)
    to_gp = render_text(draft(facts, "gp", service))
    to_patient = render_text(draft(facts, "patient", service))
    if "The patient was told:" in to_gp:
        assert all(clause.plain in to_patient for clause in facts.clauses)
    if outcome in DOOR_LEFT_AJAR:
        assert all(clause.plain in to_gp and clause.plain in to_patient for clause in facts.clauses)
        assert all(clause.change in to_patient for clause in facts.clauses)


def test_the_gp_s_copy_names_patient_decision_clauses_and_the_referral_s_words(service: Pathway) -> None:
    clause = cited(
        service, "major-psychiatric-disturbance", state="against", quotes=("in crisis, under the crisis team",)
    )
    facts = replace(sample_facts(service, "delay"), clauses=(clause,))
    made = draft(facts, "gp", service)
    rows = dict(made.particulars)
    assert rows["Patient"] == "Mx Alex Example"
    assert rows["NHS number"] == "999 000 0018"
    assert rows["Date of birth"] == "7 March 1984"
    assert rows["e-RS booking reference (UBRN)"] == "000012345678"
    assert rows["Review date"] == "15 February 2027"
    assert rows["Decision"] == service.outcome("delay").label
    reason = made.section("reason")
    assert reason is not None
    told = " ".join(item for part in reason.parts for item in part.items)
    assert service.criterion("major-psychiatric-disturbance").published[0] in told
    assert "speaks against accepting: “in crisis, under the crisis team”" in told


def test_ask_referrer_puts_the_questions_to_the_gp_and_none_to_the_patient(service: Pathway) -> None:
    facts = sample_facts(service, "ask_referrer")
    assert all(question in render_text(draft(facts, "gp", service)) for question in facts.questions_referrer)
    to_patient = render_text(draft(facts, "patient", service))
    assert not any(question in to_patient for question in facts.questions_referrer)
    assert "you do not need to do anything" in to_patient


def test_own_words_are_marked_and_go_to_their_audience_only(service: Pathway) -> None:
    facts = replace(sample_facts(service, "not_now"), words_to_patient="For Alex.", words_to_gp="For the doctor.")
    made = draft(facts, "patient", service)
    own = [part.text for section in made.sections for part in section.parts if part.source == "clinician"]
    assert own == ["For Alex."]
    assert "For the doctor." not in render_text(made)
    assert "For Alex." not in render_text(draft(facts, "gp", service))


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_the_clinician_s_reason_is_in_the_gp_s_letter_as_theirs_and_not_in_the_patient_s(
    service: Pathway, outcome: Any
) -> None:
    facts = replace(sample_facts(service, outcome), reason="Screened on paper.\n\nA plan is missing.")
    for facts_ in (facts, replace(facts, clauses=())):
        section = draft(facts_, "gp", service).section("reason")
        assert section is not None
        own = [part.text for part in section.parts if part.source == "clinician"]
        assert own == ["Screened on paper.", "A plan is missing."]
        assert "A plan is missing." not in render_text(draft(facts_, "patient", service))


@pytest.mark.parametrize(
    ("state", "read", "told"),
    [
        ("against", "not_stated", "this speaks against accepting (the referral was read as saying nothing about it)."),
        ("mixed", "for", "this speaks both ways (the referral was read as speaking for it)."),
        ("not_stated", "against", "the referral says nothing about this (the referral was read as speaking against"),
    ],
)
def test_a_correction_is_the_clinician_s_word_and_never_the_referral_s(
    service: Pathway, state: str, read: str, told: str
) -> None:
    clause = cited(service, "adult", state=state, read_state=read, reason="Her mother rang us", quotes=("aged 17",))
    text = render_text(draft(replace(sample_facts(service, "not_now"), clauses=(clause,)), "gp", service))
    assert f"The clinician judged that {told}" in text
    assert "The clinician’s reason: Her mother rang us. The referral’s words: “aged 17”." in text
    assert "The referral speaks" not in text
    assert "Her mother rang us" not in render_text(
        draft(replace(sample_facts(service, "not_now"), clauses=(clause,)), "patient", service)
    )


def test_a_confirmed_clause_is_told_as_the_referral_s(service: Pathway) -> None:
    clause = cited(service, "adult", state="against", read_state="against", reason="As it says.")
    text = render_text(draft(replace(sample_facts(service, "not_now"), clauses=(clause,)), "gp", service))
    assert "The referral speaks against accepting." in text
    assert "As it says." not in text


@pytest.mark.parametrize("outcome", ["accept", "advise"])
def test_without_clauses_the_patient_is_not_promised_reasons(service: Pathway, outcome: Any) -> None:
    facts = replace(sample_facts(service, outcome), clauses=())
    made = draft(facts, "patient", service)
    assert made.section("reason") is None
    assert "This is the list of" not in render_text(made)
    assert draft(sample_facts(service, outcome), "patient", service).section("reason") is not None
    to_gp = render_text(draft(facts, "gp", service))
    assert "on no single clause" in to_gp
    assert "below" not in to_gp.partition("\nReason\n")[2]


@pytest.mark.parametrize("outcome", ["delay", "not_now"])
def test_what_is_awaited_reads_on_after_when(service: Pathway, outcome: Any) -> None:
    facts = replace(sample_facts(service, outcome), condition="Your mood is steady and there is a plan.")
    assert "\n\nWe can look again when your mood is steady and there is a plan.\n" in render_text(
        draft(facts, "patient", service)
    )
    assert "look again when “your mood is steady and there is a plan”." in render_text(draft(facts, "gp", service))


@pytest.mark.parametrize(
    ("written", "reads"),
    [
        ("You feel\nsteadier.", "you feel steadier"),
        ("When your scan is done", "your scan is done"),
        ("A&E has seen you", "A&E has seen you"),
        ("IT can help", "IT can help"),
        ("Southampton has a place", "Southampton has a place"),
        ("whenever you like", "whenever you like"),
        (".", ""),
    ],
)
def test_a_clause_loses_its_capital_and_full_stop_but_no_name(written: str, reads: str) -> None:
    assert clause(written) == reads


@pytest.mark.parametrize(
    ("title", "family", "greeting"),
    [
        ("Mr", "Dunstable", "Dear Mr Dunstable"),
        ("", "Dunstable", "Dear Craig Dunstable"),
        ("Mr", "", "Dear Mr Craig Dunstable"),
    ],
)
def test_a_patient_is_greeted_by_title_and_family_name(
    service: Pathway, title: str, family: str, greeting: str
) -> None:
    facts = replace(
        sample_facts(service, "delay"), patient_title=title, patient_name="Craig Dunstable", patient_family_name=family
    )
    made = draft(facts, "patient", service)
    assert made.greeting == greeting
    assert made.patient == f"{title} Craig Dunstable".strip()


def test_what_is_not_there_leaves_no_empty_section_and_no_stray_label(service: Pathway) -> None:
    bare = LetterFacts(
        outcome="not_now", written_on=date(2026, 1, 2), decided_on=date(2026, 1, 2), reference="PP-1",
        signatory=Signatory(), patient_name="Alex Example",
    )  # fmt: skip
    for audience in ("patient", "gp"):
        made = draft(bare, audience, service)
        assert all(section.parts for section in made.sections)
        assert all(part.text or part.items for section in made.sections for part in section.parts)
        assert "A note from" not in render_text(made)
        assert "own words" not in render_text(made)
        assert "{" not in render_text(made)
        assert "when ." not in render_text(made)
        assert "None" not in render_text(made)
    assert dict(draft(bare, "gp", service).particulars)["NHS number"] == "not known to us"
    assert draft(bare, "gp", service).greeting == "Dear Colleague"


def test_a_draft_survives_being_kept_as_json(service: Pathway) -> None:
    made = draft(sample_facts(service, "redirect"), "gp", service)
    assert msgspec.json.decode(msgspec.json.encode(made), type=Draft) == made
    assert msgspec.convert(msgspec.to_builtins(made), Draft) == made
    assert render_html(made)["written_on"] == "23 November 2026"


def test_braces_in_facts_are_words_not_fields(service: Pathway) -> None:
    facts = replace(sample_facts(service, "delay"), condition="{patient_name} {", words_to_patient="{review_date}")
    text = render_text(draft(facts, "patient", service))
    assert "We can look again when {patient_name} {." in text
    assert "\n{review_date}\n" in text


@given(st.text(max_size=300))
def test_own_words_arrive_whole_whatever_they_hold(service: Pathway, words: str) -> None:
    made = draft(replace(sample_facts(service, "advise"), words_to_gp=words, reason=""), "gp", service)
    own = [part.text for section in made.sections for part in section.parts if part.source == "clinician"]
    assert own == list(paragraphs(words))
    assert "".join("".join(own).split()) == "".join(clean(words).split())


@given(st.text(max_size=200))
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    assert clean(clean(text)) == clean(text)
    assert "\r" not in clean(text)


def test_direction_characters_cannot_turn_words_round() -> None:
    assert clean("not \u202eoot\u202c now\u200b\x07") == "not oot now"


def test_dates_numbers_and_versions_as_people_read_them() -> None:
    assert day(date(2026, 3, 1)) == "1 March 2026"
    assert nhs_number("9990000018") == nhs_number("999 000 0018") == "999 000 0018"
    assert nhs_number("12345") == "12345"
    assert month("2025-11") == "November 2025"
    assert month("2025-13") == "2025-13"
    assert month("v2") == "v2"


def test_letters_are_made_without_a_web_framework() -> None:
    code = "import sys, painpath.letters.checking, painpath.letters.sample; sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_somebody_who_is_not_seen_now_is_not_told_what_speaks_for_them(service: Pathway) -> None:
    facts = replace(
        sample_facts(service, "not_now"),
        clauses=(
            cited(service, "adult", state="for"),
            cited(service, "major-psychiatric-disturbance", state="against"),
        ),
    )
    words = render_text(draft(facts, "patient", service))
    assert service.criterion("major-psychiatric-disturbance").plain_against in words
    assert service.criterion("adult").plain_for not in words
    assert service.criterion("adult").published[0] in render_text(draft(facts, "gp", service))


def test_somebody_who_is_accepted_is_not_told_a_reason_against(service: Pathway) -> None:
    clauses = (cited(service, "major-psychiatric-disturbance", state="against"),)
    facts = replace(sample_facts(service, "accept"), clauses=clauses)
    assert clauses[0].plain not in render_text(draft(facts, "patient", service))
    assert clauses[0].published[0] in render_text(draft(facts, "gp", service))
