"""Searches: pages of referrals by a cursor that nobody can read or change, and what belongs to one referral.

A page costs a bounded number of queries, however many referrals stand on it.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef, Q, QuerySet

from painpath.exchange.authorising import Grant
from painpath.exchange.fhir import cases as facts
from painpath.exchange.fhir import parameters, resources, versions
from painpath.exchange.fhir.identity import NHS_NUMBER, UBRN
from painpath.exchange.fhir.loose import tail
from painpath.exchange.fhir.mapping import people
from painpath.exchange.fhir.mapping.service_request import REFERRAL, STATUSES
from painpath.exchange.fhir.mapping.task import STATES_OF
from painpath.exchange.fhir.outcomes import Fault, fault
from painpath.exchange.fhir.parameters import SORTS, Search, Span
from painpath.exchange.models import Representation, Sent
from painpath.letters import sealing
from painpath.letters.errors import LetterError
from painpath.referrals.models import Referral, Transition

Content = dict[str, Any]
_NAMES_REFERRAL = ("patient", "subject", "about", "related", "target", "based-on", "entity", "focus")


@dataclass
class Found:
    """What a search gives: `matches` and what was asked for beside them, each without its version."""

    total: int
    matches: list[Content] = field(default_factory=list)
    included: list[Content] = field(default_factory=list)
    referrals: list[Referral] = field(default_factory=list)
    """Those that were looked at."""
    following: str = ""
    """The cursor of the next page."""


def find(grant: Grant, search: Search, base: str) -> Found:
    """Everything on this page. Raises `Fault`."""
    if search.kind in parameters.REFERRALS:
        return _referrals(grant, search)
    if search.kind in resources.PUBLISHED:
        found = [one for one in resources.published(grant.client.service, search.kind, base) if _fits(one, search)]
        return Found(len(found), [] if search.only_total else found)
    return _belonging(grant, search)


def bundle(grant: Grant, search: Search, found: Found, base: str, *, by_post: bool = False) -> Content:
    """The searchset, with versions; its links hold what was asked in the address, or a sealed cursor. Whoever asks by
    POST keeps numbers of patients out of addresses: so do the links (what is left out stands in the cursor alone)."""
    shown = versions.show(grant.client.service, [*found.matches, *found.included])
    entries = []
    for number, one in enumerate(shown):
        content = one.resource
        entries.append({
            "fullUrl": f"{base}/{content['resourceType']}/{content['id']}",
            "resource": content,
            "search": {"mode": "match" if number < len(found.matches) else "include"},
        })  # fmt: skip
    asked = [one for one in search.used if not (by_post and one[0].rpartition(".")[2] == "identifier")]
    address = f"{base}/{search.kind}"
    links = [{"relation": "self", "url": f"{address}?{urlencode(asked)}" if asked else address}]
    if found.following:
        links.append({"relation": "next", "url": f"{address}?{urlencode([('_cursor', found.following)])}"})
    made: Content = {"resourceType": "Bundle", "type": "searchset", "total": found.total, "link": links}
    return made | ({"entry": entries} if entries else {})


def resumed(grant: Grant, search: Search) -> tuple[Search, list[Any]]:
    """The search that a cursor goes on with, and after what. Raises `Fault` for a cursor that is not ours, or that
    another program was given."""
    try:
        kept = json.loads(sealing.unseal(search.cursor.encode()))
        if kept["client"] != grant.client.pk or kept["kind"] != search.kind:
            raise ValueError("another's")
    except (LetterError, ValueError, KeyError, UnicodeError):
        raise fault(400, "value", "This page cannot be found any more. Begin the search again.") from None
    whole = parameters.understood(search.kind, [tuple(pair) for pair in kept["asked"]], strict=False)
    whole.used = [("_cursor", search.cursor)]
    return whole, kept["after"]


def _referrals(grant: Grant, search: Search) -> Found:
    after: list[Any] = []
    asked = list(search.used)
    if search.cursor:
        cursor = search.cursor
        search_of, after = resumed(grant, search)
        asked = json.loads(sealing.unseal(cursor.encode()))["asked"]
        search.filters, search.count, search.sort = search_of.filters, search_of.count, search_of.sort
        search.includes, search.only_total, search.used = search_of.includes, search_of.only_total, search_of.used
    if search.kind == "Patient" and search.filters and not resources.sees_all(grant):
        raise fault(403, "forbidden", "Only a program that may see every referral of the service can look for people.")
    rows = resources.visible(grant)
    for name, kind, values in search.filters:
        rows = rows.filter(_filter(grant, search.kind, name, kind, values))
    found = Found(rows.count())
    if search.only_total:
        return found
    column, descending = SORTS[(search.sort or "-authored").removeprefix("-")], (search.sort or "-").startswith("-")
    page = list(_from(facts.fetched(rows), column, descending, after)[: search.count + 1])
    if len(page) > search.count:
        page = page[: search.count]
        value = getattr(page[-1], column)
        last = value.isoformat() if isinstance(value, datetime) else value
        kept = {"client": grant.client.pk, "kind": search.kind, "asked": asked, "after": [last, page[-1].pk]}
        found.following = sealing.seal(json.dumps(kept).encode()).decode()
    cases = facts.cases(page, grant.client.service)
    make = resources.OF_A_REFERRAL[search.kind]
    found.matches = [content for case in cases if (content := make(case)) is not None]
    if search.includes:
        grant.need("Patient", "r")
        found.included = [people.patient(case) for case in cases]
    found.referrals = page
    return found


def _from(rows: QuerySet[Referral], column: str, descending: bool, after: Sequence[Any]) -> QuerySet[Referral]:
    if after:
        value, last = after
        step = "lt" if descending else "gt"
        rows = rows.filter(Q(**{f"{column}__{step}": value}) | Q(**{column: value, f"pk__{step}": last}))
    sign = "-" if descending else ""
    return rows.order_by(f"{sign}{column}", f"{sign}pk")


def _filter(grant: Grant, resource: str, name: str, kind: str, values: Sequence[str]) -> Q:
    """One parameter: any of its values fits."""
    found = Q(pk__in=[])
    for value in values:
        if kind == "date":
            span = parameters.date(value, name)
            found |= _updated(resource, span) if name == "_lastUpdated" else _dated("received_at", span)
        elif name == "_id":
            found |= Q(reference=value)
        elif name == "status":
            code = parameters.token(value)[1]
            found |= Q(state__in=(STATUSES if resource == "ServiceRequest" else STATES_OF).get(code, ()))
        elif name == "identifier" and resource == "ServiceRequest":
            found |= _identified(grant, value)
        elif name == "identifier" or name.endswith(".identifier"):
            found |= _person(value)
        else:
            found |= Q(reference=_named(name, value))
    return found


def _named(name: str, value: str) -> str:
    """The reference of the referral that a reference parameter names; all that belongs to one stands under it."""
    kinds = {
        "patient": ("Patient",), "subject": ("Patient",),
        "requester": ("PractitionerRole", "Practitioner", "Organization"),
        "target": ("ServiceRequest", "Task"), "entity": ("ServiceRequest",),
    }.get(name, ("ServiceRequest",))  # fmt: skip
    for kind in kinds:
        if "/" in value and (found := tail(value, kind)):
            return found
    return "" if "/" in value else value


def _identified(grant: Grant, value: str) -> Q:
    system, code = parameters.token(value)
    found = Q(pk__in=[])
    if not code:
        return found
    if system in (None, REFERRAL):
        found |= Q(reference=code)
    if system in (None, UBRN):
        found |= Q(ubrn=code)
    sent = Sent.objects.filter(referral=OuterRef("pk")).exclude(identifier="")
    if not resources.sees_all(grant):
        sent = sent.filter(client=grant.client)
    exact = Q(identifier=f"{system}|{code}") if system is not None else Q(identifier__endswith=f"|{code}")
    return found | Q(Exists(sent.filter(exact)))


def _person(value: str) -> Q:
    system, code = parameters.token(value)
    if system not in (None, NHS_NUMBER) or not code:
        return Q(pk__in=[])
    number = "".join(code.split())
    return Q(patient__nhs_number=number) | Q(patient__isnull=True, online__patient__nhs_number=number)


def _dated(column: str, span: Span) -> Q:
    start, end = span.start, span.end
    found = {
        "eq": Q(**{f"{column}__gte": start, f"{column}__lt": end}),
        "ne": Q(**{f"{column}__lt": start}) | Q(**{f"{column}__gte": end}),
        "gt": Q(**{f"{column}__gte": end}),
        "ge": Q(**{f"{column}__gte": start}),
        "lt": Q(**{f"{column}__lt": start}),
        "le": Q(**{f"{column}__lt": end}),
    }.get(span.prefix)
    if found is None:
        raise fault(400, "value", "Of the comparisons eq, ne, gt, ge, lt and le are understood.")
    return found


def _updated(resource: str, span: Span) -> Q:
    """What may have changed then: something was done about it, or it was shown differently. One too many may be found,
    never one too few."""
    done = Transition.objects.filter(_dated("at", span), referral=OuterRef("pk"))
    shown = Representation.objects.filter(_dated("at", span), kind=resource, name=OuterRef("reference"))
    return Q(Exists(done)) | Q(Exists(shown))


def _belonging(grant: Grant, search: Search) -> Found:
    """What belongs to one referral, which has to be named."""
    named = [
        _named(name, value) for name, _, values in search.filters if name in _NAMES_REFERRAL for value in values
    ]  # fmt: skip
    ids = search.values("_id")
    if not named and len(ids) == 1:
        try:
            content, referral = resources.one(grant, search.kind, ids[0], "")
        except Fault as none:
            if none.status not in (404, 410):
                raise
            return Found(0)
        return Found(1, [] if search.only_total else [content], referrals=[referral] if referral else [])
    if len(set(named)) != 1:
        raise fault(400, "required", "Name the one ServiceRequest that this is about.")
    referral = facts.fetched(resources.visible(grant)).filter(reference=named[0]).first()
    if referral is None:
        return Found(0)
    found = resources.belonging(grant, referral, search.kind)
    if ids:
        found = [one for one in found if one["id"] in ids]
    return Found(len(found), [] if search.only_total else found, referrals=[referral])


def _fits(content: Content, search: Search) -> bool:
    for name, _, values in search.filters:
        own = str(content.get(name.removeprefix("_"), ""))
        if own not in [parameters.token(value)[1] if name in ("version", "status") else value for value in values]:
            return False
    return True
