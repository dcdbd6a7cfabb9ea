"""The list of records whose day has come, for a person to look at. Reads only, but for what it reckons anew."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from painpath import clock
from painpath.accounts import audit
from painpath.accounts.models import Membership
from painpath.referrals.models import DestructionMember, RetentionReview
from painpath.referrals.retention.keeping import active
from painpath.referrals.retention.reckoning import reckon

ROWS = 50


@dataclass(frozen=True)
class Page:
    """Records that are due, the longest due first; which are on hold, and for which somebody has asked to destroy them.
    `next` is where the page after this one begins, empty when there is none."""

    rows: list[RetentionReview]
    on_hold: frozenset[int]
    asked: frozenset[int]
    next: str


def due(by: Membership, *, after: str = "", rows: int = ROWS) -> Page:
    """What is due today, from where the last page ended. Those of the page are reckoned anew: what was taken back, or
    seen again, since the night is not shown. Audited; a fixed number of queries."""
    found = RetentionReview.objects.filter(service_id=by.service_id, due_on__lte=clock.today())
    if (cursor := _cursor(after)) is not None:
        day, pk = cursor
        found = found.filter(Q(due_on__gt=day) | Q(due_on=day, pk__gt=pk))
    keys = list(found.order_by("due_on", "pk").values_list("due_on", "pk", "referral")[: rows + 1])
    more, keys = len(keys) > rows, keys[:rows]
    last = f"{keys[-1][0]}.{keys[-1][1]}" if keys else ""
    ids = [referral for _, _, referral in keys]
    fresh = reckon(by.service, ids)
    still = [pk for pk in ids if (fresh[pk].due_on or date.max) <= clock.today()]
    shown = {
        row.referral_id: row
        for row in RetentionReview.objects.filter(referral__in=still)
        .select_related("referral__patient", "referral__pathway_version")
        .defer("referral__pathway_version__content")
    }
    audit.record(by, "retention.look", by.service, referrals=still)
    held = active().filter(referral__in=still).values_list("referral", flat=True)
    asked = DestructionMember.objects.filter(referral__in=still, request__closed_at__isnull=True)
    return Page(
        [shown[pk] for pk in still],
        frozenset(held),
        frozenset(asked.values_list("referral", flat=True)),
        last if more else "",
    )


def _cursor(after: str) -> tuple[date, int] | None:
    day, _, pk = after.partition(".")
    try:
        return date.fromisoformat(day), int(pk)
    except ValueError:
        return None
