"""The worklist as a page: its tabs and lists with counts, its filters, and the addresses that hold them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from urllib.parse import urlencode

from django.db.models import OuterRef, Subquery
from django.urls import reverse

from painpath.directory.models import Practice
from painpath.pathway import Pathway
from painpath.referrals.models import Referral
from painpath.referrals.worklist.queries import COUNT_TO, LISTS, TABS, WALKS, Cursor, Filters, Walk

NO_DATE = "none"


@dataclass(frozen=True)
class Tab:
    """One tab or list with its count."""

    name: str
    count: str
    href: str
    current: bool


@dataclass(frozen=True)
class Choice:
    """One choice of a filter."""

    value: str
    text: str
    selected: bool


@dataclass(frozen=True)
class Filter:
    """One filter: the name it has in the address, its label, its choices."""

    name: str
    label: str
    choices: tuple[Choice, ...]

    @property
    def chosen(self) -> str:
        """The words of what is chosen; empty when the filter is not in use."""
        return next((choice.text for choice in self.choices if choice.selected and choice.value), "")


def tabs(counts: Mapping[str, int], filters: Filters) -> tuple[list[Tab], list[Tab]]:
    """The tabs by state, and the lists across them; all keep the filters."""

    def made(walks: Mapping[str, Walk]) -> list[Tab]:
        return [
            Tab(walk.words, shown(counts[name]), address(replace(filters, tab=name)), name == filters.tab)
            for name, walk in walks.items()
        ]

    return made(TABS), made(LISTS)


def shown(count: int) -> str:
    """A count as a person reads it: past `COUNT_TO` nobody counted."""
    return f"{COUNT_TO - 1}+" if count >= COUNT_TO else str(count)


def address(filters: Filters, cursor: Cursor | None = None) -> str:
    """The address of the worklist with these filters: it can be kept and sent, and names nobody."""
    asked = {name: value for name, value in vars(filters).items() if value}
    if cursor is not None and cursor.keys:
        asked["before" if cursor.back else "after"] = "_".join(
            NO_DATE if key is None else str(key) if isinstance(key, int) else key.isoformat() for key in cursor.keys
        )
    return f"{reverse('triage:worklist')}?{urlencode(asked)}"


def options(filters: Filters, pathway: Pathway) -> list[Filter]:
    """The filters with their choices. Practices are those that have referred somebody: one query."""
    # Asked of each practice, not of each referral: there are hundreds of the one, and of the other ever more.
    # As a value and not as EXISTS, which PostgreSQL would turn into one walk over all referrals.
    one = Subquery(Referral.objects.filter(practice=OuterRef("pk")).order_by().values("pk")[:1])
    used = Practice.objects.annotate(one=one).filter(one__isnull=False).order_by("name", "pk")
    practices = [(str(pk), name) for pk, name in used.values_list("pk", "name")]
    known = [(item.id, item.name) for item in pathway.localities]
    given: tuple[tuple[str, str, str, list[tuple[str, str]]], ...] = (
        ("route", "Route", "All routes", [(one.id, one.name) for one in pathway.routes]),
        ("locality", "Locality", "All localities", [*known, ("unknown", "Not known")]),
        ("practice", "Practice", "All practices", practices),
        ("priority", "Priority", "All priorities", [(one.id, one.name) for one in pathway.priorities]),
        ("missing", "Not stated in the letter", "Any", [(one.id, one.name) for one in pathway.criteria]),
    )
    return [
        Filter(
            name,
            label,
            tuple(Choice(value, text, value == getattr(filters, name)) for value, text in (("", every), *choices)),
        )
        for name, label, every, choices in given
    ]


def filters_of(asked: Mapping[str, str], pathway: Pathway) -> Filters:
    """What an address (or what was remembered) asks for; what nobody can choose counts as not asked."""
    ids = {
        "tab": set(WALKS),
        "route": {one.id for one in pathway.routes},
        "locality": {one.id for one in pathway.localities} | {"unknown"},
        "priority": {one.id for one in pathway.priorities},
        "missing": {one.id for one in pathway.criteria},
    }
    given = {name: value for name, known in ids.items() if (value := asked.get(name, "")) in known}
    practice = asked.get("practice", "")
    return Filters(**given, practice=_the_right_one(practice) if re.fullmatch("[0-9]{1,18}", practice) else "")


def _the_right_one(practice: str) -> str:
    """An address that was kept before a practice was joined with the right one asks for the right one."""
    joined = Practice.objects.filter(pk=int(practice), joined_into__isnull=False)
    return str(joined.values_list("joined_into", flat=True).first() or practice)


def cursor_of(asked: Mapping[str, str], filters: Filters) -> Cursor:
    """Where the page begins that an address asks for; the first page when it makes no sense."""
    back = "before" in asked
    parts = asked.get("before" if back else "after", "").split("_")
    names = [name.lstrip("-") for name in WALKS[filters.tab].order]
    if len(parts) != len(names):
        return Cursor()
    try:
        return Cursor(tuple(_key(name, part) for name, part in zip(names, parts, strict=True)), back)
    except ValueError:
        return Cursor()


def _key(name: str, text: str) -> int | date | datetime | None:
    if name == "due_on":
        return None if text == NO_DATE else date.fromisoformat(text)
    if name == "state_since":
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            raise ValueError("a moment needs its time zone")
        return moment
    if not re.fullmatch("[0-9]" if name == "look_first" else "[0-9]{1,18}", text):
        raise ValueError(f"{name} is a number")
    return int(text)
