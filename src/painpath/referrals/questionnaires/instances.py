"""One more, or one less, of a group that repeats: places as in `painpath.questionnaires.places`."""

import re

from painpath.questionnaires import Answers, Questionnaire, Value, add_instance
from painpath.referrals.refusal import Refused

_INSTANCE = re.compile(r"^(?P<group>.+):(?P<index>[0-9]{1,3})$")

Kept = dict[str, tuple[Value, ...]]


def holds(place: str) -> bool:
    """Whether the place stands in a repeating group: without values it still says that this one is there."""
    return "/" in place


def add(questionnaire: Questionnaire, answers: Answers, again: str) -> Kept:
    """The answers with this instance, if it is not there already. Raises `Refused` when there can be none."""
    if any(place.startswith(f"{again}/") for place in answers):
        return dict(answers)
    try:
        return {**answers, **add_instance(questionnaire, answers, again)}
    except KeyError:
        raise Refused("There cannot be another one of these. Open the page again.") from None


def count(answers: Answers, instance: str) -> int:
    """How many there are of the group of this instance, as far as answers hold them; 0 where it is no instance."""
    match = _INSTANCE.match(instance)
    if match is None:
        return 0
    inside = re.compile(rf"^{re.escape(match['group'])}:([0-9]{{1,3}})/")
    return max((int(found[1]) + 1 for place in answers if (found := inside.match(place))), default=0)


def remove(answers: Answers, instance: str, shown: int) -> Kept:
    """The answers without this instance; those after it move up.

    `shown` is how many the page showed (`count`) on which somebody chose this one. With more or fewer by now its number
    may be another one's, so that a second press of the same button takes nothing out.
    """
    match = _INSTANCE.match(instance)
    if match is None:
        raise Refused("There is no such part to take out. Open the page again.")
    if count(answers, instance) != shown:
        return dict(answers)
    group, gone = match["group"], int(match["index"])
    kept: Kept = {}
    for place, values in answers.items():
        inside = re.match(rf"^{re.escape(group)}:([0-9]{{1,3}})/(.*)$", place, re.DOTALL)
        if inside is None:
            kept[place] = tuple(values)
        elif (index := int(inside[1])) != gone:
            kept[f"{group}:{index - (index > gone)}/{inside[2]}"] = tuple(values)
    return kept
