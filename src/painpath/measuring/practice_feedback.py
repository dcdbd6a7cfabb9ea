"""What a practice reads about its referrals: whole months from the counts, the rest row by row.

The page begins on the same day so many months ago, and whoever sent something a minute ago looks for it: so the month
in which it begins, and the month that runs, are counted row by row (`referrals.referring.practice_figures`), and so is
what somebody sent who is not of the practice by whose account they look. The months between come from the counts, by
the practice of the referrer, and are as new as the last count, some minutes old.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q, Sum

from painpath import clock
from painpath.accounts.models import Membership
from painpath.measuring.cells import Unit
from painpath.measuring.models import Count, CountState
from painpath.pathway import Pathway
from painpath.referrals.referring.practice_figures import Figures, Tally, made_of, tally
from painpath.referrals.theirs import practice_of, theirs, themselves
from painpath.referrals.transitions import Outcome, State, working_days_between

STATES, OUTCOMES = tuple(state.value for state in State), tuple(outcome.value for outcome in Outcome)


def figure_of(practice: int) -> str:
    """The figure under which the counts of one practice stand: one range of the index."""
    return f"practice:{practice}"


def state(row: Mapping[str, Any]) -> Iterator[Unit]:
    """Where a referral is. `row` has its `sender`, the practice of its referrer."""
    if row["sender"]:
        value = STATES.index(row["state"])
        yield Unit(figure_of(row["sender"]), _day(row["received_at"]), value, own={"state": ("",)}, whole=False)


def units(row: Mapping[str, Any], decisions: Sequence[Mapping[str, Any]], gaps: Mapping[str, int]) -> Iterator[Unit]:
    """All that a practice reads about one referral. `decisions` are those that stand, in their order."""
    if not row["sender"]:
        return
    yield from state(row)
    figure, received = figure_of(row["sender"]), _day(row["received_at"])
    in_time = sorted(decisions, key=lambda one: (one["at"], one["pk"]))
    if in_time:
        days = working_days_between(received, _day(in_time[0]["at"]))
        yield Unit(figure, received, days, own={"days": ("",)}, whole=False)
        latest = OUTCOMES.index(in_time[-1]["outcome"])
        yield Unit(figure, received, latest, own={"outcome": ("",)}, whole=False)
    for how in sorted(set(gaps.values())):
        about = tuple(sorted(criterion for criterion, was in gaps.items() if was == how))
        yield Unit(figure, received, how, own={"gap": about}, whole=False)


def _day(moment: datetime) -> date:
    return moment.astimezone(clock.LONDON).date()


def figures(by: Membership, *, since: date, pathway: Pathway) -> Figures:
    """What was received on or after `since`, of what somebody may see as theirs: the same as is counted row by row."""
    mine = theirs(by).filter(received_at__gte=clock.midnight(since))
    practice = _practice(by)
    start, end = _next_month(since - timedelta(days=1)), clock.today().replace(day=1)
    if practice is None or start >= end or not CountState.objects.filter(service_id=by.service_id).exists():
        return made_of(tally(mine), pathway)
    between = Q(received_at__gte=clock.midnight(start), received_at__lt=clock.midnight(end))
    return made_of(
        tally(mine.exclude(between & Q(referrer__practice_id=practice, referrer__practice_id__isnull=False)))
        + _counted(by.service_id, practice, start, end),
        pathway,
    )


def _practice(by: Membership) -> int | None:
    """The practice all of whose referrals are theirs."""
    if works_in := practice_of(by):
        return works_in.pk
    me = themselves(by)
    return me.practice_id if me is not None and me.verified_at is not None else None


def _next_month(day: date) -> date:
    """The first day of a month that comes after `day`."""
    return (day.replace(day=1) + timedelta(days=31)).replace(day=1)


def _counted(service: int, practice: int, start: date, end: date) -> Tally:
    rows = Count.objects.filter(
        service_id=service, grain="month", figure=figure_of(practice), day__gte=start, day__lt=end
    )
    found = Tally()
    for split, group, value, n in rows.values_list("split", "group", "value").annotate(Sum("n")).filter(n__sum__gt=0):
        if split == "state":
            found.states[STATES[value]] += n
        elif split == "outcome":
            found.outcomes[OUTCOMES[value]] += n
        elif split == "days":
            found.days[value] += n
        elif split == "gap":
            found.gaps[group, value] += n
    return found
