"""What a page says beside single criteria, as a pathway holds it; and everything that is still open."""

from collections.abc import Iterator
from typing import Any

from painpath.pathway.drafting import criteria_writing as writing
from painpath.pathway.drafting import elsewhere
from painpath.pathway.drafting.answers import Answers, ClauseAnswer
from painpath.pathway.drafting.model import Clause, Joined, Open, Part, Proposal
from painpath.pathway.drafting.naming import sentence
from painpath.pathway.drafting.scores import USUAL_RANGES
from painpath.pathway.drafting.subject import USUAL

_HAVE_A_PLACE = frozenset({"required", "consent", "catchment"})
"""Kinds that are no criteria and stand in the pathway all the same."""


def key_of(one: Open) -> str:
    """The name of an open point, by which an author settles it: `contradiction-8`."""
    return f"{one.why}-{one.line}"


def shapes(
    proposal: Proposal, clauses: list[Clause], criteria: list[Clause], written: list[dict[str, Any]], said: Answers
) -> dict[str, Any]:
    there = {clause.id for clause in criteria}
    found: dict[str, Any] = {}
    if scales := [_scale(one.id, one.name, one.low, one.high, proposal, said) for one in proposal.scales]:
        found["scales"] = scales
    wanted = {one for item in written for one in item.get("programmes", ())}
    if wanted:
        found["programmes"] = [
            {
                "id": one.id,
                "name": one.name,
                "plain": "This is one of the things that we offer.",
                "published": [one.published],
            }
            | said.programmes.get(one.id, {})
            for one in proposal.programmes
            if one.id in wanted
        ]
    if proposal.priorities:
        found["priorities"] = [_priority(one, said) for one in proposal.priorities]
    combinations = [
        *_combinations(proposal.combinations, proposal.page, there, criteria, said),
        *_classes(proposal, criteria),
    ]
    if combinations:
        found["combinations"] = combinations
    if required := [
        {
            "id": one.id,
            "words": sentence(one.published),
            "published": [*([one.lead] if one.lead else []), one.published],
        }
        for one in clauses
        if (said.clauses.get(one.id, ClauseAnswer()).kind or one.kind) in ("required", "consent")
    ]:
        found["required"] = required
    if places := elsewhere.catchment(clauses, there):
        found["catchment"] = places
    found["unsettled"] = list(_unsettled(proposal, clauses, criteria, said))
    return found


def _scale(
    name: str, title: str, low: float | None, high: float | None, proposal: Proposal, said: Answers
) -> dict[str, Any]:
    bounds = [
        bound for clause in proposal.clauses for one in clause.thresholds if one.scale == name
        for bound in (one.low, one.high) if bound is not None
    ]  # fmt: skip
    usual = USUAL_RANGES.get(name, (0, max(bounds, default=10) * 2))
    source = "The page." if high is not None else "A setting of ours: the page does not print the scale."
    found = {
        "id": name, "name": title, "low": usual[0] if low is None else low, "high": usual[1] if high is None else high,
        "group": scale_group(name, proposal), "source": source,
    }  # fmt: skip
    return found | said.scales.get(name, {})


def scale_group(name: str, proposal: Proposal) -> str:
    """The group by which letters name a scale: of the vocabulary, else one of the page's own."""
    for clause in proposal.clauses:
        if any(one.scale == name for one in clause.thresholds):
            for group in clause.names:
                if group.startswith("scale-"):
                    return group
    return f"page-scale-{name}"


def _priority(one: Part, said: Answers) -> dict[str, Any]:
    found: dict[str, Any] = {
        "id": one.id,
        "name": one.name,
        "plain": "You will be seen in turn.",
        "source": f"The page: {one.published}",
    }
    if one.days:
        what = "Somebody of this class has an appointment."
        found["target"] = {
            "days": one.days,
            "unit": "working_days" if one.working else "days",
            "what": what,
            "source": f"The page: {one.published}",
        }
    if one.default:
        found["default"] = True
    return found | said.priorities.get(one.id, {})


def _combinations(
    joined: tuple[Joined, ...], page: str, there: set[str], criteria: list[Clause], said: Answers
) -> Iterator[dict[str, Any]]:
    """Each combination once, with those inside it by their ids."""
    names: dict[tuple[str, frozenset[str]], str] = {}
    kinds = {one.id: writing.group_of(one, said.clauses.get(one.id, ClauseAnswer())) for one in criteria}

    def take(one: Joined) -> Iterator[dict[str, Any]]:
        key = (one.how, one.leaves())
        if key in names:
            return
        for inner in one.of:
            if isinstance(inner, Joined):
                yield from take(inner)
        of = [inner if isinstance(inner, str) else names.get((inner.how, inner.leaves())) for inner in one.of]
        of = [inner for inner in of if inner is not None and (inner in there or inner in names.values())]
        if len(of) < 2:
            return
        names[key] = (
            f"{one.how}-line-{one.line}"
            if f"{one.how}-line-{one.line}" not in names.values()
            else f"{one.how}-{len(names)}"
        )
        out = all(kinds.get(leaf) == "exclusion" for leaf in one.leaves())
        yield {
            "id": names[key], "name": f"{one.how.capitalize()} of these (line {one.line} of the page)", "how": one.how,
            "of": list(dict.fromkeys(of)), "group": "exclusion" if out else "inclusion",
        } | ({"published": [one.words]} if one.words in page else {})  # fmt: skip

    for one in joined:
        yield from take(one)


def _classes(proposal: Proposal, criteria: list[Clause]) -> Iterator[dict[str, Any]]:
    for part in proposal.priorities:
        of = [clause.id for clause in criteria if clause.priority == part.id]
        if of:
            yield {
                "id": f"class-{part.id}", "name": part.name, "how": "any", "of": of, "published": [part.published],
                "priority": part.id,
            }  # fmt: skip


def _unsettled(
    proposal: Proposal, clauses: list[Clause], criteria: list[Clause], said: Answers
) -> Iterator[dict[str, str]]:
    def point(words: str, about: str, settled: str | None) -> dict[str, str]:
        return {"words": words, "about": about} | ({"settled": settled} if settled else {})

    there = {clause.id for clause in criteria}
    subject = said.subject or proposal.subject or USUAL
    if said.service == Answers().service:
        yield point("Give the name of the service, what patients call it, and how it is reached.", "service", None)
    yield point(
        f"The texts of letters, pages, time limits and signposts are starter texts, about “{subject}”: read them, and "
        "make them yours.",
        "letters", said.texts_confirmed,
    )  # fmt: skip
    for one in proposal.unsettled:
        answer = said.clauses.get(one.clause or "", ClauseAnswer())
        if answer.leave_out:
            continue
        about = f"criteria[{one.clause}]" if one.clause in there else "source"
        yield point(f"Line {one.line}: {one.note}", about, said.settled.get(key_of(one)))
    for clause in clauses:
        answer = said.clauses.get(clause.id, ClauseAnswer())
        if clause.id in there:
            words = f"Line {clause.lines[0]}: read the question, the evidence and the plain words, and correct them."
            if writing.words_are_general(clause, answer):
                words += " The words for patients are general: write them."
            yield point(words, f"criteria[{clause.id}]", answer.settled)
        elif (answer.kind or clause.kind) not in _HAVE_A_PLACE and not elsewhere.signpost_of(clause):
            yield point(
                f"Line {clause.lines[0]}: “{clause.published}” ({clause.kind}) is no criterion: say where it belongs.",
                "source", answer.settled,
            )  # fmt: skip
