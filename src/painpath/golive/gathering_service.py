"""What one service's record and pathway say."""

from collections import Counter
from datetime import datetime, timedelta
from importlib.util import find_spec
from typing import Any

from allauth.mfa.models import Authenticator
from django.apps import apps
from django.conf import settings

from painpath import clock, pathway
from painpath.accounts.models import AuditEntry, Membership, Service
from painpath.accounts.notify_keys import has_all_for
from painpath.accounts.scope import scope, service_at
from painpath.directory.models import Practice
from painpath.exchange.ers import site as ers
from painpath.golive.facts import ServiceFacts
from painpath.letters.carriers import mesh
from painpath.pathway import Pathway, PathwayError
from painpath.pathway.linting import lint, warnings
from painpath.referrals import pathways, staff_mail
from painpath.referrals.models import Referral
from painpath.referrals.questionnaires import choosing
from painpath.referrals.questionnaires.offering import uncovered

AHEAD = timedelta(days=13)
"""Two weeks of the rota."""
_URGENT = ("crisis", "emergency")
BACKED_UP = "record.backup"
"""The action of the audit by which a backup is written down."""


def service_facts(slug: str) -> ServiceFacts | None:
    """The facts of the service at this address; None when nobody has made it yet."""
    service = service_at(slug)
    if service is None:
        return None
    with scope(service):
        folder = pathway.find(slug)
        try:
            current, _ = pathways.in_force(service)
        except PathwayError as error:
            return _without_pathway(service, tuple(map(str, error.problems)))
        return _facts(service, current, tuple(map(str, lint(folder))), tuple(map(str, warnings(folder))))


def _facts(service: Service, current: Pathway, faults: tuple[str, ...], warned: tuple[str, ...]) -> ServiceFacts:
    today = clock.today()
    urgent = [one for one in current.signposts if one.kind in _URGENT]
    parts = [part for page in current.patient_pages.pages for part in page.parts]
    days = {day for route in current.routes for day in uncovered(service, route.id, current, today + AHEAD)}
    retention: Any = getattr(current, "retention", None)
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
        retention_unconfirmed=None if retention is None else sum(not row.confirmed_by for row in retention.classes),
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
    safe = set(Authenticator.objects.filter(user_id__in=people).values_list("user_id", flat=True))
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
        audit_sealed=_sealed(service),
        seals_audit=_seals() is not None,
        backed_up=_backed_up(service),
        writes_down_backups=find_spec("painpath.keeping") is not None,
        **of_pathway,
    )


def _missing(service: Service, current: Pathway) -> list[str]:
    """What the pathway switches on and the site has not set up."""
    delivery = current.delivery
    wanted = [
        (delivery.post == "notify", "notify", "letters by GOV.UK Notify"),
        (delivery.email == "notify", "email", "e-mail by GOV.UK Notify"),
        (delivery.sms == "notify", "sms", "texts by GOV.UK Notify"),
    ]
    found = [words for on, channel, words in wanted if on and not has_all_for(service, channel)]
    if delivery.practices == "mesh" and mesh.access(service.slug) is None:
        found.append("letters to practices by MESH (PAINPATH_MESH_...)")
    if current.exchange.ers == "api" and ers.site() is None:
        found.append("e-RS by its API (PAINPATH_ERS_...)")
    return found


def _backed_up(service: Service) -> datetime | None:
    made = AuditEntry.objects.filter(service=service, action=BACKED_UP, subject_type="service")
    return made.order_by("-at").values_list("at", flat=True).first()


def _seals() -> Any:
    return apps.all_models["accounts"].get("auditseal")


def _sealed(service: Service) -> datetime | None:
    seals = _seals()
    if seals is None:
        return None
    newest = seals.objects.filter(service_id=service.pk).order_by("-made_at").first()
    return None if newest is None else newest.made_at
