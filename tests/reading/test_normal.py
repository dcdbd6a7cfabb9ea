"""Normal form, and the way back to the letter."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from painpath.reading.model import Span
from painpath.reading.normal import Normal, lowered, phrase


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("Doesn’t drink", "does not drink"),
        ("doesnt drink", "does not drink"),
        ("can't, cannot, can not", "cannot, cannot, cannot"),
        ("won't attend", "will not attend"),
        ("She's keen & he'd come", "she is keen and he would come"),
        ("31-year-old", "31 year old"),
        ("co\u2011codamol", "co codamol"),
        ("fi\u00adbro\u00admyalgia", "fibromyalgia"),
        ("in\ufb02amed", "inflamed"),
        ("w/ a  patch\n and", "with a patch and"),
        ("SIJ -ve", "sij -ve"),
    ],
)
def test_normal_form(written: str, normal: str) -> None:
    assert phrase(written) == normal


@given(st.text())
def test_lowering_keeps_the_length(text: str) -> None:
    assert len(lowered(text)) == len(text)


PIECES = st.sampled_from(
    [
        "Doesn't",
        "can’t",
        " ",
        "  ",
        "\n",
        "&",
        "w/",
        "-",
        "İ",
        "ﬁ",
        "\u00ad",
        "é",
        "e\u0301",
        "Pain",
        "6/12",
        "she's",
        ".",
    ]
)


@given(st.lists(PIECES, min_size=1).map("".join), st.data())
def test_every_range_leads_back_into_the_letter(text: str, data: st.DataObject) -> None:
    normal = Normal(text)
    place = normal.add(lowered(text), Span(0, len(text)))
    normal.close()
    if place.start == place.end:
        return
    start = data.draw(st.integers(place.start, place.end - 1))
    end = data.draw(st.integers(start + 1, place.end))
    back = normal.back(start, end)
    assert 0 <= back.start < back.end <= len(text)
    words = normal.text[start:end]
    if phrase(words) == words and words == words.strip() and back.end - back.start == end - start:
        assert lowered(text[back.start : back.end]).translate({10: " "}) == words or phrase(text[back.start : back.end])


def test_words_lead_back_to_exactly_their_own_letters() -> None:
    text = "He doesn’t  have\nfi\u00adbromyalgia & isn't keen."
    normal = Normal(text)
    normal.add(lowered(text), Span(0, len(text)))
    normal.close()
    at = normal.text.index("fibromyalgia")
    assert text[slice(*normal.back(at, at + 12))] == "fi\u00adbromyalgia"
    at = normal.text.index("does not")
    assert text[slice(*normal.back(at, at + 8))] == "doesn’t"
    at = normal.text.index("keen")
    assert text[slice(*normal.back(at, at + 4))] == "keen"
