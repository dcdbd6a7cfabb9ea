"""One text: storable, the same however often it is cleaned, pages always where they say."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from painpath import documents
from painpath.documents.cleaning import assemble, clean
from painpath.documents.model import DocumentError, Limits

ANY_TEXT = st.text(st.characters(exclude_categories=())) | st.text(
    st.sampled_from("e\u0301ﬁ\u00ad\r\n\x00\u200b\u200d \t\ufeffA\ud800")
)


@pytest.mark.parametrize(
    ("raw", "seen"),
    [
        ("a\r\nb\rc", "a\nb\nc"),
        ("ﬁne oﬃce", "fine office"),
        ("neuro\u00ad\npathic neuro\u00adpathic", "neuropathic neuropathic"),
        ("self\u2011harm\u00a0now", "self-harm now"),
        ("cafe\u0301", "café"),
        ("a\x00b\x07c\u200bd\ufeff", "abcd"),
        ("\uf0fe yes \uf0a8 no", "☒ yes ☐ no"),
        ("\ud800", "\ufffd"),
        ("Ανδρέας “no” – ½ £", "Ανδρέας “no” – ½ £"),
    ],
)
def test_clean(raw: str, seen: str) -> None:
    assert clean(raw) == seen


@given(ANY_TEXT)
def test_cleaning_twice_changes_nothing_and_all_can_be_stored(raw: str) -> None:
    text = clean(raw)
    assert clean(text) == text
    assert text.encode("utf-8").decode("utf-8") == text
    assert not any(ord(character) < 32 and character not in "\n\t" for character in text)


@given(st.lists(ANY_TEXT, min_size=1, max_size=6))
def test_pages_stand_where_they_say(pages: list[str]) -> None:
    text, places = assemble(pages, Limits())
    assert [place.number for place in places] == list(range(1, len(pages) + 1))
    assert [text[place.start : place.end] for place in places] == [clean(page).strip("\n") for page in pages]
    assert places[-1].end == len(text)
    assert all(before.end < after.start for before, after in pairwise(places))


@given(st.binary(max_size=300))
def test_what_is_read_from_a_text_file_is_consistent(data: bytes) -> None:
    try:
        read = documents.read(data, "letter.txt")
    except DocumentError:
        return
    assert read.pages[0].start == 0
    assert read.pages[-1].end == len(read.text)
    assert "\x00" not in read.text
