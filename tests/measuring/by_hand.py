"""Every figure counted again, from whole rows of the record, in the words of `figures.definitions`: one loop after the
other, nothing shared with how it is counted, so that a slip in one of them shows."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from painpath import clock
from painpath.figures.model import Period
from painpath.letters.models import Dispatch, Letter
from painpath.measuring.models import PostcodeDecile
from painpath.referrals.models import (
    Alert,
    Answering,
    BlindJudgement,
    Decision,
    DecisionClause,
    InformationRequest,
    Judgement,
    Referral,
    ReportedChange,
    SecondScreening,
    SignpostFollowUp,
    Transition,
)

ASKS = ("ask_referrer", "ask_patient", "send_questionnaire")
ENDED = {
    "advice_given": "advise", "signposted": "signpost", "redirected": "redirect", "not_now": "not_now",
    "discharged": "discharge", "withdrawn": "withdraw",
}  # fmt: skip
DOOR = ("received", "awaiting_screening")
STATES = ("for", "against", "mixed", "not_stated")
HOLIDAYS = {date(2026, 8, 31), date(2026, 5, 25), date(2026, 5, 4), date(2026, 4, 6), date(2026, 4, 3)}
"""Bank holidays in England among the days of these tests: gov.uk/bank-holidays."""


@dataclass
class Thing:
    """One thing that happened: its day, its referral, and what it is told apart by beside the referral."""

    on: date
    referral: Referral
    days: int | None = None
    counts: bool = True
    of: bool = True
    pair: tuple[str, str] | None = None
    own: dict[str, tuple[str, ...]] = field(default_factory=dict)


def day(moment: Any) -> date:
    return moment.astimezone(clock.LONDON).date()


def working_days(start: date, end: date) -> int:
    days = [start + timedelta(days=n) for n in range(1, (end - start).days + 1)]
    return sum(one.weekday() < 5 and one not in HOLIDAYS for one in days)


def half_a_year_after(on: date) -> date:
    year, month = (on.year, on.month + 6) if on.month <= 6 else (on.year + 1, on.month - 6)
    for last in (on.day, 30, 29, 28):
        try:
            return date(year, month, last)
        except ValueError:
            continue
    raise AssertionError(on)


def of_person(referral: Referral) -> dict[str, str]:
    """The groups of a referral, by split."""
    patient = referral.patient
    found = dict.fromkeys(
        ("deprivation", "age_band", "sex", "ethnicity", "language", "communication_need"), "not_known"
    ) | {"route": referral.route or "not_known", "practice": str(referral.practice_id or "not_known")}  # fmt: skip
    if patient is None:
        return found
    area = PostcodeDecile.objects.filter(postcode=patient.postcode.replace(" ", "")).first()
    if patient.postcode and area:
        found["deprivation"] = {1: "1", 2: "1", 3: "2", 4: "2", 5: "3", 6: "3", 7: "4", 8: "4", 9: "5", 10: "5"}[
            area.decile
        ]
    if (years := patient.age_on(day(referral.received_at))) is not None:
        bands = ((18, "0-17"), (25, "18-24"), (35, "25-34"), (45, "35-44"), (55, "45-54"), (65, "55-64"), (75, "65-74"),
                 (85, "75-84"), (200, "85+"))  # fmt: skip
        found["age_band"] = next(name for below, name in bands if years < below)
    found["sex"] = patient.sex if patient.sex not in ("", "unknown") else "not_known"
    found["ethnicity"] = {
        "White British": "white", "Asian or Asian British - Indian": "asian", "White and Black Caribbean": "mixed",
        "N": "black", "Arab": "other", "Not stated": "not_known", "": "not_known",
    }[patient.ethnicity]  # fmt: skip
    found["language"] = {"English": "english", "Polish": "other", "": "not_known"}[patient.language]
    if (
        patient.needs
        or patient.interpreter
        or patient.communication_needs
        or patient.letter_format not in ("", "standard")
    ):
        found["communication_need"] = "needed"
    elif patient.needs_checked_on:
        found["communication_need"] = "none"
    return found


def referrals() -> Iterator[Referral]:
    yield from Referral.objects.exclude(state="closed_in_error").select_related("patient").order_by("pk")


def stand(referral: Referral) -> list[Decision]:
    return [one for one in Decision.objects.filter(referral=referral).order_by("pk") if not hasattr(one, "reversal")]


# --- the figures ----------------------------------------------------------------------------------------------------


def volumes(today: date) -> Iterator[Thing]:
    for referral in referrals():
        yield Thing(day(referral.received_at), referral)


def to_decision(today: date) -> Iterator[Thing]:
    for referral in referrals():
        for decision in stand(referral):
            if decision.outcome in (*ASKS, "withdraw"):
                continue
            told = []
            for copy in Dispatch.objects.filter(kind="letter", to="patient", letter__decision=decision):
                if copy.state in ("sent", "delivered") and copy.letter.audience == "patient":
                    if copy.channel != "link":
                        told.append(day(copy.sent_at))
                    elif copy.delivered_at:
                        told.append(day(copy.delivered_at))
            if told:
                days = working_days(day(referral.received_at), min(told))
                yield Thing(min(told), referral, days=days, counts=days <= 7, own={"outcome": (decision.outcome,)})
            break


def outcomes(today: date) -> Iterator[Thing]:
    for referral in referrals():
        for one in stand(referral):
            yield Thing(
                day(one.at), referral, counts=one.outcome == "accept", of=one.outcome not in ASKS,
                own={"outcome": (one.outcome,)},
            )  # fmt: skip


def clauses_cited(today: date) -> Iterator[Thing]:
    for referral in referrals():
        for one in stand(referral):
            cited = tuple(row.criterion for row in DecisionClause.objects.filter(decision=one))
            yield Thing(day(one.at), referral, counts=bool(cited), own={"clause": cited})


def information_requests(today: date) -> Iterator[Thing]:
    for referral in referrals():
        for one in InformationRequest.objects.filter(referral=referral, questionnaire=""):
            if hasattr(one.decision, "reversal"):
                continue
            about = {item.get("criterion") or "none" for item in one.items} or {"none"}
            yield Thing(day(one.asked_at), referral, own={"clause": tuple(about)})


def signposts(today: date) -> Iterator[Thing]:
    for referral in referrals():
        for one in SignpostFollowUp.objects.filter(referral=referral):
            if one.asked_at is None or hasattr(one.decision, "reversal"):
                continue
            said = {True: "yes", False: "no", None: "no_answer"}[one.got_there]
            own = {"signpost": (one.signpost,), "state": (said,)}
            yield Thing(day(one.asked_at), referral, counts=said == "yes", own=own)


def questionnaire_return(today: date) -> Iterator[Thing]:
    for referral in referrals():
        for one in InformationRequest.objects.filter(referral=referral).exclude(questionnaire=""):
            if hasattr(one.decision, "reversal"):
                continue
            answers = list(Answering.objects.filter(request=one))
            back = sorted((row for row in answers if row.sent_at), key=lambda row: row.sent_at)
            channel = (back or answers)[0].channel if answers else "online"
            yield Thing(day(one.asked_at), referral, counts=bool(back), own={"channel": (channel,)})


def bounce(today: date) -> Iterator[Thing]:
    for referral in referrals():
        steps = [one for one in Transition.objects.filter(referral=referral).order_by("number")
                 if one.from_state != one.to_state]  # fmt: skip
        for number, end in enumerate(steps):
            if end.to_state not in ENDED or end.from_state == "accepted":
                continue
            if hasattr(end, "decision") and hasattr(end.decision, "reversal"):
                continue
            until = half_a_year_after(day(end.at))
            if until > today:
                continue
            back = any(
                step.from_state in ENDED
                and step.to_state in ("received", "awaiting_screening")
                and day(step.at) <= until
                for step in steps[number + 1 :]
            )
            linked = Referral.objects.filter(follows=referral).exclude(state="closed_in_error")
            back = back or any(end.at < one.received_at and day(one.received_at) <= until for one in linked)
            yield Thing(until, referral, counts=back, own={"outcome": (ENDED[end.to_state],)})


def kappa(today: date) -> Iterator[Thing]:
    for referral in referrals():
        second = SecondScreening.objects.filter(referral=referral, finished_at__isnull=False).first()
        first = Decision.objects.filter(referral=referral).order_by("pk").first()
        if second is None or first is None or first.by_id == second.by_id:
            continue
        for blind in BlindJudgement.objects.filter(second=second):
            words = Judgement.objects.filter(
                referral=referral, run=second.run, by=first.by, criterion=blind.criterion, at__lte=first.at
            )  # fmt: skip
            if word := words.order_by("pk").last():
                pair = (word.state, blind.state)
                yield Thing(
                    day(second.finished_at), referral, counts=pair[0] == pair[1], pair=pair,
                    own={"clause": (blind.criterion,)},
                )  # fmt: skip


def letters_by_state(today: date) -> Iterator[Thing]:
    for referral in referrals():
        for one in Dispatch.objects.filter(referral=referral, kind="letter", letter__isnull=False):
            own = {"state": (one.state,), "channel": (one.channel,)}
            yield Thing(day(one.made_at), referral, counts=one.state in ("sent", "delivered"), own=own)


def named_person(today: date) -> Iterator[Thing]:
    for referral in referrals():
        for one in stand(referral):
            for letter in Letter.objects.filter(decision=one, audience="patient"):
                by = letter.facts["signatory"]
                yield Thing(
                    day(one.at), referral, counts=bool(by["name"] and by["contact"]), own={"outcome": (one.outcome,)}
                )


def not_now_checklist(today: date) -> Iterator[Thing]:
    for referral in referrals():
        for one in stand(referral):
            if one.outcome == "not_now":
                for letter in Letter.objects.filter(decision=one, audience="patient"):
                    yield Thing(day(one.at), referral, counts=not letter.overruled.exists())


def delays(today: date) -> Iterator[Thing]:
    for referral in referrals():
        if referral.state == "delayed":
            state = (
                "no_date" if referral.due_on is None
                else "overdue" if referral.due_on < today
                else "due" if (referral.due_on - today).days <= 28
                else "later"
            )  # fmt: skip
            yield Thing(today, referral, counts=state in ("due", "later"), own={"state": (state,)})


def alerts_overdue(today: date) -> Iterator[Thing]:
    for alert in Alert.objects.select_related("referral"):
        if not hasattr(alert, "action") and not alert.referral.merged_into.filter(undone_at=None).exists():
            late = working_days(day(alert.raised_at), today) > 1
            yield Thing(today, alert.referral, counts=late, own={"state": ("overdue" if late else "in_time",)})
    for change in ReportedChange.objects.filter(read_at=None).select_related("referral"):
        late = change.due_at < clock.now()
        yield Thing(today, change.referral, counts=late, own={"state": ("overdue" if late else "in_time",)})


FIGURES = {
    one.__name__: one
    for one in (
        volumes, to_decision, outcomes, clauses_cited, information_requests, signposts, questionnaire_return, bounce,
        kappa, letters_by_state, named_person, not_now_checklist, delays, alerts_overdue,
    )
}  # fmt: skip


@dataclass
class Group:
    """What one group of a figure is, in the terms of `GroupCount`."""

    n: int
    numerator: int | None
    denominator: int | None
    histogram: dict[int, int] | None = None
    table: tuple[tuple[int, ...], ...] | None = None


class Rows:
    """The record as it stands, each figure's things looked for once."""

    def __init__(self, today: date) -> None:
        self.things = {figure: list(find(today)) for figure, find in FIGURES.items()}
        every = {one.referral.pk: one.referral for things in self.things.values() for one in things}
        self.people = {pk: of_person(referral) for pk, referral in every.items()}

    def counted(self, figure: str, period: Period, split: str | None) -> dict[str, Group]:
        """A figure over a period, by group; without a split the one group `all`."""
        standing = figure in ("delays", "alerts_overdue")
        things = [one for one in self.things[figure] if standing or period.start <= one.on <= period.end]
        received = [one for one in self.things["volumes"] if period.start <= one.on <= period.end]
        groups: dict[str, list[Thing]] = {} if split else {"all": things}
        for one in things if split else ():
            mine = one.own[split] if split in one.own else (self.people[one.referral.pk][str(split)],)
            for key in mine:
                groups.setdefault(key, []).append(one)
        return {key: _group(figure, one, split, key, things, received, self.people) for key, one in groups.items()}


def _group(
    figure: str, found: list[Thing], split: str | None, key: str, every: list[Thing], received: list[Thing],
    people: dict[int, dict[str, str]],
) -> Group:  # fmt: skip
    n, counting = len(found), sum(one.counts for one in found)
    if figure == "volumes" or (figure == "outcomes" and split == "outcome"):
        return Group(n, None, None)
    if figure == "outcomes":
        return Group(n, counting, sum(one.of for one in found))
    if figure == "clauses_cited":
        return Group(counting, counting, len(every))
    if figure == "information_requests":
        by_group = split in ("route", "practice")
        mine = [one for one in received if not by_group or people[one.referral.pk][str(split)] == key]
        return Group(n, n, len(mine))
    if figure == "to_decision":
        return Group(n, counting, n, histogram=dict(Counter(one.days for one in found if one.days is not None)))
    if figure == "kappa":
        table = tuple(tuple(sum(one.pair == (a, b) for one in found) for b in STATES) for a in STATES)
        return Group(n, counting, n, table=table)
    return Group(n, counting, n)
