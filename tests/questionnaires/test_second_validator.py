"""What we ask and what comes back is valid FHIR R4 in a second implementation too (Medplum's, which we did not write).

It looks at structure, types, how often something may stand there, and the invariants of R4. Codes it does not look up.
"""

import json
import subprocess
import uuid
from pathlib import Path
from typing import Any

from painpath import pathway
from painpath.questionnaires import Answers, FreeText, Item, Questionnaire, Value, check, enabled, parse, question_at
from painpath.referrals.models import Answering, Referral
from painpath.referrals.questionnaires.fhir import response_of
from tests.referrals.questionnaires import EVERYTHING, MOOD

ROOT = Path(__file__).parents[2]
VALIDATOR = Path(__file__).with_name("second_validator.mjs")
TYPED: dict[str, tuple[Value, ...]] = {
    "boolean": (True,), "integer": (1,), "decimal": ("4.5",), "quantity": ("70",), "date": ("2019-03",),
    "dateTime": ("2026-11-01",), "time": ("06:30:00",), "string": ("Baker",), "text": ("Heat\nand rest",),
    "url": ("https://example.org",),
}  # fmt: skip


def faults(resources: list[dict[str, Any]]) -> list[list[str]]:
    """What the second implementation finds in each."""
    found = subprocess.run(
        ["node", str(VALIDATOR)], input=json.dumps(resources), cwd=ROOT,
        capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    return list(json.loads(found.stdout))


def answer(item: Item) -> tuple[Value, ...]:
    """One that fits: the first option, the lowest number, else as its type is written."""
    if item.options:
        own: tuple[Value, ...] = (FreeText("Another one"),) if item.open_choice and item.repeats else ()
        return (item.options[0].value, *own)
    if item.type == "integer" and item.min_value is not None:
        return (int(str(item.min_value)),)
    return TYPED[item.type]


def answered(form: Questionnaire) -> Answers:
    """Every question that is asked, also those that answers open."""
    answers: dict[str, tuple[Value, ...]] = {}
    while missing := [place for place in enabled(form, answers) if place not in answers]:
        for place in missing:
            item = question_at(form, place)
            answers[place] = answer(item) if item is not None and item.is_asked else ()
    return {place: values for place, values in answers.items() if values}


def test_every_questionnaire_and_a_response_to_each_are_valid_in_a_second_implementation() -> None:
    shipped = [json.loads(one.text) for one in pathway.load(pathway.find("southampton-portsmouth")).forms]
    assert len(shipped) >= 11
    resources, names = [], []
    for source in [*shipped, MOOD, EVERYTHING]:
        form = parse(json.dumps(source))
        resources.append(source)
        names.append(form.id)
        if form.skeleton:
            continue
        answers = answered(form)
        assert not check(form, answers, whole=True), form.id
        for who in ("patient", "proxy"):
            row = Answering(who=who, proxy_name="Jo Example", proxy_relationship="Son", key=uuid.uuid4())
            resources.append(response_of(row, form, answers, Referral(reference="2222-2222")))
            names.append(f"{form.id}, answered by the {who}")
    broken = [
        EVERYTHING | {"item": [{"type": "string", "text": "No linkId"}]},
        resources[-1] | {"status": None, "item": "None"},
        {key: value for key, value in MOOD.items() if key != "status"},
    ]
    found = faults([*resources, *broken])
    assert {name: one for name, one in zip(names, found, strict=False) if one} == {}
    assert all(found[len(resources) :]), "what is broken is found"
