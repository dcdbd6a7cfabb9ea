"""What to ask now, one thing at a time."""

import hashlib
import re
from dataclasses import dataclass, replace
from typing import NamedTuple

from painpath.questionnaires.model import Answers, Item, Questionnaire, Value
from painpath.questionnaires.places import MOST_INSTANCES, Instances, place_of, repeating_above
from painpath.questionnaires.state import Here, State

_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,60}")


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the questionnaire: one question, one group shown as a page, or only words."""

    key: str
    """Stable, and safe in a URL: it stays whatever else is answered."""
    heading: str
    """The question, or the name of the group."""
    section: str
    """What the group around the question says ("Over the last 2 weeks ..."); empty when there is none."""
    intro: tuple[str, ...]
    """Words to read before it."""
    places: tuple[str, ...]
    """Where its answers go, in order."""
    items: tuple[Item, ...]
    """The questions at these places."""
    number: int | None = None
    """In a repeating group: which instance, from 1."""
    again: str = ""
    """On the last page of the last instance of a repeating group that may be repeated: the place of the next one, for
    `add_instance`."""
    group: Item | None = None
    """The group that is shown as this page, or the repeating group that the question stands in."""


class Progress(NamedTuple):
    """How far along a page is."""

    number: int
    of: int


def enabled(questionnaire: Questionnaire, answers: Answers) -> list[str]:
    """The places of the questions to ask now, in order."""
    return [here.place for here in State(questionnaire, answers).walk() if here.item.is_asked]


def pages(questionnaire: Questionnaire, answers: Answers) -> tuple[Page, ...]:
    """The pages that these answers lead through."""
    return _bound(State(questionnaire, answers))


def every_page(questionnaire: Questionnaire) -> tuple[Page, ...]:
    """All pages that any answers lead through, in order; of a group that repeats its first instance."""
    return _bound(_Everything(questionnaire, {}))


def page(questionnaire: Questionnaire, answers: Answers, key: str) -> Page | None:
    """The page with this key, when these answers lead to it."""
    return next((one for one in pages(questionnaire, answers) if one.key == key), None)


def whole_page(questionnaire: Questionnaire, answers: Answers, key: str) -> Page | None:
    """The page with this key and every question that can stand on it, also what no answer opens now: what was sent from
    a page was said, whatever another device has closed since. None when the questionnaire has no such page."""
    there = {**answers}
    numbers = [int(part) for part in key.split("~")[1::2] if part.isascii() and part.isdigit() and len(part) < 4]
    for item in questionnaire.walk():
        around = repeating_above(questionnaire, item.link_id)
        around += (item,) if item.type == "group" and item.repeats else ()
        instances = tuple((one.link_id, at) for one, at in zip(around, numbers, strict=False))
        if around and len(instances) == len(around) and _key(Here(item, instances).place) == key:
            there.setdefault(place_of("-", instances), ())  # it may have been taken out meanwhile
    book = _bound(_Everything(questionnaire, there))
    return next((one for one in book if one.key == key and one.places), None)


def next_page(questionnaire: Questionnaire, answers: Answers, key: str) -> Page | None:
    """The page after this one; None at the end. An answer may have opened or closed pages: this is what is next now."""
    return _beside(questionnaire, answers, key, 1)


def previous_page(questionnaire: Questionnaire, answers: Answers, key: str) -> Page | None:
    """The page before this one; None at the beginning."""
    return _beside(questionnaire, answers, key, -1)


def first_open_page(questionnaire: Questionnaire, answers: Answers) -> Page | None:
    """Where to go on: the first page on which nothing was answered, or not what is needed; None when there is none."""
    return next((one for one in pages(questionnaire, answers) if one.places and _is_open(one, answers)), None)


def _is_open(page: Page, answers: Answers) -> bool:
    given = [bool(answers.get(place)) for place in page.places]
    return not any(given) or any(item.required and not there for item, there in zip(page.items, given, strict=True))


def progress(questionnaire: Questionnaire, answers: Answers, key: str) -> Progress:
    """The number of a page and how many there are as things stand. KeyError when there is no such page."""
    keys = [one.key for one in pages(questionnaire, answers)]
    if key not in keys:
        raise KeyError(key)
    return Progress(keys.index(key) + 1, len(keys))


def add_instance(questionnaire: Questionnaire, answers: Answers, place: str) -> dict[str, tuple[Value, ...]]:
    """The answers with one more instance of a repeating group, still empty. `place` is what `Page.again` says."""
    group_place, _, _ = place.rpartition(":")
    link_id = group_place.rsplit("/", 1)[-1]
    group = next((item for item in questionnaire.walk() if place_of(item.link_id) == link_id), None)
    if group is None or not (group.type == "group" and group.repeats):
        raise KeyError(place)
    first = next((item for item in group.walk() if item.is_question), None)
    if first is None:
        return dict(answers)
    inner = [
        one for one in repeating_above(questionnaire, first.link_id) if one in questionnaire.item(group.link_id).items
    ]
    return {**answers, "/".join([place, *(f"{place_of(one.link_id)}:0" for one in inner), place_of(first.link_id)]): ()}


def _beside(questionnaire: Questionnaire, answers: Answers, key: str, step: int) -> Page | None:
    found = pages(questionnaire, answers)
    keys = [one.key for one in found]
    at = keys.index(key) + step if key in keys else (0 if step > 0 else -1)
    return found[at] if 0 <= at < len(found) else None


class _Everything(State):
    """As if every condition held."""

    def enabled(self, item: Item, instances: Instances) -> bool:
        return True


def _bound(state: State) -> tuple[Page, ...]:
    book = _Book(state)
    for item in state.questionnaire.items:
        book.add(item, (), "")
    return book.done()


class _Book:
    """Pages in the making."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._pages: list[Page] = []
        self._words: list[str] = []
        """Words that wait for the page of the next question."""

    def add(self, item: Item, around: Instances, section: str, group: Item | None = None) -> None:
        """Add the pages of an item and of what is below it."""
        before = len(self._pages)
        for here in self._state.instances(item, around):
            if item.hidden:
                continue
            if item.type == "display":
                self._words.append(_named(item))
            elif item.type == "group" and item.control == "page":
                self._add_group_page(here, section)
            else:
                if item.is_asked:
                    self._add_page(here, _named(item), section, (here,), group)
                inside = item if item.type == "group" and item.repeats else group
                for child in item.items:
                    self.add(
                        child, here.instances, _named(item) or section if item.type == "group" else section, inside
                    )
        if len(self._pages) > before and (again := self._again(item, around)):
            self._pages[-1] = replace(self._pages[-1], again=again)

    def done(self) -> tuple[Page, ...]:
        """All pages. Words after the last question go with it."""
        if self._words and self._pages:
            last = self._pages[-1]
            self._pages[-1] = replace(last, intro=(*last.intro, *self._words))
        elif self._words:
            self._pages.append(Page("words", "", "", tuple(self._words), (), ()))
        return tuple(self._pages)

    def _add_page(self, here: Here, heading: str, section: str, asked: tuple[Here, ...], group: Item | None) -> None:
        self._pages.append(
            Page(
                key=_key(here.place),
                heading=heading,
                section=section,
                intro=tuple(self._words),
                places=tuple(one.place for one in asked),
                items=tuple(one.item for one in asked),
                number=here.instances[-1][1] + 1 if here.instances else None,
                group=group,
            )
        )
        self._words = []

    def _add_group_page(self, here: Here, section: str) -> None:
        asked: list[Here] = []
        again = ""
        todo = [(child, here.instances) for child in reversed(here.item.items)]
        while todo:
            item, around = todo.pop()
            for inner in reversed(list(self._state.instances(item, around))):
                todo += [(child, inner.instances) for child in reversed(item.items)]
            for inner in self._state.instances(item, around):
                if item.type == "display" and not item.hidden:
                    self._words.append(_named(item))
                elif item.is_asked:
                    asked.append(inner)
            again = again or self._again(item, around)
        if asked:
            self._add_page(here, _named(here.item), section, tuple(asked), here.item)
            self._pages[-1] = replace(self._pages[-1], again=again)

    def _again(self, item: Item, around: Instances) -> str:
        if not (item.type == "group" and item.repeats):
            return ""
        count = self._state.count(item, around)
        if count >= min(item.max_occurs or MOST_INSTANCES, MOST_INSTANCES):
            return ""
        return Here(item, (*around, (item.link_id, count))).place


def _named(item: Item) -> str:
    return f"{item.prefix} {item.text}".strip()


def _key(place: str) -> str:
    """A place as part of a URL: readable where its linkIds are, else a digest."""
    parts = re.split("[/:]", place)
    if all(_PLAIN.fullmatch(part) for part in parts):
        return "~".join(parts)
    return "q-" + hashlib.sha256(place.encode()).hexdigest()[:12]
