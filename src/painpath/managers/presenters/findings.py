"""What speaks for and against a criterion, in words; the findings that can be picked; what a letter shows."""

import re
from typing import Any

from django.urls import reverse

from painpath.managers.presenters.labels import in_words
from painpath.managers.workbench import Finding, Workbench, item_name, vocabulary
from painpath.pathway import Pathway
from painpath.pathway.describing import key_of
from painpath.pathway.problems import FieldPath
from painpath.screening import Screening
from painpath.web.clauses import SPEAKS, colour_of, labels_of

SPOKEN = {
    "for": "Speaks for",
    "against": "Speaks against",
    "both": "Applies, and so does its own exception: for a clinician to judge",
    "mention": "Only shown, and settles nothing,",
}
TAGS = {
    "absent": "ruled out or denied", "possible": "only possible", "hypothetical": "only supposed", "past": "past",
    "resolved": "over", "history": "in the history", "family": "of the family", "another_person": "of another person",
    "awaited": "awaited", "planned": "planned", "done": "done", "normal": "normal", "tried": "tried",
    "failed": "without effect", "helped": "helpful", "not_tried": "not tried", "just_started": "just started",
    "declined_by_patient": "declined by the patient", "offered": "offered",
    "refused_by_service": "refused by a service", "stable": "stable", "with_plan": "with a plan", "active": "active",
    "severe": "severe", "mild": "mild", "asked_for": "asked for", "elsewhere": "elsewhere", "here": "here",
    "unanswered": "unanswered", "prescribed": "prescribed",
}  # fmt: skip
"""What context says about a finding, as it reads after "unless it is"."""
MOST = 20
"""Findings in one answer to a search."""


def page(bench: Workbench, criterion: str, path: FieldPath | None, *, asked: str, can_change: bool) -> dict[str, Any]:
    """The rules of a criterion, and the findings that a search has found."""
    item = _criterion(bench, criterion)
    mirror = item.get("mirror_of")
    rules = (bench.data["evidence"][path[1]].get("rules") or []) if path else []
    found = search(bench, asked)
    return {
        "draft": bench.draft,
        "criterion": criterion,
        "name": item_name(item),
        "mirror": mirror,
        "mirror_name": _name_of(bench, mirror) if mirror else "",
        "rules": [_rule(bench, (*path, "rules", number), one) for number, one in enumerate(rules)] if path else [],
        "asked": asked,
        "found": len(found),
        "more": max(0, len(found) - MOST),
        "can_change": can_change,
        "wrong": [one.message for one in bench.wrong_at(path)] if path else [],
        "tags": TAGS,
    }


def _name_of(bench: Workbench, criterion: str) -> str:
    """What a criterion is called; of one that the draft does not have, what it was to be."""
    criteria = [one for one in bench.data.get("criteria") or () if isinstance(one, dict)]
    return next((item_name(one) for one in criteria if key_of(one) == criterion), in_words(criterion))


def _criterion(bench: Workbench, criterion: str) -> dict[str, Any]:
    return next(one for one in bench.data.get("criteria") or () if isinstance(one, dict) and key_of(one) == criterion)


def _rule(bench: Workbench, path: FieldPath, rule: dict[str, Any]) -> dict[str, Any]:
    address = bench.address(path)
    return {
        "words": in_sentence(rule),
        "why": rule.get("why", ""),
        "speaks": rule.get("speaks", ""),
        "edit": reverse("managers:edit-item", args=[bench.draft.key, address]),
        "remove": reverse("managers:edit-remove", args=[bench.draft.key, address]),
        "wrong": len(bench.wrong_at(path)),
    }


def in_sentence(rule: dict[str, Any]) -> str:
    """`Speaks for when the letter says: pain, unless it is ruled out; beside one of: ...`."""
    words = [f"{SPOKEN.get(str(rule.get('speaks')), 'Speaks')} when the letter says: {_names(rule.get('when'))}"]
    for name, said in (
        ("tags", "and says that it is {}"), ("any_tag", "and says that it is {}"), ("unless", "unless it is {}"),
    ):  # fmt: skip
        if rule.get(name):
            tags = [TAGS.get(str(tag), in_words(tag).lower()) for tag in rule[name]]
            words.append(said.format((" and " if name == "tags" else " or ").join(tags)))
    for name, said in (
        ("beside", f"with one of these within {rule.get('within', 30)} words of the same sentence: {{}}"),
        ("not_beside", "and none of these in the same sentence: {}"),
        ("somewhere", "and one of these anywhere in the letter: {}"),
        ("nowhere", "and none of these anywhere in the letter: {}"),
    ):
        if rule.get(name):
            words.append(said.format(_names(rule[name])))
    sentence = "; ".join(words) + "."
    if rule.get("weak"):
        sentence += " It gives way to anything stronger on the other side."
    if rule.get("exception"):
        sentence += " It counts only when something speaks against."
    return sentence


def _names(ids: Any) -> str:
    return ", ".join(in_words(one).lower() for one in ids or ()) or "nothing yet"


def search(bench: Workbench, asked: str) -> list[Finding]:
    """The findings in whose name, comment, example sentences or phrases every word of the search begins a word; those
    that are called so come first, the shortest name before all."""
    words = [re.compile(rf"\b{re.escape(word)}", re.IGNORECASE) for word in asked.split()]
    if not words:
        return []
    found = [
        one for one in vocabulary(bench)
        if all(word.search(" ".join((one.id, one.comment, *one.examples, *one.phrases))) for word in words)
    ]  # fmt: skip
    return sorted(found, key=lambda one: (not all(word.search(one.id) for word in words), one.id.count("-")))


def pickable(one: Finding) -> tuple[str, str, str]:
    """Id, name, and what it means with a sentence in which it is found."""
    example = f" For example: “{one.examples[0]}”" if one.examples else ""
    danger = " A danger: it marks the worklist." if one.danger else ""
    return one.id, in_words(one.id), f"{one.comment}{danger}{example}"


def tried(criterion: str, sides: list[tuple[str, Pathway | None, Screening | None]]) -> list[dict[str, Any]]:
    """What the letter says about the criterion, by each version: its heading, the version, what was read with it."""
    shown = []
    for heading, pathway, screening in sides:
        known = next((one for one in pathway.criteria if one.id == criterion), None) if pathway else None
        one = next((each for each in screening.criteria if each.id == criterion), None) if screening else None
        side: dict[str, Any] = {"heading": heading, "state": "", "colour": "grey", "quotes": []}
        side["missing"] = "This version does not have the criterion." if pathway else "This version cannot be used yet."
        if pathway and known and one:
            side |= {
                "state": labels_of(known, pathway)[str(one.state)],
                "colour": colour_of(known, str(one.state), pathway),
                "quotes": [
                    {"quote": each.quote, "speaks": SPEAKS[str(each.speaks)], "why": each.why} for each in one.evidence
                ],
            }
        shown.append(side)
    return shown
