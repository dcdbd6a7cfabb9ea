"""The pages about versions of the pathway."""

from collections.abc import Iterator
from typing import Any

import msgspec
from django.db.models import F
from django.urls import reverse

from painpath import clock
from painpath.accounts.models import Membership
from painpath.managers.presenters.days import day
from painpath.managers.presenters.differing import what_differs
from painpath.managers.presenters.labels import label, part_label
from painpath.managers.presenters.naming import name_of, plain
from painpath.managers.presenters.naming import named as in_names
from painpath.pathway import Pathway
from painpath.referrals import pathways
from painpath.referrals.models import PathwayPublication, PathwayVersion

_FIRST = "criteria"


def named(version: PathwayVersion) -> str:
    """`Version 2026-07, from 3 December 2026`."""
    rows = PathwayPublication.objects.filter(version=version).order_by(
        F("withdrawal").asc(nulls_first=True), "from_date"
    )
    if (row := rows.values_list("from_date", "withdrawal").first()) is not None:
        stands = "published" if row[1] is None else "withdrawn before its day, approved"
        return f"Version {version.label}, {stands} from {day(row[0])}"
    return f"Version {version.label}, first used on {day(version.first_used_at.astimezone(clock.LONDON))}"


def whole(version: PathwayVersion, part: str) -> dict[str, Any] | None:
    """One part of a version, and what parts there are; None for a part that there is not."""
    data = named_parts(pathways.as_kept(version))
    parts = [name for name, value in data.items() if value not in (None, "", [], {}) and name != "digest"]
    part = part or _FIRST
    if part not in parts:
        return None
    return {
        "heading": named(version), "part": part_label(part), "digest": version.digest,
        "parts": [
            {"text": part_label(name), "href": f"?part={name}", "current": name == part}
            for name in parts
        ],
        "things": list(things(data[part])),
        "compare": reverse("managers:version-compare", args=[version.pk]),
        "fhir": reverse("managers:version-fhir", args=[version.pk]),
        "zip": reverse("managers:version-zip", args=[version.pk])
        if PathwayPublication.objects.filter(version=version).exists() else "",
    }  # fmt: skip


def named_parts(of: Pathway) -> dict[str, Any]:
    """A pathway as plain data, with names in the place of ids."""
    own = msgspec.to_builtins(of)
    return in_names(Pathway, own, own)


def things(value: Any) -> Iterator[dict[str, Any]]:
    """What a part holds: each thing with its name and its fields."""
    if isinstance(value, list | tuple) and all(isinstance(one, dict) for one in value):
        for one in value:
            yield {"name": name_of(one), "rows": list(_rows(one))}
    elif isinstance(value, dict):
        yield {"name": "", "rows": list(_rows(value))}
    else:
        yield {"name": "", "rows": [("", plain(value).split("\n"))]}


def _rows(thing: dict[str, Any]) -> Iterator[tuple[str, list[str]]]:
    for field, value in thing.items():
        if text := plain(value):
            yield label(field), text.split("\n")


def comparison(version: PathwayVersion, beside: PathwayVersion | None, by: Membership) -> dict[str, Any]:
    """Two versions word by word, the older one first."""
    if beside is None:
        _, beside = pathways.in_force(by.service)
    before, after = sorted((version, beside), key=lambda one: one.pk)
    others = PathwayVersion.objects.filter(service_id=by.service_id).defer("content").order_by("-pk")
    return {
        "before": named(before), "after": named(after), "is_same": before == after,
        "differences": [] if before == after else what_differs(pathways.as_kept(before), pathways.as_kept(after)),
        "others": [
            {"text": named(one), "href": f"?with={one.pk}", "current": one == beside}
            for one in others
            if one != version
        ],
        "href": reverse("managers:version", args=[version.pk]),
    }  # fmt: skip
