"""A proposal in words, for a terminal: what was found, what it could not be bound to, what contradicts what."""

from collections import Counter
from collections.abc import Iterator

from painpath.pathway.drafting.covering import not_bound
from painpath.pathway.drafting.model import Clause, Proposal
from painpath.pathway.measures import Threshold, bounds_in_words

_HEADS = {
    "contradiction": "What contradicts what",
    "unbound": "What could not be bound to any finding",
    "kind": "Lists that no heading names",
    "scope": "For whom it holds",
    "elsewhere": "Where people are sent instead",
    "range": "Scales without their ends",
    "default": "Classes",
    "cut": "What is missing",
}


def told(proposal: Proposal) -> list[str]:
    """The lines to print."""
    kinds = Counter(clause.kind.replace("_", " ") for clause in proposal.clauses)
    lines = [
        f"{proposal.title or 'A page without a title'}, written for {proposal.audience}s",
        f"Found: {', '.join(f'{count} {kind}' for kind, count in kinds.items())}",
    ]
    for clause in proposal.clauses:
        lines.append(f"  line {clause.lines[0]:>3}  {clause.kind.replace('_', ' '):<11} {_short(clause.words)}")
        lines += [f"{'':23}{words}" for words in details(clause)]
    if proposal.combinations:
        lines += ["", "What the page ties together"]
        lines += [
            f"  line {one.line:>3}  {one.how} of {len(one.leaves())} clauses: {one.words}"
            for one in proposal.combinations
        ]
    for why, head in _HEADS.items():
        if found := [one for one in proposal.unsettled if one.why == why]:
            lines += ["", head, *(f"  line {one.line:>3}  {_short(one.words)}: {one.note}" for one in found)]
    if left := not_bound(proposal):
        lines += ["", "Not bound: in no clause", *(f"  line {line:>3}  {_short(words)}" for line, words in left)]
    return lines


def details(clause: Clause) -> Iterator[str]:
    """What was read out of a clause, each in a few words."""
    for one in clause.thresholds:
        group = f" for {one.for_group}" if one.for_group else ""
        name = one.scale or {"since": "time since"}.get(one.of, one.of)
        bounds = Threshold(
            of=one.of, low=one.low, high=one.high, low_included=one.low_included, high_included=one.high_included,
            unit=one.unit,
        )  # fmt: skip
        yield f"{name}: {bounds_in_words(bounds)}{group}"
    if clause.redirect:
        yield f"instead: {clause.redirect}" + (f", {clause.phone}" if clause.phone else "")
    if clause.postcodes:
        yield f"postcodes: {', '.join(clause.postcodes)}"
    if clause.exception:
        yield f"exception: {_short(clause.exception)}"
    if clause.only_if:
        yield f"only: {_short(clause.only_if)}"
    marks = [clause.programme, clause.priority, "can be helped less" if clause.tier == "limited" else None]
    marks.append("describes, and asks nothing" if clause.strength == "may" else None)
    if said := [one for one in marks if one]:
        yield ", ".join(said)
    if clause.findings:
        yield "findings: " + ", ".join(
            f"{'no ' if one.absent else ''}{one.group.replace('-', ' ')}" for one in clause.findings
        )


def _short(words: str) -> str:
    return words if len(words) <= 90 else words[:89].rsplit(" ", 1)[0] + "…"
