"""From a page to a proposal: one clause for each thing that it asks, with all that its own words say."""

import re
from typing import get_args

from msgspec.structs import replace

from painpath.pathway.drafting import classes, elsewhere, joining, prose, redirects, sections, settling, triage
from painpath.pathway.drafting.lines import Line, lines, plain, without_head
from painpath.pathway.drafting.making import Maker, Urgency
from painpath.pathway.drafting.model import CRITERIA, Clause, Finder, Joined, Kind, Open, Part, Proposal, Scale
from painpath.pathway.drafting.naming import audience, slug
from painpath.pathway.drafting.numbers import within_days
from painpath.pathway.drafting.places import Item, Place
from painpath.pathway.drafting.scores import USUAL_RANGES, range_on_page
from painpath.pathway.drafting.subject import subject_of
from painpath.pathway.drafting.walking import Walker, is_cut

_KINDS: dict[str, Kind] = {
    **{kind: kind for kind in get_args(Kind)},
    "limited": "exclusion",
    "option": "inclusion",
    "other": "inclusion",
    "class": "priority",
    "classes": "statement",
}
"""Also where a line under "How soon" names no class: then it says what the service does."""
_SAID_ABOVE = frozenset({"referrer", "catchment", "required"})
"""What a sentence straight under a heading is, although its own words do not say it: "Who can refer", and who."""
_TOGETHER = frozenset({"inclusion", "readiness", "priority"})
"""Kinds of which a list may ask for all together."""
_NO_CLAUSES = frozenset({"aims", "none", "programmes"})
_ANSWERS = frozenset({"inclusion", "exclusion", "red_flag", "required", "referrer", "catchment"})
"""What the sentences straight under a heading are, where it says so: "Who can't you see?", and who."""


def propose(text: str, finder: Finder | None = None) -> Proposal:
    """Everything that a page of criteria says, as clauses to confirm.

    `text` is the page as pasted. `finder` reads a clause's words for findings of the vocabulary; without one, nothing
    is bound. Never fails on any text: where nothing is found, the proposal is empty.
    """
    page, source = without_head(plain(text))
    walker = Walker(lines(page))
    return _Builder(walker, page, source, finder).proposal()


class _Builder:
    def __init__(self, walker: Walker, page: str, source: tuple[str, ...], finder: Finder | None) -> None:
        self.walker, self.page, self.source, self.finder = walker, page, source, finder
        self.clauses: list[Clause] = []
        self.lists: dict[int, list[tuple[str, str | None]]] = {}
        """By list: its clauses, each with the word that joins it to the one before."""
        self.joined: list[Joined] = []
        self.options: dict[int, list[tuple[Place, list[str]]]] = {}
        self.programmes: list[Part] = []
        self.classes = classes.Classes()
        self.scales: dict[str, Scale] = {}
        self.open: list[Open] = []
        self.maker = Maker(finder)
        self.asked_kind: set[int] = set()
        self.asked_scope: set[int] = set()

    def proposal(self) -> Proposal:
        for at, item in enumerate(self.walker.items):
            match item.what:
                case "heading":
                    self._heading(at, item)
                case "class":
                    self._class(item.line, item.text, item.place)
                case "bullet":
                    self._bullet(item)
                case "triage":
                    self._triage(item)
                case "exception" | "advice":
                    self._adds(item)
                case "sentence":
                    self._sentence(item, self.walker.items[at - 1] if at else None)
                case _:
                    if is_cut(item.text):
                        note = "The text says that the page goes on. Add what is missing, or say that nothing is."
                        self.open.append(Open(why="cut", line=item.line.first, words=item.text, note=note))
        lines_of = {clause.id: clause.lines for clause in self.clauses}
        counted = {clause.id for clause in self.clauses if clause.kind not in _TOGETHER}
        self.joined += joining.connected(self.lists, lines_of, counted)
        self.joined += joining.of_headings(self.walker.items, self.lists, self.joined)
        self.joined = joining.nested(self.joined)
        self.joined += joining.of_options(self.options, self.walker.items, self.joined)
        self._empty_parts()
        if unknown := self.classes.settle(self.clauses):
            self.open.append(unknown)
        clauses = tuple(self.clauses)
        scales = tuple(self._whole_scale(one) for one in self.scales.values())
        return Proposal(
            title=self.walker.title,
            subject=subject_of(self.walker.title, self.page),
            text=self.page.strip("\n"),
            page=self.page,
            source=self.source,
            audience=audience(self.page),
            clauses=clauses,
            combinations=tuple(self.joined),
            programmes=tuple(self.programmes),
            priorities=tuple(self.classes.found),
            scales=scales,
            mirrors=settling.mirrors(clauses),
            unsettled=tuple(
                sorted(
                    {
                        *self.open,
                        *settling.contradictions(clauses, self.options_of()),
                        *settling.on_both_sides(clauses),
                        *elsewhere.unsettled(clauses),
                    },
                    key=_place,
                )
            ),
        )

    def _whole_scale(self, scale: Scale) -> Scale:
        if scale.high is not None:
            return scale
        low, high = range_on_page(scale.name, self.page)
        if high is None and scale.id not in USUAL_RANGES:
            clause = next(one for one in self.clauses if any(number.scale == scale.id for number in one.thresholds))
            note = f"The page does not say between which numbers {scale.name} goes: say it."
            self.open.append(
                Open(why="range", line=clause.lines[0], words=clause.published, note=note, clause=clause.id)
            )
        return replace(scale, low=low, high=high)

    def options_of(self) -> dict[str, int]:
        """For each clause of an option, the line of that option."""
        found = {one: place.line for group in self.options.values() for place, ids in group for one in ids}
        for joined in self.joined:
            if joined.how == "any":  # each of them is a choice by itself
                of = [inner.leaves() if isinstance(inner, Joined) else {inner} for inner in joined.of]
                found |= {
                    one: -at - 100 * joined.line for at, ids in enumerate(of, 1) for one in ids if one not in found
                }
        return found

    def _heading(self, at: int, item: Item) -> None:
        place, after = item.place, self.walker.items[at + 1] if at + 1 < len(self.walker.items) else None
        name = re.split(r"[:(–—]| - ", item.text)[0].strip()
        if place.priority and place.line == item.line.first:
            self.classes.add(place.priority, place.line, item.text, item.text)
            words = item.text.partition(": ")[2].strip()
            if words and within_days(words) is None:  # "Urgent, 2 weeks: cancer pain"
                self._add("priority", item.line, words, place)
        elif place.programme and place.line == item.line.first and place.meaning != "aims":
            self.programmes.append(Part(id=slug(name), name=name, line=place.line, published=item.text))
        elif place.option is not None and place.line == item.line.first:
            told = re.split(r"[:–—]| - ", item.text, maxsplit=1)
            words = told[1].strip() if len(told) > 1 else ""
            group = self.options.setdefault(place.option, [])
            group.append((place, []))
            if words and not prose.asks_nothing(words):
                self._add("inclusion", item.line, words, place)
        elif (told_ := prose.told(item.text)) and told_.kind == "incomplete":
            self._add("incomplete", item.line, item.text, Place(heading=item.text))
        empty = (
            after is None or after.what == "remark" or (after.what == "heading" and after.line.first > item.line.first)
        )
        if empty and place.meaning == "required":
            note = "The page names this list, and nothing stands under it. Add it, or say that there is none."
            self.open.append(Open(why="cut", line=item.line.first, words=item.text, note=note))
        if several := sections.asks_several(item.text):
            note = (
                f"The page asks for {several} of these, and a pathway holds all or any of them: say how they go "
                "together, or that a person judges it."
            )
            self.open.append(Open(why="scope", line=item.line.first, words=item.text, note=note))
        if place.scope and place.line == item.line.first:
            note = f"This holds for {place.scope} only. Say which programmes those are."
            self.open.append(Open(why="scope", line=item.line.first, words=item.text, note=note))

    def _class(self, line: Line, text: str, place: Place) -> None:
        """A class of priority in one line: who, and how soon."""
        row = classes.row(text, listed=True)
        if row is None:
            return
        self.classes.add(row.name, line.first, text, row.time)
        if row.words:
            self._add("priority", line, row.words, place)

    def _bullet(self, item: Item) -> None:
        place = item.place
        if place.meaning in _NO_CLAUSES or prose.asks_nothing(item.text):
            return
        kind = _KINDS[place.meaning or "inclusion"]
        if place.guessed and item.list not in self.asked_kind:
            self.asked_kind.add(item.list)
            note = f"No heading says what this list is. It was taken for “{kind.replace('_', ' ')}”: say what it is."
            self.open.append(Open(why="kind", line=item.line.first, words=item.text, note=note))
        if kind == "required" and (told := prose.told(item.text)) and told.kind == "incomplete":
            self._add("incomplete", item.line, item.text, place)
            return
        clause = self._add(kind, item.line, item.text, place)
        self.lists.setdefault(item.list, []).append((clause.id, item.connector))

    def _triage(self, item: Item) -> None:
        """A problem with where and how soon. Where a row names a service, that is where people go."""
        row = item.line.triage
        if row is None:
            return
        decided = triage.decide(row.where, row.soon, item.place.meaning)
        if decided.priority:
            self.classes.add(decided.priority, item.line.first, row.soon, row.soon)
        place = replace(item.place, priority=decided.priority, lead=None, lead_line=0)
        sent = redirects.named_place(row.where)
        self._add(decided.kind, item.line, item.text, place, urgency=decided.urgency, sent=sent, also=row.also)

    def _adds(self, item: Item) -> None:
        """A bullet under another that holds its exception, or advice on it."""
        if not self.clauses:
            return
        last = self.clauses[-1]
        also = replace(last, lines=(*last.lines, *item.line.numbers), also=(*last.also, item.text))
        if item.what == "exception":
            also = replace(also, exception=also.exception or item.text)
        else:
            also = replace(also, asides=(*also.asides, item.text))
        self.clauses[-1] = also

    def _sentence(self, item: Item, before: Item | None) -> None:
        how, told = sections.joins(item.text), prose.told(item.text)
        if (
            how
            and (told is None or told.kind != "incomplete")
            and re.search(r"\b(?:these|those|above|listed|criteria)\b", item.text, re.IGNORECASE)
        ):
            ids = tuple(one for one, _ in self.lists.get(item.list, ()))
            if len(ids) > 1:
                self.joined.append(Joined(how=how, of=ids, line=item.line.first, words=item.text))
                return
        if told is None and self.classes.found and sections.is_default(item.text) and within_days(item.text):
            name = re.split(r"\b(?:are|is|will|can)\b|[:,-]", item.text)[0].strip()
            self.classes.add(name, item.line.first, item.text, item.text)
            self._add("priority", item.line, item.text, Place(heading=item.place.heading, priority=name))
            return
        if told is None and self._answers(item, before):
            told = prose.Told(_KINDS[item.place.meaning or "inclusion"])
        if told is not None:
            words = prose.without_note(item.text)
            advice = told.kind in CRITERIA - {"red_flag"} and prose.is_advice(words)
            if told.kind == "priority" and (time := within_days(words)) is not None and time:
                self.classes.add("Priority", item.line.first, words, words)
            usually = told.kind == "exclusion" and prose.is_description(words)
            place = Place(
                heading=item.place.heading, strength="may" if usually else "should" if advice else "must",
                priority="priority" if told.kind == "priority" else None,
            )  # fmt: skip
            self._add(told.kind, item.line, words, place, urgency=told.urgency)

    def _answers(self, item: Item, before: Item | None) -> bool:
        """Whether a sentence stands in the paragraph straight under a heading that says what it is."""
        if item.place.meaning not in _ANSWERS or prose.asks_nothing(item.text):
            return False
        asked = item.place.heading.endswith("?")
        first = before is not None and before.what == "heading" and before.place.line == item.place.line
        if asked:
            return True
        return first and item.place.meaning in _SAID_ABOVE

    def _add(
        self, kind: Kind, line: Line, words: str, place: Place, *, urgency: Urgency | None = None,
        sent: redirects.Redirect | None = None, also: tuple[str, ...] = (),
    ) -> Clause:  # fmt: skip
        clause, scales = self.maker.clause(kind, line, words, place, urgency=urgency, sent=sent, also=also)
        for scale in scales:
            self.scales.setdefault(scale.id, scale)
        self.clauses.append(clause)
        if place.option is not None and place.option in self.options:
            self.options[place.option][-1][1].append(clause.id)
        self._ask(clause)
        return clause

    def _ask(self, clause: Clause) -> None:
        """What the words of a clause leave open."""
        line, words = clause.lines[0], clause.published
        if self.finder and clause.kind in CRITERIA and not clause.findings and not clause.thresholds:
            self._unbound(clause)
        if clause.kind in CRITERIA and prose.bypasses(words):
            note = "This seems to hold whatever the other criteria say: say which of them do not count then."
            self.open.append(Open(why="scope", line=line, words=words, note=note, clause=clause.id))
        if words.endswith(("...", "…")):
            note = "The words end in dots: something may be missing."
            self.open.append(Open(why="cut", line=line, words=words, note=note, clause=clause.id))

    def _unbound(self, clause: Clause) -> None:
        near = f" Look at {', '.join(clause.candidates[:3])}." if clause.candidates else ""
        note = f"Nothing in the vocabulary was found in these words: say what in a letter would speak for them.{near}"
        self.open.append(Open(why="unbound", line=clause.lines[0], words=clause.published, note=note, clause=clause.id))

    def _empty_parts(self) -> None:
        for part in self.programmes:
            if not any(clause.programme == part.id for clause in self.clauses):
                note = "The page gives no criteria of its own for this programme. Say whom it is for."
                self.open.append(Open(why="cut", line=part.line, words=part.published, note=note))


def _place(one: Open) -> tuple[int, str, str]:
    return one.line, one.why, one.words
