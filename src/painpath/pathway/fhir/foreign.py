"""The draft of a pathway out of a Bundle from elsewhere: one criterion for each action of its PlanDefinition.

Its words are written as those of a page are (`painpath.pathway.drafting`): starter texts for what FHIR has no place
for, and an open point for everything that an author must confirm. Nothing of it holds before that.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

from painpath.pathway.drafting.answers import Answers, ClauseAnswer
from painpath.pathway.drafting.model import Clause, Kind, Open, Proposal
from painpath.pathway.drafting.numbers import measures
from painpath.pathway.drafting.writing import write
from painpath.pathway.fhir.bundling import Resource
from painpath.pathway.fhir.parts import OURS
from painpath.pathway.fhir.unpacking import checked, refused

NAME = "imported"
MOST_ACTIONS = 200
_DEEPEST = 20
GROUPS: dict[str, Kind] = {
    "inclusion": "inclusion", "exclusion": "exclusion", "red_flag": "red_flag", "readiness": "readiness",
}  # fmt: skip
_AGAINST = re.compile(r"exclu|contraindicat|not (?:be )?(?:accept|suitable|eligible)|unsuitable|ineligible", re.I)


def draft_of(found: list[Resource]) -> dict[str, str]:
    """The files of the draft. Raises PathwayError when there is no PlanDefinition, or it has no action with words."""
    plan = next((one for one in found if one.get("resourceType") == "PlanDefinition"), None)
    if plan is None:
        raise refused("The Bundle has no PlanDefinition: there is nothing that criteria could be made of.")
    proposal, answers = _proposal(plan)
    return checked(NAME, write(proposal, NAME, answers) | dict(_questionnaires(found)))


def _proposal(plan: Resource) -> tuple[Proposal, Answers]:
    """The actions as the clauses of a page, one after the other, and what the PlanDefinition says beside them."""
    title = _line(plan.get("title")) or _line(plan.get("name")) or "Imported criteria"
    rows = [title, ""]
    clauses: list[Clause] = []
    open_points: list[Open] = []
    said: dict[str, ClauseAnswer] = {}
    for number, action in enumerate(_actions(plan.get("action"), 0), 1):
        if number > MOST_ACTIONS:
            raise refused(f"The PlanDefinition has more than {MOST_ACTIONS} actions.")
        clause = _clause(action, {one.id for one in clauses}, len(rows) + 1)
        rows += [f"• {one}" for one in (clause.published, *clause.also)]
        clauses.append(clause)
        open_points += _open(action, clause)
        said[clause.id] = ClauseAnswer(fields=_fields(action))
    if not clauses:
        raise refused("The PlanDefinition has no action with words: there is nothing that criteria could be made of.")
    service = _line(plan.get("publisher")) or title
    answers = Answers(
        service=service, page=title, published=_line(plan.get("date")) or "the date is not known",
        version=_line(plan.get("version")) or "1", clauses=said,
    )  # fmt: skip
    page = "\n".join(rows)
    return Proposal(
        title=title, text=page, page=page, source=(), audience="referrer", clauses=tuple(clauses), combinations=(),
        programmes=(), priorities=(), scales=(), mirrors=(), unsettled=tuple(open_points),
    ), answers  # fmt: skip


def _actions(given: Any, depth: int) -> Iterator[Resource]:
    """Every action that has words and no action inside; a group of actions says only how they belong together."""
    if depth > _DEEPEST:
        raise refused("The actions of the PlanDefinition are nested too deeply.")
    for one in given if isinstance(given, list) else ():
        if not isinstance(one, dict) or _code(one, f"{OURS}combination"):  # ours: its members stand beside it
            continue
        inside = list(_actions(one.get("action"), depth + 1))
        yield from inside
        if not inside and _words(one):
            yield one


def _words(action: Resource) -> str:
    found = (_line(action.get(name)) for name in ("description", "textEquivalent", "title"))
    return next((words for words in found if words), "")


def _line(value: Any) -> str:
    return " ".join(value.split()) if isinstance(value, str) else ""


def _clause(action: Resource, taken: set[str], line: int) -> Clause:
    rows = [_line(one) for one in str(action.get("description") or _words(action)).splitlines()]
    first, *also = [one for one in rows if one] or [_words(action)]
    numbers = [one for one in measures(first, [])[0] if one.of in ("age", "duration")]
    return Clause(
        id=_id(_code(action, f"{OURS}criterion") or _line(action.get("title")) or first, taken),
        kind=_group(action)[0], lines=tuple(range(line, line + 1 + len(also))), published=first, also=tuple(also),
        thresholds=tuple(numbers),
    )  # fmt: skip


def _fields(action: Resource) -> dict[str, Any]:
    """What the action says of the criterion besides its words."""
    fields: dict[str, Any] = {}
    if title := _line(action.get("title")):
        fields["name"] = title
    if question := _line(action.get("textEquivalent")):
        fields |= {"question": question, "ask": [{"of": "referrer", "words": question}]}
    return fields


def _open(action: Resource, clause: Clause) -> Iterator[Open]:
    """What an author has to settle that the import does not say."""
    group, is_said = _group(action)
    if not is_said:
        note = f"The import does not say whether this speaks for or against a referral. It is taken as {group}."
        yield Open(why="kind", line=clause.lines[0], words=clause.published, note=note, clause=clause.id)
    if conditions := list(_expressions(action)):
        note = f"The import has a computable condition. Compare it with the numbers here: {'; '.join(conditions)}"
        yield Open(why="unbound", line=clause.lines[0], words=clause.published, note=note, clause=clause.id)


def _codings(action: Resource) -> Iterator[dict[str, Any]]:
    for concept in action.get("code") or () if isinstance(action.get("code"), list) else ():
        if isinstance(concept, dict):
            yield {"display": concept.get("text")}
            yield from (one for one in concept.get("coding") or () if isinstance(one, dict))


def _code(action: Resource, system: str) -> str:
    return next((_line(one.get("code")) for one in _codings(action) if one.get("system") == system), "")


def _group(action: Resource) -> tuple[Kind, bool]:
    """The group, and whether the import says so itself."""
    if (ours := _code(action, f"{OURS}criterion-group")) in GROUPS:
        return GROUPS[ours], True
    said = " ".join(_line(one.get(name)) for one in _codings(action) for name in ("code", "display"))
    if _AGAINST.search(said):
        return "exclusion", True
    if "inclu" in said.lower():
        return "inclusion", True
    return ("exclusion" if _AGAINST.search(f"{_line(action.get('title'))} {_words(action)}") else "inclusion"), False


def _expressions(action: Resource) -> Iterator[str]:
    for one in action.get("condition") or () if isinstance(action.get("condition"), list) else ():
        expression = one.get("expression") if isinstance(one, dict) else None
        if isinstance(expression, dict) and (said := _line(expression.get("expression"))):
            yield said[:300]


def _id(name: str, taken: set[str]) -> str:
    """An id of a pathway out of words: `not-active-cancer`, with a number where it is taken."""
    plain = re.sub(r"[^a-z0-9]+", "-", name.lower())[:50].strip("-")
    if not plain or not plain[0].isalpha():
        plain = f"criterion-{plain}".strip("-")
    return next(
        one for one in (plain, *(f"{plain}-{number}" for number in range(2, MOST_ACTIONS + 3))) if one not in taken
    )


def _questionnaires(found: list[Resource]) -> Iterator[tuple[str, str]]:
    forms = [one for one in found if one.get("resourceType") == "Questionnaire"]
    for number, one in enumerate(forms, 1):
        name = re.sub(r"[^a-z0-9]+", "-", str(one.get("id") or one.get("name") or "").lower())[:50].strip("-")
        name = name or f"imported-{number}"
        yield f"questionnaires/{name}.json", json.dumps(one | {"id": name}, indent=2, ensure_ascii=False) + "\n"
