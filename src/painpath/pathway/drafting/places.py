"""What a line of a page stands under, and the items that a walk down the page meets."""

from typing import Literal, NamedTuple

from painpath.pathway.base import Data
from painpath.pathway.drafting.lines import Line
from painpath.pathway.drafting.sections import Meaning


class Place(Data, frozen=True, kw_only=True):
    """What a list or a sentence stands under."""

    heading: str = ""
    line: int = 0
    meaning: Meaning | None = None
    """None: nothing above it says what it is."""
    guessed: bool = False
    strength: Literal["must", "should", "may"] = "must"
    programme: str | None = None
    priority: str | None = None
    option: int | None = None
    """The line of the heading whose options these are."""
    lead: str | None = None
    lead_line: int = 0
    scope: str | None = None
    """For whom it holds: "group programmes"."""
    only_if: str | None = None
    """The condition under which all of it holds."""


class Item(NamedTuple):
    """One bullet, sentence, heading or remark, in the order of the page."""

    what: Literal["heading", "class", "bullet", "sentence", "remark", "exception", "advice", "triage"]
    """`exception` and `advice`: a bullet that speaks of the bullet above it. `class`: a line that names a class of
    priority, who is in it and how soon they are seen. `triage`: a problem, with where and how soon."""
    line: Line
    text: str
    place: Place
    list: int = 0
    """Bullets of one list have the same number."""
    connector: str | None = None
    """`and` or `or` between this bullet and the one before."""
