"""What a letter says about each criterion, for whoever is about to send it: as the clinician will see it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from painpath.documents import DocumentText
from painpath.pathway import Pathway
from painpath.pathway.model import Criterion
from painpath.screening import CriterionScreening, Screening
from painpath.web.clauses import (
    ALERTS,
    CERTAINTY,
    SPEAKS,
    ExceptionView,
    Words,
    colour_of,
    exception_of,
    group_of,
    groups_shown,
    labels_of,
)
from painpath.web.marking import Highlight, Segment, segments
from painpath.web.places import place_of
from painpath.web.shapes import Shapes, notes_of, passed_over, shapes

HELP = {
    "judgement": "A clinician weighs these. Say more in the letter if you can.",
    "against": "A clinician sees these words. If they do not say what you mean, change them in the letter.",
    "limited": "The page says that people can be seen, and may be helped less. Say more in the letter if you can.",
    "apart": "These say which programme, or how soon. They are no reason against the referral.",
    "not_stated": "We did not find these in your letter. They may be there in other words. You can send it as it is.",
    "for": "The letter speaks for the referral.",
}


@dataclass(frozen=True)
class Clause:
    """One criterion: what the letter says; `field` names the question that can be answered."""

    id: str
    name: str
    published: tuple[str, ...]
    state: str
    state_label: str
    colour: str
    evidence: tuple[Words, ...]
    exception: ExceptionView | None
    notes: tuple[str, ...]
    field: str


@dataclass(frozen=True)
class Group:
    """The criteria that stand alike."""

    id: str
    title: str
    help: str
    clauses: tuple[Clause, ...]


@dataclass(frozen=True)
class Danger:
    """Words in the letter that may not wait for this referral."""

    name: str
    certainty: str
    quote: str


@dataclass(frozen=True)
class Checked:
    """The whole result. There is no sum, no score and no verdict in it."""

    groups: tuple[Group, ...]
    dangers: tuple[Danger, ...]
    letter: tuple[Segment, ...]
    shapes: Shapes

    @property
    def counts(self) -> tuple[tuple[str, int], ...]:
        """How many criteria stand in each group that has any."""
        return tuple((group.title, len(group.clauses)) for group in self.groups if group.clauses)


def checked(pathway: Pathway, document: DocumentText, result: Screening) -> Checked:
    """Group every published criterion and mark its words in the letter."""
    names = {criterion.id: criterion.name for criterion in pathway.criteria}
    marks = _marks(result, names)
    by_id = {one.id: one for one in result.criteria}
    views = [(criterion, by_id[criterion.id]) for criterion in pathway.criteria]
    titles = groups_shown(pathway)
    grouped: dict[str, list[Clause]] = {name: [] for name in titles}
    passed = passed_over(pathway, {one.id: one.state.value for one in result.criteria})
    for criterion, found in views:
        group = group_of(found.state, criterion, pathway, judged=False)
        grouped[group].append(_clause(criterion, found, marks, pathway, passed.get(criterion.id, "")))
    return Checked(
        tuple(Group(name, titles[name][0], HELP[name], tuple(rows)) for name, rows in grouped.items()),
        dangers(result.alerts),
        segments(document.text, 0, len(document.text), list(marks.values())),
        shapes(
            pathway,
            {one.id: one.state.value for one in result.criteria},
            place_of(pathway, postcode=postcode.value if (postcode := result.identifiers.postcode) else ""),
        ),
    )


class FoundDanger(Protocol):
    """A danger that was found: in a letter that is nowhere kept, in a draft, or on record."""

    @property
    def kind(self) -> str: ...

    @property
    def certainty(self) -> str: ...

    @property
    def quote(self) -> str: ...


def dangers(alerts: Iterable[FoundDanger]) -> tuple[Danger, ...]:
    """What may not be able to wait, each with its words."""
    return tuple(Danger(ALERTS[alert.kind], CERTAINTY[alert.certainty], alert.quote) for alert in alerts)


def _marks(result: Screening, names: dict[str, str]) -> dict[tuple[int, int], Highlight]:
    places = sorted({(item.start, item.end) for one in result.criteria for item in one.evidence})
    marks = {place: Highlight(number, *place) for number, place in enumerate(places, 1)}
    for one in result.criteria:
        for item in one.evidence:
            mark = marks[item.start, item.end]
            mark.kinds.add(item.speaks.value)
            mark.links.append((f"criterion-{one.id}", f"{names[one.id]}: {SPEAKS[item.speaks]}"))
    return marks


def _clause(
    criterion: Criterion,
    found: CriterionScreening,
    marks: dict[tuple[int, int], Highlight],
    pathway: Pathway,
    passed: str,
) -> Clause:
    words = tuple(
        Words(
            item.quote, item.speaks.value, SPEAKS[item.speaks], item.why, marks[item.start, item.end].number,
            marks[item.start, item.end].anchor,
        )
        for item in found.evidence
    )  # fmt: skip
    return Clause(
        id=criterion.id,
        name=criterion.name,
        published=criterion.published,
        state=found.state.value,
        state_label=labels_of(criterion, pathway)[found.state],
        colour=colour_of(criterion, found.state, pathway),
        evidence=words,
        exception=exception_of(criterion, (found.state,), found.evidence, pathway, None),
        notes=(*filter(None, [passed]), *notes_of(criterion, pathway)),
        field=f"answer-{criterion.id}",
    )
