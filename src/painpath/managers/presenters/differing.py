"""What differs between two versions, as whoever approves reads it: fields as the editor calls them, rules in words."""

from datetime import date
from typing import Any

import msgspec

from painpath import pathway
from painpath.managers.presenters.findings import in_sentence
from painpath.managers.presenters.labels import part_label
from painpath.managers.presenters.naming import called, plain, text_of
from painpath.pathway import Pathway, editing
from painpath.pathway.comparing import Difference, file_differences, shortened, words
from painpath.pathway.draft_files import compile_draft, files_of
from painpath.pathway.versions import Change, compare
from painpath.referrals import pathways
from painpath.referrals.models import PathwayDraft, PathwayPublication, PathwayVersion

Beside = tuple[Pathway | None, dict[str, str]]
"""A pathway and its files."""
SHARED = frozenset({"vocabulary", "lists", "contexts", "sections", "lookalikes"})
"""Fields of a pathway that are those of all services, with what its own files add to them."""
_Data = dict[str, Any]


def what_differs(before: Pathway | None, after: Pathway) -> list[Difference]:
    """Every field that differs, in the order of the model; rules of criteria one criterion at a time."""
    new: _Data = msgspec.to_builtins(after)
    if before is None:
        return list(_all_of(after, new))
    old: _Data = msgspec.to_builtins(before)
    found: list[Difference] = []
    for one in compare(before, after):
        found += _rules(before, after) if one.field == "evidence" else [_difference(one, old, new)]
    return found


def _all_of(after: Pathway, new: _Data) -> list[Difference]:
    found = []
    for name, value in new.items():
        if name == "evidence":
            found += _rules(None, after)
        elif name not in ("digest", "name") and (text := text_of(value, name, new)):
            found.append(Difference(name, part_label(name), tuple(words("", text))))
    return found


def _difference(one: Change, old: _Data, new: _Data) -> Difference:
    texts = [text_of(one.before, one.field, old), text_of(one.after, one.field, new)]
    if texts[0] == texts[1]:  # two things of one name: what words do not tell apart must not pass unseen
        texts = [plain(one.before), plain(one.after)]
    return Difference(one.field, called(one.field, old if one.after is None else new), tuple(shortened(words(*texts))))


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


def compared(one: PathwayDraft, beside: Beside | None = None) -> tuple[list[Difference], str]:
    """What a draft changes in what it was begun from, or in what stands `beside`; and why that cannot be said, where it
    cannot."""
    after = compile_draft(one.name, one.files).pathway
    if after is None:
        return [], "The draft has mistakes that keep it from being read as a pathway. Put them right first."
    before, files = beside or (_begun_from(one), one.base_files)
    if one.base_files and before is None:
        return [], "What the draft was begun from cannot be read by this version of the program."
    found = what_differs(before, after)
    if before is None:  # of what all services share only what the draft adds to it is anybody's to approve
        own = editing.read(one.files).data
        texts = {
            each.field: text_of(own.get(each.field), each.field, own) if each.field in SHARED else None
            for each in found
        }
        found = [
            each if (text := texts[each.field]) is None else each._replace(parts=tuple(words("", text)))
            for each in found
            if texts[each.field] != ""
        ]
    return [*found, *file_differences(files, one.files)], ""


def _begun_from(one: PathwayDraft) -> Pathway | None:
    """As it was published, with what pathways share as it was then: a later release may have changed that."""
    if not one.base_files:
        return None
    version = PathwayVersion.objects.filter(service_id=one.service_id, digest=one.base_digest).first()
    return pathways.as_kept(version) if version else compile_draft(one.name, one.base_files).pathway


def in_force_then(one: PathwayDraft, begins: date) -> Beside | None:
    """What is in force on that day without this draft, where the draft was begun from something else: from words that
    come later, and that it would bring sooner. Whoever approves it reads those too."""
    rows = pathways.publications(one.service_id)
    row = pathways.publication(one.service_id, on=begins)
    if one.name != one.service.slug or not rows or row == rows[-1]:
        return None
    if row is not None:
        found = PathwayPublication.objects.select_related("version").get(pk=row.pk)
        return pathways.as_kept(found.version), found.files
    return pathways.in_force(one.service)[0], files_of(pathway.find(one.service.slug))
