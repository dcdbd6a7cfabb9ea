"""The texts of a service's letters, as data: for every outcome and every audience, with named fields in the words.

A text is an opening and a list of sections. Sections are written once and named by many texts. A field is written
`{review_date}`; the fields are a closed list, so that a letter never goes out with a hole in it.
"""

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from string import Formatter
from typing import Literal, NamedTuple, get_args

from painpath.pathway.base import Data, Id, Words
from painpath.pathway.outcomes import OutcomeId
from painpath.pathway.problems import Fault, FieldPath

Audience = Literal["patient", "gp"]

Purpose = Literal[
    "reason", "change", "now", "gp_asked", "come_back", "look_again", "contact", "danger", "crisis", "other"
]
"""What a section is there for, so that a check can tell that a letter says it."""

DOOR_LEFT_AJAR: frozenset[OutcomeId] = frozenset({"delay", "signpost", "redirect", "not_now", "discharge"})
"""Outcomes after which the patient is not coming to the service now: their letters owe the most explanation."""

_EVERY_PATIENT: frozenset[Purpose] = frozenset({"now", "come_back", "contact", "danger", "crisis"})
_EVERY_GP: frozenset[Purpose] = frozenset({"reason", "gp_asked", "come_back", "danger"})
_AJAR_PATIENT: frozenset[Purpose] = frozenset({"reason", "change", "look_again"})

BANNED = ("rejected", "inappropriate", "failed", "not eligible", "ineligible", "unfortunately you do not meet")
"""Words that no letter uses, to patient or GP: the decision-letter checklist of the service's design, point 9."""


class Field(NamedTuple):
    """A field that the words may name. `always` is true when every letter has it; otherwise a `when` must guard it."""

    kind: Literal["text", "date", "list", "own"]
    """`own` goes in paragraph by paragraph, marked as the clinician's."""
    what: str
    always: bool = False


FIELDS: dict[str, Field] = {
    "addressee": Field("text", "whom the letter greets", always=True),
    "patient_name": Field("text", "the patient, with the title when there is one", always=True),
    "service": Field("text", "the service's name", always=True),
    "team": Field("text", "what patients call the team", always=True),
    "referrer": Field("text", "who referred, by name or else as `the person who referred you`", always=True),
    "pathway_version": Field("text", "version of the published criteria", always=True),
    "decided_on": Field("date", "the day of the decision", always=True),
    "clinician_name": Field("text", "who decided", always=True),
    "clinician_role": Field("text", "their role", always=True),
    "clinician_contact": Field("text", "how to reach them", always=True),
    "review_date": Field("date", "the day the team looks again"),
    "condition": Field("text", "what is awaited, as it reads after `when`, in the clinician's words"),
    "watcher": Field("text", "who keeps watch until then"),
    "target_service": Field("text", "the service that the referral goes to"),
    "stage": Field("text", "what an accepted referral moves on to, in plain words"),
    "priority": Field("text", "how soon an accepted patient is seen, in plain words"),
    "wait": Field("text", "how long people wait for the next stage: `between 12 and 20 weeks`"),
    "wait_as_of": Field("date", "the day on which that was true"),
    "clock_start": Field("date", "the day on which the referral-to-treatment clock started"),
    "request_ubrn": Field("text", "UBRN of an advice request that still has to become the GP's own referral"),
    "answer_by": Field("date", "the day by which we hope for the patient's answer"),
    "online": Field("text", "the page where the patient sees how their referral stands; where the site knows it"),
    "question": Field("text", "the words of the referrer that the advice answers"),
    "reasons": Field("list", "the plain words of the clauses cited"),
    "changes": Field("list", "what would change the answer, clause by clause"),
    "clauses": Field("list", "the clauses cited: published words, state, words of the referral"),
    "signposts": Field("list", "services and resources: name, what for, how to reach"),
    "self_help": Field("list", "the pathway's self-help signposts that serve a criterion"),
    "danger_signs": Field("list", "the signs of an emergency: the `plain_signs` of the emergency signpost"),
    "crisis_lines": Field("list", "the pathway's crisis signposts"),
    "silent_lines": Field("list", "its emergency and crisis signposts that need no voice: text, type or sign"),
    "questions_patient": Field("list", "what the patient is asked"),
    "questions_referrer": Field("list", "what the referrer is asked"),
    "questionnaires": Field("list", "what the patient is asked to fill in, and how long it takes"),
    "enclosures": Field("list", "files that go with the reply; in letters to the GP only"),
    "contacts": Field("list", "the team's contacts for this patient's locality"),
    "reason": Field("own", "why the clinician decided so; it is in letters to the GP only"),
}


class Block(Data, frozen=True, kw_only=True):
    """One piece of a letter: exactly one of `text`, `points`, `list` and `own_words`."""

    text: Words | None = None
    """A paragraph."""
    points: tuple[Words, ...] = ()
    """A list whose items stand here."""
    list: str | None = None
    """A list whose items are a field of kind `list`."""
    own_words: bool | Literal["reason"] = False
    """What the clinician wrote: `true` for the words to this audience, `reason` for the reason of the decision."""
    when: str | None = None
    """Only when this field is there."""
    unless: str | None = None
    """Only when this field is not there."""


class Section(Data, frozen=True, kw_only=True):
    """A heading with what stands under it. A section of which nothing is left is left out."""

    id: Id
    purpose: Purpose
    heading: Words
    body: tuple[Block, ...]
    plain_easy: tuple[Block, ...] = ()
    """The same in easy read, where the service has had it made; else the body, one sentence a line."""


class LetterText(Data, frozen=True, kw_only=True):
    """The letter for one outcome and one audience."""

    outcome: OutcomeId
    audience: Audience
    heading: Words
    opening: tuple[Block, ...]
    sections: tuple[Id, ...]
    plain_easy: tuple[Block, ...] = ()
    """The opening in easy read."""


class Picture(Data, frozen=True, kw_only=True):
    """What stands beside the sections of one purpose in the easy read layout."""

    purpose: Purpose
    picture: Id
    """The name of the file `pictures/NAME.svg`: in the pathway's folder `letters`, else in `shared`."""
    plain_alt: Words
    """What is read out in its place."""


class Letters(Data, frozen=True, kw_only=True):
    """All letters of a service."""

    greeting: Words
    closing: Words
    takes_seriously: Words = "pain is real"
    """What the first two sentences of every letter to a patient must hold, beside the decision."""
    sections: tuple[Section, ...]
    texts: tuple[LetterText, ...]
    pictures: tuple[Picture, ...] = ()

    def text(self, outcome: str, audience: str) -> LetterText:
        """The text for this outcome and audience; KeyError when there is none."""
        for text in self.texts:
            if (text.outcome, text.audience) == (outcome, audience):
                return text
        raise KeyError((outcome, audience))

    def section(self, section_id: str) -> Section:
        """The section with this id; KeyError when there is none."""
        for section in self.sections:
            if section.id == section_id:
                return section
        raise KeyError(section_id)


def picture_file(folder: Path, name: str) -> Path | None:
    """The file of a picture of the pathway in this folder; None when there is none."""
    homes = (folder / "letters" / "pictures", folder.parent / "shared" / "pictures")
    return next((file for home in homes if (file := home / f"{name}.svg").is_file()), None)


def banned_words(text: str) -> list[str]:
    """The banned words in a text, in the order of `BANNED`; a line break or a capital does not hide one."""
    return [words for words in BANNED if re.search(r"\b" + words.replace(" ", r"[\s,]+") + r"\b", text, re.IGNORECASE)]


def fields_in(text: str) -> list[str]:
    """The fields that a text names. ValueError when its braces do not match or hold more than a field's name."""
    found = []
    for _, name, spec, conversion in Formatter().parse(text):
        if name is not None:
            if spec or conversion or not name.isidentifier():
                raise ValueError(f"`{{{name}}}` holds more than the name of a field")
            found.append(name)
    return found


def problems(letters: Letters) -> Iterator[Fault]:
    """Everything wrong with the texts: a missing or doubled letter, an unknown or unguarded field, a banned word."""
    yield from _coverage(letters)
    yield from _words(("letters", "greeting"), letters.greeting)
    yield from _words(("letters", "closing"), letters.closing)
    used = {name for text in letters.texts for name in text.sections}
    yield from _pictures(letters)
    seen: set[str] = set()
    for index, section in enumerate(letters.sections):
        path: FieldPath = ("letters", "sections", index)
        if section.id in seen:
            yield Fault((*path, "id"), f"`{section.id}` is used twice. Give each section its own id.")
        if section.id not in used:
            yield Fault((*path, "id"), f"No letter uses the section `{section.id}`. Name it in a text or take it out.")
        seen.add(section.id)
        yield from _words((*path, "heading"), section.heading)
        yield from _blocks((*path, "body"), section.body)
        yield from _easy(path, section.plain_easy, section.body)
    for index, text in enumerate(letters.texts):
        path = ("letters", "texts", index)
        yield from _words((*path, "heading"), text.heading)
        yield from _blocks((*path, "opening"), text.opening)
        yield from _easy(path, text.plain_easy, text.opening)
        yield from _sections((*path, "sections"), text, letters)


def _coverage(letters: Letters) -> Iterator[Fault]:
    counts = Counter((text.outcome, text.audience) for text in letters.texts)
    for outcome in get_args(OutcomeId):
        for audience in get_args(Audience):
            if counts[outcome, audience] != 1:
                found = counts[outcome, audience] or "no"
                message = f"There must be one letter for `{outcome}` to `{audience}`; there are {found}."
                yield Fault(("letters", "texts"), message)


def _pictures(letters: Letters) -> Iterator[Fault]:
    """Every purpose of a section to the patient has one picture."""
    theirs = {name for text in letters.texts if text.audience == "patient" for name in text.sections}
    wanted = {section.purpose for section in letters.sections if section.id in theirs}
    counts = Counter(one.purpose for one in letters.pictures)
    for purpose in sorted(wanted):
        if counts[purpose] != 1:
            found = counts[purpose] or "no"
            message = f"There must be one picture for the purpose `{purpose}`; there are {found}."
            yield Fault(("letters", "pictures"), message)


def missing_pictures(letters: Letters, folder: Path) -> Iterator[Fault]:
    """Pictures that are named and have no file, for the pathway in this folder."""
    for index, one in enumerate(letters.pictures):
        if picture_file(folder, one.picture) is None:
            message = f"There is no file `pictures/{one.picture}.svg`. Put it into `letters`, or choose another."
            yield Fault(("letters", "pictures", index, "picture"), message)


def _sections(path: FieldPath, text: LetterText, letters: Letters) -> Iterator[Fault]:
    known = {section.id: section.purpose for section in letters.sections}
    for index, name in enumerate(text.sections):
        if name not in known:
            yield Fault((*path, index), f"There is no section `{name}`. Sections: {', '.join(sorted(known))}.")
    needed = _EVERY_GP if text.audience == "gp" else _EVERY_PATIENT
    if text.audience == "patient" and text.outcome in DOOR_LEFT_AJAR:
        needed |= _AJAR_PATIENT
    missing = needed - {known[name] for name in text.sections if name in known}
    if missing:
        yield Fault(path, f"This letter has no section whose purpose is {', '.join(sorted(missing))}. Add one.")
    named = [section for section in letters.sections if section.id in text.sections]
    reasons = sum(block.own_words == "reason" for section in named for block in section.body)
    if text.audience == "gp" and reasons != 1:
        yield Fault(path, f"The clinician's reason is in this letter {reasons} times. Put `own_words: reason` in once.")
    elif text.audience == "patient" and reasons:
        yield Fault(path, "The clinician's reason is for the GP. Take `own_words: reason` out of this letter.")


def _blocks(path: FieldPath, blocks: tuple[Block, ...]) -> Iterator[Fault]:
    for index, block in enumerate(blocks):
        here = (*path, index)
        if sum(map(bool, (block.text, block.points, block.list, block.own_words))) != 1:
            yield Fault(here, "Give exactly one of `text`, `points`, `list` and `own_words`.")
        for key in ("when", "unless"):
            name = getattr(block, key)
            if name is not None and name not in FIELDS:
                yield Fault((*here, key), _unknown(name))
        if block.list is not None:
            if block.list not in FIELDS:
                yield Fault((*here, "list"), _unknown(block.list))
            elif FIELDS[block.list].kind != "list":
                yield Fault((*here, "list"), f"`{block.list}` is not a list. Write it as {_usage(block.list)}.")
        if block.text is not None:
            yield from _words((*here, "text"), block.text, block.when)
        for number, point in enumerate(block.points):
            yield from _words((*here, "points", number), point, block.when)


def _easy(path: FieldPath, easy: tuple[Block, ...], usual: tuple[Block, ...]) -> Iterator[Fault]:
    """Easy words may leave out nothing that is particular to this letter."""
    yield from _blocks((*path, "plain_easy"), easy)
    if easy and (missing := _particulars(usual) - _particulars(easy)):
        names = ", ".join(f"`{name}`" for name in sorted(missing))
        yield Fault((*path, "plain_easy"), f"The usual words hold {names}, and the easy ones do not. Add it.")


def _particulars(blocks: tuple[Block, ...]) -> set[str]:
    found: set[str] = set()
    for block in blocks:
        found |= {block.list} if block.list else set()
        found |= {f"own_words: {str(block.own_words).lower()}"} if block.own_words else set()
        for words in (block.text or "", *block.points):
            with suppress(ValueError):  # told of by `_words`
                found |= set(fields_in(words))
    return found


def _words(path: FieldPath, words: str, when: str | None = None) -> Iterator[Fault]:
    for banned in banned_words(words):
        yield Fault(path, f"Letters do not say `{banned}`. Say what was decided, why, and what would change it.")
    try:
        names = fields_in(words)
    except ValueError as error:
        yield Fault(path, f"The braces are not right: {error}. Write a field as `{{patient_name}}`.")
        return
    for name in names:
        field = FIELDS.get(name)
        if field is None:
            yield Fault(path, _unknown(name))
        elif field.kind in ("list", "own"):
            yield Fault(path, f"`{name}` does not go into a text. Write it as {_usage(name)}, on its own.")
        elif not field.always and name != when:
            yield Fault(path, f"`{name}` is not in every letter. Put these words in a block with `when: {name}`.")


def _usage(name: str) -> str:
    return {"list": f"`list: {name}`", "own": f"`own_words: {name}`"}.get(FIELDS[name].kind, f"`{{{name}}}` in a text")


def _unknown(name: str) -> str:
    return f"There is no field `{name}`. Fields: {', '.join(FIELDS)}."
