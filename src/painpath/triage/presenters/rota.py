"""The rota as a page: the days of the week, with who is on duty for which route, from when to when."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse

from painpath import clock
from painpath.pathway import Pathway
from painpath.referrals.models import RotaEntry
from painpath.referrals.models.together import WEEKDAYS
from painpath.triage.presenters.words import day


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


def _entry(entry: RotaEntry, routes: dict[str, str]) -> OnDuty:
    ended = " (has left: assigns nothing)" if entry.membership.ended_at else ""
    until = f" until {day(entry.ends_on)}" if entry.ends_on else ""
    return OnDuty(
        entry.membership.name + ended,
        routes.get(entry.route, entry.route) if entry.route else "Every route they may decide",
        f"From {day(entry.starts_on)}{until}",
        reverse("triage:rota-end", args=[entry.pk]),
    )
