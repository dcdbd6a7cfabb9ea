"""The shapes in which pages put their criteria: each can be written, and a fault of one is told at its field."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from painpath.pathway import Pathway, PathwayError, complete, decode, encode, load, shape_checking, wording
from painpath.pathway.completing import SHAPES
from painpath.pathway.linting import lint
from painpath.pathway.measures import UNITS, Scale, Threshold, bounds_in_words
from painpath.pathway.model import Criterion
from painpath.pathway.outcomes import Due
from painpath.pathway.problems import Fault, field_name
from painpath.pathway.shapes import Catchment, Combination, Programme, Required, Unsettled

change = msgspec.structs.replace

VAS = Scale(id="vas", name="VAS", low=0, high=10, group="pain", source="The page.")
SIX = Threshold(of="duration", low=6, low_included=False, unit="months")
ADULT = Threshold(of="age", low=18, unit="years")
SCORE = Threshold(of="scale", scale="vas", low=6, unit="points")
SEEN = Threshold(of="since", event=("pain",), high=18, unit="months")
GROUPED = Threshold(of="scale", scale="vas", low=5, unit="points", for_group="Children", for_group_shown_by=("pain",))


def of_criteria(pathway: Pathway, **fields: Any) -> Pathway:
    """The pathway with these fields in its first criterion."""
    return change(pathway, criteria=(change(pathway.criteria[0], **fields), *pathway.criteria[1:]))


def all_of(*of: str, **fields: Any) -> Combination:
    return Combination(**({"id": "together", "name": "Together", "how": "all", "of": of} | fields))


@pytest.fixture(scope="module")
def shaped(pathway: Pathway) -> Pathway:
    """The pathway of the checkout with one of everything."""
    first, second = pathway.criteria[0].id, pathway.criteria[1].id
    days = Due(days=30, unit="days", what="They are seen.", source="The page.")
    priorities = (change(pathway.priorities[0], target=days, default=True), *pathway.priorities[1:])
    return change(
        of_criteria(
            pathway,
            thresholds=(ADULT, SIX, SCORE, GROUPED, SEEN),
            strength="should",
            tier="limited",
            only_if="if it would interfere",
            only_if_shown_by=("pain",),
            urgency="urgent",
            audience=("patient",),
            programmes=("moving",),
            bypasses=(second,),
            attached="A report.",
        ),
        scales=(VAS,),
        priorities=priorities,
        programmes=(Programme(id="moving", name="Moving", plain="We move together."),),
        combinations=(
            all_of(first, second, programme="moving", priority=priorities[0].id),
            Combination(id="nested", name="Nested", how="any", of=("together", second)),
            Combination(id="not-nested", name="Not", how="not", of=("nested",), group="exclusion"),
        ),
        catchment=Catchment(practices="contracted", postcodes=("SO",), redirect="The service where they live."),
        required=(Required(id="medicines", words="Medicines taken now"),),
        unsettled=(Unsettled(words="3 or 6 months?", about="criteria[adult].thresholds", settled="6 (the lead)"),),
    )


def test_every_shape_can_be_written(shaped: Pathway) -> None:
    assert list(shape_checking.faults(shaped)) == []
    assert list(shape_checking.unsaid(shaped)) == []
    assert decode(encode(shaped)) == shaped
    assert shaped.combination("nested").of[0] == shaped.combination("together").id
    assert (shaped.scale("vas"), shaped.programme("moving").name) == (VAS, "Moving")


def test_a_pathway_may_have_none_of_them(pathway: Pathway) -> None:
    assert (pathway.combinations, pathway.scales, pathway.programmes, pathway.required) == ((), (), (), ())
    assert pathway.catchment is None
    assert pathway.criteria[0].audience == ("referrer", "patient")


def test_a_version_that_was_kept_without_them_gets_none(pathway: Pathway, shaped: Pathway) -> None:
    kept = json.loads(encode(pathway))
    for part, names in SHAPES.items():
        for one in kept[part] if part else [kept]:
            for name in names:
                del one[name]
    assert complete(json.dumps(kept).encode(), shaped) == pathway


def test_every_new_field_is_left_out_of_older_versions() -> None:
    named = {name for names in SHAPES.values() for name in names}
    shapes = {field.name for field in msgspec.structs.fields(Pathway)} - {"lists"}
    later = list(Pathway.__struct_fields__)[list(Pathway.__struct_fields__).index("evidence") + 1 :]
    assert set(later) <= named & shapes
    fields = list(Criterion.__struct_fields__)
    assert set(fields[fields.index("notes") + 1 :]) <= named


def with_threshold(pathway: Pathway, threshold: Threshold, **fields: Any) -> Pathway:
    return of_criteria(change(pathway, scales=(VAS,)), thresholds=(change(threshold, **fields),))


@pytest.mark.parametrize(
    ("made", "field", "words"),
    [
        (lambda p: change(p, combinations=(all_of("nobody"),)), "combinations[0].of", "neither a criterion nor"),
        (lambda p: change(p, combinations=(all_of("adult", id="adult"),)), "combinations[0].id", "Choose another"),
        (lambda p: change(p, combinations=(all_of(),)), "combinations[0].of", "ties nothing together"),
        (lambda p: change(p, combinations=(all_of("adult", "adult"),)), "combinations[0].of", "each member once"),
        (
            lambda p: change(p, combinations=(all_of("adult", "under-18", how="not"),)),
            "combinations[0].of",
            "`not` takes one",
        ),
        (lambda p: change(p, combinations=(all_of("together"),)), "combinations[0].of", "a part of itself"),
        (
            lambda p: change(p, combinations=(all_of("b", id="a"), all_of("c", id="b"), all_of("b", id="c"))),
            "combinations[1].of",
            "`b` is a part of itself",
        ),
        (
            lambda p: change(p, combinations=(all_of("adult", programme="x"),)),
            "combinations[0].programme",
            "not among the programmes",
        ),
        (
            lambda p: change(p, combinations=(all_of("adult", priority="x"),)),
            "combinations[0].priority",
            "not among the priorities",
        ),
        (lambda p: of_criteria(p, programmes=("x",)), "criteria[0].programmes", "not among the programmes"),
        (lambda p: of_criteria(p, bypasses=("adult",)), "criteria[0].bypasses", "cannot bypass itself"),
        (lambda p: of_criteria(p, bypasses=("x",)), "criteria[0].bypasses", "neither a criterion nor"),
        (lambda p: of_criteria(p, only_if_shown_by=("pain",)), "criteria[0].only_if", "Say in words"),
        (
            lambda p: change(p, priorities=tuple(change(one, default=True) for one in p.priorities)),
            "priorities[1].default",
            "Only one priority class",
        ),
        (lambda p: change(p, scales=(change(VAS, low=10),)), "scales[0].high", "above its lowest"),
        (lambda p: with_threshold(p, SIX, low=None), "criteria[0].thresholds[0]", "Give a bound"),
        (lambda p: with_threshold(p, SIX, high=3), "criteria[0].thresholds[0].high", "`low` is above `high`"),
        (lambda p: with_threshold(p, SIX, unit="points"), "criteria[0].thresholds[0].unit", "`duration` is told in"),
        (lambda p: with_threshold(p, ADULT, unit="weeks"), "criteria[0].thresholds[0].unit", "`age` is told in"),
        (lambda p: with_threshold(p, SEEN, event=()), "criteria[0].thresholds[0].event", "Since what?"),
        (lambda p: with_threshold(p, ADULT, event=("pain",)), "criteria[0].thresholds[0].event", "`of: since`"),
        (lambda p: with_threshold(p, ADULT, scale="vas"), "criteria[0].thresholds[0].scale", "`of: scale`"),
        (lambda p: with_threshold(p, ADULT, beside=("pain",)), "criteria[0].thresholds[0].beside", "`of: duration`"),
        (lambda p: with_threshold(p, SCORE, scale="moca"), "criteria[0].thresholds[0].scale", "pathway's scales: vas"),
        (lambda p: with_threshold(p, SCORE, low=12), "criteria[0].thresholds[0].low", "VAS goes from 0 to 10"),
        (
            lambda p: with_threshold(p, SCORE, for_group="Children"),
            "criteria[0].thresholds[0].for_group_shown_by",
            "A population group needs both",
        ),
        (lambda p: with_threshold(p, GROUPED), "criteria[0].thresholds[0].for_group", "for everybody else too"),
        (lambda p: of_criteria(p, thresholds=(SIX, SIX)), "criteria[0].thresholds[1]", "Which counts?"),
    ],
)
def test_what_cannot_be_used_is_told_at_its_field(pathway: Pathway, made: Any, field: str, words: str) -> None:
    assert_said(list(shape_checking.faults(made(pathway))), field, words)


def test_such_a_pathway_is_not_loaded(copy: Path) -> None:
    (copy / "shapes.yaml").write_text(
        "required: [{id: a, words: A}, {id: a, words: A}]\ncombinations: [{id: b, name: B, how: all, of: [b]}]\n"
    )
    with pytest.raises(PathwayError) as error:
        load(copy)
    assert {problem.field for problem in error.value.problems} == {"required[1].id", "combinations[0].of"}


@pytest.mark.parametrize(
    ("made", "field", "words"),
    [
        (
            lambda p: change(p, unsettled=(Unsettled(words="3 or 6 months?", about="criteria[adult]"),)),
            "unsettled[0].settled",
            "3 or 6 months?",
        ),
        (
            lambda p: change(p, programmes=(Programme(id="x", name="X", plain="Moving."),)),
            "programmes[0]",
            "No criterion says",
        ),
        (lambda p: of_criteria(p, group="red_flag"), "criteria[0].urgency", "say which"),
        (lambda p: of_criteria(p, audience=()), "criteria[0].audience", "for whom"),
        (lambda p: change(p, catchment=Catchment(postcodes=("SO",))), "catchment.redirect", "where people from"),
    ],
)
def test_what_must_not_be_published_yet(pathway: Pathway, made: Any, field: str, words: str) -> None:
    assert list(shape_checking.faults(made(pathway))) == []
    assert_said(list(shape_checking.unsaid(made(pathway))), field, words)


def assert_said(found: list[Fault], field: str, words: str) -> None:
    assert any(field_name(one.path) == field and words in one.message for one in found), found


def test_lint_reads_them_from_files(copy: Path) -> None:
    (copy / "shapes.yaml").write_text(
        "combinations:\n"
        "  - {id: both, name: Both, how: any, of: [adult, non-malignant-persistent-pain]}\n"
        "scales:\n"
        "  - {id: bmi, name: BMI, low: 10, high: 90, group: bmi, source: Kilograms by square metres.}\n"
        "unsettled:\n"
        "  - {about: criteria, words: The page says 3 and 6 months.}\n"
    )
    said = {problem.field: problem for problem in lint(copy) if problem.file.name == "shapes.yaml"}
    assert set(said) == {"scales[0].group", "unsettled[0].settled"}
    assert "no group `bmi`" in said["scales[0].group"].message
    assert said["scales[0].group"].line == 4


def test_a_criterion_of_numbers_needs_no_rule(pathway: Pathway) -> None:
    adult = pathway.criteria[0]
    bare = change(pathway, evidence=tuple(one for one in pathway.evidence if one.criterion != adult.id))
    assert_said(list(wording.faults(bare)), "criteria[0]", "No evidence rule")
    found = list(wording.faults(of_criteria(bare, thresholds=(ADULT,))))
    assert not any(one.path == ("criteria", 0) for one in found)


@pytest.mark.parametrize(
    ("threshold", "words"),
    [
        (SIX, "over 6 months"),
        (ADULT, "18 years or more"),
        (SCORE, "6 or more"),
        (change(SIX, low=None, high=3, high_included=False), "under 3 months"),
        (SEEN, "18 months or less"),
        (change(SCORE, low=5, high=9.5), "5 to 9.5"),
        (change(SCORE, low=5, high=9, high_included=False), "5 to 9, without 9"),
    ],
)
def test_bounds_in_words(threshold: Threshold, words: str) -> None:
    assert bounds_in_words(threshold) == words


def test_every_number_has_units() -> None:
    assert set(UNITS) == set(Threshold.__annotations__["of"].__args__)
