"""Short messages without clinical content: they say that there is news, ask nothing and show nothing.

Whoever opens the envelope or stands behind the screen must learn nothing about somebody's health, so the linter looks
for clinical words in every text, and for links and names in what goes by e-mail. What goes by text is looked at as it
reads with its fields filled in: it has to fit into one message (a code) or two.
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


GSM = frozenset(
    "@£$¥èéùìòÇ\nØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
"""What a text message holds at 160 characters (3GPP TS 23.038, 7-bit default alphabet); with any other it holds 70."""
LONGEST = {"code_by_sms": 160, "letter_online_sms": 306}
"""Characters of a text with its fields filled in: one message; or two, which are joined and hold 153 each."""
_FILLED = {
    "reference": "2BCD-FGHJ",
    "code": "2BCD-FGHJ",
    "until": "23:59 on 30 September 2026",
    "where": f"https://{'x' * 32}/services/{'x' * 22}/my-referral/code/?reference=2BCD-FGHJ",
}
"""As long as what they are filled with gets: a host of 32 characters, a service of 22 in its address."""


class Notice(Data, frozen=True, kw_only=True):
    """One message: the subject of an e-mail, or the heading of a letter; and its words, an empty line between
    paragraphs."""

    plain_subject: Words
    plain_text: Words


class Text(Data, frozen=True, kw_only=True):
    """One text message: no subject, and every character counts."""

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
    code_by_sms: Text
    """To a patient without an e-mail address that was confirmed, whose mobile number was."""
    letter_online: Notice
    """By e-mail, to a patient who wants letters online: the letter is there, and the code that opens it."""
    letter_online_sms: Text
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
    online = notices.letter_online
    yield from _subject(("notices", "letter_online", "plain_subject"), online.plain_subject)
    yield from _online(("notices", "letter_online", "plain_text"), online.plain_text, {"reference", "where"})
    for name, needed in (("code_by_sms", {"reference"}), ("letter_online_sms", {"where"})):
        path, text = ("notices", name, "plain_text"), getattr(notices, name).plain_text
        faults = list(_online(path, text, needed))
        yield from faults or _as_text(path, text)


def _online(path: FieldPath, text: str, needed: set[str]) -> Iterator[Fault]:
    yield from unclinical.words(path, text)
    faults, named = unclinical.fields(path, text, ("reference", "code", "until", "where"))
    yield from faults
    for field in sorted(({"code", "until"} | needed) - named):
        yield Fault(path, f"Put `{{{field}}}` in.")


def _as_text(path: FieldPath, text: str) -> Iterator[Fault]:
    filled, longest = text.strip().format(**_FILLED), LONGEST[str(path[1])]
    if len(filled) > longest:
        yield Fault(path, f"As a text message this has {len(filled)} characters. Say it in at most {longest}.")
    if odd := sorted(set(filled) - GSM):
        yield Fault(path, f"Text messages hold no {' '.join(odd)}. Write it with plain letters and signs.")


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
