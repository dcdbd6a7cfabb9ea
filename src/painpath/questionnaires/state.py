"""What is asked, given the answers so far: conditions, groups that repeat, questions below answers."""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from itertools import takewhile
from typing import NamedTuple

from painpath.questionnaires.answers import number_of
from painpath.questionnaires.model import Answers, Condition, FreeText, Item, Questionnaire, Value, same
from painpath.questionnaires.places import MOST_INSTANCES, Instances, place_of, repeating_above, spot_of


class Here(NamedTuple):
    """An item, in one instance of the repeating groups around it."""

    item: Item
    instances: Instances
    """For a repeating group itself, with its own instance last."""

    @property
    def place(self) -> str:
        """Its place; a repeating group's ends with its instance."""
        if self.item.type == "group" and self.item.repeats:
            return place_of("-", self.instances).removesuffix("/-")
        return place_of(self.item.link_id, self.instances)


class State:
    """One questionnaire with one set of answers: what is enabled. Made anew whenever an answer changes."""

    def __init__(self, questionnaire: Questionnaire, answers: Answers) -> None:
        self.questionnaire = questionnaire
        self.answers = answers
        self._counts: dict[tuple[str, Instances], int] = {}
        self._held: dict[tuple[Condition, Instances], bool] = {}
        self._enabled: dict[tuple[str, Instances], bool] = {}
        for place in answers:
            if spot := spot_of(place):
                for at, (group, index) in enumerate(spot.instances):
                    key = (group, spot.instances[:at])
                    self._counts[key] = max(self._counts.get(key, 1), min(index + 1, MOST_INSTANCES))

    def count(self, group: Item, around: Instances = ()) -> int:
        """How many instances of a repeating group there are: at least one, and as many as it must have."""
        return max(self._counts.get((group.link_id, around), 1), min(group.min_occurs or 1, MOST_INSTANCES))

    def walk(self) -> Iterator[Here]:
        """Every enabled item in the order of the questionnaire, repeating groups once per instance."""
        for item in self.questionnaire.items:
            yield from self._walk(item, ())

    def instances(self, item: Item, around: Instances) -> Iterator[Here]:
        """The enabled instances of an item below `around`; one, for all but repeating groups."""
        if item.type == "group" and item.repeats:
            for index in range(self.count(item, around)):
                here = (*around, (item.link_id, index))
                if self.enabled(item, here):
                    yield Here(item, here)
        elif self.enabled(item, around):
            yield Here(item, around)

    def _walk(self, item: Item, around: Instances) -> Iterator[Here]:
        for here in self.instances(item, around):
            yield here
            for child in item.items:
                yield from self._walk(child, here.instances)

    def values(self, item: Item, instances: Instances) -> tuple[Value, ...]:
        """The answers at a place; for what people cannot answer, the values it begins with."""
        if item.hidden or item.read_only:
            return item.initial
        return self.answers.get(place_of(item.link_id, instances), ())

    def enabled(self, item: Item, instances: Instances) -> bool:
        """True when the item is asked (or shown) here."""
        key = (item.link_id, instances)
        if key not in self._enabled:
            self._enabled[key] = self._around_enabled(item, instances) and self._conditions_hold(item, instances)
        return self._enabled[key]

    def _around_enabled(self, item: Item, instances: Instances) -> bool:
        above = self.questionnaire.above(item.link_id)
        if not above:
            return True
        parent = above[-1]
        around = instances[:-1] if item.type == "group" and item.repeats else instances
        return self.enabled(parent, around) and (
            parent.type == "group" or item.type == "display" or bool(self.values(parent, around))
        )

    def _conditions_hold(self, item: Item, instances: Instances) -> bool:
        if not item.conditions:
            return True
        held = (self._holds(condition, instances) for condition in item.conditions)
        return all(held) if item.behaviour == "all" else any(held)

    def _holds(self, condition: Condition, instances: Instances) -> bool:
        """Whether a condition holds, seen from `instances`; worked out once for all that share its groups."""
        asked = self.questionnaire.item(condition.question)
        groups = repeating_above(self.questionnaire, asked.link_id)
        pairs = zip(groups, instances, strict=False)
        shared = instances[: sum(1 for _ in takewhile(lambda pair: pair[0].link_id == pair[1][0], pairs))]
        key = (condition, shared)
        if key not in self._held:
            self._held[key] = self._holds_from(condition, asked, shared)
        return self._held[key]

    def _holds_from(self, condition: Condition, asked: Item, shared: Instances) -> bool:
        values = [value for there in self._where(asked, shared) for value in self._given(asked, there)]
        match condition.operator:
            case "exists":
                return bool(values) is condition.value
            case "=":
                return any(_compare(value, condition.value) == 0 for value in values)
            case "!=":
                return not any(_compare(value, condition.value) == 0 for value in values)
            case ">":
                return any((_compare(value, condition.value) or 0) > 0 for value in values)
            case "<":
                return any((_compare(value, condition.value) or 0) < 0 for value in values)
            case ">=":
                return any((found := _compare(value, condition.value)) is not None and found >= 0 for value in values)
            case "<=":
                return any((found := _compare(value, condition.value)) is not None and found <= 0 for value in values)

    def _given(self, asked: Item, instances: Instances) -> tuple[Value, ...]:
        return self.values(asked, instances) if self.enabled(asked, instances) else ()

    def _where(self, asked: Item, shared: Instances) -> list[Instances]:
        """Where the question stands: in the instances that are shared, and in all of the groups below these."""
        found = [shared]
        for group in repeating_above(self.questionnaire, asked.link_id)[len(shared) :]:
            found = [
                (*around, (group.link_id, index)) for around in found for index in range(self.count(group, around))
            ]
        return found


def _compare(given: Value, wanted: Value) -> int | None:
    """Below zero, zero or above; None when they cannot be compared (a year is neither before nor after its May)."""
    if isinstance(given, bool) or isinstance(wanted, bool):
        return 0 if same(given, wanted) else None
    one, other = number_of(given), number_of(wanted)
    if one is not None and other is not None:
        return _sign(one - other)
    left = given.text if isinstance(given, FreeText) else str(given)
    right = wanted.text if isinstance(wanted, FreeText) else str(wanted)
    if left == right:
        return 0
    if left.startswith(right) or right.startswith(left):
        return None
    if _is_moment(left) and _is_moment(right):
        try:
            return _sign(Decimal(str((_utc(left) - _utc(right)).total_seconds())))
        except TypeError:  # one of the two has no time zone
            return None
    return 1 if left > right else -1


def _sign(number: Decimal) -> int:
    return (number > 0) - (number < 0)


def _is_moment(text: str) -> bool:
    return "T" in text and text[:4].isdigit()


def _utc(text: str) -> datetime:
    return datetime.fromisoformat(text)
