"""Short messages without clinical content: they say that there is news, ask nothing and show nothing.

Whoever opens the envelope or stands behind the screen must learn nothing about somebody's health, so the linter looks
for clinical words in every text, and for links and names in what goes by e-mail.
"""

import re
from collections.abc import Iterator
from typing import Annotated

import msgspec

from painpath.pathway.base import Data, Words
from painpath.pathway.letters import banned_words, fields_in
from painpath.pathway.problems import Fault, FieldPath

FIELDS = {"reference": "our reference of the referral", "code": "a one-time code", "until": "until when a code works"}
"""What a notice may name in braces. Nothing here says who somebody is or what they have."""

_CLINICAL = re.compile(
    r"\b(pain\w*|clinic\w*|diagnos\w*|symptom\w*|illness\w*|disease\w*|medicines?|medication\w*|drugs?|opioid\w*|"
    r"alcohol\w*|treat\w*|surg\w*|operation\w*|scans?|mental\w*|depress\w*|suicid\w*|crisis|pregnan\w*|psycho\w*|"
    r"doctors?|consultants?|nurses?|hospital\w*)\b",
    re.IGNORECASE,
)
_LINK = re.compile(r"https?:|www\.|\S@\S", re.IGNORECASE)


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
    source: Words


class Notices(Data, frozen=True, kw_only=True):
    """Every message of this kind that the program sends."""

    letter_coming: Notice
    """By e-mail, beside a letter that goes by post."""
    enclosed: Notice
    """The page with the address, where a letter does not show the address that it goes to."""
    code_by_email: Notice
    code_by_post: Notice
    codes: Codes


def problems(notices: Notices) -> Iterator[Fault]:
    """Everything wrong with the notices: a clinical word, a link, an unknown field, a code that is missing."""
    for name in ("letter_coming", "enclosed", "code_by_email", "code_by_post"):
        notice: Notice = getattr(notices, name)
        code = name.startswith("code")
        yield from _subject(("notices", name, "plain_subject"), notice.plain_subject)
        yield from _text(("notices", name, "plain_text"), notice.plain_text, code=code)


def _subject(path: FieldPath, words: str) -> Iterator[Fault]:
    yield from _no_clinical_words(path, words)
    if "{" in words or "\n" in words.strip():
        yield Fault(path, "Anybody may see a subject. Write it on one line and without fields.")


def _text(path: FieldPath, words: str, *, code: bool) -> Iterator[Fault]:
    yield from _no_clinical_words(path, words)
    try:
        named = set(fields_in(words))
    except ValueError as error:
        yield Fault(path, f"The braces are not right: {error}. Write a field as `{{reference}}`.")
        return
    for field in sorted(named - set(FIELDS)):
        yield Fault(path, f"There is no field `{field}` in notices. Fields: {', '.join(FIELDS)}.")
    for field in sorted({"code", "until"} - named if code else named & {"code", "until"}):
        yield Fault(path, f"Put `{{{field}}}` in." if code else f"Only the message with a code has `{{{field}}}`.")


def _no_clinical_words(path: FieldPath, words: str) -> Iterator[Fault]:
    for found in dict.fromkeys(match[0] for match in _CLINICAL.finditer(words)):
        yield Fault(path, f"Others may see this. Say it without `{found}`: no word about anybody's health.")
    for banned in banned_words(words):
        yield Fault(path, f"Messages do not say `{banned}`.")
    if _LINK.search(words):
        yield Fault(path, "Put no link or address in: the message must not look like one that steals passwords.")
