"""A drafted letter as the page shows it before it is signed: the clinician's own words told apart from the rest."""

from dataclasses import dataclass
from typing import Any

from painpath.letters.models import AUDIENCES
from painpath.letters.signing import Prepared
from painpath.letters.text import render_html, sign_off
from painpath.pathway.letters import Audience


@dataclass(frozen=True)
class LetterView:
    """One letter before it is signed."""

    audience: str
    title: str
    content: dict[str, Any]
    sign_off: list[str]
    to_change: list[str]


def letter_views(letters: dict[Audience, Prepared]) -> list[LetterView]:
    """Both letters, in the order of reading."""
    return [
        LetterView(
            audience=audience,
            title=AUDIENCES[audience],
            content=render_html(letter.draft),
            sign_off=sign_off(letter.draft),
            to_change=[check.change for check in letter.to_change],
        )
        for audience, letter in letters.items()
    ]
