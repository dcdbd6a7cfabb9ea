"""In which format a patient's letters come, what the program makes itself, and what a person has to see to.

Accessible Information Standard (DAPB1605): a letter is made in the format that is needed, or a person looks first.
"""

import re
from typing import get_args

from painpath.letters.copies import draft_of
from painpath.letters.easy import reads_easy
from painpath.letters.facts import Layout
from painpath.letters.models import Letter
from painpath.letters.rendering import FORMS
from painpath.letters.wording import line
from painpath.pathway.needs import STANDARD, Channel, Communication, Need
from painpath.referrals.arriving.needs import communication_of, needs_of
from painpath.referrals.models import Patient, Referral

MADE: tuple[Layout, ...] = get_args(Layout)
"""The formats of the pathway that the program makes: each is a layout of the letters."""

_FORM = {"audio": "audio-text", "plain-text-email": "plain-text"}
"""For formats of the pathway that only a person can give, the form that they give it from."""

_LIKE: dict[str, Channel] = {"notify": "print", "link": "email"}
"""By which channel of the pathway's needs another one counts: on paper, or in writing on a screen."""

_LARGE_PRINT = re.compile(
    r"(?:needs |prefers )?large[ -]print(?: letters?)?(?: please)?(?:,? (?:1[0-8]) ?(?:pt|points?))?[.]?", re.IGNORECASE
)
"""What a referrer may have written in words, and nothing else: then large print is what is needed."""


def format_for(patient: Patient | None) -> str:
    """The id of the format that this person's letters come in: the recorded one, else large print where that and
    nothing else stands among the words on communication, else standard."""
    if patient is None:
        return STANDARD
    if patient.letter_format not in ("", STANDARD):
        return patient.letter_format
    return "large-print" if _LARGE_PRINT.fullmatch(line(patient.communication_needs)) else STANDARD


def layout_for(patient: Patient | None) -> Layout:
    """The layout in which the program makes a letter to this person: standard where it cannot make what is needed."""
    wanted = format_for(patient)
    return next((layout for layout in MADE if layout == wanted), "standard")


def form_for(patient: Patient | None) -> str:
    """Which of `FORMS` is this person's own, or comes nearest to it."""
    wanted = format_for(patient)
    form = _FORM.get(wanted, wanted)
    return form if form in FORMS else "standard"


def format_name(wanted: str, communication: Communication) -> str:
    """A format as the team calls it."""
    known = communication.letter_format(wanted)
    return known.name if known else wanted


def unmet(patient: Patient, referral: Referral, channel: str, letter: Letter | None = None) -> list[str]:
    """What of this person's needs something by this channel would not meet: for a person to see to, in sentences.

    `letter` is what goes out; without one it is a message in the words of the team. The easy read layout
    alone does not meet a need for easy read: the words must have been made for it as well (`reads_easy`).
    """
    communication = communication_of(referral)
    found = []
    wanted = format_for(patient)
    if not _is_made(wanted, channel, letter):
        found.append(f"Needs {_to_do(wanted, communication)}")
    for need in needs_of(patient, communication):
        if forbidden(channel, need):
            found.append(f"{need.name}. {need.how}")
        elif (asked := need.letter_format or wanted) != wanted and not _is_made(asked, channel, letter):
            found.append(f"Also needs {_to_do(asked, communication)}")
    words = line(patient.communication_needs).rstrip(".")
    if words and not _LARGE_PRINT.fullmatch(words):
        found.append(f"Communication needs: “{words}”. Read it, then choose how this goes.")
    return found


def speaking_against(patient: Patient, referral: Referral, channel: str) -> list[str]:
    """The needs of this person for which nothing at all goes by this channel before a person has looked, in sentences:
    a part of what is `unmet`, and all of it for a code, which would run out while somebody has it made in a format."""
    needs = needs_of(patient, communication_of(referral))
    return [f"{need.name}. {need.how}" for need in needs if forbidden(channel, need)]


def _is_made(wanted: str, channel: str, letter: Letter | None) -> bool:
    """Whether the program itself makes what goes by this channel in this format. A letter online is a page for screen
    readers, and plain text beside it. The layout of easy read is easy read only with easy words."""
    if wanted == "easy-read":
        return letter is not None and reads_easy(draft_of(letter))
    return wanted in MADE or (channel in ("email", "link") and wanted == "plain-text-email")


def _to_do(wanted: str, communication: Communication) -> str:
    """A format that the program cannot make, and what a person does about it."""
    known = communication.letter_format(wanted)
    do = known.by_hand if known else "Have it made, then record here that it was sent."
    return f"{_small(format_name(wanted, communication))}: {_small(do)}"


def forbidden(channel: str, need: Need) -> bool:
    """Whether somebody with this need is not to be told anything by this channel before a person has looked."""
    return _LIKE.get(channel, channel) in need.forbids


def printed_otherwise(printed: str, patient: Patient, referral: Referral) -> list[str]:
    """That what lies printed is not in the format that is needed by now; `printed` is the layout, empty for none."""
    needed = layout_for(patient)
    if printed in ("", needed):
        return []
    names = [_small(format_name(one, communication_of(referral))) for one in (printed, needed)]
    told = f"This was printed in {names[0]}, and the patient needs {names[1]}."
    return [f"{told} It must not go like this: take it out. It is made anew when it is printed again."]


def waits(wanted: str) -> str:
    """Why what goes out in this format waits for a person, for the team; empty where the program makes all of it."""
    if wanted == "easy-read":
        return "The program makes the layout, with pictures: letters wait for a person, unless all words were made easy"
    return "" if wanted in MADE else "The program cannot make it: letters wait for a person"


def shared_words(referral: Referral) -> tuple[str, ...]:
    """The needs of the patient as they go with every letter to the GP and every referral onwards."""
    patient = referral.patient
    if patient is None:
        return ()
    communication = communication_of(referral)
    wanted = format_for(patient)
    known = needs_of(patient, communication)
    names = [one.name for one in known]
    if wanted != STANDARD and wanted not in {one.letter_format for one in known}:
        names.append(f"Letters in {_small(format_name(wanted, communication))}")
    spoken = f"Interpreter: {line(patient.interpreter)}" if line(patient.interpreter) else ""
    words = line(patient.communication_needs)
    return tuple(dict.fromkeys(filter(None, (*names, spoken, words))))


def _small(words: str) -> str:
    """As it reads inside a sentence; a word in capitals stays."""
    return words if words[:2].isupper() else words[:1].lower() + words[1:]
