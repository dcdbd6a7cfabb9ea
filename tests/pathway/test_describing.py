"""Every field of the model has its place in a form, with what it is for."""

from collections.abc import Iterator

import msgspec
import pytest

from painpath.pathway import Pathway
from painpath.pathway.criteria import Criterion
from painpath.pathway.describing import BY_PROGRAM, NEW_NAMES, OF_PROGRAM, Shape, about, key_of, shape, shapes
from painpath.pathway.editing import EditError, shape_at
from painpath.pathway.evidence import Rule
from painpath.pathway.letters import Block
from painpath.pathway.retention import RetentionClass
from painpath.pathway.service import Contact, Signpost
from painpath.pathway.vocabulary import Context


def models(model: type[msgspec.Struct] = Pathway, seen: set[type] | None = None) -> Iterator[type[msgspec.Struct]]:
    seen = set() if seen is None else seen
    if model not in seen:
        seen.add(model)
        yield model
        for one in shapes(model):
            if one.model:
                yield from models(one.model, seen)


ALL: list[tuple[type[msgspec.Struct], Shape]] = [(model, one) for model in models() for one in shapes(model)]


def test_every_field_of_every_part_is_described_in_the_order_of_the_model() -> None:
    for model in models():
        expected = [field.name for field in msgspec.structs.fields(model)]
        if model is Pathway:
            expected = [name for name in expected if name not in BY_PROGRAM]
        assert [one.name for one in shapes(model)] == expected


def test_a_field_has_its_kind_its_help_its_choices_in_the_order_of_the_source_and_its_bounds() -> None:
    kind = shape(Criterion, "kind")
    assert (kind.kind, kind.options, kind.required) == (
        "choice", ("computed", "look_up", "statement", "judgement"), True,
    )  # fmt: skip
    assert kind.help.startswith("How it is settled: by arithmetic")
    assert shape(Criterion, "question").kind == "long_words"
    assert shape(Criterion, "name").kind == "words"
    assert shape(Criterion, "published").kind == "word_list"
    assert shape(Criterion, "case_by_case").kind == "yes_no"
    assert shape(Criterion, "case_by_case").default is False
    assert shape(Criterion, "ask").kind == "parts"
    assert shape(Criterion, "plain_for").for_patients
    assert not shape(Criterion, "example").for_patients
    assert shape(Signpost, "last_checked").kind == "date"
    assert (shape(RetentionClass, "age_from").low, shape(RetentionClass, "age_from").high) == (0, 150)
    assert shape(Context, "tag").options[0] == "absent"
    assert shape(Context, "tag").options[-3:] == ("stop", "clause", "nothing")
    assert shape(Signpost, "without_internet").kind == "choice"  # yes, no, and nobody knows
    assert shape(Block, "own_words").options == (False, True, "reason")
    assert (
        about(Criterion)
        == "One criterion: its published words, and everything needed to ask about it, judge it and explain it."
    )
    with pytest.raises(KeyError):
        shape(Criterion, "colour")


def test_every_id_says_what_it_refers_to_or_is_a_name_of_its_own() -> None:
    lists = {one.name for one in shapes(Pathway)} | set(OF_PROGRAM) | {"findings", "forms"}
    for model, one in ALL:
        if one.kind == "id":
            assert one.name == "id" or (model.__name__, one.name) in NEW_NAMES, (model, one.name)
        assert one.kind != "word_list" or not one.pattern.startswith("^[a-z0-9]+("), (model, one.name)
        for target in one.refers:
            assert target in lists or shape_at(tuple(target.split("."))).kind == "parts", (model, one.name)
    assert shape(Contact, "locality").refers == ("localities",)
    assert shape(Rule, "when").refers == ("findings",)
    assert shape(Criterion, "mirror_of").refers == ("criteria",)


def test_an_item_is_known_by_its_id_or_by_what_it_is_about() -> None:
    assert key_of({"id": "adult", "criterion": "other"}) == "adult"
    assert key_of({"criterion": "adult", "rules": []}) == "adult"
    assert key_of({"text": "words"}) == ""


def test_a_place_that_the_model_does_not_have_is_refused() -> None:
    assert shape_at(("criteria", "adult", "ask", 0, "words")).name == "words"
    assert shape_at(("criteria", "adult")).name == "criteria"
    for path in (("colour",), ("criteria", "adult", "colour"), ("version", "colour"), ()):
        with pytest.raises(EditError):
            shape_at(path)
