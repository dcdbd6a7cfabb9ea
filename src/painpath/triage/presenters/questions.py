"""Every question of a questionnaire in order, for staff: to look it through, and to type in what stands on paper."""

from collections.abc import Iterator
from dataclasses import dataclass

from painpath.questionnaires import Answers, Item, Questionnaire, asked_when, place_of
from painpath.questionnaires.state import State

Instances = tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Asked:
    """One question where it stands. `only_if` says when it is asked; empty for always."""

    place: str
    item: Item
    section: str
    intro: tuple[str, ...]
    only_if: str
    number: int | None
    """In a repeating group: which one, from 1."""


def all_questions(form: Questionnaire, answers: Answers, *, one_more: bool) -> list[Asked]:
    """All of them, also those that these answers do not open: on paper they stand too.

    `one_more`: a group that repeats has an empty one after those that were answered.
    """
    return list(_Walk(form, answers, one_more).items(form.items, (), ""))


class _Walk:
    def __init__(self, form: Questionnaire, answers: Answers, one_more: bool) -> None:
        self.form, self.one_more = form, one_more
        self.state = State(form, answers)
        self.begun = {place.rpartition("/")[0] for place in answers}
        self.words: list[str] = []

    def items(self, items: tuple[Item, ...], around: Instances, section: str) -> Iterator[Asked]:
        for item in items:
            if item.hidden:
                continue
            name = f"{item.prefix} {item.text}".strip()
            if item.type == "display":
                self.words.append(name)
            elif item.type == "group":
                for inner in self.instances(item, around):
                    yield from self.items(item.items, inner, name or section)
            else:
                if item.is_asked:
                    number = around[-1][1] + 1 if around else None
                    intro, self.words = tuple(self.words), []
                    yield Asked(
                        place_of(item.link_id, around), item, section, intro, asked_when(self.form, item), number
                    )
                yield from self.items(item.items, around, section)

    def instances(self, group: Item, around: Instances) -> list[Instances]:
        if not group.repeats:
            return [around]
        count = self.state.count(group, around)
        first = place_of(group.link_id, around)
        some = any(place.startswith(f"{first}:") for place in self.begun)
        if self.one_more and some and (group.max_occurs is None or count < group.max_occurs):
            count += 1
        return [(*around, (group.link_id, number)) for number in range(count)]
