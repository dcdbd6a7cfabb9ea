"""The worklist as a query: which referrals, in which order, page by page, and how many. Reads only.

Every tab and every list is one walk of one index of `Referral`, and a page begins where the last one ended (its keys
are in the address, not a number of rows to skip), so a page costs the same however long the record has become.
"""

from dataclasses import dataclass
from enum import Enum, auto
from functools import cache
from typing import Any

from django.db import connection
from django.db.models import BooleanField, Exists, F, Func, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.lookups import GreaterThan, LessThan

from painpath import clock
from painpath.accounts.models import Membership
from painpath.referrals.models import Alert, Merge, Referral, ReportedChange, Transcript
from painpath.referrals.models.referral import ALERT_FIRST
from painpath.referrals.transitions import ENDED, LABELS, OPEN, State

DUE = ("look_first", "due_on", "id")
"""Alerts first, then pages that were not read, then what is due soonest. What has ended has no due date: last."""
LATEST = ("-state_since", "-id")
LONGEST = ("state_since", "id")
COUNT_TO = 1000
"""No count walks further: past that a worklist is long, and its exact length decides nothing."""


@dataclass(frozen=True)
class Walk:
    """A tab or a list: its words, what stands on it, and in which order."""

    words: str
    of: Q
    order: tuple[str, ...] = DUE
    first: tuple[str, ...] = ()
    """A column that is the same in all of it, where PostgreSQL must be told so to walk the index in order."""
    mine: bool = False
    past_due: bool = False
    ended_too: bool = False
    """Some have no due date, because they have ended."""


def _state(state: State, words: str = "") -> Walk:
    return Walk(words or LABELS[state], Q(state=state))


_HAS_COME_BACK = Q(state__in=sorted(state.value for state in OPEN)) & ~Q(came_back="")
"""Exactly the condition of the index `referral_came_back`."""

TABS: dict[str, Walk] = {
    "open": Walk("All open", Q(live=True), ended_too=True),
    "received": _state(State.RECEIVED, "To register"),
    "awaiting-screening": _state(State.AWAITING_SCREENING, "To screen"),
    "screening": _state(State.SCREENING),
    "awaiting-referrer": _state(State.AWAITING_REFERRER),
    "awaiting-patient": _state(State.AWAITING_PATIENT),
    "delayed": _state(State.DELAYED),
    "accepted": _state(State.ACCEPTED, "Accepted, not yet handed over"),
    "ended": Walk("Ended", Q(state__in=sorted(state.value for state in ENDED)), LATEST),
}
"""Tab id -> what stands there. Every state stands in a tab."""

_OF_A_DECISION = ["letter", "notice", "reminder", "signpost_question", "documents", "ers_reply"]
"""Kinds of what leaves, by the names of the letters' table: all but receipts and codes, which no decision sends."""

LISTS: dict[str, Walk] = {
    "mine": Walk("Mine", Q(live=True), mine=True),
    "unassigned": Walk("Unassigned", Q(live=True, owner__isnull=True), first=("owner_id",), ended_too=True),
    "overdue": Walk("Overdue", Q(live=True), past_due=True),
    "alerts": Walk("With an alert", Q(live=True, look_first=ALERT_FIRST), ended_too=True),
    "returned": Walk("Returned with something new", _HAS_COME_BACK & ~Q(came_back="due")),
    "due": Walk("Delayed and due", _HAS_COME_BACK & Q(came_back="due")),
    # What leaves is the letters' table; it is asked by the name by which it knows the referral.
    "not-sent": Walk(
        "Decided, not yet sent",
        Q(dispatches__state__in=["held", "queued", "failed"], dispatches__kind__in=_OF_A_DECISION),
        LONGEST,
    ),
}
"""List id -> what stands there, across the tabs."""

WALKS = TABS | LISTS


@dataclass(frozen=True)
class Filters:
    """What the worklist is narrowed to; none of it identifies a patient, so it may stand in an address."""

    tab: str = "open"
    route: str = ""
    locality: str = ""
    practice: str = ""
    priority: str = ""
    missing: str = ""

    @property
    def narrows(self) -> bool:
        """Whether more than a tab or list was chosen."""
        return self != Filters(tab=self.tab)


@dataclass(frozen=True)
class Cursor:
    """Where a page begins: after (or, going back, before) these keys. They name nobody."""

    keys: "Keys" = ()
    back: bool = False


@dataclass(frozen=True)
class Page:
    """Some referrals, and where the pages beside them begin; None where there is none."""

    referrals: list[Referral]
    previous: Cursor | None = None
    next: Cursor | None = None


class Row(Func):
    """Several columns, or values, compared as one: the way in which an index of them is ordered."""

    function = "ROW"
    output_field = BooleanField()  # never read: it only stands in comparisons


class IsOneOf(Func):
    """Whether something is in a list that is one parameter, so that the SQL is the same for every list."""

    template, arg_joiner = "(%(expressions)s::bigint[]))", " = ANY("
    output_field = BooleanField()


SHOWN_BLIND = frozenset({"mine", "alerts"})
"""Where a referral that somebody screens blind stands for them: where they must act. To stand in a tab, or not to stand
there any more, would tell what became of it."""


class Asked(Enum):
    """What a walk depends on besides itself: it stands in the SQL of the counts until somebody asks."""

    SERVICE = auto()
    PERSON = auto()
    TODAY = auto()
    BLIND = auto()


def _at(name: str, service: Any, person: Any, today: Any, blind: Any) -> "QuerySet[Referral]":
    """What stands in the walk `name`; the others are values, or expressions that stand for them."""
    walk = WALKS[name]
    found = Referral.objects.filter(walk.of, service_id=service)
    if name not in SHOWN_BLIND:
        found = found.exclude(IsOneOf(F("pk"), blind))
    if walk.mine:
        found = found.filter(owner_id=person)
    if walk.past_due:
        found = found.filter(due_on__lt=today)
    if walk.order == LONGEST:  # several letters of one decision may wait
        found = Referral.objects.filter(pk__in=found.values("pk"))
    return found


def _narrowed(found: "QuerySet[Referral]", filters: Filters) -> "QuerySet[Referral]":
    if filters.route:
        found = found.filter(route=filters.route)
    if filters.locality:
        found = found.filter(locality="" if filters.locality == "unknown" else filters.locality)
    if filters.practice:
        found = found.filter(practice_id=int(filters.practice))
    if filters.priority:
        found = found.filter(priority=filters.priority)
    if filters.missing:
        found = found.filter(missing__contains=[filters.missing])
    return found


def worklist(
    by: Membership, filters: Filters, cursor: Cursor = Cursor(), *, rows: int = 50, blind: frozenset[int] = frozenset()
) -> Page:
    """One page of a tab or list of the service of `by`, narrowed by `filters`, in the order of its `Walk`.

    `blind` are referrals that `by` screens blind: they stand in `SHOWN_BLIND` only, and under no filter on what others
    made of them.

    Two queries, whatever there is: the keys of the page, then its rows.
    """
    walk = WALKS[filters.tab]
    found = _narrowed(_at(filters.tab, by.service_id, by.pk, clock.today(), Value(list(blind))), filters)
    if blind and (filters.priority or filters.missing):
        found = found.exclude(pk__in=blind)
    names = [name.lstrip("-") for name in walk.order]
    down = walk.order[0].startswith("-") != cursor.back
    order, first = ([f"-{name}" if down else name for name in of] for of in (names, walk.first))
    parts = _beyond(found, names, cursor.keys, down=down, ended_too=walk.ended_too) if cursor.keys else [found]
    parts = [part.order_by(*first, *order).values_list(*names)[: rows + 1] for part in parts]
    ordered = parts[0].union(*parts[1:], all=True).order_by(*order)[: rows + 1] if parts[1:] else parts[0]
    keys: list[Keys] = list(ordered)  # type: ignore[arg-type]  # of a union django-stubs says models
    more, keys = len(keys) > rows, keys[:rows]
    if cursor.back:
        keys.reverse()
    earlier, later = (more, bool(keys)) if cursor.back else (bool(cursor.keys), more)
    return Page(
        rows_of([row[-1] for row in keys]),
        Cursor(keys[0], back=True) if earlier and keys else None,
        Cursor(keys[-1]) if later and keys else None,
    )


Keys = tuple[Any, ...]


def _beyond(
    found: "QuerySet[Referral]", names: list[str], keys: Keys, *, down: bool, ended_too: bool
) -> "list[QuerySet[Referral]]":
    """What comes after (`down`: before) these keys; several queries to be put together where some have no due date.

    A comparison with no due date is neither true nor false in SQL, so what has none is asked for on its own.
    """
    compare = LessThan if down else GreaterThan
    if not ended_too:
        return [found.filter(compare(Row(*map(F, names)), Row(*map(Value, keys))))]
    first, due_on, pk = keys
    alike = found.filter(look_first=first)
    dated, without = alike.filter(due_on__isnull=False), alike.filter(due_on__isnull=True)
    others = found.filter(**{"look_first__lt" if down else "look_first__gt": first})
    if due_on is None:
        near = without.filter(**{"pk__lt" if down else "pk__gt": pk})
        return [near, dated, others] if down else [near, others]
    near = dated.filter(compare(Row(F("due_on"), F("pk")), Row(Value(due_on), Value(pk))))
    return [near, others] if down else [near, without, others]


def rows_of(ids: list[int]) -> list[Referral]:
    """These referrals in this order, with everything that a row of the worklist shows, and `partly_read`, `alerted`
    and `changed`: what stands first, and why.

    `merged_reference` is that of the referral that it stands merged into, if it does.
    """
    partial = Transcript.objects.filter(document__referral=OuterRef("pk"), document__quarantine__isnull=True)
    alerts = Alert.objects.filter(
        referral=OuterRef("pk"), action__isnull=True, transcript__document__quarantine__isnull=True
    )
    merges = Merge.objects.filter(duplicate=OuterRef("pk"), undone_at__isnull=True)
    found = (
        Referral.objects.filter(pk__in=ids)
        .select_related("patient", "practice", "owner__user", "referrer", "online")
        .annotate(
            partly_read=Exists(partial.exclude(unread=[], problem="")),
            alerted=Exists(alerts),
            changed=Exists(ReportedChange.objects.filter(referral=OuterRef("pk"), read_at__isnull=True)),
            merged_reference=Subquery(merges.values("into__reference")[:1]),
        )
    )
    by_id = {referral.pk: referral for referral in found.prefetch_related("practice__contracts")}
    return [by_id[pk] for pk in ids if pk in by_id]


def counts(by: Membership, blind: frozenset[int] = frozenset()) -> dict[str, int]:
    """How many referrals stand in each tab and list, counted to `COUNT_TO` at most: one query for all of them.

    They count without filters: a filter that somebody forgot must not hide that others wait.
    """
    sql, params = _counting(COUNT_TO)
    asked: dict[Asked, Any] = {
        Asked.SERVICE: by.service_id, Asked.PERSON: by.pk, Asked.TODAY: clock.today(), Asked.BLIND: list(blind),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(sql, [asked[one] if isinstance(one, Asked) else one for one in params])
        row = cursor.fetchone()
    return dict(zip(WALKS, row, strict=True))


@cache
def _counting(limit: int) -> tuple[str, tuple[Any, ...]]:
    """The query of `counts` with its parameters, `Asked` among them. Made once: it costs more than its answer."""
    parts: list[str] = []
    params: list[Any] = []
    for name, walk in WALKS.items():
        order = ("owner_id", *walk.order) if walk.first else walk.order
        found = _at(name, *(Value(one) for one in (Asked.SERVICE, Asked.PERSON, Asked.TODAY, Asked.BLIND)))
        sql, given = found.order_by(*order).values("pk")[:limit].query.sql_with_params()
        parts.append(f"(SELECT count(*) FROM ({sql}) q)")  # noqa: S608 the SQL is the ORM's
        params += given
    return f"SELECT {', '.join(parts)}", tuple(params)
