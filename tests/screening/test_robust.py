"""Offsets are exact whatever the text, layout makes no difference, and the cost is linear."""

import gc
import re
import textwrap
import time
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.screening.conftest import TODAY

from painpath.screening import Screening

Screened = Callable[[str], Screening]

LETTER = """Practice: Saltcastle Road Surgery
Date: 3 November 2026

Re: Mrs Ada Quillfeather   DOB 01/02/1960   NHS 999 000 0000

Dear Pain Team

Thank you for seeing this lady who has had chronic low back pain since a fall in 2019. She can no longer sit through a meal and has given up her job. She has had amitriptyline, gabapentin and three courses of physiotherapy without lasting benefit. Nil psychiatric history. She doesn't drink and denies any illicit drug use.

The MRI in 2024 was normal and no further imaging is required. The spinal surgeon told her that she is not a surgical candidate and has discharged her. Her mother had breast cancer. She is not suicidal but feels hopeless at night.

 - Rheumatology have excluded an inflammatory arthritis
 - Memory fine
 - Waiting for a hearing aid, which shouldn't delay you

She understands that there is no cure, wants to learn how to manage it herself, and is happy to be referred.

Yours sincerely

Dr B Tregunna
"""  # noqa: E501 - a paragraph of a letter is one line


def states(screening: Screening) -> dict[str, str]:
    return {item.id: str(item.state) for item in screening.criteria}


def wrapped(width: int) -> str:
    return "\n".join(textwrap.fill(line, width) if len(line) > width else line for line in LETTER.split("\n"))


@pytest.mark.parametrize(
    "changed",
    [
        wrapped(72),
        wrapped(88),
        LETTER.replace("\n", "\r\n"),
        LETTER.replace(" ", "  "),
        LETTER.replace("'", "’"),
        LETTER.replace("Nil", "No"),
        LETTER.replace(" - ", " • "),
        LETTER.replace("-", "‑"),
        LETTER.replace("benefit", "bene\u00adfit"),
        LETTER.replace("chronic", "CHRONIC").replace("mother", "MOTHER"),
    ],
    ids=[
        "wrap72",
        "wrap88",
        "crlf",
        "double blanks",
        "curly",
        "no for nil",
        "bullets",
        "hyphens",
        "soft hyphen",
        "capitals",
    ],
)
def test_layout_makes_no_difference(changed: str, screened: Screened) -> None:
    before, after = screened(LETTER), screened(changed)
    assert states(after) == states(before)
    assert [alert.kind for alert in after.alerts] == [alert.kind for alert in before.alerts]


def test_the_letter_is_read(screened: Screened) -> None:
    found = states(screened(LETTER))
    assert set(found.values()) == {"for", "not_stated"}
    assert sum(state == "for" for state in found.values()) >= 15


def exact(screening: Screening, text: str) -> None:
    for item in (*screening.alerts, *(evidence for one in screening.criteria for evidence in one.evidence)):
        assert text[item.start : item.end] == item.quote
        assert 0 < len(item.quote) <= 200
    for one in screening.criteria:
        assert one.state == "not_stated" or any(evidence.speaks != "mention" for evidence in one.evidence)


SCRAPS = st.sampled_from(
    [
        *re.findall(r"\S+\s*", LETTER),
        "\n\n",
        "\r\n",
        "\u00ad",
        "ﬁ",
        "İ",
        "e\u0301",
        "😀",
        "?",
        "(",
        ")",
        "☐ ",
        "Cancer: N",
        "\t",
        "\x0c",
    ]
)


@settings(max_examples=150, deadline=None)
@given(text=st.lists(SCRAPS, max_size=60).map("".join))
def test_quotes_are_exact_whatever_the_text(text: str, screened: Screened) -> None:
    exact(screened(text), text)


@settings(max_examples=100, deadline=None)
@given(text=st.text(max_size=300))
def test_no_text_is_too_strange(text: str, screened: Screened) -> None:
    exact(screened(text), text)


@pytest.fixture(scope="module")
def alone() -> None:
    """What other tests have left behind is none of this one's cost: it is not looked through from now on."""
    gc.collect()
    gc.freeze()


@pytest.mark.parametrize(
    "piece",
    [
        "A",
        " ",
        "A ",
        "Dr A ",
        "A. ",
        "Re: NHS ",
        "12 ",
        "\t",
        "no ",
        "(",
        "pain ",
        "?",
        "a",
        "not tried no benefit from ",
        "MRI awaited, ",
        "\n- ",
        "She ",
        "2019 since ",
        "1/2/1960 ",
        "a line of a paragraph that was wrapped by hand and does not end, never,\n",
        "☐ ",
        "if any of the following ",
        "cannot ",
        "amitryptyllin ",
        "[N] ",
        "| ",
    ],
)
def test_the_cost_is_linear(piece: str, screened: Screened, alone: None) -> None:
    def seconds(size: int) -> float:
        text = (piece * (size // len(piece) + 1))[:size]
        taken = []
        for _ in range(3):
            start = time.process_time()
            screening = screened(text)
            taken.append(time.process_time() - start)
        exact(screening, text)
        return min(taken)

    screened("")
    small, large = seconds(5_000), seconds(40_000)
    # Eight times the text; a quadratic step would cost sixty-four times as much.
    assert large < 24 * max(small, 0.03)


def test_the_day_that_ages_are_reckoned_on(screened: Screened) -> None:
    assert str(screened(LETTER).written_on) == "2026-11-03"
    assert screened("No date here.").written_on == TODAY
