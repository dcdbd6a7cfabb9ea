"""How one resource was shown, as a Bundle of its versions: https://hl7.org/fhir/R4/http.html#history."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from django.utils.timezone import is_aware

from painpath.accounts.models import Service
from painpath.exchange.fhir import versions
from painpath.exchange.fhir.outcomes import fault
from painpath.exchange.fhir.parameters import DEFAULT, MOST, QUIET

Content = dict[str, Any]


def bundle(service: Service, content: Content, base: str, asked: Iterable[tuple[str, str]], *, strict: bool) -> Content:
    """One page of the versions of this resource, the newest first; the newest is how it is now. Inside the scope.

    `_count` and `_since` are understood, and `_before`, a number, which is ours: where the last page ended. Raises
    `Fault` (400) for a value that cannot be, and, when `strict`, for what is not understood.
    """
    versions.show(service, [content])
    given = {name: value for name, value in asked if name not in QUIET and value}
    if strict and (other := sorted(given.keys() - {"_count", "_since", "_before"})):
        raise fault(400, "not-supported", f"The parameter {other[0][:60]} is not understood for a history.")
    count = min(_number(given, "_count", DEFAULT), MOST)
    rows = versions.all_of(service, content)
    if "_since" in given:
        rows = rows.filter(at__gte=_moment(given["_since"]))
    total = rows.count()
    if "_before" in given:
        rows = rows.filter(number__lt=_number(given, "_before", 0))
    page = list(rows[: count + 1])
    used: dict[str, str] = {name: given[name] for name in ("_count", "_since") if name in given}
    name = f"{content['resourceType']}/{content['id']}"
    address = f"{base}/{name}/_history"
    links = [{"relation": "self", "url": f"{address}?{urlencode(used)}" if used else address}]
    if count and len(page) > count:
        following = used | {"_before": str(page[count - 1].number)}
        links.append({"relation": "next", "url": f"{address}?{urlencode(following)}"})
    entries = [_entry(name, versions.shown_as(row, content), f"{base}/{name}") for row in page[:count]]
    made: Content = {"resourceType": "Bundle", "type": "history", "total": total, "link": links}
    return made | ({"entry": entries} if entries else {})


def _entry(name: str, shown: versions.Shown, address: str) -> Content:
    first = shown.number == 1
    return {
        "fullUrl": address,
        "resource": shown.resource,
        "request": {"method": "POST" if first else "PUT", "url": name.partition("/")[0] if first else name},
        "response": {
            "status": "201" if first else "200", "etag": shown.etag,
            "lastModified": shown.resource["meta"]["lastUpdated"],
        },
    }  # fmt: skip


def _number(given: dict[str, str], name: str, otherwise: int) -> int:
    value = given.get(name, str(otherwise))
    if not value.isascii() or not value.isdigit():
        raise fault(400, "value", f"{name} must be a number, 0 or more.")
    return int(value[:9])


def _moment(value: str) -> datetime:
    try:
        found = datetime.fromisoformat(value.replace(" ", "+"))
        if not is_aware(found):
            raise ValueError(value)
        return found.astimezone(UTC)
    except (ValueError, OverflowError):
        said = "_since must be a moment with its time zone, like 2026-11-26T09:00:00Z."
        raise fault(400, "value", said) from None
