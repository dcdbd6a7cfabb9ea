"""How things stand now: delays and alerts, counted at every run and kept by the day for the service as a whole."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from django.db.models import Exists, OuterRef

from painpath import clock
from painpath.accounts.models import Service
from painpath.figures.model import Split
from painpath.measuring.models import Count
from painpath.referrals.models import Alert, Merge, Referral, ReportedChange
from painpath.referrals.models.referral import ALERT_FIRST
from painpath.referrals.transitions import State, working_days_between

SOON = timedelta(days=28)
"""A review date is "due" when it is so near: the definition's 28 days."""
NEXT_DAYS = 1
"""An alert is overdue when it was raised more than so many working days ago."""
STANDING = ("delays", "alerts_overdue")


def delay_state(due_on: date | None, today: date) -> str:
    """`overdue`, `due`, `later` or `no_date`."""
    if due_on is None:
        return "no_date"
    return "overdue" if due_on < today else "due" if due_on <= today + SOON else "later"


def alert_state(raised_at: datetime, today: date) -> str:
    """`overdue` or `in_time`."""
    raised = raised_at.astimezone(clock.LONDON).date()
    return "overdue" if working_days_between(raised, today) > NEXT_DAYS else "in_time"


def take(service: Service, moment: datetime) -> None:
    """Count how things stand, and put it in the place of what was counted before. In the caller's transaction.

    Of earlier days the last count of the whole stays, as a line over time; by group only the newest is kept.
    """
    today = moment.astimezone(clock.LONDON).date()
    delayed = Referral.objects.filter(service=service, state=State.DELAYED)
    delays = Counter(delay_state(due_on, today) for due_on in delayed.values_list("due_on", flat=True))
    alerts = Counter(_alerts(service, moment))
    shares = {"delays": ("due", "later"), "alerts_overdue": ("overdue",)}
    Count.objects.filter(service=service, grain="now", figure__in=STANDING).delete()
    Count.objects.filter(service=service, grain="day", figure__in=STANDING, split="", day=today).delete()
    rows = []
    for figure, found in (("delays", delays), ("alerts_overdue", alerts)):
        whole: Counter[int] = Counter()
        for state, n in sorted(found.items()):
            value = int(state in shares[figure])
            whole[value] += n
            rows.append(_row(service, "now", figure, today, value, n, split=Split.STATE, group=state))
        for value in (0, 1):  # also none is a count: the line over time has a point
            rows.append(_row(service, "now", figure, today, value, whole[value]))
            rows.append(_row(service, "day", figure, today, value, whole[value]))
    Count.objects.bulk_create(rows)


def _alerts(service: Service, moment: datetime) -> Iterator[str]:
    """The state of each alert without an action, and of each reported change that no clinician has read.

    A referral that has one of them stands first on the worklist, which is how they are found; those of a referral that
    was merged into another stand there.
    """
    today = moment.astimezone(clock.LONDON).date()
    first = Referral.objects.filter(service=service, live=True, look_first=ALERT_FIRST)
    merged = Merge.objects.filter(duplicate=OuterRef("referral"), undone_at__isnull=True)
    alerts = Alert.objects.filter(
        ~Exists(merged), referral__in=first.values("pk"), action__isnull=True,
        transcript__document__quarantine__isnull=True,
    )  # fmt: skip
    for at in alerts.values_list("raised_at", flat=True):
        yield alert_state(at, today)
    changes = ReportedChange.objects.filter(service=service, read_at__isnull=True)
    for due_at in changes.values_list("due_at", flat=True):
        yield "overdue" if due_at < moment else "in_time"


def _row(
    service: Service, grain: str, figure: str, day: date, value: int, n: int, *, split: str = "", group: str = ""
) -> Count:  # fmt: skip
    return Count(
        service=service, grain=grain, figure=figure, split=split, day=day, group=group, value=value, n=n
    )  # fmt: skip
