"""Who approves a draft reads rules in sentences and fields as the editor calls them, and nothing passes unseen."""

from typing import Any

import msgspec

from painpath import pathway
from painpath.managers.presenters.differing import what_differs
from painpath.pathway import Pathway

WHOLE = pathway.load(pathway.find("southampton-portsmouth"))


def changed(**of_rule: Any) -> Pathway:
    """The pathway with the first rule of its first criterion changed."""
    first, *others = WHOLE.evidence
    rule = msgspec.structs.replace(first.rules[0], **of_rule)
    return msgspec.structs.replace(
        WHOLE, evidence=(msgspec.structs.replace(first, rules=(rule, *first.rules[1:])), *others)
    )


def test_a_rule_is_compared_as_a_sentence_under_the_name_of_its_criterion() -> None:
    (one,) = what_differs(WHOLE, changed(why="old enough"))
    assert one.label == "What speaks for and against “18 or over”"
    assert "Speaks for when the letter says: age 18 or over." in "".join(part.text for part in one.parts)
    assert "old enough" in "".join(part.text for part in one.parts if part.kind == "inserted")


def test_what_no_sentence_says_is_shown_as_it_stands_in_the_files() -> None:
    (one,) = what_differs(WHOLE, changed(within=29))
    assert "29" in "".join(part.text for part in one.parts if part.kind == "inserted")


def test_every_field_of_a_rule_shows_when_it_is_changed() -> None:
    for field, value in {
        "unless": ("past",),
        "quiet": True,
        "weak": True,
        "exception": True,
        "tags": ("severe",),
    }.items():
        assert what_differs(WHOLE, changed(**{field: value})), field


def test_a_field_is_called_as_in_the_editor() -> None:
    first, *others = WHOLE.criteria
    draft = msgspec.structs.replace(
        WHOLE, criteria=(msgspec.structs.replace(first, plain_against="You are not 18."), *others)
    )
    (one,) = what_differs(WHOLE, draft)
    assert one.label == "Criteria, “18 or over”: plain words when it speaks against"
