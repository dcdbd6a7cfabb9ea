"""The worklist as a page: tabs with counts, rows with what a screener must see at once."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.urls import reverse

from painpath import clock
from painpath.pathway import Pathway
from painpath.referrals.models import Referral
from painpath.referrals.queries import ONLY, TABS, Filters
from painpath.referrals.transitions import State, working_days_between
from painpath.triage.presenters.words import plural

STATE_COLOURS = {
    State.RECEIVED: "grey",
    State.AWAITING_SCREENING: "blue",
    State.SCREENING: "purple",
    State.AWAITING_REFERRER: "yellow",
    State.AWAITING_PATIENT: "yellow",
    State.DELAYED: "orange",
    State.ACCEPTED: "green",
}


@dataclass(frozen=True)
class Tab:
    """One tab with its count."""

    name: str
    count: int
    href: str
    current: bool


@dataclass(frozen=True)
class Option:
    """One choice of a filter."""

    value: str
    text: str
    selected: bool


@dataclass(frozen=True)
class Row:
    """One referral on the worklist."""

    href: str
    reference: str
    patient: str
    about: str
    state: str
    colour: str
    owner: str
    waiting: str
    due: str
    overdue: bool
    route: str
    place: str
    flags: tuple[tuple[str, str], ...]
    """(words, colour) of what must be seen before the referral is opened."""


def tabs(counts: dict[str, int], filters: Filters) -> list[Tab]:
    """All tabs; those of the current filters keep them."""
    return [
        Tab(words, counts[tab], address(replace(filters, tab=tab)), tab == filters.tab)
        for tab, (words, _) in TABS.items()
    ]


def address(filters: Filters, page: int = 1) -> str:
    """The address of the worklist with these filters: it can be kept and sent, and names nobody."""
    asked = {name: value for name, value in vars(filters).items() if value and (name, value) != ("tab", "open")}
    if page > 1:
        asked["page"] = str(page)
    return reverse("triage:worklist") + (f"?{urlencode(asked)}" if asked else "")


def options(filters: Filters, pathway: Pathway) -> dict[str, list[Option]]:
    """The choices of each filter."""
    localities = {"": "All localities"} | {item.id: item.name for item in pathway.localities} | {"unknown": "Not known"}
    routes = {"": "All routes"} | {route.id: route.name for route in pathway.routes}
    chosen = {
        "locality": (localities, filters.locality),
        "route": (routes, filters.route),
        "only": (ONLY, filters.only),
    }
    return {
        name: [Option(value, text, value == now) for value, text in choices.items()]
        for name, (choices, now) in chosen.items()
    }


def rows(referrals: Iterable[Referral], pathway: Pathway) -> list[Row]:
    """Rows in the order given; `open_alert` and `partly_read` come from the worklist query."""
    routes = {route.id: route.name for route in pathway.routes}
    localities = {item.id: item.name for item in pathway.localities}
    return [_row(referral, routes, localities) for referral in referrals]


def _row(referral: Referral, routes: dict[str, str], localities: dict[str, str]) -> Row:
    today = clock.today()
    patient = referral.patient
    age = patient.age_on(today) if patient else None
    received = referral.received_at.astimezone(clock.LONDON).date()
    waited = working_days_between(received, today)
    state = State(referral.state)
    overdue = referral.is_open and referral.due_on is not None and referral.due_on < today
    place = [
        localities.get(referral.locality, "Locality not known"),
        referral.practice.name if referral.practice else "",
    ]
    return Row(
        href=reverse("triage:referral", args=[referral.reference]),
        reference=referral.reference,
        patient=patient.name if patient else "Not registered yet",
        about=f"{age} years" if age is not None else "",
        state=referral.state_label,
        colour=STATE_COLOURS.get(state, "white"),
        owner=referral.owner_label,
        waiting=(plural(waited, "working day") if waited else "today") if referral.is_open else "",
        due=f"{referral.due_on:%-d %b %Y}" if referral.due_on else "",
        overdue=overdue,
        route=routes.get(referral.route, "Route not known yet"),
        place=", ".join(part for part in place if part),
        flags=_flags(referral, overdue),
    )


def _flags(referral: Referral, overdue: bool) -> tuple[tuple[str, str], ...]:
    flags = []
    if referral.open_alert:  # type: ignore[attr-defined]  # annotated by `queries.worklist`
        flags.append(("Alert", "red"))
    if referral.partly_read:  # type: ignore[attr-defined]
        flags.append(("Pages not read", "orange"))
    if overdue:
        flags.append(("Overdue", "red"))
    if referral.patient:
        if referral.patient.interpreter:
            flags.append((f"Interpreter: {referral.patient.interpreter}", "aqua-green"))
        if referral.patient.communication_needs:
            flags.append(("Communication needs", "aqua-green"))
        if referral.patient.safe_contact:
            flags.append(("Safe contact", "pink"))
    return tuple(flags)
