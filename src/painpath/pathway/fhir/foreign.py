"""The draft of a pathway out of a Bundle from elsewhere: one criterion for each action of its PlanDefinition.

Nothing of it holds before an author has confirmed it. What FHIR has no place for (questions, plain words, what speaks
for and against) is put as a question to the author, and every criterion is open until that has been answered.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

import yaml

from painpath.pathway.fhir.bundling import Resource
from painpath.pathway.fhir.parts import OURS
from painpath.pathway.fhir.unpacking import checked, refused

NAME = "imported"
MOST_ACTIONS = 200
_DEEPEST = 20
GROUPS = ("inclusion", "exclusion", "red_flag", "readiness")
_AGAINST = re.compile(r"exclu|contraindicat|not (?:be )?(?:accept|suitable|eligible)|unsuitable|ineligible", re.I)
_OPEN = "To be written by an author."


def draft_of(found: list[Resource]) -> dict[str, str]:
    """The files of the draft. Raises PathwayError when there is no PlanDefinition, or it has no action with words."""
    plan = next((one for one in found if one.get("resourceType") == "PlanDefinition"), None)
    if plan is None:
        raise refused("The Bundle has no PlanDefinition: there is nothing that criteria could be made of.")
    criteria: list[dict[str, Any]] = []
    open_points: list[dict[str, str]] = []
    for number, action in enumerate(_actions(plan.get("action"), 0), 1):
        if number > MOST_ACTIONS:
            raise refused(f"The PlanDefinition has more than {MOST_ACTIONS} actions.")
        criterion, said = _criterion(action, {one["id"] for one in criteria})
        criteria.append(criterion)
        open_points += [{"words": words, "about": f"criteria[{criterion['id']}]"} for words in said]
    if not criteria:
        raise refused("The PlanDefinition has no action with words: there is nothing that criteria could be made of.")
    files = {
        "service.yaml": _yaml(_service(plan)),
        "criteria/1-imported.yaml": _yaml({"criteria": criteria}),
        "unsettled.yaml": _yaml({"unsettled": open_points}),
        "source.txt": "\n\n".join("\n".join(one["published"]) for one in criteria) + "\n",
    }
    return checked(NAME, files | dict(_questionnaires(found)))


def _actions(given: Any, depth: int) -> Iterator[Resource]:
    """Every action that has words and no action inside; a group of actions says only how they belong together."""
    if depth > _DEEPEST:
        raise refused("The actions of the PlanDefinition are nested too deeply.")
    for one in given if isinstance(given, list) else ():
        if not isinstance(one, dict):
            continue
        inside = list(_actions(one.get("action"), depth + 1))
        yield from inside
        if not inside and _words(one):
            yield one


def _words(action: Resource) -> str:
    return next(
        (_line(action[name]) for name in ("description", "textEquivalent", "title") if _line(action.get(name))), ""
    )


def _line(value: Any) -> str:
    return " ".join(value.split()) if isinstance(value, str) else ""


def _criterion(action: Resource, taken: set[str]) -> tuple[dict[str, Any], list[str]]:
    """The criterion, and what an author has to settle about it."""
    words = _words(action)
    name = _line(action.get("title")) or (words if len(words) <= 70 else words[:67].rsplit(" ", 1)[0] + "...")
    group, is_said = _group(action)
    published = [_line(one) for one in str(action.get("description") or words).splitlines() if _line(one)] or [words]
    question = _line(action.get("textEquivalent"))
    open_points = [
        "Write the plain words of this criterion, and say what speaks for and against it. They are not in the import."
    ]
    if not is_said:
        open_points.append(f"The import does not say whether this speaks for or against a referral. Taken as {group}.")
    computable = "The import has a computable condition. Say it as a threshold, if it is one:"
    open_points += [f"{computable} {condition}" for condition in _expressions(action)]
    return {
        "id": _id(_code(action, f"{OURS}criterion") or name, taken),
        "group": group,
        "name": name,
        "published": published,
        "kind": "judgement",
        "answered_by": ["referrer"],
        "question": question or _OPEN,
        "example": _OPEN,
        "plain": _OPEN,
        "plain_for": _OPEN,
        "plain_against": _OPEN,
        "plain_change": _OPEN,
        "ask": [{"of": "referrer", "words": question or _OPEN}],
        "notes": ["Made of an action of an imported PlanDefinition."],
    }, open_points  # fmt: skip


def _codings(action: Resource) -> Iterator[dict[str, Any]]:
    for concept in action.get("code") or () if isinstance(action.get("code"), list) else ():
        if isinstance(concept, dict):
            yield {"display": concept.get("text")}
            yield from (one for one in concept.get("coding") or () if isinstance(one, dict))


def _code(action: Resource, system: str) -> str:
    return next((_line(one.get("code")) for one in _codings(action) if one.get("system") == system), "")


def _group(action: Resource) -> tuple[str, bool]:
    """The group, and whether the import says so itself."""
    if (ours := _code(action, f"{OURS}criterion-group")) in GROUPS:
        return ours, True
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


def _service(plan: Resource) -> dict[str, Any]:
    title = _line(plan.get("title")) or _line(plan.get("name")) or "Imported criteria"
    publisher = _line(plan.get("publisher")) or title
    return {
        "version": _line(plan.get("version")) or "import",
        "service": publisher,
        "plain_team": "the team",
        "source": {
            "page": title, "publisher": publisher, "published": _line(plan.get("date")) or "Day not known",
            "kept_in": "source.txt",
        },
    }  # fmt: skip


def _questionnaires(found: list[Resource]) -> Iterator[tuple[str, str]]:
    forms = [one for one in found if one.get("resourceType") == "Questionnaire"]
    for number, one in enumerate(forms, 1):
        name = re.sub(r"[^a-z0-9]+", "-", str(one.get("id") or one.get("name") or "").lower())[:50].strip("-")
        yield (
            f"questionnaires/{name or f'imported-{number}'}.json",
            json.dumps(one, indent=2, ensure_ascii=False) + "\n",
        )


def _yaml(value: Any) -> str:
    return str(yaml.safe_dump(value, sort_keys=False, allow_unicode=True, width=110))
