"""Every fault of some data is found at once, each at its own field."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from painpath.pathway.base import Data, Id
from painpath.pathway.converting import convert


class Inner(Data, frozen=True, kw_only=True):
    id: Id
    size: int = 1


class Outer(Data, frozen=True, kw_only=True):
    name: str
    inner: tuple[Inner, ...] = ()
    one: Inner | None = None
    counts: dict[str, int] = {}


@pytest.mark.parametrize(
    ("data", "paths"),
    [
        ({}, [("name",)]),
        ({"name": 1}, [("name",)]),
        ({"name": "a", "more": 1}, [("more",)]),
        ({"name": 1, "inner": [{"id": "A"}]}, [("name",), ("inner", 0, "id")]),
        ({"name": "a", "inner": [{"id": "A"}, {"id": "b", "size": "x"}]}, [("inner", 0, "id"), ("inner", 1, "size")]),
        ({"name": "a", "inner": [{}, 3]}, [("inner", 0, "id"), ("inner", 1)]),
        ({"name": "a", "inner": {"id": "b"}}, [("inner",)]),
        ({"name": "a", "one": {"size": "x"}}, [("one", "size"), ("one", "id")]),
        ({"name": "a", "one": 3}, [("one",)]),
        ({"name": "a", "counts": {"x": "y", "z": []}}, [("counts", "x"), ("counts", "z")]),
        ([], [()]),
        (None, [()]),
    ],
)
def test_faults_are_found_all_at_once(data: Any, paths: list[tuple[str | int, ...]]) -> None:
    model, faults = convert(data, Outer)
    assert model is None
    assert [fault.path for fault in faults] == paths


def test_good_data_becomes_the_model() -> None:
    model, faults = convert({"name": "a", "inner": [{"id": "b"}], "one": None}, Outer)
    assert (model, faults) == (Outer(name="a", inner=(Inner(id="b"),)), [])


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "name", "inner", "one"]), inner),
)


@given(data=anything)
def test_there_is_a_model_or_a_fault(data: Any) -> None:
    model, faults = convert(data, Outer)
    assert (model is None) == bool(faults)


@pytest.mark.parametrize(("value", "hint"), [({"a b": "c"}, "quotation marks"), (None, "take the field out")])
def test_a_common_slip_of_yaml_comes_with_what_to_do(value: Any, hint: str) -> None:
    (fault,) = convert({"name": value}, Outer)[1]
    assert hint in fault.message
