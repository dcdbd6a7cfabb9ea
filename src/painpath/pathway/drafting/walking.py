"""Walk down a page: headings, lists and sentences in their order, and whatever each of them is part of."""

import re
from typing import Literal

from painpath.pathway.drafting import classes, sections
from painpath.pathway.drafting.lines import Line
from painpath.pathway.drafting.lists import (
    CRITERION,
    LONGEST_HEADING,
    guess,
    inline_lists,
    numbered_headings,
    questions,
    unmarked_lists,
)
from painpath.pathway.drafting.parts import adds_advice, adds_exception, condition_in, sentences
from painpath.pathway.drafting.places import Item, Place
from painpath.pathway.drafting.sections import Meaning

_AIMS = re.compile(r"(?:the )?aims?\b|objectives\b|what (?:you|we|the|to)\b", re.IGNORECASE)
_POINTS = re.compile(r"\b(?:following|below|these)\b", re.IGNORECASE)
_ENDS = re.compile(r"[.!?;,]$")
_NAMED_PART = re.compile(
    r"^(?!(?:The|This|Our|Your|Referral|Patient|Care|Clinical|Treatment|Urgent)\b)"
    r"[A-Z][\w'’ &-]{2,60}? (?:group|programme|course|stream|pathway|arm)(?: ?[:(]|$)"
)
_PROGRAMME_ROW = re.compile(r"^(?P<name>[A-Z][\w'’ -]{2,40}): (?P<words>\S.+)$")
_EDITORIAL = re.compile(
    r"\b(?:goes on|ends here|continues|continued|cut|truncated|more below|read more)\b", re.IGNORECASE
)
_FOR_SOME = re.compile(r"\bfor (?:the )?(?P<who>[\w -]*(?:programmes?|groups?|courses?|clinics?))\b", re.IGNORECASE)


def _is_class(words: str) -> bool:
    """Whether a line names a class of priority and, behind a colon, what belongs to it."""
    said = sections.said(words)
    return said is not None and said.meaning == "class" and ": " in words


class Walker:
    """Goes down the lines once. `items` is what it met."""

    def __init__(self, all_lines: list[Line]) -> None:
        self.lines = unmarked_lists(numbered_headings(inline_lists(questions(all_lines))))
        self.items: list[Item] = []
        self.title = ""
        self._place = Place()
        self._above = Place()
        """The last heading that stands directly above other headings."""
        self._mode: Literal["", "programmes", "options"] = ""
        self._lists = 0
        at = 0
        while at < len(self.lines):
            at = self._step(at)

    def _step(self, at: int) -> int:
        line = self.lines[at]
        if line.kind == "remark":
            self.items.append(Item("remark", line, line.text, self._place))
        elif line.kind == "triage":
            self.items.append(Item("triage", line, line.text, self._place))
        elif line.kind == "bullet":
            return self._list(at)
        elif line.kind == "text":
            self._text(at, line)
        return at + 1

    def _after(self, at: int) -> Line | None:
        return self.lines[at + 1] if at + 1 < len(self.lines) else None

    def _text(self, at: int, line: Line) -> None:
        after = self._after(at)
        above_list = after is not None and after.kind in ("bullet", "triage")
        if self._class(line) or (not above_list and self._programme(line)):
            return
        asks = line.text.endswith("?") and after is not None and len(sentences(line.text)) == 1
        short = (
            len(line.text.split()) <= LONGEST_HEADING
            and (asks or not _ENDS.search(line.text))
            and not line.text.endswith("...")
        )
        follows_heading = bool(self.items) and self.items[-1].what == "heading" and not line.after_blank
        first = not self.items and after is not None and after.after_blank and not line.text.endswith(":")
        if (
            not self.title
            and short
            and (not above_list or (first and line.first == 1 and not sections.said(line.text)))
        ):
            self.title = line.text
            return
        one = len(sentences(line.text)) == 1
        if above_list and follows_heading and one and (sections.goes_on(line.text) or not sections.said(line.text)):
            self._lead(line)
        elif (above_list and one and not line.text.endswith(".")) or (
            short and (line.after_blank or _is_class(line.text))
        ):
            self._heading(line, above_list=above_list, after=after)
        else:
            self._paragraph(line, above_list=above_list)

    def _class(self, line: Line) -> bool:
        """Take a line that is a whole class by itself: "Soon - living alone: 4 weeks"."""
        row = classes.row(line.text, listed=self._place.meaning == "classes")
        if row is None or (not row.words and self._place.meaning != "classes"):
            return False
        place = Place(heading=line.text, line=line.first, meaning="priority", priority=row.name)
        self.items.append(Item("class", line, line.text, place))
        return True

    def _programme(self, line: Line) -> bool:
        """Take a line that is a whole programme by itself, straight under the heading of all: "Medical: on opioids"."""
        row = _PROGRAMME_ROW.match(line.text) if self._mode == "programmes" and not line.text.endswith(":") else None
        under = bool(self.items) and self.items[-1].what in ("heading", "bullet") and not line.after_blank
        if row is None or not under:
            return False
        place = Place(heading=line.text, line=line.first, meaning="inclusion", programme=row["name"])
        self._place, self._lists = place, self._lists + 1
        self.items += [
            Item("heading", line, row["name"], place),
            Item("bullet", line, row["words"], place, self._lists),
        ]
        return True

    def _lead(self, line: Line) -> None:
        """Words between a heading and its list."""
        said = sections.said(line.text)
        meaning = self._place.meaning
        if said and said.meaning == "aims":
            meaning = "aims"
        elif meaning in (None, "aims") and said:
            meaning = said.meaning
        advises = meaning in CRITERION and sections.strength_of(line.text) == "should"
        strength = "should" if advises else self._place.strength
        self._place = _with(self._place, meaning=meaning, strength=strength)
        if sections.joins(line.text):
            self.items.append(Item("heading", line, line.text, self._place))
        if not sections.only_joins(line.text):
            self._place = _with(self._place, lead=line.text, lead_line=line.first)

    def _heading(self, line: Line, *, above_list: bool, after: Line | None) -> None:
        said = sections.said(line.text)
        name = re.split(r"[:(–—]| - ", line.text)[0].strip()
        meaning: Meaning | None = said.meaning if said else None
        place = Place(heading=line.text, line=line.first, strength=said.strength if said else "must")
        directly = bool(self.items) and self.items[-1].what == "heading" and not line.after_blank
        above = self._above
        if meaning == "aims" and (directly or _AIMS.match(line.text)):
            place = _with(place, meaning="aims", programme=self._place.programme)
        elif meaning == "programmes":
            self._mode = "programmes"
        elif meaning in ("class", "priority"):
            place = _with(place, meaning="priority", priority=name if meaning == "class" else "Priority")
        elif meaning == "option":
            place = _with(place, meaning=above.meaning or "inclusion", option=above.line or -1)
            place = _with(place, meaning="inclusion") if place.meaning not in CRITERION else place
        elif (self._mode == "programmes" and meaning in (None, "aims")) or (
            meaning is None and _NAMED_PART.match(line.text)
        ):
            place = _with(place, meaning="inclusion", programme=name, strength="must")
        elif meaning is None and above.meaning and self._still_under(above):
            place = _with(place, meaning=above.meaning, strength=above.strength)
        else:
            self._mode = "" if meaning in CRITERION or meaning == "required" else self._mode
            scope = _FOR_SOME.search(line.text) if meaning in CRITERION else None
            every = scope and re.match(r"^\W*(?:every|all|each|any|both)\b", scope["who"], re.IGNORECASE)
            place = _with(place, meaning=meaning, scope=scope["who"] if scope and not every else None)
        if meaning in CRITERION or place.meaning in CRITERION:
            place = _with(place, only_if=condition_in(line.text))
        if above_list and (sections.goes_on(line.text)):
            place = _with(place, lead=line.text, lead_line=line.first)
        if not above_list and (after is None or after.after_blank) and meaning not in ("option", "class"):
            self._above = place
        self._place = place
        self.items.append(Item("heading", line, line.text, place))

    def _still_under(self, above: Place) -> bool:
        last = next((item for item in reversed(self.items) if item.what == "heading"), None)
        return last is not None and (last.place.line == above.line or last.place.meaning == above.meaning)

    def _paragraph(self, line: Line, *, above_list: bool) -> None:
        pieces, last = sentences(line.text), ""
        if above_list and pieces and (not pieces[-1].endswith(".") or _POINTS.search(pieces[-1])):
            *pieces, last = pieces
        for piece in pieces:
            self.items.append(Item("sentence", line, piece, self._place, self._lists))
        if last:
            said = sections.said(last)
            meaning = said.meaning if said else (self._place.meaning if not line.after_blank else None)
            self._place = Place(
                heading=last, line=line.first, meaning=meaning, strength=said.strength if said else "must",
                lead=last if sections.goes_on(last) else None, lead_line=line.first if sections.goes_on(last) else 0,
            )  # fmt: skip
            self.items.append(Item("heading", line, last, self._place))

    def _list(self, at: int) -> int:
        end, gap = at, 0
        while end < len(self.lines) and self.lines[end].kind in ("bullet", "connector", "remark"):
            if self.lines[end].kind == "remark" and not self._more_bullets(end):
                break
            if end > at and self.lines[end].after_blank and self._place.meaning is None and self._starts_anew(at, end):
                break
            end += 1
            gap += 1
        if end == at:
            return at + 1
        self._lists += 1
        rows = [line for line in self.lines[at:end] if line.kind != "remark"]
        place = self._place
        if place.meaning is None:
            place = _with(place, meaning=guess([one.text for one in rows if one.kind == "bullet"]), guessed=True)
        self._bullets(rows, place)
        if place.guessed or place.lead:
            self._place = _with(self._place, lead=None, lead_line=0)
        return end

    def _more_bullets(self, at: int) -> bool:
        after = self._after(at)
        return after is not None and after.kind == "bullet" and not after.after_blank

    def _starts_anew(self, start: int, at: int) -> bool:
        """Without a heading, a blank line is all that parts two lists; single blank lines may also part the bullets."""
        parted = [line.after_blank for line in self.lines[start + 1 : at]]
        return self.lines[at].kind == "bullet" and not any(parted)

    def _bullets(self, rows: list[Line], place: Place) -> None:
        number, connector = self._lists, None
        to_for = [line.text.lower().startswith(("to ", "for ")) for line in rows if line.kind == "bullet"]
        if place.lead is None and place.meaning == "required" and sum(to_for) * 2 >= len(to_for):
            place = _with(place, lead=place.heading, lead_line=place.line)  # "Reason for the request: to establish"
        inner: list[tuple[int, Place, int]] = []
        for index, line in enumerate(rows):
            if line.kind == "bullet" and self._place.meaning == "classes" and self._class(line):
                continue
            if line.kind == "connector":
                connector = "and" if line.text == "and" else "or"
                continue
            while inner and line.indent <= inner[-1][0]:
                inner.pop()
            here, of = (inner[-1][1], inner[-1][2]) if inner else (place, number)
            under = bool(inner) and self.items[-1].what in ("bullet", "exception", "advice")
            child = next((row for row in rows[index + 1 :] if row.kind == "bullet"), None)
            if child is not None and child.indent > line.indent:
                self._lists += 1
                said = sections.said(line.text)
                below = here if sections.only_joins(line.text) else _with(here, lead=line.text, lead_line=line.first)
                if said and said.meaning in ("exclusion", "limited") and here.meaning == "inclusion":
                    below = _with(below, meaning=said.meaning)
                inner.append((line.indent, below, self._lists))
                alone = sections.goes_on(line.text) or line.text.endswith(":") or sections.joins(line.text)
                if alone:
                    self.items.append(Item("heading", line, line.text, below, self._lists))
                    connector = None
                    continue
            if under and not sections.goes_on(here.lead or ""):
                what: Literal["exception", "advice"] | None
                what = "exception" if adds_exception(line.text) else "advice" if adds_advice(line.text) else None
                if what is not None:
                    self.items.append(Item(what, line, line.text, here, of))
                    continue
            trailing = re.search(r"[;,]\s*(and|or)\s*$|\s(AND|OR)$", line.text)
            self.items.append(Item("bullet", line, line.text, here, of, connector))
            connector = (trailing[1] or trailing[2]).lower() if trailing else None


def is_cut(words: str) -> bool:
    """Whether somebody's remark says that the page goes on."""
    return bool(_EDITORIAL.search(words))


def _with(place: Place, **changes: object) -> Place:
    from msgspec.structs import replace

    return replace(place, **changes)
