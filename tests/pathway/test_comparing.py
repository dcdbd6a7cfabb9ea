"""Versions compared word by word, said in words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from painpath.pathway.comparing import Part, file_differences, shortened, words

TEXTS = st.lists(st.sampled_from(["pain", "the ", "of\n", " more ", "  ", "3.", "\n\n", "é"]), max_size=30).map("".join)


@given(TEXTS, TEXTS)
def test_no_character_of_either_is_lost(before, after):
    parts = words(before, after)
    for whole, other in ((before, "inserted"), (after, "deleted")):
        assert "".join(part.text for part in parts if part.kind != other) == whole
    for part in shortened(parts):
        assert part.text


def test_only_the_words_that_changed_are_marked():
    assert words("Pain for 3 months or more.", "Pain for 6 months or more.") == [
        Part("same", "Pain for "), Part("deleted", "3 "), Part("inserted", "6 "), Part("same", "months or more."),
    ]  # fmt: skip


@pytest.mark.parametrize("size", [30, 20_000])
def test_a_long_text_is_shown_around_what_changed(size):
    before = "".join(f"word {number}\n" for number in range(size))
    parts = shortened(words(before, before.replace("word 15\n", "ward 15\n")))
    assert [part.text.strip() for part in parts if part.kind in ("deleted", "inserted")] == ["word", "ward"]
    assert ("left_out" in [part.kind for part in parts]) == (size > 30)


def test_files_that_are_no_data_are_compared_too():
    found = file_differences({"source.txt": "Old page", "a.yaml": "a: 1"}, {"source.txt": "New page", "a.yaml": "a: 2"})
    assert [one.label for one in found] == ["File source.txt"]
