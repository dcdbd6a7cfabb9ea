"""What a person needs so that they can read, hear and answer us, and the formats that letters come in.

The Accessible Information Standard (DAPB1605) asks a service to identify such needs, record, flag, share, meet and
review them. The words are the service's; which formats the program can make is a fact of the program (`letters`).
"""

import re
from collections.abc import Iterator
from typing import Annotated, Literal

import msgspec

from painpath.pathway.base import Data, Id, Words
from painpath.pathway.problems import Fault

NeedKind = Literal["format", "language", "senses", "support", "contact"]
Channel = Literal["print", "email", "sms", "phone"]

STANDARD = "standard"
"""The format of a letter to somebody who has asked for no other."""


class LetterFormat(Data, frozen=True, kw_only=True):
    """One way in which letters can come."""

    id: Id
    name: Words
    """For the team."""
    plain: Words
    """For the patient."""
    by_hand: Words
    """What a person does where the program cannot make it."""


class Need(Data, frozen=True, kw_only=True):
    """One need, as it is chosen from a list."""

    id: Id
    kind: NeedKind
    name: Words
    """For the team."""
    plain: Words
    """For the patient, who says it of themselves."""
    how: Words
    """How to tell them something: what whoever gets in touch has to do."""
    letter_format: Id | None = None
    """The format that letters then come in, unless another is chosen."""
    forbids: tuple[Channel, ...] = ()
    """Ways in which they are not to be told anything without a person looking first."""
    phrases: tuple[Words, ...] = ()
    """Words by which letters speak of it. They offer the need to a person, with the quote, and never record it."""


class Communication(Data, frozen=True, kw_only=True):
    """Everything a service says about communication needs."""

    needs: tuple[Need, ...]
    letter_formats: tuple[LetterFormat, ...]
    ask_again_months: Annotated[int, msgspec.Meta(ge=1, le=36)]
    """After so many months somebody asks the patient again."""
    source: Words

    def need(self, wanted: str) -> Need | None:
        """The need with this id; None when the list has none (any more)."""
        return next((one for one in self.needs if one.id == wanted), None)

    def letter_format(self, wanted: str) -> LetterFormat | None:
        """The format with this id; None when the list has none (any more)."""
        return next((one for one in self.letter_formats if one.id == wanted), None)

    def format_of(self, needs: tuple[str, ...] | list[str], chosen: str = "") -> str:
        """The format that letters come in: the one that was chosen, else that of the first need that asks for one."""
        if chosen:
            return chosen
        asked = (one.letter_format for one in self.needs if one.id in needs and one.letter_format)
        return next(asked, STANDARD)


def phrase_pattern(need: Need) -> re.Pattern[str]:
    """Finds the phrases of a need in a text, whole words only, whatever the case, hyphens and line breaks."""
    words = (r"[\s-]+".join(map(re.escape, re.split(r"[\s-]+", phrase))) for phrase in need.phrases)
    return re.compile(rf"(?<!\w)(?:{'|'.join(words) or r'(?!)'})(?!\w)", re.IGNORECASE)


def problems(communication: Communication) -> Iterator[Fault]:
    """Everything that makes the lists unusable: an id used twice, a format that is not there."""
    for name in ("needs", "letter_formats"):
        seen: set[str] = set()
        for index, item in enumerate(getattr(communication, name)):
            if item.id in seen:
                yield Fault(("communication", name, index, "id"), f"`{item.id}` is used twice. Give each its own id.")
            seen.add(item.id)
    formats = {one.id for one in communication.letter_formats}
    if STANDARD not in formats:
        yield Fault(("communication", "letter_formats"), "The format `standard` has no entry. Add its words.")
    for index, need in enumerate(communication.needs):
        if need.letter_format is not None and need.letter_format not in formats:
            known = ", ".join(sorted(formats))
            yield Fault(
                ("communication", "needs", index, "letter_format"),
                f"`{need.letter_format}` is not among the letter formats: {known}.",
            )
