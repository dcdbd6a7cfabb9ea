"""Letters as codes of words, and the way back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from painpath.reading.tokens import QUERY, UNKNOWN, Codes, Words, lowered, written_out


@pytest.mark.parametrize(
    ("letter", "phrase"),
    [
        ("Doesn’t drink", "does not drink"),
        ("doesnt drink", "does not drink"),
        ("can't", "cannot"),
        ("can not", "cannot"),
        ("won't attend", "will not attend"),
        ("She's keen & he'd come", "she is keen and he would come"),
        ("her husband’s mother", "her husband's mother"),
        ("31-year-old", "31 year old"),
        ("co\u2011codamol", "co codamol"),
        ("fi\u00adbro\u00admyalgia", "fibromyalgia"),
        ("inflam\u00ad\nmation", "inflammation"),
        ("in\ufb02amed", "inflamed"),
        ("w/ a  patch\n and", "with a patch and"),
        ("[x] consents", "☑ consents"),
        ("[ ] consents", "□ consents"),
        ("SIJ -ve", "sij - ve"),
    ],
)
def test_a_letter_and_a_phrase_say_the_same(letter: str, phrase: str) -> None:
    codes = Codes()
    code = codes.learn(phrase)
    assert UNKNOWN not in code
    assert Words(letter, codes).codes == code


def test_a_question_mark_before_a_word_is_a_query() -> None:
    codes = Codes()
    query = codes.learn("?")
    assert Words("?cancer", codes).codes[0] == query
    assert Words("Cancer? No", codes).codes[1] != query


def test_words_that_the_vocabulary_does_not_hold_match_nothing() -> None:
    codes = Codes()
    assert codes.learn("pain") not in Words("painting spain", codes).codes


@given(st.text())
def test_lowering_keeps_the_length(text: str) -> None:
    assert len(lowered(text)) == len(text)


PIECES = st.sampled_from(
    [
        *"'_?.",
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
        "[ ]",
        "☒",
        "\u200b",
        "😀",
    ]
)


@given(st.lists(PIECES, min_size=1).map("".join))
def test_every_code_leads_back_to_its_own_letters(text: str) -> None:
    words = Words(text, Codes())
    last = 0
    for at in range(len(words.codes)):
        start, end = words.span(at, at + 1)
        assert last <= start < end <= len(text)
        assert not text[start].isspace()
        assert not text[end - 1].isspace()
        assert words.codes[at] in f"{QUERY}{words_of(text[start:end])}"
        assert words.index(start) <= at
        last = start
    assert words.before[-1] == sum(code >= UNKNOWN for code in words.codes)


def words_of(token: str) -> str:
    return Words(token + " ", Codes()).codes


def test_words_lead_back_to_exactly_their_own_letters() -> None:
    text = "He doesn’t  have\nfi\u00adbromyalgia & self-harm isn't it."
    codes = Codes()
    found = {phrase: codes.learn(phrase) for phrase in ("fibromyalgia", "does not", "self", "self harm", "it")}
    words = Words(text, codes)
    places = {phrase: words.codes.index(code) for phrase, code in found.items()}
    quoted = {phrase: words.text(at, at + len(found[phrase])) for phrase, at in places.items()}
    assert quoted == {
        "fibromyalgia": "fi\u00adbromyalgia",
        "does not": "doesn’t",
        "self": "self",
        "self harm": "self-harm",
        "it": "it",
    }


def test_what_strangers_write_cannot_fill_the_memory() -> None:
    codes = Codes()
    codes.MOST = 10
    Words(" ".join(f"word{number}" for number in range(100)), codes)
    assert len(codes) == 10


def test_a_soft_hyphen_alone_is_nothing() -> None:
    assert written_out("\u00ad ") == []
