"""A drafted letter as the page shows it before it is signed: the clinician's own words told apart from the rest."""

from dataclasses import dataclass
from typing import Any

from painpath.letters.drafting import Draft
from painpath.letters.models import AUDIENCES
from painpath.letters.text import render_html, sign_off
from painpath.pathway.letters import Audience


@dataclass(frozen=True)
class LetterView:
    """One letter before it is signed."""

    audience: str
    title: str
    content: dict[str, Any]
    sign_off: list[str]


def letter_views(drafts: dict[Audience, Draft]) -> list[LetterView]:
    """Both letters, in the order of reading."""
    return [
        LetterView(audience, AUDIENCES[audience], render_html(draft), sign_off(draft))
        for audience, draft in drafts.items()
    ]
