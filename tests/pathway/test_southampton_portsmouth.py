"""What the page of Southampton and Portsmouth says, as the pathway carries it."""

import re
from datetime import date
from typing import get_args

import pytest

from painpath import documents, screening
from painpath.pathway import Pathway
from painpath.pathway.crisis import crisis_line, danger_signs
from painpath.pathway.model import OutcomeId
from painpath.pathway.referring import StateId
from painpath.pathway.walking import texts
from painpath.referrals.transitions import State

INCLUSION = [
    "adult",
    "non-malignant-persistent-pain",
    "disability-distress-over-3-months",
    "investigations-complete",
    "interventions-exhausted",
    "surgery-risk-outweighs-benefit",
    "not-acute-inflammatory",
    "informed-and-consents",
]
EXCLUSION = [
    "under-18",
    "contracted-gp",
    "major-psychiatric-disturbance",
    "unable-to-engage",
    "drug-alcohol-dependence",
    "opioid-use-disorder",
    "cognitive-impairment",
    "previous-significant-intervention",
    "self-exclusion",
    "no-attempts-by-non-specialists",
    "functional-neurological-disorder",
    "active-cancer-or-palliative",
    "expected-to-resolve",
    "re-referral-exhausted",
    "ongoing-investigations-or-pathways",
]
READINESS = ["seeking-cure-or-further-opinion", "accepts-persistent-and-self-management"]


def test_headings_of_the_page_are_ours(pathway: Pathway) -> None:
    assert (pathway.headings.page, pathway.headings.practitioners) == (
        "Persistent pain",
        "Information for practitioners",
    )
    assert pathway.version == "2025-11"


def test_criteria_are_those_of_the_list_in_its_order(pathway: Pathway) -> None:
    groups = {"inclusion": INCLUSION, "exclusion": EXCLUSION, "readiness": READINESS}
    for group, ids in groups.items():
        assert [criterion.id for criterion in pathway.criteria if criterion.group == group] == ids
    assert len(pathway.criteria) == 25


def test_patients_are_told_what_the_page_tells_them(pathway: Pathway) -> None:
    by_topic = {statement.topic: statement for statement in pathway.statements}
    assert set(by_topic) == {"how_to_be_referred", "what_to_consider", "can", "cannot", "after_referral", "not_now"}
    assert "cure" in by_topic["cannot"].plain
    assert "medicine" in by_topic["cannot"].plain
    assert "enjoy life" in by_topic["can"].plain
    assert "does not mean never" in by_topic["not_now"].plain


def test_readiness_statements_lead_to_their_criteria(pathway: Pathway) -> None:
    leads = {statement.id: (statement.right_time, statement.criteria) for statement in pathway.readiness}
    assert leads["further-opinion-or-cure"] == ("may_not_be", ("seeking-cure-or-further-opinion",))
    assert leads["severe-mental-health-problems"] == ("may_not_be", ("major-psychiatric-disturbance",))
    assert [times for times, _ in leads.values()] == ["may_not_be", "may_not_be", "may_be", "may_be", "may_be"]
    for statement in pathway.readiness:
        assert "may" in statement.plain, "a statement for a conversation, never a verdict"


def test_severe_mental_health_problems_point_to_a_delay(pathway: Pathway) -> None:
    criterion = pathway.criterion("major-psychiatric-disturbance")
    assert criterion.outcomes[0].outcome == "delay"
    assert {"condition", "watcher", "review_date"} <= set(pathway.outcome("delay").needs)
    assert "stabilisation" in str(criterion.exception)


def test_gp_route_goes_through_ers_and_a_consultant_decides(pathway: Pathway) -> None:
    route = pathway.route("gp-ers")
    assert (route.referrers, route.channel) == (("gp",), "ers_advice_and_guidance")
    assert route.needs == ("ubrn",)
    assert route.decided_by == ("consultant",)
    assert "Choose and Book" not in route.how, "the page's old name is explained, not repeated"


def test_other_practitioners_write_and_get_advice_or_move_on(pathway: Pathway) -> None:
    route = pathway.route("practitioner-letter")
    assert {"neurologist", "physiotherapist"} <= set(route.referrers)
    assert route.channel == "letter"
    assert set(route.outcomes) == {"advise", "accept"}


def test_palliative_care_team_refers_in_exceptional_circumstances(pathway: Pathway) -> None:
    route = pathway.route("palliative-team")
    assert route.referrers == ("palliative_team",)
    assert route.exceptional
    assert route.needs == ("circumstances",)
    for criterion_id in ("non-malignant-persistent-pain", "active-cancer-or-palliative"):
        assert "palliative care" in str(pathway.criterion(criterion_id).exception)


def test_questionnaire_step_offers_help_and_never_closes_a_case(pathway: Pathway) -> None:
    questionnaire = pathway.questionnaires[0]
    assert "by phone" in questionnaire.plain_help
    assert "not close your referral" in questionnaire.plain_help
    assert "questionnaire" in pathway.outcome("send_questionnaire").needs


@pytest.mark.parametrize("criterion_id", INCLUSION)
def test_inclusions_ask_and_explain(pathway: Pathway, criterion_id: str) -> None:
    criterion = pathway.criterion(criterion_id)
    assert criterion.question.endswith("?")
    assert criterion.ask, "silence leads to a question, never to a refusal"
    assert len({criterion.plain, criterion.plain_for, criterion.plain_against, criterion.plain_change}) == 4


@pytest.mark.parametrize(
    ("criterion_id", "outcome", "signpost"),
    [
        ("under-18", "redirect", "childrens-services"),
        ("contracted-gp", "redirect", "pain-service-elsewhere"),
        ("major-psychiatric-disturbance", "delay", None),
        ("unable-to-engage", "ask_patient", None),
        ("drug-alcohol-dependence", "signpost", "drug-alcohol-service"),
        ("opioid-use-disorder", "signpost", "community-pharmacy-team"),
        ("cognitive-impairment", "advise", None),
        ("previous-significant-intervention", "redirect", None),
        ("previous-significant-intervention", "discharge", None),
        ("self-exclusion", "withdraw", None),
        ("no-attempts-by-non-specialists", "redirect", "msk-service"),
        ("functional-neurological-disorder", "redirect", "neurology"),
        ("active-cancer-or-palliative", "redirect", "palliative-care-team"),
        ("expected-to-resolve", "delay", None),
        ("re-referral-exhausted", "discharge", None),
        ("ongoing-investigations-or-pathways", "delay", None),
    ],
)
def test_exclusions_point_to_something_else_to_do(
    pathway: Pathway, criterion_id: str, outcome: str, signpost: str | None
) -> None:
    criterion = pathway.criterion(criterion_id)
    assert (outcome, signpost) in {(pointer.outcome, pointer.signpost) for pointer in criterion.outcomes}
    assert criterion.question.endswith("?")
    assert criterion.ask


def test_case_by_case_clauses_carry_their_exception(pathway: Pathway) -> None:
    case_by_case = {criterion.id for criterion in pathway.criteria if criterion.case_by_case}
    assert case_by_case == {
        "non-malignant-persistent-pain",
        "investigations-complete",
        "contracted-gp",
        "major-psychiatric-disturbance",
        "drug-alcohol-dependence",
        "previous-significant-intervention",
        "functional-neurological-disorder",
        "active-cancer-or-palliative",
        "re-referral-exhausted",
        "ongoing-investigations-or-pathways",
    }
    assert all(pathway.criterion(one).exception for one in case_by_case)
    words = {criterion.id for criterion in pathway.criteria for text in criterion.published if "case" in text}
    assert words <= case_by_case


def test_unable_to_engage_needs_the_adjustments_offered(pathway: Pathway) -> None:
    assert pathway.criterion("unable-to-engage").requires == ("adjustments_offered",)


def test_ambiguity_of_three_months_is_noted_for_the_author(pathway: Pathway) -> None:
    criterion = pathway.criterion("disability-distress-over-3-months")
    assert "or more than 3 months duration" in criterion.published[0]
    assert any("of more than 3 months' duration" in note for note in criterion.notes)


def test_every_outcome_has_words_and_a_way_back(pathway: Pathway) -> None:
    assert [outcome.id for outcome in pathway.outcomes] == list(get_args(OutcomeId))
    for outcome in pathway.outcomes:
        assert outcome.way_back
        assert "patient" in outcome.tells
    for waiting in ("accept", "ask_referrer", "ask_patient", "send_questionnaire", "delay"):
        assert pathway.outcome(waiting).due, "an open referral has a due date"


def test_targets_of_the_service(pathway: Pathway) -> None:
    look, told = pathway.target("first-look"), pathway.target("decision-told")
    assert (look.days, look.unit) == (1, "working_days")
    assert (told.days, told.unit) == (7, "working_days")


def test_podcast_for_gps(pathway: Pathway) -> None:
    (podcast,) = pathway.podcasts
    assert podcast.title == "Pain Services Explained: A Conversation for GPs"
    assert [(speaker.name, speaker.organisation) for speaker in podcast.speakers] == [
        ("Dr Will Howard", "Wessex LMCs"),
        ("Cathy Price", None),
    ]
    assert podcast.published == "(November 2025)"
    assert podcast.link is None, "the page's text holds no address: the service sets it"


def test_accessibility_tools_are_named(pathway: Pathway) -> None:
    assert {tool.id for tool in pathway.accessibility.tools} >= {"text-size", "contrast", "read-aloud", "back-to-top"}


def test_crisis_lines_are_the_known_ones(pathway: Pathway) -> None:
    lines = {way.value for one in pathway.signposts if one.kind in ("crisis", "emergency") for way in one.ways}
    assert {"999", "111", "116 123", "85258"} <= lines


def test_the_signs_of_an_emergency_are_one_list_and_name_every_danger(pathway: Pathway) -> None:
    """New weakness in arms or legs, a numb saddle area, no pee, no hold on pee, no hold on poo."""
    said = " ".join(danger_signs(pathway))
    for danger in (
        "arm or a leg is weak",
        "numb between your legs",
        "cannot pee",
        "hold your pee",
        "hold or feel your poo",
    ):
        assert danger in said
    assert crisis_line(pathway.signpost("emergency")).startswith(f"{pathway.signpost('emergency').plain} {said}")
    apart = [words for _, words, for_patients in texts(pathway) if for_patients and words not in danger_signs(pathway)]
    assert not [words for words in apart if re.search(r"\bnumb\b|\bpoo\b|\bpee\b", words)], "no second list beside it"


def test_no_number_or_address_without_a_source(pathway: Pathway) -> None:
    known = {"southamptonpainteam@solent.nhs.uk", "jo@samaritans.org", "85258", "18000", "18001"}
    for _, words, _ in texts(pathway.signposts):
        assert set(re.findall(r"\S+@[\w.-]+\w", words)) <= known
        assert set(re.findall(r"\b\d{5,}\b", words)) <= known


def test_what_is_missing_raises_key_error(pathway: Pathway) -> None:
    for look_up in (pathway.criterion, pathway.route, pathway.outcome, pathway.signpost, pathway.stage, pathway.target):
        with pytest.raises(KeyError):
            look_up("no-such-thing")


def test_every_example_answers_its_own_question(pathway: Pathway) -> None:
    """The sentence shown as closing a gap closes it: the reader, given that sentence alone, finds it in favour."""
    for criterion in pathway.criteria:
        letter = documents.read(criterion.example.encode(), "example.txt")
        sheet = screening.screen(letter, pathway, written_on=date(2026, 11, 25), today=date(2026, 11, 25))
        states = {row.id: row.state for row in sheet.criteria}
        assert states[criterion.id] == "for", criterion.id


def test_the_door_of_referrers_knows_the_states_of_the_record() -> None:
    assert set(get_args(StateId)) == set(State)
