"""From the record to both letters: what is found before the signature is what would stop it."""

import uuid
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from painpath import clock
from painpath.accounts.models import AuditEntry
from painpath.letters.models import Letter, OverruledCheck
from painpath.letters.signing import facts_of, prepare, seal, sign, to_overrule
from painpath.letters.text import render_text
from painpath.pathway import find, load
from painpath.referrals.decisions.decision_content import DecisionContent
from painpath.referrals.models import Decision, Referral
from painpath.referrals.refusal import Refused
from painpath.referrals.sheet import judging
from painpath.triage.presenters import letter_forms
from painpath.triage.presenters.timeline import timeline
from tests.referrals.conftest import screening, team  # noqa: F401  # fixtures

CLAUSE = "major-psychiatric-disturbance"
CORRECTED = "drug-alcohol-dependence"


def not_now(**changes: Any) -> DecisionContent:
    return replace(
        DecisionContent(
            outcome="not_now", clauses=(CLAUSE, CORRECTED), reason="He is in crisis and drinks every day.",
            to_patient="I hope this helps.", condition="your mood is steady",
        ),
        **changes,
    )  # fmt: skip


@pytest.fixture
def judged(screening: Any, team: Any) -> Referral:  # noqa: F811
    """A referral with one clause confirmed as read and one corrected."""
    referral: Referral = screening()
    judging.judge(referral=referral, by=team.consultant, criterion=CLAUSE, state="against", reason="It says so.")
    judging.judge(
        referral=referral, by=team.consultant, criterion=CORRECTED, state="against", reason="His GP rang: 60 units."
    )
    return Referral.objects.get(pk=referral.pk)


def signed(referral: Referral, content: DecisionContent, by: Any) -> Decision:
    return sign(
        referral=referral, by=by, content=content, key=uuid.uuid4(), seen_version=referral.version,
        seen_letters=seal(prepare(referral, content, by=by)),
    )  # fmt: skip


def test_the_gp_reads_the_reason_and_whose_word_each_clause_is(judged: Any, team: Any) -> None:  # noqa: F811
    letters = prepare(judged, not_now(), by=team.consultant)
    to_gp, to_patient = (render_text(letters[audience].draft) for audience in ("gp", "patient"))  # type: ignore[index]
    assert "He is in crisis and drinks every day." in to_gp
    assert "He is in crisis" not in to_patient
    assert to_gp.count("The referral speaks against accepting: “") == 1
    assert to_gp.count("The clinician judged that this speaks against accepting (the referral was read as ") == 1
    assert "The clinician’s reason: His GP rang: 60 units." in to_gp
    assert "It says so." not in to_gp
    assert "60 units" not in to_patient


def test_the_greeting_and_the_interpreter_come_from_the_record(judged: Any, team: Any) -> None:  # noqa: F811
    judged.patient.interpreter = "Sylheti, a woman"
    facts = facts_of(judged, not_now(), by=team.consultant, on=clock.today())
    assert (facts.patient_title, facts.patient_family_name) == ("Mr", "Ashcombe")
    assert facts.interpreter == "Sylheti, a woman"
    letter = prepare(judged, not_now(), by=team.consultant)["patient"]
    assert letter.draft.greeting == "Dear Mr Ashcombe"
    told = next(check.change for check in letter.to_change if check.id == "language")
    assert told.startswith("An interpreter is needed: Sylheti, a woman. This letter is in English")


@pytest.mark.parametrize(
    ("field", "audience", "where"),
    [
        ("to_patient", "patient", "A note from Dr Con Sultant"),
        ("reason", "gp", "Reason"),
        ("condition", "patient", "What would change this"),
    ],
)
def test_what_cannot_be_printed_is_said_before_and_refused_at_the_signature_in_the_same_words(
    judged: Any, team: Any, field: str, audience: Any, where: str  # noqa: F811
) -> None:  # fmt: skip
    content = not_now(**{field: "Well done 😀"})
    letter = prepare(judged, content, by=team.consultant)[audience]
    stops = [check.change for check in letter.to_change if check.weight == "must"]
    assert stops == [
        f"No font here can print the character “😀” in “{where}”. Write it in other characters, or take it out."
    ]
    with pytest.raises(Refused) as refused:
        signed(judged, content, team.consultant)
    assert refused.value.sentence == stops[0]
    assert not Decision.objects.exists()


def test_a_check_is_overruled_with_a_reason_that_is_kept_and_audited(judged: Any, team: Any) -> None:  # noqa: F811
    content = not_now(to_patient="Take it b.d. please.")
    letters = prepare(judged, content, by=team.consultant)
    given: dict[str, Any] = {
        "referral": judged, "by": team.consultant, "content": content, "seen_version": judged.version,
        "seen_letters": seal(letters),
    }  # fmt: skip
    assert list(to_overrule(letters)) == ["patient-plain-words"]
    for overruled in (None, {"patient-plain-words": " \n"}, {"gp-plain-words": "She asked."}):
        with pytest.raises(Refused, match=r"Write “b\.d\.” out in .* say why you sign it all the same"):
            sign(**given, key=uuid.uuid4(), overruled=overruled)
    assert not OverruledCheck.objects.exists()
    decision = sign(**given, key=uuid.uuid4(), overruled={"patient-plain-words": "She is a nurse and asked for it. "})
    row = OverruledCheck.objects.get()
    assert (row.letter.decision_id, row.letter.audience, row.check_id) == (decision.pk, "patient", "plain-words")
    assert (row.reason, row.by) == ("She is a nurse and asked for it.", team.consultant)
    assert row.change == letters["patient"].to_change[0].change
    assert AuditEntry.objects.filter(action="letter.overrule").count() == 1
    assert letter_forms.page(row.letter, team.consultant)["overruled"] == [(row.change, row.reason)]


def test_a_letter_about_another_person_than_the_documents_is_found(judged: Any, team: Any) -> None:  # noqa: F811
    def told() -> str:
        letters = prepare(judged, not_now(), by=team.consultant)
        return next((c.change for c in letters["gp"].to_change if c.id == "right-patient"), "")

    patient = judged.patient
    [stated] = facts_of(judged, not_now(), by=team.consultant, on=clock.today()).stated_patients
    assert stated.name or stated.nhs_number or stated.date_of_birth
    assert told() == ""
    patient.date_of_birth, patient.family_name, patient.given_name = date(1931, 1, 2), "Winterbottom", "Zoltan"
    assert "has the date of birth" in told() or "is about" in told()


def test_what_is_signed_are_the_bytes_that_were_prepared(judged: Any, team: Any) -> None:  # noqa: F811
    before = prepare(judged, not_now(), by=team.consultant)
    assert seal(before) == seal(prepare(judged, not_now(), by=team.consultant))
    decision = signed(judged, not_now(), team.consultant)
    letters = Letter.objects.filter(decision=decision)
    assert {letter.audience: bytes(letter.pdf) for letter in letters} == {
        audience: prepared.pdf for audience, prepared in before.items()
    }


def test_a_signature_with_a_gap_is_said_once_and_nothing_is_set(judged: Any, team: Any) -> None:  # noqa: F811
    team.consultant.registration = ""
    for letter in prepare(judged, not_now(), by=team.consultant).values():
        assert [check.id for check in letter.to_change if check.weight == "must"] == ["signature"]
        assert letter.pdf == b""


def test_the_timeline_names_the_gp_as_people_write_it(judged: Any, team: Any) -> None:  # noqa: F811
    review = clock.today() + timedelta(days=30)
    signed(judged, not_now(outcome="delay", review_on=review, watcher="Dr Con Sultant"), team.consultant)
    titles = [event.title for event in timeline(judged, load(find("southampton-portsmouth")))]
    assert "Letter signed: to the GP" in titles
    assert "Letter signed: to the patient" in titles
