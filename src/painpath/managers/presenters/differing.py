"""What differs between two versions, as whoever approves reads it: fields as the editor calls them, rules in words."""

from typing import Any

import msgspec

from painpath.managers.presenters.findings import in_sentence
from painpath.managers.presenters.labels import label
from painpath.pathway import Pathway
from painpath.pathway.comparing import Difference, differences, plain, shortened, words


def what_differs(before: Pathway | None, after: Pathway) -> list[Difference]:
    """Every field that differs, in the order of the model; rules of criteria one criterion at a time."""
    found: list[Difference] = []
    for one in differences(before, after):
        found += _rules(before, after) if one.field == "evidence" else [_as_edited(one)]
    return found


def _as_edited(one: Difference) -> Difference:
    """`Criteria, “Adult”: plain against` -> `Criteria, “Adult”: plain words when it speaks against`."""
    field = one.field.rsplit(".", 1)[-1]
    said = f": {field.replace('_', ' ')}"
    if not one.label.endswith(said):
        return one
    called = label(field)
    return one._replace(label=f"{one.label.removesuffix(said)}: {called[:1].lower()}{called[1:]}")


def _rules(before: Pathway | None, after: Pathway) -> list[Difference]:
    old, new = _of_criteria(before), _of_criteria(after)
    names = {one.id: one.name for each in (before, after) if each is not None for one in each.criteria}
    found = []
    for criterion in dict.fromkeys((*old, *new)):
        was, is_now = old.get(criterion, []), new.get(criterion, [])
        if was == is_now:
            continue
        texts = [_said(was), _said(is_now)]
        if texts[0] == texts[1]:  # what the sentences do not say must not pass unseen
            texts = [plain(was), plain(is_now)]
        called = f"What speaks for and against “{names.get(criterion, criterion)}”"
        found.append(Difference(f"evidence[{criterion}]", called, tuple(shortened(words(*texts)))))
    return found


def _of_criteria(pathway: Pathway | None) -> dict[str, list[dict[str, Any]]]:
    return {one.criterion: msgspec.to_builtins(one.rules) for one in pathway.evidence} if pathway else {}


def _said(rules: list[dict[str, Any]]) -> str:
    """The rules, one on a line."""
    lines = []
    for rule in rules:
        held = " Nothing is shown when it is held back." if rule["quiet"] else ""
        lines.append(f"{in_sentence(rule)}{held} Beside the quote: “{rule['why']}”.")
    return "\n".join(lines)
