"""A site's own questionnaires: nothing is asked that has faults, no licence, or nobody to read what it may say."""

import json
from datetime import timedelta

import pytest

from painpath import clock
from painpath.accounts.models import AuditEntry
from painpath.referrals import pathways
from painpath.referrals.models import QuestionnaireVersion, SiteQuestionnaire
from painpath.referrals.questionnaires import choosing, library, offering, site
from painpath.referrals.refusal import Refused
from painpath.triage.presenters import questionnaires as present
from tests.referrals.questionnaires import (
    EVERYTHING,
    MOOD,
    OURS,
    ext,
    fill_rota,
    item,
    options,
    publish,
    questionnaire,
)

pytestmark = pytest.mark.django_db


def content(source, **changes) -> bytes:
    return json.dumps(source | changes).encode()


def own(team, source=EVERYTHING, rights="bundled", **changes) -> SiteQuestionnaire:
    return site.upload(content=content(source, **changes), by=team.manager, rights=rights)


def published(team, row: SiteQuestionnaire) -> SiteQuestionnaire:
    return site.publish(row=row, pathway=pathways.in_force(team.service)[0], by=team.manager, looked=True)


def offered(team) -> list[str]:
    return [one.name for one in library.offered(team.service, pathways.in_force(team.service)[0])]


def test_every_fault_of_a_file_is_named_with_its_place_and_nothing_is_stored(team):
    bad = json.loads(json.dumps(EVERYTHING))
    bad["item"][1]["linkId"] = bad["item"][0]["linkId"]
    bad["item"][2]["type"] = "riddle"
    with pytest.raises(site.NotUsable) as wrong:
        own(team, bad)
    assert len(wrong.value.faults) >= 2
    assert all(fault.place and fault.sentence for fault in wrong.value.faults)
    for rubbish in (b"", b"{", b"\xff\xfe\x00", b'{"resourceType": "Patient"}', b" " * 1_000_001):
        with pytest.raises(site.NotUsable):
            site.upload(content=rubbish, by=team.manager, rights="bundled")
    assert not QuestionnaireVersion.objects.exists()


def test_it_is_offered_from_publishing_to_ending_and_older_answers_keep_their_version(team):
    row = own(team)
    assert own(team) == row, "the same file twice is one"
    assert row.title not in offered(team)
    with pytest.raises(Refused, match="Look through every question first"):
        site.publish(row=row, pathway=pathways.in_force(team.service)[0], by=team.manager, looked=False)
    published(team, row)
    assert "marked as a question about safety" in AuditEntry.objects.get(action="questionnaire.publish").detail["said"]
    assert row.title in offered(team)
    newer = own(team, version="2", title="Seen again")
    assert newer.version.name == row.version.name
    published(team, newer)
    assert [row.title in offered(team), "Seen again" in offered(team)] == [False, True]
    assert library.parsed(library.version_of(team.service, pathways.in_force(team.service)[0],
                                             f"{library.OWN}{row.pk}")).version == "1"  # fmt: skip
    site.end(row=newer, by=team.manager)
    site.end(row=newer, by=team.manager)
    assert "Seen again" not in offered(team)
    actions = list(AuditEntry.objects.filter(action__startswith="questionnaire").values_list("action", flat=True))
    assert sorted(actions) == sorted(
        ["questionnaire.upload", "questionnaire.publish", "questionnaire.end"] * 2
    )  # fmt: skip


def test_a_restricted_one_needs_a_licence_that_holds(team, screening, monkeypatch):
    row = own(team, rights="local")
    with pytest.raises(Refused, match="Record the licence first"):
        published(team, row)
    with pytest.raises(Refused, match="has run out"):
        site.add_licence(name=row.version.name, by=team.manager, holder="EuroQol", words="ID 1",
                         valid_until=clock.today() - timedelta(days=1))  # fmt: skip
    with pytest.raises(Refused, match="reference and terms"):
        site.add_licence(name=row.version.name, by=team.manager, holder="EuroQol", words=" ")
    licence = site.add_licence(name=row.version.name, by=team.manager, holder="EuroQol", words="ID 1",
                               valid_until=clock.today() + timedelta(days=1))  # fmt: skip
    published(team, row)
    referral = screening()
    assert offering.problem(referral, f"{library.OWN}{row.pk}") == ""
    monkeypatch.setattr(clock, "today", lambda: licence.valid_until + timedelta(days=1))
    assert "has run out" in offering.problem(referral, f"{library.OWN}{row.pk}")


def test_what_the_file_says_of_its_rights_counts_and_somebody_has_to_say_them(team):
    with pytest.raises(Refused, match="whose questionnaire"):
        own(team, rights="")
    said = own(team, rights="bundled", extension=[ext(f"{OURS}rights", valueCode="local")])
    assert said.rights == "local"


def test_a_question_about_safety_needs_a_duty_rota_first(team):
    row = own(team, MOOD)
    with pytest.raises(Refused, match="duty rota"):
        published(team, row)
    fill_rota(team.consultant)
    assert published(team, row).published_by == team.manager


@pytest.mark.parametrize("changes", [
    {"text": "Nine", "code": [{"system": "http://loinc.org", "code": "44260-8"}]},
    {"text": "Nine", "linkId": "/44260-8"},
    {"text": "Thoughts that you would be BETTER OFF\u00a0dead"},
    {"text": "Nine", "linkId": "/44260-8", "extension": [ext(f"{OURS}safety", valueDecimal=2)]},
])  # fmt: skip
def test_a_question_about_self_harm_without_its_guard_is_refused_with_what_to_do(team, screening, changes):
    nine = {name: value for name, value in MOOD["item"][0]["item"][1].items() if name != "extension"} | changes
    other = item("other", "string", "Did you think of the dead?")
    with pytest.raises(site.NotUsable) as wrong:
        own(team, questionnaire("nine", "Nine", item("all", "group", "All", item=[other, nine])))
    (fault,) = wrong.value.faults
    assert (fault.place, fault.link_id) == ("Questionnaire.item[0].item[1]", nine["linkId"])
    assert "extension urn:painpath:safety with the valueDecimal 0" in fault.sentence
    referral = screening()
    fill_rota(team.consultant)
    sent = publish(team.manager, questionnaire("old", "Old", item("all", "group", "All", item=[other, nine])))
    assert "cannot be sent" in offering.problem(referral, f"{library.OWN}{sent.pk}"), "published before this was known"
    sent.delete()
    assert not SiteQuestionnaire.objects.exists()
    guarded = nine | {"extension": [ext(f"{OURS}safety", valueDecimal=0)]}
    own(team, questionnaire("nine", "Nine", item("all", "group", "All", item=[other, guarded])))


YES = {"answerOption": options("No", "Yes", weighed=True)}
ANY = item("any", "choice", "Do you?", **YES)


@pytest.mark.parametrize("asked", [
    item("a", "choice", "Have you thought of suicide?", **YES),
    item("a", "choice", "Do you ever want to kill yourself?", **YES),
    item("a", "choice", "Have you made plans to end it?", **YES),
    item("a", "choice", "I think about ending my life", **YES),
    item("a", "choice", "Did you hurt yourself on purpose?", **YES),
    item("a", "choice", "I have been self-harming", **YES),
    item("a", "choice", "Would you take your own life?", **YES),
    item("a", "choice", "Which is true?", answerOption=options("I am well", "I want to kill myself", weighed=True)),
    item("a", "group", "How often did you think of harming yourself?", item=[ANY]),
])  # fmt: skip
def test_words_about_self_harm_are_found_in_questions_options_and_over_groups(team, asked):
    with pytest.raises(site.NotUsable, match="1 thing to mend"):
        own(team, questionnaire("found", "Found", asked))
    guard = {"extension": [ext(f"{OURS}safety", valueDecimal=0)]}
    marked = asked | {"item": [ANY | guard]} if asked["type"] == "group" else asked | guard
    assert own(team, questionnaire("found", "Found", marked)).pk


def test_words_that_only_sound_like_it_and_help_are_no_fault(team):
    assert own(team, questionnaire(
        "fine", "Fine", item("help", "display", "If you think about suicide, call 999."),
        item("hurts", "string", "Where does it hurt? Be kind to yourself."),
        item("end", "boolean", "At the end of the day, is your life harder?"),
        item("skills", "boolean", "Do you plan to end a task before you rest?"),
    )).pk  # fmt: skip


def test_to_ask_the_phq_4_instead_is_a_decision_on_record_that_holds(team, screening):
    fill_rota(team.consultant)
    referral = screening()
    assert offering.problem(referral, "mood-and-worry") == ""
    for by, reason, sentence in ((team.consultant, "We do.", "manager"), (team.manager, " ", "and why")):
        with pytest.raises(Refused, match=sentence):
            choosing.choose(asks=False, reason=reason, by=by)
    for _ in range(2):
        choosing.choose(asks=False, reason="Our safety officer: nobody reads on Fridays.", by=team.manager)
    said = offering.problem(referral, "mood-and-worry")
    assert "nobody reads on Fridays" in said
    assert "Man Ager" in said
    assert offering.problem(referral, "about-your-pain") == "", "the PHQ-4 has no such question"
    choosing.choose(asks=True, reason="The rota is full.", by=team.manager)
    assert offering.problem(referral, "mood-and-worry") == ""
    lines = present.asking(team.service)
    assert [line.partition(" Decided on ")[0] for line in lines] == [present.ASKS[True], present.ASKS[False]]
    assert "Man Ager" in lines[1]
    assert "nobody reads on Fridays" in lines[1]
    assert AuditEntry.objects.filter(action="questionnaire.safety_choice").count() == 2


def test_only_a_manager_brings_in_and_publishes(team):
    row = own(team)
    for by in (team.administrator, team.consultant):
        with pytest.raises(Refused, match="manager"):
            site.upload(content=content(MOOD), by=by, rights="bundled")
        with pytest.raises(Refused, match="manager"):
            site.publish(row=row, pathway=pathways.in_force(team.service)[0], by=by, looked=True)
        with pytest.raises(Refused, match="manager"):
            site.end(row=row, by=by)
