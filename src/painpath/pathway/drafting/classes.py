"""Lines that name a class of priority, who is in it, and how soon they are seen: in whatever order they say it."""

import re
from collections.abc import Iterable
from typing import NamedTuple

from msgspec.structs import replace

from painpath.pathway.drafting import sections
from painpath.pathway.drafting.amounts import NUMBER
from painpath.pathway.drafting.model import Clause, Open, Part
from painpath.pathway.drafting.naming import slug
from painpath.pathway.drafting.numbers import within_days

_TIME = (
    rf"(?P<time>(?:seen |appointment |contact |response |we aim for )?(?:within|in|up to|under|less than|about|<"
    rf"|≤)? ?(?:the next )?{NUMBER}"
    r"[ -]?(?:working |calendar )?(?:days?|weeks?|wks?|months?|mths?))"
)
_DASH = r"(?:\s[-–—]\s|\s?[:–—]\s)"
_NAME = r"(?P<name>[A-Z][\w&'’/ -]{0,40}?\w)"
_FIRST = re.compile(rf"^{_NAME}(?:, |,? \(| - |: ){_TIME}\)?{_DASH}(?P<words>.+)$", re.IGNORECASE)
_MIDDLE = re.compile(rf"^{_NAME}{_DASH}(?P<words>.+?)(?:{_DASH}|,? \(|, ){_TIME}\)?\.?$", re.IGNORECASE)
_LAST = re.compile(rf"^(?P<words>.+?)(?:{_DASH}|,? \(|, |\s*\|\s*|\t+){_TIME}\)?\.?$", re.IGNORECASE)
_CLASS = re.compile(
    r"^(?:category|priority|class|cat|urgency|level|band|triage|p) ?(?:\d|[a-e]\b|one|two|three|four|i{1,3}\b)"
    r"|^(?:urgent|semi-urgent|very urgent|routine|soon|emergency|non-urgent)\b",
    re.IGNORECASE,
)


def names_class(words: str) -> bool:
    """Whether words begin with the name of a class: "Urgent", "Category 2"."""
    return bool(_CLASS.match(words.strip()))


class Row(NamedTuple):
    """What one line says of a class."""

    name: str
    words: str
    """Who is in it; empty where the line only names the class and its time."""
    time: str
    """How soon, as it stands there."""


def row(text: str, *, listed: bool = False) -> Row | None:
    """The class that a line names with its time; None where it names none.

    `listed`: it stands under words such as "How soon we see people", so that who is seen may stand there without a name
    of a class ("Discharged in the last 5 days - within 2 working days").
    """
    text = text.strip()
    for pattern in (_FIRST, _MIDDLE):
        found = pattern.match(text)
        if found and (_CLASS.match(found["name"]) or (listed and pattern is _FIRST)):
            return Row(found["name"].strip(), found["words"].strip(), found["time"])
    if (found := _LAST.match(text)) and (listed or _CLASS.match(text)):
        words = found["words"].strip()
        alone = _CLASS.match(words) and len(words.split()) <= 4
        return Row(words, "" if alone else words, found["time"])
    return None


class Classes:
    """The classes of priority of a page, in its order."""

    def __init__(self) -> None:
        self.found: list[Part] = []

    def add(self, name: str, line: int, published: str, time: str) -> None:
        """Take one, unless the page has named it before. `time` are the words that say how soon."""
        if any(one.id == slug(name) for one in self.found):
            return
        days, working = within_days(time), bool(re.search(r"\bworking\b", time))
        self.found.append(Part(id=slug(name), name=name, line=line, published=published, days=days, working=working))

    def settle(self, clauses: Iterable[Clause]) -> Open | None:
        """Find the class that takes whatever no other does. What an author must say where the page has none."""
        default = next((one.priority for one in clauses if one.priority and sections.is_default(one.published)), None)
        self.found = [replace(one, default=one.id == default) for one in self.found]
        if not self.found or default is not None:
            return None
        note = "The page does not say which class a referral is in when none of them fits."
        first = self.found[0]
        return Open(why="default", line=first.line, words=first.published, note=note)
