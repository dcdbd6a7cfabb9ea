"""One clause out of its words: everything that they say by themselves, and whatever they stand under adds."""

import re
from typing import Literal, NamedTuple

from painpath.pathway.drafting import parts as taking_apart
from painpath.pathway.drafting import redirects, sections
from painpath.pathway.drafting.lines import Line
from painpath.pathway.drafting.model import CRITERIA, Binding, Clause, Finder, Kind, Measure, Scale
from painpath.pathway.drafting.naming import Ids, slug
from painpath.pathway.drafting.numbers import measures
from painpath.pathway.drafting.places import Place

_MEASURED = CRITERIA | {"required"}
"""Kinds whose numbers ask something."""
_MAY_REDIRECT = frozenset({"exclusion", "red_flag", "readiness", "catchment", "signpost", "statement", "urgency"})
"""Kinds in whose clauses a page says who helps instead."""
Urgency = Literal["routine", "urgent", "emergency"]


class Made(NamedTuple):
    """A clause, and the scales that its numbers are of."""

    clause: Clause
    scales: list[Scale]


class Maker:
    """Makes the clauses of a page: their ids are given once, `finder` reads their words."""

    def __init__(self, finder: Finder | None) -> None:
        self._finder, self._ids = finder, Ids()

    def clause(
        self, kind: Kind, line: Line, words: str, place: Place, *, urgency: Urgency | None = None,
        sent: redirects.Redirect | None = None, also: tuple[str, ...] = (),
    ) -> Made:  # fmt: skip
        """A clause of these words. `urgency`, `sent` (the service that helps instead) and `also` are what stands beside
        them; where they are left out, the words themselves are asked."""
        part = taking_apart.parts(words)
        numbers, scales = measures(words, part.hidden, place.lead or "") if kind in _MEASURED else ([], [])
        sent = sent or (redirects.redirect(words) if kind in _MAY_REDIRECT else None)
        if kind == "exclusion" and sent and redirects.is_emergency(sent.name):
            kind = "red_flag"
        strength = "may" if re.match(r"may\b", words, re.IGNORECASE) else place.strength
        found, candidates = self._found(words.replace(part.exception or "\0", " "), kind)
        names = [one.group for one in self._found(words, kind)[0] if _names(one.group, numbers)]
        condition = part.only_if or place.only_if
        clause = Clause(
            id=self._ids.of(words), kind=kind, lines=line.numbers, published=words, also=also,
            lead=place.lead, lead_line=place.lead_line, heading=place.heading, thresholds=tuple(numbers),
            exception=part.exception, only_if=condition, asides=part.asides,
            tier="limited" if place.meaning == "limited" else "full", strength=strength,
            urgency=urgency or _urgency(kind, words, place, sent),
            programme=slug(place.programme) if place.programme else None,
            priority=slug(place.priority) if place.priority else None,
            findings=tuple(one for one in found if one.group not in names), names=tuple(dict.fromkeys(names)),
            only_if_findings=tuple(one.group for one in self._found(condition or "", kind)[0]),
            exception_findings=tuple(one.group for one in self._found(part.exception or "", kind)[0]),
            redirect=sent.name if sent else None, phone=sent.phone if sent else None,
            postcodes=redirects.postcodes(words, place=kind == "catchment"), candidates=candidates,
        )  # fmt: skip
        return Made(clause, scales)

    def _found(self, words: str, kind: Kind) -> tuple[tuple[Binding, ...], tuple[str, ...]]:
        return self._finder(words) if self._finder and words and kind in CRITERIA else ((), ())


def _urgency(kind: Kind, words: str, place: Place, sent: redirects.Redirect | None) -> Urgency:
    if kind == "red_flag":
        return sections.how_urgent(words, place.heading)
    return "urgent" if kind == "exclusion" and sent and redirects.is_cancer_route(words) else "routine"


def _names(group: str, numbers: list[Measure]) -> bool:
    """Whether a group names what a number is about, and says nothing without it."""
    about = {one.of for one in numbers}
    if group.startswith("scale-"):
        return "scale" in about
    if group.startswith("event-"):
        return "since" in about
    return group.endswith("-heritage") and any(one.for_group for one in numbers)
