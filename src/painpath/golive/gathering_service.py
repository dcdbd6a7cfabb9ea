"""What one service's record and pathway say."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings

from painpath import clock
from painpath.accounts import audit
from painpath.accounts.lost_factor import FACTORS
from painpath.accounts.models import AuditEntry, AuditSeal, Membership, Service
from painpath.accounts.notify_keys import has_all_for
from painpath.accounts.scope import scope, service_at
from painpath.directory.models import Practice
from painpath.exchange.ers import site as ers
from painpath.golive.facts import ServiceFacts
from painpath.keeping.backing_up import ACTION
from painpath.letters.carriers import mesh
from painpath.pathway import Pathway, PathwayError
from painpath.referrals import pathways, staff_mail
from painpath.referrals.models import Referral
from painpath.referrals.publishing.standing import standing
from painpath.referrals.questionnaires import choosing
from painpath.referrals.questionnaires.offering import uncovered

AHEAD = timedelta(days=13)
"""Two weeks of the rota."""
_URGENT = ("crisis", "emergency")


def service_facts(slug: str) -> ServiceFacts | None:
    """The facts of the service at this address; None when nobody has made it yet."""
    service = service_at(slug)
    if service is None:
        return None
    with scope(service):
        try:
            current, _ = pathways.in_force(service)
            stands = standing(service)
        except PathwayError as error:
            return _without_pathway(service, tuple(map(str, error.problems)))
        return _facts(service, current, stands.faults, stands.warnings)


def _facts(service: Service, current: Pathway, faults: tuple[str, ...], warned: tuple[str, ...]) -> ServiceFacts:
    today = clock.today()
    urgent = [one for one in current.signposts if one.kind in _URGENT]
    parts = [part for page in current.patient_pages.pages for part in page.parts]
    days = {day for route in current.routes for day in uncovered(service, route.id, current, today + AHEAD)}
    return _of_record(
        service,
        pathway_faults=faults,
        warnings=warned,
        to_confirm=sum(part.to_confirm is not None for part in parts) + bool(current.right_time.to_confirm),
        crisis_without_number=tuple(one.id for one in urgent if not any(way.value for way in one.ways)),
        crisis_stale=tuple(one.id for one in urgent if current.patient_pages.recheck.stale(one.last_checked, today)),
        uncovered_days=len(days),
        out_of_hours=current.safety is not None and bool(current.safety.plain_out_of_hours),
        emails_staff=bool(staff_mail.way(service)),
        carriers_missing=tuple(_missing(service, current)),
        retention_unconfirmed=None if current.retention is None else len(current.retention.unconfirmed()),
    )


def _without_pathway(service: Service, faults: tuple[str, ...]) -> ServiceFacts:
    return _of_record(
        service, pathway_faults=faults, warnings=(), to_confirm=0, crisis_without_number=(), crisis_stale=(),
        uncovered_days=0, out_of_hours=False, emails_staff=bool(settings.SENDS_EMAIL), carriers_missing=(),
        retention_unconfirmed=None,
    )  # fmt: skip


def _of_record(service: Service, **of_pathway: Any) -> ServiceFacts:
    team = list(Membership.objects.current().team().filter(service=service).values_list("role", "user_id"))
    people = {user for _, user in team}
    with_factor = Authenticator.objects.filter(user_id__in=people, type__in=FACTORS)
    safe = set(with_factor.values_list("user_id", flat=True))
    backup = audit.last_on_record(service.pk, ACTION)
    open_now = [one for one in Practice.objects.filter(service=service, joined_into__isnull=True)
                if not one.closed_by(clock.today())]  # fmt: skip
    return ServiceFacts(
        name=service.name,
        roles=dict(Counter(role for role, _ in team)),
        without_second_factor=len(people - safe),
        watch_recorded=choosing.who_looks(service) is not None,
        practices=len(open_now),
        practices_unreachable=sum(not (one.address.strip() or one.mesh_mailbox) for one in open_now),
        referrals=Referral.objects.filter(service=service).count(),
        unsealed_since=unsealed_since(service),
        backed_up=backup.at if backup else None,
        **of_pathway,
    )


def _missing(service: Service, current: Pathway) -> list[str]:
    """What the pathway switches on and the site has not set up."""
    delivery = current.delivery
    wanted = [
        (delivery.post == "notify", "notify", "letters by GOV.UK Notify"),
        (delivery.email == "notify", "email", "email by GOV.UK Notify"),
        (delivery.sms == "notify", "sms", "texts by GOV.UK Notify"),
    ]
    found = [words for on, channel, words in wanted if on and not has_all_for(service, channel)]
    if delivery.practices == "mesh" and mesh.access(service.slug) is None:
        found.append("letters to practices by MESH (PAINPATH_MESH_...)")
    if current.exchange.ers == "api" and ers.site() is None:
        found.append("e-RS by its API (PAINPATH_ERS_...)")
    return found


def unsealed_since(service: Service) -> datetime | None:
    """When the first entry of the audit was written that came after its last seal."""
    seal = AuditSeal.objects.filter(service=service).order_by("-number").values_list("made_at", flat=True).first()
    waiting = AuditEntry.objects.filter(service=service, **({"at__gt": seal} if seal else {}))
    return waiting.order_by("at").values_list("at", flat=True).first()
