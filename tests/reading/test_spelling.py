"""Misspelt long words are read as the word that was meant; short and real ones as they stand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from painpath.reading.lexicon import Lexicon
from painpath.reading.spelling import LONG, SHORTEST, Spelling

WORDS = ("depression", "gabapentin", "controlled", "anxiety", "denied", "hypertension", "alcoholic")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("depresion", "depression"),
        ("deppresson", "depression"),
        ("anxeity", "anxiety"),
        ("gabapentine", "gabapentin"),
        ("alchoholic", "alcoholic"),
        ("anxities", None),  # two letters of a word of eight
        ("uncontrolled", None),  # another first letter
        ("define", None),
        ("hypotension", None),
        ("gabapentin2", None),
    ],
)
def test_what_was_meant(written: str, meant: str | None) -> None:
    assert Spelling(WORDS, ["hypotension internment"]).meant(written) == meant


@given(st.sampled_from(WORDS), st.data())
def test_one_slip_in_a_long_word_is_forgiven(word: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(1, len(word) - 1))
    letter = data.draw(st.sampled_from("abcdefghijklmnopqrstuvwxyz"))
    wrong = data.draw(st.sampled_from([word[:at] + word[at + 1 :], word[:at] + letter + word[at:]]))
    if wrong not in WORDS and len(wrong) >= SHORTEST:
        assert Spelling(WORDS).meant(wrong) == word


@given(st.text("abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=14))
def test_nothing_far_away_is_meant(word: str) -> None:
    meant = Spelling(WORDS).meant(word)
    assert meant is None or (meant[0] == word[0] and abs(len(meant) - len(word)) <= (2 if len(word) >= LONG else 1))


@pytest.mark.parametrize("word", ["hypotension", "internment", "Whitfield", "morphing", "convicting"])
def test_real_words_are_not_touched(word: str, words: Lexicon) -> None:
    assert words.codes.spelling.meant(word.lower()) is None
