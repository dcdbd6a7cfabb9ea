"""YAML files as authors mean them, with the line of every field."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from painpath.pathway.sources import Document

FILE = Path("a.yaml")


def read(text: str) -> Document:
    document = Document()
    document.add(FILE, text.encode())
    return document


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("no", "no"),
        ("on", "on"),
        ("Yes", "Yes"),
        ("true", True),
        ("false", False),
        ("0800", "0800"),
        ("1:30", "1:30"),
        ("6/12", "6/12"),
        ("2025-11", "2025-11"),
        ("2026-11-23", date(2026, 11, 23)),
        ("7", 7),
        ("-7", -7),
        ("0", 0),
        ("7.5", 7.5),
        ("1e3", "1e3"),
        ("~", None),
        ("'7'", "7"),
        ("116 123", "116 123"),
    ],
)
def test_plain_words_stay_words(written: str, meant: Any) -> None:
    found = read(f"phrases:\n  - {written}\n").data["phrases"][0]
    assert (found, type(found)) == (meant, type(meant))


def test_every_field_has_its_line() -> None:
    document = read("one:\n  - id: a\n    deep: {x: 1,\n           y: 2}\n\ntwo: b\n")
    assert document.place(("one", 0, "id")) == (FILE, 2)
    assert document.place(("one", 0, "deep", "y")) == (FILE, 4)
    assert document.place(("two",)) == (FILE, 6)
    assert document.place(("one", 0, "missing")) == (FILE, 2), "the nearest field around it"
    assert document.place(("nothing",)) is None


def test_lists_go_on_from_file_to_file() -> None:
    document = read("one:\n  - a\n")
    document.add(Path("b.yaml"), b"\n\none: [b, c]\n")
    assert document.data["one"] == ["a", "b", "c"]
    assert document.place(("one", 1)) == (Path("b.yaml"), 3)
    assert document.problems == []


def test_anything_else_stands_in_one_file() -> None:
    document = read("one: {a: 1}\n")
    document.add(Path("b.yaml"), b"one: {b: 2}\n")
    (problem,) = document.problems
    assert str(problem) == "b.yaml:1: one: This field stands in a.yaml, line 1, already. Keep one of them."


@pytest.mark.parametrize("depth", [31, 3_000, 100_000])
@pytest.mark.parametrize("pair", ["[]", "{}"])
def test_nesting_without_end_is_refused(pair: str, depth: int) -> None:
    opening, closing = ("[", "]") if pair == "[]" else ("{a: ", "}")
    (problem,) = read(f"one: {opening * depth}{closing * depth}\n").problems
    assert problem.line in (0, 1)
    assert "nested" in problem.message or "not valid YAML" in problem.message
