"""Hold a draft of a page against its labels (`pages/`): what was found, and what was proposed beside it."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from painpath.pathway.drafting import Clause, Proposal
from painpath.pathway.drafting.model import Joined

LABELS = Path(__file__).parent / "pages"
PAGES = sorted(file for file in LABELS.glob("*.yaml") if not file.stem.endswith(".settled"))


class Share(NamedTuple):
    """So many of so many."""

    found: int
    of: int

    @property
    def value(self) -> float:
        return self.found / self.of if self.of else 1.0

    def __str__(self) -> str:
        return f"{self.found}/{self.of}" if self.of else "-"


def labels(file: Path) -> dict[str, Any]:
    with file.open(encoding="utf-8") as opened:
        return dict(yaml.safe_load(opened))


def normal(words: str) -> str:
    return " ".join(words.replace("’", "'").split()).lower()


def matched(proposal: Proposal, wanted: dict[str, Any]) -> dict[int, Clause]:
    """For each labelled clause, by its number, the proposed one."""
    found: dict[int, Clause] = {}
    left = list(proposal.clauses)
    for number, label in enumerate(wanted["clauses"]):
        for clause in left:
            if {*label["lines"]} & {*clause.lines} and normal(label["words"]) in normal(clause.published):
                found[number] = clause
                left.remove(clause)
                break
    return found


def score(proposal: Proposal, wanted: dict[str, Any]) -> dict[str, Share]:
    """Every share by its name. `precision` is of the proposed clauses, names with "no" are of what is not there; the
    others are of what is labelled."""
    found = matched(proposal, wanted)
    pairs = [(wanted["clauses"][number], clause) for number, clause in found.items()]
    every = len(wanted["clauses"])

    def labelled(name: str) -> int:
        return sum(name in label for label in wanted["clauses"])

    def same(**usual: Any) -> int:
        """In how many clauses these fields are as labelled, or usual where the label does not name them."""
        names = {"class": "priority"}
        return sum(
            all(label.get(name, value) == getattr(clause, names.get(name, name)) for name, value in usual.items())
            for label, clause in pairs
        )

    right = [label for label, clause in pairs if _measures(label.get("thresholds", [])) == _own(clause)]
    bare = [label for label, _ in pairs if "thresholds" not in label]
    said = [
        (label, key)
        for label, clause in pairs
        for key in ("exception", "only_if")
        if key in label and normal(label[key]) in normal(getattr(clause, key) or "")
    ]
    beside = [clause for label, clause in pairs if clause.exception and "exception" not in label]
    nests, led = _nests(wanted), [label for label, clause in pairs if label.get("lead") == (clause.lead_line or None)]
    ids = {clause.id: number for number, clause in found.items()}
    joined = {(one.how, frozenset(ids.get(leaf, -1) for leaf in one.leaves())) for one in _all(proposal.combinations)}
    parts = {(one.id, one.days, one.default) for one in (*proposal.programmes, *proposal.priorities)}
    opened = {one.line for one in proposal.unsettled}
    asked = [one for one in wanted["unsettled"] if one["why"] != "unbound" or not _clause_line(one, wanted)]
    return {
        "recall": Share(len(found), every),
        "precision": Share(len(found), len(proposal.clauses)),
        "kind": Share(same(kind=None), every),
        "thresholds": Share(sum("thresholds" in label for label in right), labelled("thresholds")),
        "no threshold": Share(sum("thresholds" not in label for label in right), len(bare)),
        "exceptions": Share(len(said), labelled("exception") + labelled("only_if")),
        "no exception": Share(len(pairs) - len(beside), len(pairs)),
        "tiers": Share(same(tier="full", strength="must", urgency="routine"), every),
        "nesting": Share(sum("lead" in one for one in led) + len(nests & joined), labelled("lead") + len(nests)),
        "no nesting": Share(sum("lead" not in one for one in led) + len(nests & joined), _unled(pairs) + len(joined)),
        "parts": Share(same(programme=None, **{"class": None}), every),
        "classes": Share(len(_parts(wanted) & parts), len(_parts(wanted))),
        "redirects": Share(sum(_same_redirect(label, clause) for label, clause in pairs), labelled("redirect")),
        "no redirect": Share(
            sum("redirect" not in label and not clause.redirect for label, clause in pairs),
            sum("redirect" not in label for label, _ in pairs),
        ),
        "postcodes": Share(
            sum(label.get("postcodes") == [*clause.postcodes] for label, clause in pairs), labelled("postcodes")
        ),
        "scales": Share(
            len({(one.id, one.low, one.high) for one in proposal.scales} & _scales(wanted)), len(_scales(wanted))
        ),
        "unsettled": Share(sum(one["line"] in opened for one in asked), len(asked)),
    }


def _same_redirect(label: dict[str, Any], clause: Clause) -> bool:
    there = "redirect" in label and normal(label["redirect"]) in normal(clause.redirect or "")
    return there and label.get("phone") == clause.phone


def _scales(wanted: dict[str, Any]) -> set[tuple[str, float, float]]:
    return {(one["id"], one["low"], one["high"]) for one in wanted.get("scales", ())}


def _unled(pairs: list[tuple[dict[str, Any], Clause]]) -> int:
    return sum("lead" not in label for label, _ in pairs)


def table(rows: dict[str, dict[str, Share]]) -> str:
    """The shares of several pages, one a line."""
    names = list(next(iter(rows.values())))
    head = f"{'':32}" + "".join(f"{name:>14}" for name in names)
    return "\n".join(
        [head, *(f"{page[:31]:32}" + "".join(f"{row[name]!s:>14}" for name in names) for page, row in rows.items())]
    )


def _clause_line(one: dict[str, Any], wanted: dict[str, Any]) -> bool:
    """Nothing is bound without the reader; whether a clause is unbound is asked elsewhere."""
    return any(one["line"] in label["lines"] for label in wanted["clauses"])


def _parts(wanted: dict[str, Any]) -> set[tuple[str, int | None, bool]]:
    parts = (*wanted.get("programmes", ()), *wanted.get("classes", ()))
    return {(one["id"], one.get("days"), one.get("default", False)) for one in parts}


def _measures(labelled: list[dict[str, Any]]) -> set[tuple[Any, ...]]:
    return {
        (one["of"], one.get("low"), one.get("high"), one.get("low_in", True), one.get("high_in", True), one["unit"],
         one.get("scale"), one.get("group"))
        for one in labelled
    }  # fmt: skip


def _own(clause: Clause) -> set[tuple[Any, ...]]:
    return {
        (one.of, one.low, one.high, one.low_included, one.high_included, one.unit, one.scale, one.for_group)
        for one in clause.thresholds
    }


def _all(joined: Iterable["str | Joined"]) -> list[Joined]:
    found = []
    for one in joined:
        if isinstance(one, Joined):
            found += [one, *_all(one.of)]
    return list({(one.how, one.leaves()): one for one in found}.values())


def _nests(wanted: dict[str, Any]) -> set[tuple[str, frozenset[int]]]:
    number_of = {line: number for number, label in enumerate(wanted["clauses"]) for line in label["lines"]}
    found: set[tuple[str, frozenset[int]]] = set()

    def leaves(one: Any) -> frozenset[int]:
        if isinstance(one, int):
            return frozenset({number_of[one]})
        inside = frozenset[int]().union(*map(leaves, one["of"]))
        found.add((one["how"], inside))
        return inside

    for one in wanted["combinations"]:
        leaves(one)
    return found
