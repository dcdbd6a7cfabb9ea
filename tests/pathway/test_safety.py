"""A questionnaire with a question about safety is offered only where somebody reads it and people are told."""

import json
import re

import pytest

from painpath.pathway import PathwayError, load
from painpath.pathway.safety import who_reads

FORM = {
    "resourceType": "Questionnaire", "status": "active", "title": "How are you?", "url": "urn:test:how",
    "item": [{
        "linkId": "one", "type": "integer", "text": "How often?",
        "extension": [{"url": "urn:painpath:safety", "valueDecimal": 0}],
    }],
}  # fmt: skip


def offer(copy) -> None:
    (copy / "questionnaires").mkdir(exist_ok=True)
    (copy / "questionnaires/how.json").write_text(json.dumps(FORM))
    service = copy / "service.yaml"
    words = service.read_text()
    assert "forms: [" in words
    service.write_text(words.replace("forms: [", "forms: [how, "))


def test_without_words_and_a_clock_it_cannot_be_offered(copy):
    offer(copy)
    assert load(copy).safety.read_by == "17:00"
    (copy / "safety.yaml").unlink()
    with pytest.raises(PathwayError, match="`how` has a question whose answer a clinician must read"):
        load(copy)


def test_nothing_is_promised_of_all_help_that_is_not_true_of_each(pathway):
    """Below these words stand ways to call, to text, to type and to sign. Each says itself when it is there."""
    crisis = next(part for part in pathway.patient_pages.page("urgent-help").parts if part.id == "crisis")
    for words in (*pathway.safety.plain_at_once, *pathway.safety.plain_at_once_for_somebody, *crisis.plain):
        assert not re.search(r"\bnight|\bopen\b|these numbers|\bfree\b", words), words


def test_it_says_by_when_and_names_no_other_field(copy):
    file = copy / "safety.yaml"
    whole = file.read_text()
    file.write_text(whole.replace("reads this answer by {by}", "reads this answer soon"))
    with pytest.raises(PathwayError, match=r"put `\{by\}` in"):
        load(copy)
    file.write_text(whole.replace("Thank you for telling us.", "Thank you, {name}."))
    with pytest.raises(PathwayError, match="no field `name`"):
        load(copy)


@pytest.mark.parametrize(("old", "new", "fault"), [
    ("after_minutes: 60", "after_minutes: 180", "the earliest step first"),
    ("after_minutes: 120", "after_minutes: 480", "within one working day of 480 minutes"),
    ("tell: [clinician]", "tell: [administrator]", "only they can act"),
    ("tell: [clinician, manager]", "tell: [clinician]", "the clinicians and the managers"),
    ('read_from: "09:00"', 'read_from: "17:30"', "begins before `read_by`"),
])  # fmt: skip
def test_who_is_told_while_nobody_has_read_it_makes_sense(copy, old, new, fault):
    file = copy / "safety.yaml"
    assert old in file.read_text()
    file.write_text(file.read_text().replace(old, new))
    with pytest.raises(PathwayError, match=fault):
        load(copy)


@pytest.mark.parametrize(("before", "after", "sentence"), [
    ('accept_until: "16:00"', 'accept_until: "17:00"', "somebody has to read it yet"),
    ('morning_by: "11:30"', 'morning_by: "16:00"', "read in the morning"),
    ('  morning_by: "11:30"\n', "", "stand together"),
    ("before {accept_until} on", "before {read_by} on", "put `{accept_until}` in"),
    ("by {morning_by} on", "on", "put `{morning_by}` in"),
])  # fmt: skip
def test_until_when_an_answer_is_in_time_is_said_to_patients_as_it_is(copy, before, after, sentence):
    file = copy / "safety.yaml"
    assert before in file.read_text()
    file.write_text(file.read_text().replace(before, after))
    with pytest.raises(PathwayError, match=re.escape(sentence)):
        load(copy)


def test_without_those_times_the_day_is_open_until_its_end(copy):
    file = copy / "safety.yaml"
    words = file.read_text().replace('  accept_until: "16:00"\n  morning_by: "11:30"\n', "")
    file.write_text(words.replace("{accept_until}", "{read_by}").replace("by {morning_by} on", "on"))
    assert "before 17:00 on a working day" in " ".join(who_reads(load(copy).safety, str))
