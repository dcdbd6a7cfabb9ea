"""A questionnaire with a question about safety is offered only where somebody reads it and people are told."""

import json

import pytest

from painpath.pathway import PathwayError, load

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


def test_it_says_by_when_and_names_no_other_field(copy):
    file = copy / "safety.yaml"
    whole = file.read_text()
    file.write_text(whole.replace("reads this answer by {by}", "reads this answer soon"))
    with pytest.raises(PathwayError, match=r"put `\{by\}` in"):
        load(copy)
    file.write_text(whole.replace("Thank you for telling us.", "Thank you, {name}."))
    with pytest.raises(PathwayError, match="no field `name`"):
        load(copy)
