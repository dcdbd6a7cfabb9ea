"""What changed between two versions."""

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from painpath.pathway import Pathway
from painpath.pathway.versions import Change, compare


def test_the_same_version_has_no_changes(pathway: Pathway) -> None:
    assert compare(pathway, pathway) == []
    assert compare(pathway, msgspec.structs.replace(pathway, digest="other")) == []


def test_a_changed_field_is_named_by_the_id_of_what_it_belongs_to(pathway: Pathway) -> None:
    adult = msgspec.structs.replace(pathway.criterion("adult"), question="How old?", case_by_case=True)
    after = msgspec.structs.replace(pathway, version="2026-01", criteria=(adult, *pathway.criteria[1:]))
    assert compare(pathway, after) == [
        Change("version", "2025-11", "2026-01"),
        Change("criteria[adult].case_by_case", False, True),
        Change("criteria[adult].question", "What is the patient's date of birth?", "How old?"),
    ]


def test_a_new_criterion_is_one_change_and_so_is_one_taken_out(pathway: Pathway) -> None:
    fewer = msgspec.structs.replace(pathway, criteria=pathway.criteria[1:])
    (change,) = compare(fewer, pathway)
    assert (change.field, change.before, change.after["name"]) == ("criteria[adult]", None, "18 or over")
    (change,) = compare(pathway, fewer)
    assert (change.field, change.after) == ("criteria[adult]", None)


def test_another_order_is_one_change(pathway: Pathway) -> None:
    turned = msgspec.structs.replace(pathway, stages=pathway.stages[::-1])
    (change,) = compare(pathway, turned)
    assert change.field == "stages (order)"
    assert change.before == change.after[::-1]


@given(keep=st.sets(st.integers(0, 24)))
def test_whatever_is_taken_out_is_told_and_nothing_else(pathway: Pathway, keep: set[int]) -> None:
    kept = tuple(one for number, one in enumerate(pathway.criteria) if number in keep)
    gone = {f"criteria[{one.id}]" for one in pathway.criteria if one not in kept}
    assert {change.field for change in compare(pathway, msgspec.structs.replace(pathway, criteria=kept))} == gone
