"""The rota as a page: the days of the week, with who is on duty for which route, from when to when."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse

from painpath import clock
from painpath.accounts.models import Service
from painpath.pathway import Pathway
from painpath.referrals.models import RotaEntry
from painpath.referrals.models.together import WEEKDAYS
from painpath.referrals.questionnaires import coverage
from painpath.referrals.staff_mail import way
from painpath.triage.presenters.words import day, plural


@dataclass(frozen=True)
class OnDuty:
    """One entry of the rota."""

    name: str
    route: str
    when: str
    end: str
    """Address that ends it."""


@dataclass(frozen=True)
class Day:
    """One day of the week; nobody may be on duty."""

    name: str
    today: bool
    entries: tuple[OnDuty, ...]


def days(entries: Iterable[RotaEntry], pathway: Pathway) -> list[Day]:
    """Monday to Friday, each with its entries."""
    routes = {route.id: route.name for route in pathway.routes}
    rows = list(entries)
    return [
        Day(
            name,
            clock.today().weekday() == number,
            tuple(_entry(row, routes) for row in rows if row.weekday == number),
        )
        for number, name in enumerate(WEEKDAYS)
    ]


def nobody_reads(service: Service) -> str:
    """That answers about safety may come on a day without anybody on duty, and what to do; empty when they cannot."""
    found = next(iter(coverage.gaps(service)), None)
    if found is None:
        return ""
    told = (
        "Until then every clinician is told of such an answer at once, by email."
        if way(service)
        else "Until then such an answer has nobody in particular, and no email tells anybody: all clinicians look."
    )
    return (
        f"Nobody who decides referrals by this route ({', '.join(found.routes)}) is on duty on {day(found.day)}, and "
        f"{plural(found.forms, 'patient')} may send an answer about safety. An administrator or a clinician puts "
        f"somebody on the rota. {told}"
    )


def no_email(service: Service) -> str:
    """That nobody is told by e-mail of what cannot wait, and what to do; empty where e-mail reaches the staff."""
    if way(service):
        return ""
    if settings.DEMO:
        return (
            "This demonstration sends no email, so nobody is told of an answer about safety or of something urgent. "
            "It stands first on the worklist and on To do."
        )
    return (
        "This site sends no email to staff, so nobody is told of an answer about safety or of something urgent. It "
        "stands first on the worklist and on To do: look there at set times. Whoever runs this site can set up email."
    )


def _entry(entry: RotaEntry, routes: dict[str, str]) -> OnDuty:
    ended = " (has left: assigns nothing)" if entry.membership.ended_at else ""
    until = f" until {day(entry.ends_on)}" if entry.ends_on else ""
    return OnDuty(
        entry.membership.name + ended,
        routes.get(entry.route, entry.route) if entry.route else "Every route they may decide",
        f"From {day(entry.starts_on)}{until}",
        reverse("triage:rota-end", args=[entry.pk]),
    )
