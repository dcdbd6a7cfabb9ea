"""Short messages without clinical content: they say that there is news, ask nothing and show nothing.

Whoever opens the envelope or stands behind the screen must learn nothing about somebody's health, so the linter looks
for clinical words in every text, and for links and names in what goes by e-mail.
"""

from collections.abc import Iterator
from typing import Annotated

import msgspec

from painpath.pathway import unclinical
from painpath.pathway.base import Data, Words
from painpath.pathway.outcomes import OutcomeId
from painpath.pathway.problems import Fault, FieldPath

FIELDS = {
    "reference": "our reference of the referral",
    "code": "a one-time code",
    "until": "until when a code works",
    "where": "where the site says how the referral stands, a paragraph of its own; left out where that is not known",
    "by": "the day by which somebody looks at it",
    "contact": "how to reach the team, a line for each way",
}
"""What a notice may name in braces. Nothing here says who somebody is or what they have."""


class Notice(Data, frozen=True, kw_only=True):
    """One message: the subject of an e-mail, or the heading of a letter; and its words, an empty line between
    paragraphs."""

    plain_subject: Words
    plain_text: Words


class Codes(Data, frozen=True, kw_only=True):
    """How long a one-time code works, and how often it may be tried. Settings, with their reason."""

    email_minutes: Annotated[int, msgspec.Meta(ge=5, le=120)]
    post_days: Annotated[int, msgspec.Meta(ge=3, le=28)]
    tries: Annotated[int, msgspec.Meta(ge=1, le=10)]
    with_letters: tuple[OutcomeId, ...] = ()
    """After these decisions a code for the patient goes by post beside the letter, where no e-mail reaches them."""
    source: Words


class Notices(Data, frozen=True, kw_only=True):
    """Every message of this kind that the program sends."""

    letter_coming: Notice
    """By e-mail, beside a letter that goes by post."""
    enclosed: Notice
    """The page with the address, where a letter does not show the address that it goes to."""
    code_by_email: Notice
    code_by_post: Notice
    patient_code_by_post: Notice
    """To a patient: what the code is for, and what else they need to use it."""
    receipt: Notice
    """To whoever referred, when a letter of theirs has been registered."""
    change_for_you: Notice
    """To whoever is on duty, when something was reported: without anything clinical."""
    change_unread: Notice
    """To those who are told next while nobody has read it, and at once to every clinician when nobody is on duty."""
    change_waiting: Notice
    """To everybody of the team who can act, when nobody has read in time that something has changed."""
    codes: Codes


def problems(notices: Notices) -> Iterator[Fault]:
    """Everything wrong with the notices: a clinical word, a link, an unknown field, a code that is missing."""
    for name in (
        "letter_coming", "enclosed", "code_by_email", "code_by_post", "patient_code_by_post", "receipt",
        "change_for_you", "change_unread", "change_waiting",
    ):  # fmt: skip
        notice: Notice = getattr(notices, name)
        code = "code" in name
        yield from _subject(("notices", name, "plain_subject"), notice.plain_subject)
        yield from _text(("notices", name, "plain_text"), notice.plain_text, code=code)


def _subject(path: FieldPath, text: str) -> Iterator[Fault]:
    yield from unclinical.words(path, text)
    if "{" in text or "\n" in text.strip():
        yield Fault(path, "Anybody may see a subject. Write it on one line and without fields.")


def _text(path: FieldPath, text: str, *, code: bool) -> Iterator[Fault]:
    yield from unclinical.words(path, text)
    faults, named = unclinical.fields(path, text, FIELDS)
    yield from faults
    if path[1] == "receipt":
        missing, alien = {"reference"} - named, set[str]()
    elif path[1] == "patient_code_by_post":
        missing, alien = {"reference", "where"} - named, {"by", "contact"} & named
    else:
        missing, alien = set[str](), {"where", "by", "contact"} & named
    for field in sorted(missing):
        yield Fault(path, f"Put `{{{field}}}` in.")
    for field in sorted(alien):
        yield Fault(path, f"Only the receipt has `{{{field}}}`.")
    codes = {"code", "until"}
    for field in sorted(codes - named if code else codes & named):
        yield Fault(path, f"Put `{{{field}}}` in." if code else f"Only the message with a code has `{{{field}}}`.")
