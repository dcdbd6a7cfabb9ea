"""Who approves a draft reads rules in sentences and fields as the editor calls them, and nothing passes unseen."""

import re
from typing import Any

import msgspec

from painpath import pathway
from painpath.managers.presenters.differing import what_differs
from painpath.managers.presenters.labels import fields, label
from painpath.pathway import Pathway
from tests.managers.test_appearing import with_everything

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


def test_a_thing_that_comes_or_goes_is_called_by_its_name() -> None:
    first, *others = WHOLE.criteria
    (gone,) = what_differs(WHOLE, msgspec.structs.replace(WHOLE, criteria=tuple(others)))
    assert gone.label == "Criteria, “18 or over”"
    assert {part.kind for part in gone.parts} == {"deleted"}
    assert f"Question for referrers: {first.question}" in "".join(part.text for part in gone.parts)
    (order,) = what_differs(WHOLE, msgspec.structs.replace(WHOLE, criteria=(*others, first)))
    assert order.label == "Criteria, their order"


def test_chosen_values_and_ids_are_called_by_their_names() -> None:
    first, *others = WHOLE.signposts
    draft = msgspec.structs.replace(first, criteria=("major-psychiatric-disturbance",))
    (one,) = what_differs(WHOLE, msgspec.structs.replace(WHOLE, signposts=(draft, *others)))
    name = next(one.name for one in WHOLE.criteria if one.id == "major-psychiatric-disturbance")
    assert name in [part.text.strip() for part in one.parts if part.kind == "inserted"]


def test_two_things_of_one_name_are_told_apart_by_their_ids() -> None:
    first, second, *others = WHOLE.criteria
    twins = (first, msgspec.structs.replace(second, name=first.name), *others)
    post, *posts = WHOLE.signposts
    before, after = (
        msgspec.structs.replace(
            WHOLE, criteria=twins, signposts=(msgspec.structs.replace(post, criteria=(id_,)), *posts)
        )
        for id_ in (first.id, second.id)
    )
    (one,) = what_differs(before, after)
    assert [part.text for part in one.parts] == [first.id, second.id]


def without_words(service: Pathway) -> Pathway:
    """The same without the phrases of letters, which are no fields and many."""
    return msgspec.structs.replace(service, vocabulary=service.vocabulary[:3], contexts=service.contexts[:3], lists=())


def emptied(service: Pathway) -> Pathway:
    """The same with nothing in any of its lists."""
    lists = {name: () for name in service.__struct_fields__ if isinstance(getattr(service, name), tuple)}
    return msgspec.structs.replace(service, digest="emptied", **lists)


def test_no_field_is_named_by_its_code_in_a_comparison() -> None:
    """All of a pathway: as new, put in, taken out, and with each field of a criterion and of a letter changed."""
    whole = without_words(with_everything())
    first, *others = whole.criteria
    other = {name: getattr(whole.criteria[-2], name) for name in first.__struct_fields__ if name != "id"}
    letters = msgspec.structs.replace(whole.letters, texts=whole.letters.texts[1:], sections=whole.letters.sections[1:])
    drafts = [
        (None, whole), (emptied(whole), whole), (whole, emptied(whole)),
        (whole, msgspec.structs.replace(whole, criteria=(msgspec.structs.replace(first, **other), *others))),
        (whole, msgspec.structs.replace(whole, letters=letters)),
    ]  # fmt: skip
    codes = {one for one in fields() if "_" in one}
    codes |= {spaced for one in codes if (spaced := one.replace("_", " ")) != label(one).lower()}
    for before, after in drafts:
        found = what_differs(before, after)
        assert found
        names = [name for one in found for name in re.split(r"[:,] ?", one.label)]
        for one in found:
            for line in "".join(part.text for part in one.parts).splitlines():
                names += line.split(": ")[0].split(", ") if ": " in line else ()
        said = {name[:1].lower() + name[1:] for name in names}
        assert said & codes == set()
