"""What was published in the browser is read again by every later version of the program.

A service that was founded in the browser has no folder from which a missing field could be taken: a field that a
later version adds must have a default, and none of those that are kept may go. `kept-fields.txt` is what version 0.1
wrote; lines are added to it, and only a change that reads older content as well takes one away.
"""

from pathlib import Path

import msgspec
from msgspec import inspect

from painpath.pathway import Pathway

KEPT = Path(__file__).with_name("kept-fields.txt")
ROOM = "painpath.pathway."


def parts(what: object, seen: set[type]) -> None:
    """Every part that a pathway is made of, however deep, into `seen`."""
    if isinstance(what, inspect.StructType):
        if what.cls not in seen:
            seen.add(what.cls)
            for field in what.fields:
                parts(field.type, seen)
    elif isinstance(what, inspect.UnionType):
        for one in what.types:
            parts(one, seen)
    elif isinstance(what, inspect.Metadata):
        parts(what.type, seen)
    elif isinstance(what, inspect.VarTupleType | inspect.ListType):
        parts(what.item_type, seen)
    elif isinstance(what, inspect.TupleType):
        for one in what.item_types:
            parts(one, seen)
    elif isinstance(what, inspect.DictType):
        parts(what.key_type, seen)
        parts(what.value_type, seen)


def fields() -> dict[str, bool]:
    """Every field of what a pathway is made of, and whether content without it cannot be read."""
    found: set[type] = set()
    parts(inspect.type_info(Pathway), found)
    return {
        f"{part.__module__.removeprefix(ROOM)}.{part.__name__}.{field.encode_name}": field.required
        for part in found
        for field in msgspec.structs.fields(part)
    }


def test_a_field_that_is_new_has_a_default() -> None:
    kept = KEPT.read_text().split()
    new = {name for name, required in fields().items() if required} - set(kept)
    assert not new, "Give each a default: a service without a folder has kept nothing for it."


def test_no_field_that_was_kept_has_gone() -> None:
    gone = set(KEPT.read_text().split()) - fields().keys()
    assert not gone, "Content that has one of these is refused: read it as what took its place."
