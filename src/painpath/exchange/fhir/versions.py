"""Versions: a resource as it was shown, kept word for word when it differs from how it was shown last."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from painpath import clock
from painpath.accounts.models import Service
from painpath.exchange.fhir.identity import NHS_NUMBER, UBRN
from painpath.exchange.fhir.mapping.base import exact
from painpath.exchange.models import Representation

UNKEPT = frozenset({"Binary", "AuditEvent"})
"""What never changes, so that its only version is the thing itself."""


@dataclass(frozen=True)
class Shown:
    """A resource with its version, as it goes out."""

    resource: dict[str, Any]
    number: int

    @property
    def etag(self) -> str:
        return f'W/"{self.number}"'


def show(service: Service, contents: Sequence[dict[str, Any]]) -> list[Shown]:
    """These resources with their versions, in their order; what is new or has changed gets a new version.

    Three queries, two more when a version is made. Inside the scope of the service.
    """
    digests = [_digest(one) for one in contents]
    latest = _latest(service, contents)
    if any(_is_new(one, digest, latest) for one, digest in zip(contents, digests, strict=True)):
        with connection.cursor() as cursor:  # two programs that look at once must not make the same number
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('painpath.exchange.versions'), %s)", [service.pk])
        latest = _latest(service, contents)
        new = {}
        for one, digest in zip(contents, digests, strict=True):
            if _is_new(one, digest, latest):
                key = _key(one)
                number = latest[key].number + 1 if key in latest else 1
                new[key] = Representation(
                    service_id=service.pk, kind=key[0], name=key[1], number=number, content=one, digest=digest,
                    at=clock.now(),
                )  # fmt: skip
        Representation.objects.bulk_create(new.values())
        latest |= new
    return [_shown(one, latest.get(_key(one))) for one in contents]


def _latest(service: Service, contents: Sequence[dict[str, Any]]) -> dict[tuple[str, str], Representation]:
    names = {one["id"] for one in contents if one["resourceType"] not in UNKEPT}
    kinds = {one["resourceType"] for one in contents}
    if not names:
        return {}
    rows = Representation.objects.filter(service_id=service.pk, kind__in=kinds, name__in=names).defer("content")
    return {(row.kind, row.name): row for row in rows.order_by("kind", "name", "-number").distinct("kind", "name")}


def _is_new(content: dict[str, Any], digest: str, latest: dict[tuple[str, str], Representation]) -> bool:
    last = latest.get(_key(content))
    return content["resourceType"] not in UNKEPT and (last is None or last.digest != digest)


def all_of(service: Service, content: dict[str, Any]) -> "QuerySet[Representation]":
    """How a resource was shown, the newest first."""
    kind, name = _key(content)
    return Representation.objects.filter(service_id=service.pk, kind=kind, name=name).order_by("-number")


def shown_as(row: Representation, now: dict[str, Any]) -> Shown:
    """A resource as it was shown then, without what it said of another person than it says `now`."""
    return _shown(_of_nobody_else(row.content, now), row)


def at_version(service: Service, now: dict[str, Any], number: int) -> Shown | None:
    """This resource as it was shown in this version (`shown_as`); None when there was none. A Patient is given whole:
    who that is about is for the caller to see (`same_person`)."""
    row = all_of(service, now).filter(number=number).first()
    return None if row is None else shown_as(row, now)


def _of_nobody_else(before: dict[str, Any], now: dict[str, Any]) -> dict[str, Any]:
    """Of a request: the name of its subject and its UBRN only as they are now. They may have been another person's,
    and whoever reads this now may never have been shown them."""
    if before["resourceType"] != "ServiceRequest":
        return before
    subject, marks = before["subject"], now["identifier"]
    if subject != now["subject"]:
        subject = {"reference": subject["reference"]}
    identifiers = [one for one in before["identifier"] if one.get("system") != UBRN or one in marks]
    return before | {"subject": subject, "identifier": identifiers}


def _key(content: dict[str, Any]) -> tuple[str, str]:
    return content["resourceType"], content["id"]


def _digest(content: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _shown(content: dict[str, Any], row: Representation | None) -> Shown:
    if row is None:
        return Shown(content, 1)
    own = content.get("meta", {})
    return Shown(content | {"meta": own | {"versionId": str(row.number), "lastUpdated": exact(row.at)}}, row.number)


def same_person(before: dict[str, Any], now: dict[str, Any]) -> bool:
    """Whether a Patient as it was shown is about the one who is shown now: nothing that it states may differ. What it
    did not state is no difference. A slip that was corrected counts as one: nobody can tell the two apart."""
    return all(one[name] == _person(now).get(name) for one in (_person(before),) for name in one)


def _person(patient: dict[str, Any]) -> dict[str, Any]:
    names = [one for name in patient.get("name", ()) for one in (name.get("family", ""), *name.get("given", ()))]
    said = {
        "numbers": [one.get("value") for one in patient.get("identifier", ()) if one.get("system") == NHS_NUMBER],
        "name": [one.casefold() for one in names if one],
        "born": patient.get("birthDate"),
    }
    return {name: value for name, value in said.items() if value}
