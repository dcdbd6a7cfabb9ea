"""What stands on the pages of the editor."""

from typing import Any

from django.urls import reverse

from painpath.managers.appearing import appears
from painpath.managers.part_forms import PartForm
from painpath.managers.presenters.labels import ABOUT, helped, in_words, label, part_label, quoted
from painpath.managers.workbench import WHOLE, Place, Workbench, item_name, stands_alone
from painpath.pathway import Pathway
from painpath.pathway.describing import about, key_of, shapes
from painpath.pathway.evidence import CriterionEvidence
from painpath.web.previews import previews

GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "Criteria",
        (
            "criteria", "evidence", "readiness", "combinations", "programmes", "scales", "required", "catchment",
            "unsettled",
        ),
    ),
    ("What follows", ("outcomes", "stages", "priorities", "targets", "signposts")),
    ("Pages", ("patient_pages", "patient_status", "right_time", "referring", "statements", "podcasts", "headings",
               "accessibility")),
    ("Letters, messages and notices", ("letters", "messages", "notices", "delivery", "communication")),
    ("Questionnaires and safety", ("questionnaires", "safety")),
    ("The service", ("source", "localities", "contacts", "grades", "routes", "team", "exchange", "retention")),
    ("How letters are read", ("vocabulary", "lists", "contexts", "sections")),
)  # fmt: skip
"""What belongs together. A part that no group names stands in a group of its own at the end."""


def overview(bench: Workbench, *, can_change: bool) -> dict[str, Any]:
    """Every part of the draft, with how many there are, and how much is wrong in each."""
    known = {one.name: one for one in shapes(Pathway) if one.model is not None}
    named = {name for _, names in GROUPS for name in names}
    others = tuple(name for name in known if name not in named)
    groups = [*GROUPS, ("More", others)] if others else GROUPS
    return {
        "draft": bench.draft,
        "service": str(bench.data.get("service") or in_words(bench.draft.name)),
        "can_change": can_change,
        "groups": [
            {"heading": heading, "parts": [_part(bench, name) for name in names if name in known]}
            for heading, names in groups
        ],
        "whole": reverse("managers:edit-item", args=[bench.draft.key, WHOLE]),
        "whole_wrong": sum(len(one.path) < 2 and not _has_model(one.path) for one in bench.wrong if one.path),
        "elsewhere": [{"where": str(one.file), "message": quoted(one.message)} for one in bench.elsewhere],
        "warnings": [quoted(one.message) for one in bench.compiled.warnings],
    }


def _has_model(path: tuple[str | int, ...]) -> bool:
    return any(one.name == path[0] and one.model is not None for one in shapes(Pathway))


def _part(bench: Workbench, name: str) -> dict[str, Any]:
    value = bench.data.get(name)
    model = next(one.model for one in shapes(Pathway) if one.name == name)
    return {
        "name": part_label(name),
        "about": ABOUT.get(name) or (about(model) if model else ""),
        "href": reverse("managers:edit-item", args=[bench.draft.key, name]),
        "count": _entries(value or []) if value is None or isinstance(value, list) else "",
        "wrong": len(bench.wrong_at((name,))),
    }


def _entries(items: list[Any]) -> str:
    return "None" if not items else "1 entry" if len(items) == 1 else f"{len(items)} entries"


def listed(bench: Workbench, place: Place, *, can_change: bool) -> dict[str, Any]:
    """The items of a list."""
    rows = []
    for number, item in enumerate(place.value):
        address = bench.address((*place.path, number))
        data = item if isinstance(item, dict) else {}
        rows.append({
            "name": _item_name(bench, place, data) or f"Number {number + 1}",
            "href": reverse("managers:edit-item", args=[bench.draft.key, address]),
            "address": address,
            "wrong": len(bench.wrong_at((*place.path, number))),
        })  # fmt: skip
    return {
        **around(bench, place),
        "rows": rows,
        "can_change": can_change,
        "add": reverse("managers:edit-add", args=[bench.draft.key, bench.address(place.path)]),
        "general": [one.message for one in bench.wrong_at(place.path) if not one.path],
        "shared": place.path in {("vocabulary",), ("lists",), ("contexts",), ("sections",), ("lookalikes",)},
        "where": _where(bench, place),
        "is_questionnaires": place.path == ("questionnaires",),
        "is_grades": place.path == ("grades",),
    }


def _where(bench: Workbench, place: Place) -> dict[str, Any]:
    """Where the part appears, as links to its previews, and in words where none shows it."""
    kinds = previews()
    found = appears(bench, place, kinds)
    every = reverse("managers:previews", args=[bench.draft.key])
    return {
        "links": [
            (
                title,
                reverse("managers:preview", args=[bench.draft.key, *filter(None, (kind, one))])
                if one or not kinds[kind].of
                else f"{every}?kind={kind}",
            )
            for title, kind, one in found.links
        ],
        "words": found.words,
    }


def _item_name(bench: Workbench, place: Place, item: dict[str, Any]) -> str:
    if place.model is CriterionEvidence:
        criteria = {key_of(one): item_name(one) for one in bench.data.get("criteria") or () if isinstance(one, dict)}
        return criteria.get(key_of(item), key_of(item))
    audience = item.get("audience")
    if "outcome" in item and isinstance(audience, str):
        return f"{in_words(item['outcome'])}: to the {in_words(audience)}"
    return item_name(item)


def around(bench: Workbench, place: Place) -> dict[str, Any]:
    """Where a page stands: what it is called, and the way back."""
    path = place.path
    title = "This pathway"
    if path and isinstance(path[-1], int):
        title = _item_name(bench, place, place.value) or f"Number {path[-1] + 1}"
        caption = label(str(next(step for step in reversed(path) if isinstance(step, str))))
    else:
        name = part_label if len(path) == 1 else label
        title, caption = (name(str(path[-1])), "Part of the draft") if path else (title, "Part of the draft")
    back = path[:-1]
    return {
        "draft": bench.draft,
        "title": title if len(title) < 90 else f"{title[:88]}…",
        "caption": caption,
        "about": about(place.model) if place.model is not Pathway else "",
        "address": bench.address(path),
        "back": (
            reverse("managers:edit-item", args=[bench.draft.key, bench.address(back)])
            if back
            else reverse("managers:edit", args=[bench.draft.key])
        ),
        "crumbs": [
            (
                _crumb(bench, path[:end]),
                reverse("managers:edit-item", args=[bench.draft.key, bench.address(path[:end])]),
            )
            for end in range(1, len(path))
        ],
    }


def _href(bench: Workbench, path: tuple[str | int, ...]) -> str:
    return reverse("managers:edit-item", args=[bench.draft.key, bench.address(path)])


def _crumb(bench: Workbench, path: tuple[str | int, ...]) -> str:
    if isinstance(path[-1], int):
        place = bench.place(bench.address(path))
        return _item_name(bench, place, place.value) or f"Number {path[-1] + 1}"
    return part_label(str(path[-1])) if len(path) == 1 else label(str(path[-1]))


def item(bench: Workbench, place: Place, form: PartForm, *, can_change: bool, revision_seen: str) -> dict[str, Any]:
    """The form of one part, and what stands on pages of its own."""
    criterion = place.value.get("id") if place.path[:1] == ("criteria",) and len(place.path) == 2 else None
    advanced = form.advanced()
    shown = around(bench, place)
    return {
        **shown,
        "about": (ABOUT.get(str(place.path[0])) if len(place.path) == 1 else "") or shown["about"],
        "form": form,
        "first": [name for name in form.fields if name not in advanced],
        "advanced": advanced,
        "sets": _sets(form),
        "deeper": [_deeper(bench, place, one.name) for one in shapes(place.model) if stands_alone(one)]
        if place.path else [],
        "can_change": can_change,
        "seen": revision_seen,
        "criterion": criterion,
        "where": _where(bench, place),
        "fixed_id": "" if "id" in form.fields else str(place.value.get("id") or ""),
        "is_item": bool(place.path) and isinstance(place.path[-1], int),
    }  # fmt: skip


def _sets(form: PartForm) -> dict[str, dict[str, str]]:
    """The heading that stands before the first field of a part inside this part."""
    found: dict[str, dict[str, str]] = {}
    seen: set[str] = set()
    for name, _, _ in form.shapes:
        outer = name.split("-")[0]
        if "-" in name and outer not in seen:
            seen.add(outer)
            one = next(each for each, _, _ in form.asked if each.name == outer)
            found[name] = {"heading": label(outer), "help": helped(one.help), "optional": "" if one.required else "yes"}
    return found


def _deeper(bench: Workbench, place: Place, name: str) -> dict[str, Any]:
    path = (*place.path, name)
    value = place.value.get(name)
    items = value if isinstance(value, list) else []
    return {
        "name": label(name),
        "lines": _lines(helped(next(one.help for one in shapes(place.model) if one.name == name)), items),
        "href": reverse("managers:edit-item", args=[bench.draft.key, bench.address(path)]),
        "count": _entries(items) if value is None or isinstance(value, list) else "",
        "wrong": len(bench.wrong_at(path)),
    }


def _lines(help_: str, items: list[Any]) -> list[str]:
    """What stands beside a part on a page of its own: what it is for, and the first that are in it."""
    names = [name for one in items[:3] if isinstance(one, dict) and (name := item_name(one))]
    return [*filter(None, [help_]), *(f"{number}. {name}" for number, name in enumerate(names, 1))]


def adding(bench: Workbench, place: Place) -> dict[str, Any]:
    """The page for another item: there is nothing yet that it could be called by."""
    around_it = place.path[:-1]
    return {
        "title": f"Add to {label(str(around_it[-1])).lower()}",
        "caption": "New in the draft",
        "back": reverse("managers:edit-item", args=[bench.draft.key, bench.address(around_it)]),
        "address": bench.address(around_it),
        "crumbs": [],
        "deeper": [],
        "is_item": False,
        "fixed_id": "",
        "criterion": None,
    }
