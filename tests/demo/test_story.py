"""The demonstration's stories can be played by the record's own rules, and everybody in them is invented."""

import re
from collections import Counter
from datetime import date
from pathlib import Path

import msgspec
import nhs_number
import pytest
from tests.shared import SHARED, needs

from painpath import pathway, questionnaires
from painpath.demo import files, parts, steps, story
from painpath.pathway.letters import banned_words
from painpath.referrals.transitions import OPEN, OUTCOME_STATES, STAFF, VERBS, Outcome, State, working_days_between

PEOPLE = story.people()
REFERRALS = story.referrals()
TEAM = {person.key: person for person in PEOPLE.team}
LETTERS = {path.stem: path.read_text(encoding="utf-8") for path in parts.LETTERS.glob("*.txt")}
WRONG_NUMBER = {"L005", "L012", "L019"}
"""Letters whose NHS number has a wrong check digit on purpose."""

A_MONDAY = date(2026, 11, 23)
GIVEN = SHARED / "data/letters"

each = pytest.mark.parametrize("referral", REFERRALS, ids=lambda referral: referral.key)


@pytest.fixture(scope="module")
def service() -> pathway.Pathway:
    return pathway.load(pathway.find("southampton-portsmouth"))


def all_documents(documents: tuple[parts.Document, ...]) -> list[parts.Document]:
    return [one for document in documents for one in (document, *all_documents(document.attachments))]


def documents_of(referral: story.Referral) -> list[parts.Document]:
    later = [
        step.documents
        for step in referral.story
        if isinstance(step, steps.RecordReply | steps.TakeBack | steps.AddDocuments)
    ]
    return [one for documents in (referral.documents, *later) for one in all_documents(documents)]


def decisions() -> list[tuple[str, steps.Decide]]:
    return [(one.key, step) for one in REFERRALS for step in one.story if isinstance(step, steps.Decide)]


# --- the shape --------------------------------------------------------------------------------------------------------


def test_a_misspelt_field_is_an_error() -> None:
    with pytest.raises(msgspec.ValidationError, match="ubrm"):
        msgspec.convert({"ubrm": "1"}, type=story.Referral)


def test_there_are_enough_of_everything() -> None:
    ends = Counter(referral.ends_in for referral in REFERRALS)
    assert len(REFERRALS) >= 48
    assert set(ends) == {state.value for state in State}
    assert ends["awaiting_screening"] >= 12
    assert {document.format for one in REFERRALS for document in documents_of(one)} == set(files.FORMATS)
    assert {one.route for one in REFERRALS} == {"gp-ers", "practitioner-letter", "palliative-team"}
    assert {one.locality for one in REFERRALS} == {"southampton", "portsmouth", "unknown"}
    assert {step.outcome for _, step in decisions()} == {outcome.value for outcome in Outcome} - {"withdraw"}
    for fact in ("interpreter", "communication_needs", "safe_contact", "proxy_authority", "ethnicity"):
        assert sum(bool(getattr(one.patient, fact)) for one in REFERRALS) >= 3, fact


def test_one_person_comes_back_and_one_letter_comes_twice() -> None:
    numbers = Counter(one.patient.nhs_number for one in REFERRALS if one.patient.nhs_number)
    assert sum(count > 1 for count in numbers.values()) >= 2
    keys = [one.key for one in sorted(REFERRALS, key=lambda one: (-one.received_days_ago, one.key))]
    merges = [(one.key, step.into) for one in REFERRALS for step in one.story if isinstance(step, steps.Merge)]
    assert merges
    assert all(keys.index(into) < keys.index(key) for key, into in merges)


@pytest.mark.parametrize("day", [date(2026, 11, 23), date(2026, 11, 28), date(2028, 3, 1), date(2028, 6, 4)])
def test_who_comes_twice_has_one_date_of_birth_on_any_day(day: date) -> None:
    born: dict[str | None, set[date]] = {}
    for one in REFERRALS:
        born.setdefault(one.patient.nhs_number, set()).add(one.patient.date_of_birth(one.received_on(day)))
    assert all(len(found) == 1 for number, found in born.items() if number)


def test_some_are_overdue() -> None:
    waiting = [one for one in REFERRALS if one.ends_in == "awaiting_screening" and not one.story]
    days = [working_days_between(one.received_on(A_MONDAY), A_MONDAY) for one in waiting]
    assert sum(day > 7 for day in days) >= 3
    assert sum(day <= 1 for day in days) >= 3
    delays = [(step.days_ago, step.review_in_days) for _, step in decisions() if step.outcome == "delay"]
    assert any(review is not None and ago >= review for ago, review in delays), "a delay whose day has come"
    assert any(review is not None and ago < review for ago, review in delays)


def test_every_letter_is_used_and_every_letter_used_is_there() -> None:
    assert {document.letter for one in REFERRALS for document in documents_of(one)} == set(LETTERS)


def test_keys_are_unique_and_known() -> None:
    practices, referrers = {p.key for p in PEOPLE.practices}, {r.key for r in PEOPLE.referrers}
    for keys in ([p.key for p in PEOPLE.team], [r.key for r in REFERRALS], [r.ubrn for r in REFERRALS if r.ubrn]):
        assert len(keys) == len(set(keys))
    assert {r.practice for r in PEOPLE.referrers if r.practice} <= practices
    assert {r.practice for r in REFERRALS if r.practice} <= practices
    assert {r.referrer for r in REFERRALS} <= referrers
    assert {step.by for r in REFERRALS for step in r.story} | {r.by for r in REFERRALS} <= set(TEAM) | {"patient"}
    assert {step.by for r in REFERRALS for step in r.story if isinstance(step, steps.Answer)} == {"patient"}


def test_the_team() -> None:
    assert Counter((person.role, person.grade) for person in PEOPLE.team) == {
        ("administrator", ""): 1,
        ("manager", ""): 1,
        ("auditor", ""): 1,
        ("clinician", "consultant"): 2,
        ("clinician", "specialist_physiotherapist"): 1,
        ("clinician", "clinical_nurse_specialist"): 1,
        ("clinician", "psychologist"): 1,
    }
    assert all(person.registration and person.contact for person in PEOPLE.team if person.role == "clinician")
    assert [person.grade for person in PEOPLE.team if person.leads] == ["consultant"]
    assert {one.practice for one in PEOPLE.practice_members} <= {practice.key for practice in PEOPLE.practices}
    assert PEOPLE.practice_members
    assert Counter(practice.locality for practice in PEOPLE.practices) == {"southampton": 5, "portsmouth": 3}
    assert {practice.contracted for practice in PEOPLE.practices} == {True, False, None}


# --- the stories, by the record's own rules ---------------------------------------------------------------------------


@each
def test_the_story_leads_where_it_says(referral: story.Referral, service: pathway.Pathway) -> None:
    screeners = {step.by for step in referral.story if isinstance(step, steps.StartScreening | steps.Decide)}
    state = State.AWAITING_SCREENING if referral.registered else State.RECEIVED
    screener, days = "", [referral.received_days_ago]
    for step in referral.story:
        name = type(step).__struct_config__.tag
        days.append(step.days_ago)
        if isinstance(step, steps.SentInErs):
            assert referral.route == "gp-ers"
            assert TEAM[step.by].role in ("administrator", "clinician")
            continue
        if isinstance(step, steps.DoTasks | steps.ConfirmContact):
            continue
        if isinstance(step, steps.AddDocuments):
            assert state in OPEN
            assert TEAM[step.by].role in STAFF
            continue
        if isinstance(step, steps.ScreenSecond | steps.AgreeOnSecond):
            assert TEAM[step.by].grade in service.route(referral.route).decided_by
            assert step.by not in screeners
            continue
        if isinstance(step, steps.ActOnAlerts | steps.Judge):
            assert state is State.SCREENING or isinstance(step, steps.ActOnAlerts)
            assert step.by == screener
            assert TEAM[step.by].role == "clinician"
            continue
        if isinstance(step, steps.AddComment | steps.PutOnMeetingList):
            assert TEAM[step.by].role in STAFF
            continue
        if isinstance(step, steps.Answer):
            assert state is State.AWAITING_PATIENT
            forms = service.questionnaires[0].forms
            answered = [one.form for one in referral.story if isinstance(one, steps.Answer)]
            assert answered == list(forms), "with the last one it comes back"
            state = State.AWAITING_SCREENING if step.form == forms[-1] else state
            continue
        verb = VERBS[str(name)]
        assert state in verb.leaves, name
        assert TEAM[step.by].role in verb.who, name
        match step:
            case steps.StartScreening():
                screener = step.by
            case steps.Decide():
                assert step.by == screener
        if verb.stays:
            continue
        state = OUTCOME_STATES[Outcome(step.outcome)] if isinstance(step, steps.Decide) else State(str(verb.to))
        if isinstance(step, steps.TakeBack):
            state = State.AWAITING_SCREENING
    assert state == referral.ends_in
    assert days == sorted(days, reverse=True)


def test_what_patients_answer_may_be_sent(service: pathway.Pathway) -> None:
    for referral in REFERRALS:
        for step in referral.story:
            if isinstance(step, steps.Answer):
                given = {place: tuple(values) for place, values in step.answers.items()}
                asked = questionnaires.parse(service.form(step.form).text)
                assert questionnaires.check(asked, given, whole=True) == (), referral.key


def test_the_team_keeps_advice_about_known_criteria(service: pathway.Pathway) -> None:
    kept = story.advice()
    assert {name for one in kept for name in one.criteria} <= {criterion.id for criterion in service.criteria}
    assert {TEAM[one.owner].role for one in kept} == {"clinician"}
    assert any(one.days_left < 0 for one in kept)
    assert sum(one.days_left > 0 for one in kept) >= 2


@each
def test_decisions_are_complete_and_rest_on_judged_clauses(referral: story.Referral, service: pathway.Pathway) -> None:
    criteria = {criterion.id for criterion in service.criteria}
    decided_by = service.route(referral.route).decided_by
    judged: set[str] = set()
    for step in referral.story:
        if isinstance(step, steps.Judge):
            assert step.criterion in criteria
            judged.add(step.criterion)
        if not isinstance(step, steps.Decide):
            continue
        assert TEAM[step.by].grade in decided_by
        assert step.clauses
        assert set(step.clauses) <= judged
        given = {
            "stage": step.stage,
            "priority": step.priority,
            "signpost": step.signposts,
            "target_service": step.target_service,
            "questions": step.questions_patient if step.outcome == "ask_patient" else step.questions_referrer,
            "review_date": step.review_in_days,
            "condition": step.condition,
            "watcher": step.watcher,
            "question": step.question or step.no_question,
        }
        needs = set(service.outcome(step.outcome).needs) & set(given)
        assert {name for name, value in given.items() if value} == needs
        assert not step.stage or step.stage in {stage.id for stage in service.stages}
        assert set(step.signposts) <= {signpost.id for signpost in service.signposts}


@pytest.mark.parametrize(("key", "step"), decisions(), ids=[key for key, _ in decisions()])
def test_patients_read_plain_short_sentences(key: str, step: steps.Decide) -> None:
    words = f"{step.to_patient} {step.questions_patient}"
    assert banned_words(words) == []
    assert set(re.findall(r"\b[A-Z][A-Z&]+\b", words)) <= {"GP", "A&E", "NHS"} | ({"BSL"} if key == "D08" else set())
    for sentence in re.split(r"(?<=[.!?])\s+", words):
        assert len(sentence.split()) <= 25, sentence


# --- letters and record agree -----------------------------------------------------------------------------------------


@each
def test_the_letter_is_about_this_patient(referral: story.Referral) -> None:
    patient, letter = referral.patient, LETTERS[referral.documents[0].letter]
    assert patient.family_name.lower() in letter.lower()
    stated = set(re.findall(r"999 \d{3} \d{4}", letter))
    if referral.key in WRONG_NUMBER:
        assert patient.nhs_number is None
        assert not any(nhs_number.is_valid(number.replace(" ", "")) for number in stated)
    else:
        assert stated == {patient.nhs_number}
    for ubrn in re.findall(r"\b0000 \d{4} \d{4}\b", letter):
        assert ubrn.replace(" ", "") == referral.ubrn
    for document in documents_of(referral)[1:]:
        assert set(re.findall(r"999 \d{3} \d{4}", LETTERS[document.letter])) <= stated
    if patient.postcode and (written := re.findall(r"\b[SP]O\d+ \d\w\w\b", letter)):
        assert written == [patient.postcode]


@each
def test_a_letter_by_e_rs_has_a_ubrn_and_no_other(referral: story.Referral) -> None:
    assert (referral.ubrn is not None) == (referral.route == "gp-ers")


def test_nhs_numbers_are_valid_test_numbers_each_of_one_person() -> None:
    people: dict[str, set[tuple[str, str, date]]] = {}
    for one in REFERRALS:
        if number := one.patient.nhs_number:
            who = one.patient
            born = who.date_of_birth(one.received_on(A_MONDAY))
            people.setdefault(number, set()).add((who.given_name, who.family_name, born))
    assert all(len(found) == 1 for found in people.values())
    assert len(set.union(*people.values())) == len(people)
    for number in people:
        assert re.fullmatch(r"999 \d{3} \d{4}", number)
        assert nhs_number.is_valid(number.replace(" ", "")), number


@each
def test_every_document_can_be_made(referral: story.Referral) -> None:
    for document in documents_of(referral):
        data, name = document.file(patient=referral.patient, received_on=A_MONDAY, sent_on=A_MONDAY)
        assert 100 < len(data) < 3_000_000
        assert name.startswith(document.name)


def test_no_letter_is_dated_in_a_fixed_year() -> None:
    for name, letter in LETTERS.items():
        plain = re.sub(r"\{\{.*?\}\}|999 \d{3} \d{4}|0000 \d{4} \d{4}", "", letter)
        assert re.findall(r"\b(?:19|20)\d\d\b(?!/)", plain) == [], name


# --- everybody is invented --------------------------------------------------------------------------------------------


def test_contact_details_reach_nobody() -> None:
    data = [path.read_text(encoding="utf-8") for path in parts.HERE.rglob("*.yaml")]
    for text in [*LETTERS.values(), *data]:
        digits = re.sub(r"(?<=\d) (?=\d)", "", re.sub(r"\b0000 \d{4} \d{4}\b|\b999 \d{3} \d{4}\b", "", text))
        for phone in re.findall(r"\b0\d{9,10}\b", digits):
            assert re.fullmatch(r"(01632960|07700900)\d{3}", phone), phone
        for domain in re.findall(r"@([\w.-]+\w)", text):
            assert domain in {"example.nhs.uk", "example.com"}
        for postcode in re.findall(r"\b[A-Z]{1,2}\d{1,2} \d[A-Z]{2}\b", text):
            assert re.fullmatch(r"[SP]O29 \d[ABD-HJLNP-UW-Z]{2}", postcode), postcode


@needs("data/letters")
def test_the_labelled_letters_are_kept_as_they_were() -> None:
    kept = Path(__file__).parents[1] / "data" / "letters"
    for path in [*GIVEN.glob("L*.txt"), GIVEN / "labels.jsonl"]:
        assert (kept / path.name).read_bytes() == path.read_bytes(), path.name
