"""Reading the audit: what was done by whom, what one record has seen, and which referral an entry is about.

An entry names its subject by type and number. Which tables hang on a referral, and how, is asked of the models
themselves, so that a new table with a `referral` is followed without being listed here.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any

from django.apps import apps
from django.db.models import CharField, F, Q, QuerySet, Value
from django.db.models.functions import Cast, TruncDate

from painpath import clock
from painpath.accounts.models import AuditEntry, Membership, ServiceRecord
from painpath.referrals.models import Referral

_FURTHER = {
    "alertaction": ("alert__referral",),
    "conversationfile": ("entry__referral",),
    "lettercopy": ("letter__referral",),
    "merge": ("into", "duplicate"),
    "notaduplicate": ("one", "other"),
    "overruledcheck": ("letter__referral",),
    "quarantine": ("document__referral",),
    "reversal": ("decision__referral",),
}
"""Tables that hang on a referral by way of another; two ways where a row is about two."""
LISTED = Q(subject_type="service", action__endswith=".look")
"""Looks at a list: the entry holds the numbers of the referrals that stood on it."""

_BATCH = {"subject_type": "printbatch"}


@dataclass(frozen=True)
class Wanted:
    """Which entries: each part that is given narrows them."""

    person: int | None = None
    action: str = ""
    referral: Referral | None = None
    since: date | None = None
    until: date | None = None

    @property
    def facts(self) -> dict[str, object]:
        """The same as plain values without a patient's name, for the entry that tells of this look."""
        given = {
            "person": self.person, "what": self.action, "referral": self.referral.pk if self.referral else None,
            "since": self.since and self.since.isoformat(), "until": self.until and self.until.isoformat(),
        }  # fmt: skip
        return {name: value for name, value in given.items() if value}


@cache
def _ways() -> dict[str, tuple[type[ServiceRecord], tuple[str, ...]]]:
    """Type of subject -> its model, and how it leads to a referral."""
    found: dict[str, tuple[type[ServiceRecord], tuple[str, ...]]] = {}
    for model in apps.get_models():
        if not issubclass(model, ServiceRecord):
            continue
        name = model._meta.model_name or ""
        own = any(field.name == "referral" and field.related_model is Referral for field in model._meta.fields)
        ways = ("referral",) if own else _FURTHER.get(name, ())
        if ways:
            found[name] = (model, ways)
    return found


def _together(parts: "list[QuerySet[Any, Any]]") -> Iterable[tuple[str, str, str]]:
    """(type, number, reference of its referral) of many tables, in one query."""
    return parts[0].union(*parts[1:]) if parts else ()


def _part(name: str, way: str, **narrowed: Any) -> "QuerySet[Any, Any]":
    rows = _ways()[name][0]._default_manager.filter(**narrowed).order_by()
    named = rows.annotate(audited_as=Value(name, CharField()), audited_key=Cast("pk", CharField()))
    return named.values_list("audited_as", "audited_key", f"{way}__reference")


def entries(by: Membership, wanted: Wanted) -> QuerySet[AuditEntry]:
    """Those entries of the service, the newest first."""
    found = AuditEntry.objects.filter(service_id=by.service_id).select_related("by__user")
    if wanted.person is not None:
        found = found.filter(by=wanted.person)
    if wanted.action:
        found = found.filter(action=wanted.action)
    if wanted.since is not None:
        found = found.filter(at__gte=clock.midnight(wanted.since))
    if wanted.until is not None:
        found = found.filter(at__lt=clock.midnight(wanted.until + timedelta(days=1)))
    if wanted.referral is not None:
        found = found.filter(about(wanted.referral))
    return found.order_by("-at", "-pk")


def about(referral: Referral) -> Q:
    """What concerns one referral: itself and all that hangs on it, the person it is about, and lists that showed it."""
    found = Q(subject_type="referral", subject_id=str(referral.pk))
    if referral.patient_id is not None:
        found |= Q(subject_type="patient", subject_id=str(referral.patient_id))
    keys: dict[str, list[str]] = {}
    tables = [_part(name, way, **{way: referral}) for name, (_, ways) in sorted(_ways().items()) for way in ways]
    for of, key, _ in _together(tables):
        keys.setdefault(of, []).append(key)
    for of, theirs in sorted(keys.items()):
        found |= Q(subject_type=of, subject_id__in=theirs)
    # Since it was received: before that no list can have shown it, and the index begins there.
    seen = Q(subject_id=str(referral.service_id), at__gte=referral.received_at)
    letters = Q()
    for key in keys.get("dispatch", ()):
        letters |= Q(detail__contains={"dispatches": [int(key)]})
    found |= LISTED & seen & (Q(detail__contains={"referrals": [referral.pk]}) | letters)
    if letters:  # a batch of letters is about many: whoever opened it read those of this referral
        batches = AuditEntry.objects.filter(letters, service_id=referral.service_id, **_BATCH, action="batch.begin")
        found |= Q(**_BATCH, subject_id__in=batches.values("subject_id"))
    return found


def older(found: QuerySet[AuditEntry], than: AuditEntry) -> QuerySet[AuditEntry]:
    """What comes after an entry, in the order of `entries`."""
    return found.filter(Q(at__lt=than.at) | Q(at=than.at, pk__lt=than.pk))


def references(shown: Iterable[AuditEntry]) -> dict[tuple[str, str], str]:
    """(type, number) -> reference, for the entries that are about one referral. Two queries, however many there are."""
    wanted: dict[str, set[str]] = {}
    for one in shown:
        if one.subject_type == "referral" or one.subject_type in _ways():
            wanted.setdefault(one.subject_type, set()).add(one.subject_id)
    numbers = [int(one) for one in wanted.pop("referral", ())]
    of_itself = Referral.objects.filter(pk__in=numbers).values_list("pk", "reference")
    found = {("referral", str(pk)): reference for pk, reference in of_itself}
    tables = [_part(name, _ways()[name][1][0], pk__in=theirs) for name, theirs in sorted(wanted.items())]
    for of, key, reference in _together(tables):
        found[of, key] = reference or ""
    return found


@dataclass(frozen=True)
class DayOfLooks:
    """That somebody of this kind looked on this day; for the person whose record it is, so without a name."""

    on: date
    role: str
    """A role; empty for who came with a code, or another program: then `process` says which."""
    process: str
    listed: bool
    """They saw it as one line of a list."""


def days_of_looks(referral: Referral, actions: Iterable[str]) -> list[DayOfLooks]:
    """Who looked, each kind of person once a day, the latest day first. `actions` are those that are looks."""
    found = AuditEntry.objects.filter(about(referral), service_id=referral.service_id, action__in=list(actions))
    days = found.annotate(on=TruncDate("at", tzinfo=clock.LONDON), kind=F("by__role"))
    rows = days.values_list("on", "kind", "process", "subject_type").distinct()
    looks = {DayOfLooks(on, role or "", process, listed=subject == "service") for on, role, process, subject in rows}
    return sorted(looks, key=lambda one: (-one.on.toordinal(), one.listed, one.role, one.process))
