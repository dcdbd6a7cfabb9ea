"""Forms with a question about safety that are out with patients, against the duty rota: is there a day without anybody?

Asked anew each time, so that it is found whichever way it came: an entry ended, ran out, or its clinician left or now
decides by other routes. Until it is mended every clinician is told of such an answer at once (`going_further.watch`).
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.db.models import Count, Max

from painpath import clock
from painpath.accounts.models import Service
from painpath.pathway import Pathway
from painpath.pathway.safety import asks_about_safety
from painpath.referrals import pathways
from painpath.referrals.models import InformationRequest, PathwayVersion, RotaEntry, SiteQuestionnaire
from painpath.referrals.moves import reckon
from painpath.referrals.questionnaires import library
from painpath.referrals.questionnaires.offering import uncovered

LEAST = timedelta(days=7)
"""What is out and overdue may still come: so far ahead it is looked, at least."""


@dataclass(frozen=True)
class Gap:
    """A day on which nobody is on duty for some of what is out."""

    day: date
    forms: int
    """How many patients have a form by whose route nobody is on duty that day."""
    routes: tuple[str, ...]


def gaps(service: Service, *, without: RotaEntry | None = None) -> list[Gap]:
    """Every working day without anybody on duty while answers may come, the first of them first.

    `without`: as it would be without this entry of the rota.
    """
    found: dict[date, list[tuple[int, str]]] = {}
    for route, pathway, count, until in _out(service):
        name = next((one.name for one in pathway.routes if one.id == route), route)
        for day in uncovered(service, route, pathway, until, without=without):
            found.setdefault(day, []).append((count, name))
    return [
        Gap(day, sum(count for count, _ in rows), tuple(sorted({name for _, name in rows})))
        for day, rows in sorted(found.items())
    ]


def new_gap(before: list[Gap], after: list[Gap]) -> Gap | None:
    """The first day and route of `after` that `before` has not; None where all were uncovered already."""
    known = {(gap.day, route) for gap in before for route in gap.routes}
    for gap in after:
        if routes := tuple(route for route in gap.routes if (gap.day, route) not in known):
            return replace(gap, routes=routes)
    return None


def _out(service: Service) -> list[tuple[str, Pathway, int, date]]:
    """What is out with patients: by which route, how many, and until when answers are expected."""
    rows = (
        InformationRequest.objects.filter(service_id=service.pk, of="patient", closed_at__isnull=True)
        .exclude(questionnaire="")
        .values("questionnaire", "referral__route", "referral__pathway_version")
        .annotate(count=Count("pk"), due=Max("due_on"))
        .order_by("questionnaire", "referral__route", "referral__pathway_version")
    )
    versions = PathwayVersion.objects.defer("content").in_bulk({row["referral__pathway_version"] for row in rows})
    found = []
    for row in rows:
        pathway = pathways.of(versions[row["referral__pathway_version"]])
        if _asks(service, pathway, row["questionnaire"]):
            until = max(reckon(pathway.target("reminder"), row["due"]), clock.today() + LEAST)
            found.append((row["referral__route"], pathway, row["count"], until))
    return found


def _asks(service: Service, pathway: Pathway, sent: str) -> bool:
    if sent.startswith(library.OWN):
        own = SiteQuestionnaire.objects.filter(service_id=service.pk, pk=sent.removeprefix(library.OWN))
        return any(asks_about_safety(row.version.content) for row in own.select_related("version"))
    steps = [step for step in pathway.questionnaires if step.id == sent]
    return any(asks_about_safety(pathway.form(form).text) for step in steps for form in step.forms)
