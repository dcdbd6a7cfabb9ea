"""Earlier referrals of the same person beside this one: what was decided, what would have changed it, what has."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.urls import reverse

from painpath.pathway import Pathway
from painpath.referrals import pathways
from painpath.referrals.models import Decision
from painpath.referrals.sheet.earlier import Earlier, Said
from painpath.triage.presenters.words import day, person, state_words
from painpath.web.clauses import STATE_COLOURS, labels_of


@dataclass(frozen=True)
class Side:
    """One criterion at one time: the state that counted, and whose word it is."""

    state: str
    colour: str
    whose: str
    reason: str


@dataclass(frozen=True)
class Row:
    """One criterion then and now. `gone`: the published criteria of one of the two do not have it."""

    name: str
    then: Side | None
    now: Side | None
    changed: bool


@dataclass(frozen=True)
class DecisionView:
    """A decision of an earlier referral, in the words of the criteria it was made with."""

    outcome: str
    when: str
    by: str
    reason: str
    clauses: tuple[str, ...]
    condition: str
    changes: tuple[tuple[str, str], ...]
    """(criterion, what would have changed the answer) for each clause that did not speak for accepting."""
    version: str
    reversed: str


@dataclass(frozen=True)
class EarlierView:
    """One earlier referral."""

    reference: str
    href: str
    received: str
    state: str
    decisions: tuple[DecisionView, ...]
    changed: tuple[Row, ...]
    unchanged: tuple[Row, ...]


def earlier_views(now: Mapping[str, Said], found: Sequence[Earlier], pathway: Pathway) -> list[EarlierView]:
    """Each earlier referral beside this one. `pathway` is this referral's; theirs is that of their own version."""
    return [_view(now, one, pathway) for one in found]


def _view(now: Mapping[str, Said], one: Earlier, pathway: Pathway) -> EarlierView:
    then = pathways.of(one.referral.pathway_version)
    rows = _rows(one.sheet, then, now, pathway)
    return EarlierView(
        reference=one.referral.reference,
        href=reverse("triage:referral", args=[one.referral.reference]),
        received=day(one.referral.received_at),
        state=state_words(one.referral),
        decisions=tuple(_decision(decision) for decision in reversed(one.decisions)),
        changed=tuple(row for row in rows if row.changed),
        unchanged=tuple(row for row in rows if not row.changed),
    )


def _rows(then: Mapping[str, Said], before: Pathway, now: Mapping[str, Said], pathway: Pathway) -> list[Row]:
    """Every criterion of either version, in today's order; those that are published no more stand last."""
    names = {criterion.id: criterion.name for criterion in pathway.criteria}
    old = {criterion.id: criterion.name for criterion in before.criteria}
    labels_by = {one.id: labels_of(one, version) for version in (before, pathway) for one in version.criteria}
    rows = []
    for name, words in (names | {key: value for key, value in old.items() if key not in names}).items():
        labels = labels_by[name]
        said_then = then.get(name, Said()) if name in old and then else None
        said_now = now.get(name, Said()) if name in names and now else None
        rows.append(
            Row(
                name=words,
                then=_side(said_then, labels),
                now=_side(said_now, labels),
                changed=(said_then.state if said_then else None) != (said_now.state if said_now else None),
            )
        )
    return rows


def _side(said: Said | None, labels: Mapping[str, str]) -> Side | None:
    if said is None:
        return None
    if said.judged is None:
        return Side(labels[said.state], STATE_COLOURS[said.state], "as read, nobody has confirmed it", "")
    verb = "corrected" if said.judged.is_correction else "confirmed"
    return Side(labels[said.state], STATE_COLOURS[said.state], f"{verb} by {said.judged.by.name}", said.judged.reason)


def _decision(decision: Decision) -> DecisionView:
    pathway = pathways.of(decision.pathway_version)
    criteria = {criterion.id: criterion for criterion in pathway.criteria}
    clauses = [clause for clause in decision.clauses.all() if clause.criterion in criteria]
    cited = [(criteria[clause.criterion], clause) for clause in clauses]
    reversal = getattr(decision, "reversal", None)
    return DecisionView(
        outcome=pathway.outcome(decision.outcome).label,
        when=day(decision.at),
        by=person(decision.by),
        reason=decision.reason,
        clauses=tuple(f"{one.name}: {labels_of(one, pathway)[c.state].lower()}" for one, c in cited),
        condition=decision.condition,
        changes=tuple(
            (criteria[c.criterion].name, criteria[c.criterion].plain_change) for c in clauses if c.state != "for"
        ),
        version=pathway.version,
        reversed=f"Reversed by {person(reversal.by)}, {day(reversal.at)}: “{reversal.reason}”" if reversal else "",
    )  # fmt: skip
