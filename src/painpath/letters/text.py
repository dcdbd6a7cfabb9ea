"""A draft as plain text, as text to paste into e-RS, and as data for a page."""

from collections.abc import Iterator
from typing import Any

import msgspec

from painpath.letters.drafts import Draft, Part
from painpath.letters.errors import LetterError
from painpath.letters.wording import day

ERS_LIMIT = 8_000
"""Characters that one message of e-RS Advice and Guidance holds (NHS e-RS API, operation A026)."""


def render_text(draft: Draft) -> str:
    """The whole letter as plain text, for screen readers and for copying. Lists are lines that begin with `- `."""
    return "\n\n".join(_blocks(draft)) + "\n"


def ers_text(draft: Draft) -> str:
    """The GP's letter as text to paste into e-RS, without the address block.

    Raises LetterError for a letter that is not to the GP, and for one that is longer than e-RS takes: it is never cut.
    Characters are counted as code points with single line ends, since e-RS does not publish how it counts.
    """
    if draft.audience != "gp":
        raise LetterError("Only the letter to the GP goes into e-RS. Choose that one.")
    text = "\n\n".join([f"{draft.service}, {day(draft.written_on)}", *_body(draft)])
    if len(text) > ERS_LIMIT:
        raise LetterError(
            f"e-RS takes at most {ERS_LIMIT:,} characters and this text has {len(text):,}. "
            f"Nothing is cut for you: shorten your own words by {len(text) - ERS_LIMIT:,}."
        )
    return text


def render_html(draft: Draft) -> dict[str, Any]:
    """The draft as plain data for a template: dates in words, everything else as in `Draft`. It holds no markup."""
    plain: dict[str, Any] = msgspec.to_builtins(draft)
    return plain | {"written_on": day(draft.written_on)}


def sign_off(draft: Draft) -> list[str]:
    """The lines under the closing: name, role and registration, contact."""
    signed = draft.signatory
    second = ", ".join(filter(None, (signed.role, signed.registration)))
    return [text for text in (signed.name, second, signed.contact) if text]


def _blocks(draft: Draft) -> Iterator[str]:
    yield draft.service
    if draft.address:
        yield "\n".join(draft.address)
    yield day(draft.written_on)
    yield from _body(draft)


def _body(draft: Draft) -> Iterator[str]:
    yield draft.greeting
    yield draft.heading
    yield "\n".join(f"{label}: {value}" for label, value in draft.particulars)
    yield from map(_part, draft.opening)
    for section in draft.sections:
        yield section.heading
        yield from map(_part, section.parts)
    yield draft.closing
    yield "\n".join(sign_off(draft))
    if draft.copied_to:
        yield "\n".join(["Copied to:", *(f"- {name}" for name in draft.copied_to)])


def _part(part: Part) -> str:
    return part.text or "\n".join(f"- {item}" for item in part.items)
