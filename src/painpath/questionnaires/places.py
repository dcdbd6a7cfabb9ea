"""Places: which answer is whose, when groups repeat.

A place is the linkId of a question, with `group:INDEX/` before it for each repeating group around it, outermost first:
`treatments:0/what`. In linkIds `%`, `/` and `:` are written `%25`, `%2F` and `%3A`.
"""

from typing import NamedTuple
from urllib.parse import unquote

from painpath.questionnaires.model import Item, Questionnaire

MOST_INSTANCES = 50
"""A group is not repeated more often than this, whatever its definition says."""

Instances = tuple[tuple[str, int], ...]
"""Which instance of each repeating group (by linkId) something stands in, outermost first."""


class Spot(NamedTuple):
    """A place, taken apart."""

    link_id: str
    instances: Instances


def place_of(link_id: str, instances: Instances = ()) -> str:
    """The place of this question in these instances."""
    groups = (f"{_escaped(group)}:{index}/" for group, index in instances)
    return "".join(groups) + _escaped(link_id)


def spot_of(place: str) -> Spot | None:
    """What a place says, or None when it is not written as one."""
    *groups, link_id = place.split("/")
    instances = []
    for group in groups:
        name, colon, index = group.partition(":")
        if not (colon and name and index.isascii() and index.isdigit() and len(index) < 4):
            return None
        instances.append((unquote(name), int(index)))
    return Spot(unquote(link_id), tuple(instances)) if link_id and ":" not in link_id else None


def question_at(questionnaire: Questionnaire, place: str) -> Item | None:
    """The question that stands at a place; None when the questionnaire has no such place."""
    spot = spot_of(place)
    if spot is None or place_of(*spot) != place:
        return None
    try:
        item = questionnaire.item(spot.link_id)
    except KeyError:
        return None
    groups = tuple(above.link_id for above in repeating_above(questionnaire, spot.link_id))
    there = groups == tuple(group for group, _ in spot.instances)
    few = all(index < MOST_INSTANCES for _, index in spot.instances)
    return item if item.is_question and there and few else None


def repeating_above(questionnaire: Questionnaire, link_id: str) -> tuple[Item, ...]:
    """The repeating groups around an item, outermost first."""
    return tuple(item for item in questionnaire.above(link_id) if item.type == "group" and item.repeats)


def _escaped(link_id: str) -> str:
    return link_id.replace("%", "%25").replace("/", "%2F").replace(":", "%3A")
