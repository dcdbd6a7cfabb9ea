"""What is read without a person: the referral worklist of one service of e-RS, twice a day at most (A008)."""

from datetime import datetime, time

from django.db import connection

from painpath import clock
from painpath.accounts import audit
from painpath.accounts.audit import Process
from painpath.accounts.models import AuditEntry, Service
from painpath.accounts.scope import scope
from painpath.exchange.ers import tokens
from painpath.exchange.ers.bodies import referral_worklist
from painpath.exchange.ers.client import Client
from painpath.exchange.ers.model import Worklist
from painpath.exchange.ers.operations import Acting
from painpath.exchange.ers.site import Site
from painpath.referrals.refusal import Refused

A_DAY = 2
"""How often e-RS lets an application ask for the worklist of a service in a day (operation A008)."""
READER, ACTION = "e-rs", "ers.poll"


def referrals_for_review(service: Service, site: Site, ers_service: str) -> Worklist:
    """The referrals for review of one service of e-RS. Each asking is written down before it is made, also one that
    ends in trouble: e-RS counts that too. Raises `Refused` the third time in a day."""
    by = Process(service, READER)
    with scope(service):
        with connection.cursor() as cursor:  # two that ask at once are counted one after the other
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"{ACTION} {service.pk}"])
        since = datetime.combine(clock.today(), time(), clock.LONDON)
        asked = AuditEntry.objects.filter(
            service_id=service.pk, action=ACTION, at__gte=since, detail__ers_service=ers_service
        )
        if asked.count() >= A_DAY:
            raise Refused("e-RS was asked for this worklist twice today already. It gives it again tomorrow.")
        audit.record(by, ACTION, service, ers_service=ers_service)
    client = Client(site, Acting("app"), tokens.for_application(site).access)
    return client.referral_worklist(referral_worklist("REFERRALS_FOR_REVIEW", service=ers_service, by_application=True))
