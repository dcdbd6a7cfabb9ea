"""The worklist as a query: which referrals, in which order, with what a screener must see at once. Reads only."""

import re
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from painpath import clock
from painpath.accounts.models import Membership
from painpath.referrals.models import Alert, Merge, Referral, Transcript
from painpath.referrals.transitions import ENDED, OPEN, State

TABS: dict[str, tuple[str, frozenset[State]]] = {
    "open": ("All open", OPEN),
    "received": ("To register", frozenset({State.RECEIVED})),
    "awaiting-screening": ("To screen", frozenset({State.AWAITING_SCREENING})),
    "screening": ("Being screened", frozenset({State.SCREENING})),
    "awaiting-reply": ("Awaiting a reply", frozenset({State.AWAITING_REFERRER, State.AWAITING_PATIENT})),
    "delayed": ("Delayed", frozenset({State.DELAYED})),
    "accepted": ("Accepted, not handed over", frozenset({State.ACCEPTED})),
    "ended": ("Ended", ENDED),
}
"""Tab id -> its words and the states it holds. Every state stands in a tab."""


@dataclass(frozen=True)
class Filters:
    """What the worklist is narrowed to; none of it identifies a patient, so it may stand in an address."""

    tab: str = "open"
    locality: str = ""
    route: str = ""
    only: str = ""


ONLY = {
    "": "Everybody's",
    "mine": "Mine",
    "unassigned": "Nobody's yet",
    "overdue": "Overdue",
    "alerts": "With an alert",
}


_OPEN_ALERT = Exists(Alert.objects.filter(referral=OuterRef("pk"), action__isnull=True))
"""An alert that nobody has acted on keeps a referral in sight, whatever its state."""


def worklist(by: Membership, filters: Filters, search: str = "") -> "QuerySet[Referral]":
    """Referrals of the service of `by`: open alerts first, then unread pages, then what is due soonest.

    `search` is a name, an NHS number, a UBRN or a reference; it looks in every tab.
    """
    found = Referral.objects.filter(service_id=by.service_id)
    if search:
        found = found.filter(_search(search))
    else:
        here = Q(state__in=TABS[filters.tab][1])
        found = found.filter(here | _OPEN_ALERT if filters.tab == "open" else here)
    if filters.locality:
        found = found.filter(locality="" if filters.locality == "unknown" else filters.locality)
    if filters.route:
        found = found.filter(route=filters.route)
    partial = Transcript.objects.filter(document__referral=OuterRef("pk")).exclude(unread=[], problem="")
    found = found.annotate(
        open_alert=_OPEN_ALERT,
        partly_read=Exists(partial),
    )
    today = clock.today()
    narrow = {
        "mine": Q(owner=by),
        "unassigned": Q(owner__isnull=True),
        "overdue": Q(due_on__lt=today),
        "alerts": Q(open_alert=True),
    }
    if filters.only in narrow:
        found = found.filter(narrow[filters.only])
    return found.select_related("patient", "practice", "owner__user").order_by(
        F("open_alert").desc(), F("partly_read").desc(), F("due_on").asc(nulls_last=True), "-received_at", "id"
    )


def _search(words: str) -> Q:
    """An NHS number, a UBRN or a reference as people write them; else every word begins a name or is the title."""
    together = re.sub(r"[\s-]", "", words)
    if together.isdecimal() and len(together) == 10:
        return Q(patient__nhs_number=together)
    if together.isdecimal() and len(together) == 12:
        return Q(ubrn=together) | Q(pk__in=_merged_from(ubrn=together))
    found = Q()
    for word in re.split(r"[\s,]+", words.strip(" ,")):
        found &= (
            Q(patient__family_name__istartswith=word)
            | Q(patient__given_name__istartswith=word)
            | Q(patient__given_name__icontains=f" {word}")
            | Q(patient__title__iexact=word.rstrip("."))
        )
    reference = f"{together[:4]}-{together[4:]}".upper()
    return found | Q(reference=reference) | Q(pk__in=_merged_from(reference=reference))


def _merged_from(**duplicate: str) -> "QuerySet[Merge, Any]":
    """The referral that one with this UBRN or reference was merged into."""
    wanted = {f"duplicate__{name}": value for name, value in duplicate.items()}
    return Merge.objects.filter(undone_at__isnull=True, **wanted).values("into")


def tab_counts(by: Membership) -> dict[str, int]:
    """How many referrals stand in each tab: two queries, whatever the number of tabs."""
    rows = Referral.objects.filter(service_id=by.service_id).values_list("state").annotate(Count("pk"))
    by_state = {State(state): count for state, count in rows}
    counts = {tab: sum(by_state.get(state, 0) for state in states) for tab, (_, states) in TABS.items()}
    ended = Referral.objects.filter(_OPEN_ALERT, service_id=by.service_id, state__in=ENDED).count()
    return counts | {"open": counts["open"] + ended}
