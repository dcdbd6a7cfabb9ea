"""What is read without a person: the referrals for review of our own services of e-RS, twice a day at most (A008).

Only numbers are kept of it: how many wait, how many of them are not here yet. Nothing is taken in, and nothing changes.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from painpath import clock
from painpath.accounts import audit
from painpath.accounts.audit import Process
from painpath.accounts.models import AuditEntry, Service
from painpath.accounts.scope import scope
from painpath.exchange.ers import on_record, tokens
from painpath.exchange.ers.bodies import referral_worklist
from painpath.exchange.ers.client import Client, Garbled
from painpath.exchange.ers.errors import Trouble
from painpath.exchange.ers.model import BOOKED, Worklist
from painpath.exchange.ers.operations import Acting
from painpath.exchange.ers.site import Site, site_of
from painpath.exchange.ers.taking import LIST, keep_garbled
from painpath.pathway import Pathway
from painpath.referrals import pathways
from painpath.referrals.refusal import Refused

log = logging.getLogger(__name__)

A_DAY = 2
"""How often e-RS lets an application ask for the worklist of a service in a day (operation A008)."""
READER, ACTION, COUNTED = "e-rs", "ers.poll", "ers.counted"
FRESH = timedelta(hours=30)
"""After that a count is no longer shown: a setting of ours, longer than from one morning to the next."""


@dataclass(frozen=True)
class Counts:
    """How many wait in e-RS for triage by one of our services, of these not here yet, changed since they were taken in,
    and of another priority than routine."""

    at: datetime
    waiting: int
    new: int
    changed: int
    urgent: int


def count(service: Service) -> None:
    """Ask for each of the services of e-RS that the pathway names, and keep the numbers. Whatever goes wrong with one
    is written down, and the next time is the retry: e-RS counts each asking."""
    with scope(service):
        pathway, _ = pathways.in_force(service)
    site = site_of(pathway)
    if site is None or pathway.exchange.ers_reads != "on":
        return
    for one in pathway.exchange.ers_triage_services:
        try:
            _keep(service, one, referrals_for_review(service, site, one))
        except Refused as said:
            log.info("e-RS was not asked: %s", said.sentence)
        except Trouble as said:
            if isinstance(said, Garbled):
                keep_garbled(LIST, said, Process(service, READER))
            with scope(service):
                audit.record(Process(service, READER), "ers.trouble", service, ers_service=one, status=said.status,
                             codes=list(said.codes), correlation=said.correlation)  # fmt: skip


def _keep(service: Service, ers_service: str, found: Worklist) -> None:
    waiting = [one for one in found.items if one.kind != BOOKED]
    ubrns = [one.ubrn for one in waiting]
    with scope(service):
        here = on_record.references(ubrns, service=service.pk)
        versions = on_record.versions_taken(ubrns, service=service.pk)
        audit.record(
            Process(service, READER), COUNTED, service, ers_service=ers_service, waiting=len(waiting),
            new=sum(one.ubrn not in here for one in waiting),
            changed=sum(one.version not in ("", versions.get(one.ubrn, one.version)) for one in waiting),
            urgent=sum(one.priority != "ROUTINE" for one in waiting),
        )  # fmt: skip


def last_counts(pathway: Pathway, *, service: int) -> list[Counts]:
    """The newest count of each of our services of e-RS, inside a scope; none where it is old, or nobody counts."""
    if pathway.exchange.ers_reads != "on":
        return []
    rows = AuditEntry.objects.filter(
        service_id=service, action=COUNTED, at__gte=clock.now() - FRESH,
        detail__ers_service__in=list(pathway.exchange.ers_triage_services),
    ).order_by("pk")  # fmt: skip
    newest = {row.detail["ers_service"]: row for row in rows}
    names = ("waiting", "new", "changed", "urgent")
    return [Counts(row.at, **{name: int(row.detail[name]) for name in names}) for row in newest.values()]


def referrals_for_review(service: Service, site: Site, ers_service: str) -> Worklist:
    """The referrals for review of one service of e-RS. Each asking is written down before it is made, also one that
    ends in trouble: e-RS counts that too, and each try of it. So there is one try, and the token is there before.
    Raises `Refused` the third time in a day."""
    by, token = Process(service, READER), tokens.for_application(site).access
    with scope(service):
        with connection.cursor() as cursor:  # two that ask at once are counted one after the other
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"{ACTION} {service.pk}"])
        asked = AuditEntry.objects.filter(
            service_id=service.pk, action=ACTION, at__gte=clock.midnight(clock.today()), detail__ers_service=ers_service
        )
        if asked.count() >= A_DAY:
            raise Refused("e-RS was asked for this worklist twice today already. It gives it again tomorrow.")
        audit.record(by, ACTION, service, ers_service=ers_service)
    body = referral_worklist("REFERRALS_FOR_REVIEW", service=ers_service, by_application=True)
    return Client(site, Acting("app"), token).referral_worklist(body, tries=1)
