"""How phrases of the vocabulary are written."""

import pytest

from painpath.pathway.phrases import MOST, PhraseError, choices, edges, parts, whole
from painpath.pathway.vocabulary import WordList


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("pain clinic", [["pain clinic"]]),
        ("not [a] candidate", [["not a candidate", "not candidate"]]),
        ("scan[s]", [["scans", "scan"]]),
        ("(declin(e|ed)|refused)", [["decline", "declined", "refused"]]),
        ("nothing ... (offer|do)", [["nothing"], ["offer", "do"]]),
        ("Co-codamol isn't", [["Co-codamol isn't"]]),
        (": no$", [[": no"]]),
        ("^(yes|no)$", [["yes", "no"]]),
    ],
)
def test_phrases(written: str, words: list[list[str]]) -> None:
    assert [part.words for part in parts(written)] == words


def test_a_list_stands_for_its_words() -> None:
    lists = choices([WordList(id="surgeon", comment="Who operates.", words=("surgeon[s]", "orthopod"))])
    assert [part.words for part in parts("the {surgeon} .. declined", lists)] == [
        ["the surgeons", "the surgeon", "the orthopod"],
        ["declined"],
    ]


def test_long_choices_are_looked_for_part_by_part() -> None:
    long = "(a|b|c|d|e) [very] (f|g|h|i|j)"
    assert [(part.gap, len(part.words)) for part in parts(long)] == [(0, 5), (0, 10)]
    assert len(whole(long)) == 50
    assert [(part.gap, len(part.words)) for part in parts("(a|b) (c|d)")] == [(0, 4)]


@pytest.mark.parametrize("written", ["a .. b", "^a", "a$"])
def test_a_heading_has_no_gaps_and_no_edges(written: str) -> None:
    with pytest.raises(PhraseError, match="as a whole"):
        whole(written)


def test_edges() -> None:
    assert edges("^no$") == (True, True)
    assert edges("no") == (False, False)


def test_gaps() -> None:
    assert [part.gap for part in parts("a .. b ... c .... d")] == [0, 2, 5, 10]


@pytest.mark.parametrize(
    "written",
    [
        "(a",
        "a)",
        "[a",
        "(a]",
        "a | b",
        "[a]",
        "a ... [b]",
        "(a)? b",
        "a..b",
        "a $ b",
        "a ..... b",
        "a ^b",
        "{nothing} a",
        "".join(["(a|b|c|d|e)"] * (MOST // 100)),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_reason(written: str) -> None:
    with pytest.raises(PhraseError, match="“"):
        parts(written)
