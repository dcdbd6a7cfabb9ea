"""A pathway as FHIR: valid R4 for two implementations, without loss out and in, and a draft from elsewhere."""

import base64
import copy
import json
from typing import Any

import fhirkit
import fhirpathpy
import msgspec
import pytest
import yaml
from fhirpathpy.models import models
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from painpath import clock, pathway
from painpath.pathway.criteria import Criterion
from painpath.pathway.draft_files import compile_draft, files_of
from painpath.pathway.fhir import bundle, files_from
from painpath.pathway.fhir.foreign import draft_of
from painpath.pathway.fhir.plan import expression, plan
from painpath.pathway.fhir.unpacking import name_in
from painpath.pathway.measures import Threshold
from painpath.pathway.problems import PathwayError
from painpath.pathway.shapes import Combination
from tests.questionnaires.test_second_validator import faults

FOLDER = pathway.find("southampton-portsmouth")
PATHWAY = pathway.load(FOLDER)
FILES = files_of(FOLDER)
BUNDLE = bundle(PATHWAY, FILES)


def changed(**library: Any) -> dict[str, Any]:
    """Our Bundle with another Library."""
    other = copy.deepcopy(BUNDLE)
    other["entry"][0]["resource"] |= library
    return other


def file(path: str, content: bytes, **more: Any) -> dict[str, Any]:
    return {"title": path, "data": base64.b64encode(content).decode()} | more


def said(given: Any) -> str:
    with pytest.raises(PathwayError) as caught:
        files_from(given)
    return str(caught.value)


def test_what_goes_out_comes_in_byte_for_byte():
    sent = json.loads(json.dumps(BUNDLE))
    assert files_from(sent) == FILES
    assert name_in(sent) == "southampton-portsmouth"
    assert bundle(PATHWAY, FILES) == BUNDLE


@settings(max_examples=30, deadline=None)
@given(st.dictionaries(
    st.from_regex(r"\A[a-z][a-z0-9-]{0,9}(/[a-z][a-z0-9-]{0,9})?\.(yaml|json|txt)\Z"),
    st.text(st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n\r\t"), max_size=60),
    min_size=1, max_size=5,
))  # fmt: skip
def test_any_text_comes_back_as_it_was(files):
    assume(not any(f"{path}/" in other for path in files for other in files))
    sent = bundle(PATHWAY, files)
    assert files_from(json.loads(json.dumps(sent | {"entry": sent["entry"][:1]}))) == files


def test_it_is_valid_for_two_implementations():
    whole = [BUNDLE, *(entry["resource"] for entry in BUNDLE["entry"])]
    assert {one["resourceType"] for one in whole} == {"Bundle", "Library", "PlanDefinition", "Questionnaire"}
    for one, theirs in zip(whole, faults(whole), strict=True):
        assert [*map(str, fhirkit.validate(one)), *theirs] == [], one["resourceType"]
    broken = changed(type="asset-collection")["entry"][0]["resource"]
    assert any([*map(str, fhirkit.validate(broken)), *faults([broken])[0]])
    addresses = [entry["fullUrl"] for entry in BUNDLE["entry"]]
    assert len(set(addresses)) == len(addresses)


def test_the_plan_has_the_published_words():
    plan = next(one["resource"] for one in BUNDLE["entry"] if one["resource"]["resourceType"] == "PlanDefinition")
    assert [one["description"] for one in plan["action"]] == ["\n".join(one.published) for one in PATHWAY.criteria]
    library = BUNDLE["entry"][0]["resource"]
    assert plan["library"] == [f"{library['url']}|{library['version']}"]
    assert len(library["relatedArtifact"]) == len(BUNDLE["entry"]) - 1


@pytest.mark.parametrize(
    ("bounds", "inside", "outside"),
    [
        ({"low": 18}, (18, 40), (17,)), ({"low": 55, "low_included": False}, (56,), (55,)),
        ({"high": 18, "high_included": False}, (17,), (18,)), ({"low": 16, "high": 65}, (16, 65), (15, 66)),
    ],
)  # fmt: skip
def test_an_age_with_bounds_is_computable(bounds, inside, outside):
    threshold = Threshold(of="age", unit="years", **bounds)
    adult = PATHWAY.criterion("adult")
    fields = {name: getattr(adult, name) for name in adult.__struct_fields__}
    computed = expression(Criterion(**(fields | {"thresholds": (threshold,)})))
    for years in (*inside, *outside):
        born = clock.today().replace(year=clock.today().year - years, day=1)
        patient = {"resourceType": "Patient", "birthDate": born.isoformat()}
        found = fhirpathpy.evaluate({}, computed, {"patient": patient}, models["r4"])
        assert found == [years in inside], years
    in_months = Threshold(of="age", unit="months", low=6)
    assert expression(Criterion(**(fields | {"thresholds": (in_months,)}))) == ""


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ([], "This is no FHIR Bundle."),
        ({"resourceType": "Patient"}, "This is no FHIR Bundle."),
        ({"resourceType": "Bundle"}, "The Bundle has no entries."),
        ({"resourceType": "Bundle", "entry": [{}] * 501}, "The Bundle has 501 entries."),
        ({"resourceType": "Bundle", "entry": [{"resource": {"resourceType": "Basic"}}]}, "has no PlanDefinition"),
        ({"resourceType": "PlanDefinition", "action": [{"prefix": "1"}]}, "has no action with words"),
        ({"resourceType": "PlanDefinition", "action": [{"title": "A"}] * 201}, "more than 200 actions"),
        (changed(content=[]), "has no files"),
        (changed(content=["x"]), "has no name in `title`"),
        (changed(content=[file("../service.yaml", b"a")]), "The names of files and folders have letters"),
        (changed(content=[file("a.yaml", b"a"), file("a.yaml", b"b")]), "This file is twice"),
        (changed(content=[file("a.exe", b"a")]), "not a kind of file that a pathway has"),
        (changed(content=[file("a.yaml", b"\xff")]), "not text in UTF-8"),
        (changed(content=[{"title": "a.yaml", "data": "???"}]), "not text in UTF-8"),
        (changed(content=[file("a.yaml", b"a", hash="AAAA")]), "its hash does not fit"),
        (changed(content=[file("a.yaml", b"a" * 500_001)]), "too large"),
        (changed(url="urn:painpath:pathway:../shared"), "The name of a pathway has small letters"),
    ],
)  # fmt: skip
def test_what_cannot_be_taken_is_a_sentence(given, sentence):
    assert sentence in said(given)


def nested(depth: int) -> list[dict[str, Any]]:
    return [{"action": nested(depth - 1)}] if depth else [{"title": "Deep"}]


def test_too_many_levels_are_refused():
    assert "nested too deeply" in said({"resourceType": "PlanDefinition", "action": nested(40)})


ELSEWHERE = {
    "resourceType": "Bundle", "type": "collection",
    "entry": [
        {"resource": {
            "resourceType": "PlanDefinition", "status": "active", "title": "Pain clinic criteria",
            "publisher": "Example Trust", "date": "2026-05-01",
            "action": [
                {"title": "Who we see", "action": [
                    {"title": "Adults", "description": "Aged 18 and over.", "textEquivalent": "How old is the patient?",
                     "condition": [{"kind": "applicability", "expression": {
                         "language": "text/fhirpath", "expression": "%patient.age >= 18"}}]},
                    {"description": "Pain for more than 3 months.", "code": [{"text": "Inclusion"}]},
                ]},
                {"title": "Active cancer", "code": [{"coding": [{"code": "exclusion"}]}]},
                {"title": "Active cancer", "description": "Cancer: treat first",
                 "code": [{"text": "Exclusion criterion"}]},
            ],
        }},
        {"resource": {
            "resourceType": "Questionnaire", "id": "PEG_3", "status": "active", "title": "About your pain",
            "item": [{"linkId": "1", "text": "How is your pain today?", "type": "string"}],
        }},
    ],
}  # fmt: skip


def criteria_of(files: dict[str, str]) -> dict[str, dict[str, Any]]:
    parts = [yaml.safe_load(text)["criteria"] for path, text in files.items() if path.startswith("criteria/")]
    return {one["id"]: one for part in parts for one in part}


def test_a_bundle_from_elsewhere_becomes_a_draft_that_compiles_with_open_points():
    files = files_from(ELSEWHERE)
    assert "questionnaires/peg-3.json" in files
    criteria = criteria_of(files)
    assert {name: (one["group"], one["published"]) for name, one in criteria.items()} == {
        "adults": ("inclusion", ["Aged 18 and over."]),
        "pain-for-more-than-3-months": ("inclusion", ["Pain for more than 3 months."]),
        "active-cancer": ("exclusion", ["Active cancer"]),
        "active-cancer-2": ("exclusion", ["Cancer: treat first"]),
    }
    assert criteria["adults"]["name"] == "Adults"
    assert criteria["adults"]["question"] == "How old is the patient?"
    assert criteria["adults"]["thresholds"][0]["low"] == 18
    compiled = compile_draft("imported", files)
    assert compiled.pathway is not None, compiled.problems[:3]
    assert compiled.pathway.service == "Example Trust"
    elsewhere = [one for one in compiled.problems if one.file.parts[0] != "questionnaires"]  # its rights are not said
    assert [one for one in elsewhere if "settled" not in one.field] == []
    notes = {one.words for one in compiled.pathway.unsettled if "adults" in one.about or "Aged 18" in one.words}
    assert any("%patient.age >= 18" in words for words in notes)
    assert any("does not say whether this speaks for or against" in words for words in notes)
    about = " ".join(f"{one.about} {one.words}" for one in compiled.pathway.unsettled)
    assert [name for name in criteria if name not in about] == []


def test_our_own_plan_without_its_files_keeps_ids_and_groups():
    """What the FHIR facade of another site shows: no Library, so a draft."""
    plan = next(one["resource"] for one in BUNDLE["entry"] if one["resource"]["resourceType"] == "PlanDefinition")
    criteria = criteria_of(files_from(plan))
    assert {name: one["group"] for name, one in criteria.items()} == {one.id: one.group for one in PATHWAY.criteria}
    assert {name: tuple(one["published"]) for name, one in criteria.items()} == {
        one.id: one.published for one in PATHWAY.criteria
    }
    assert compile_draft("imported", files_from(plan)).pathway is not None


def test_what_our_plan_ties_together_comes_in_once():
    both = Combination(id="both", name="Both", how="all", of=("adult", "under-18"))
    two = (PATHWAY.criterion("adult"), PATHWAY.criterion("under-18"))
    named = msgspec.structs.replace(PATHWAY, criteria=two, combinations=(both,))
    made = draft_of([plan(named, "")])
    criteria = [
        one["id"]
        for words in made.values()
        if "\ncriteria:" in f"\n{words}"
        for one in yaml.safe_load(words)["criteria"]
    ]
    assert sorted(criteria) == ["adult", "under-18"]
