"""What a clause of a page is about: the findings that the reader makes of its own words.

A letter and a page of criteria name the same things. So the groups found in a clause are proposed to its author as what
bears on it; nothing is decided by that. Beside them stand groups whose comment speaks of the same.
"""

import math
import re
from collections import Counter
from datetime import date
from functools import lru_cache

from msgspec.structs import replace

from painpath.pathway.drafting.model import Binding, Finder
from painpath.pathway.measures import named_value
from painpath.pathway.model import Pathway
from painpath.pathway.vocabulary import Group
from painpath.reading.lexicon import lexicon
from painpath.reading.reader import read

_DAY = date(2000, 1, 1)
"""Any day: a clause is no letter, and what is reckoned from a day is not used."""
_FEW = frozenset(
    re.findall(
        r"\w+",
        "a an and any are as at be been by can for from has have in is it its may no not of on or other such than that"
        " the their them they this to was were what when where which who will with would patient patients said says"
        " words",
    )
)
_LIKE = 0.34
"""How much of a clause's weight a comment must share: chosen so that a few are offered for a clause, and not many."""
_MOST = 5


def finder(pathway: Pathway) -> Finder:
    """A finder with the vocabulary of this pathway.

    Only groups that speak by themselves are proposed: those of which some rule of this pathway needs nothing beside
    them, and dangers. Others that are found are company, such as the word "pain", and are only named.
    """
    # What is found only on request is looked for here: a clause is where it is asked for.
    vocabulary = tuple(replace(group, on_request=False) for group in pathway.vocabulary)
    requested = {group.id for group in pathway.vocabulary if group.on_request}
    words = lexicon(replace(pathway, vocabulary=vocabulary))
    speaking = {
        group
        for evidence in pathway.evidence
        for rule in evidence.rules
        if rule.speaks in ("for", "against", "both") and not (rule.weak or rule.beside or rule.somewhere)
        for group in rule.when
    } | {group.id for group in pathway.vocabulary if group.alert or group.on_request}
    company = {group for evidence in pathway.evidence for rule in evidence.rules for group in rule.when} - speaking
    near = _Comments(tuple(group for group in pathway.vocabulary if group.id in speaking - requested))

    @lru_cache(maxsize=512)
    def find(clause: str) -> tuple[tuple[Binding, ...], tuple[str, ...]]:
        found: dict[str, Binding] = {}
        beside: list[str] = []
        for finding in read(clause, words, written_on=_DAY, today=_DAY).findings:
            if named_value(finding.id) or finding.id not in speaking:
                beside += [finding.id] if finding.id in company else []
                continue
            absent = finding.mark("absent") is not None
            if finding.id not in found or not absent:
                found[finding.id] = Binding(group=finding.id, absent=absent)
        others = dict.fromkeys(one for one in (*beside, *near.like(clause)) if one not in found)
        return tuple(found.values()), tuple(others)

    return find


class _Comments:
    """The groups by the words of their names and comments."""

    def __init__(self, groups: tuple[Group, ...]) -> None:
        self._of = {group.id: frozenset(_stems(f"{group.id.replace('-', ' ')} {group.comment}")) for group in groups}
        counts = Counter(stem for stems in self._of.values() for stem in stems)
        self._weight = {stem: math.log(1 + len(self._of) / count) for stem, count in counts.items()}

    def like(self, clause: str) -> list[str]:
        """The groups nearest to a clause, nearest first."""
        stems = set(_stems(clause))
        # What no comment knows weighs as much as the rarest word: a clause of unknown words is near to nothing.
        rarest = math.log(1 + len(self._of))
        whole = sum(self._weight.get(stem, rarest) for stem in stems)
        shares = [
            (sum(self._weight[stem] for stem in stems & known) / whole, name)
            for name, known in self._of.items()
            if whole
        ]
        return [name for share, name in sorted(shares, key=lambda pair: (-pair[0], pair[1])) if share >= _LIKE][:_MOST]


def _stems(words: str) -> list[str]:
    found = [one for one in re.findall(r"[a-z]{3,}", words.lower()) if one not in _FEW]
    return [re.sub(r"(?:ies|es|s|ed|ing|ly)$", "", one) if len(one) > 5 else one for one in found]
