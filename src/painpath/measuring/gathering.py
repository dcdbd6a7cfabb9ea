"""What is counted about referrals, from the rows of the record, by the words of `figures.definitions`.

A fixed number of queries, however many referrals are gathered at once. Reads only.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, F, OuterRef, Q
from django.db.models.fields.json import KT

from painpath import clock
from painpath.figures.model import Split
from painpath.letters.models import Dispatch, DispatchState, Letter, OverruledCheck
from painpath.letters.outbox import LEFT
from painpath.measuring import groups, practice_feedback, quality
from painpath.measuring.cells import EVERY, PERSONAL, PLACE, Facts, Unit
from painpath.measuring.deprivation import decile_of
from painpath.postgres.among import among
from painpath.referrals.models import (
    Answering,
    Decision,
    DecisionClause,
    InformationRequest,
    Referral,
    SecondScreening,
    SignpostFollowUp,
    Transition,
)
from painpath.referrals.models.sheet import STATES
from painpath.referrals.referring.practice_figures import gaps_of
from painpath.referrals.together.comparing import compared
from painpath.referrals.transitions import OUTCOME_STATES, Outcome, State, working_days_between

QUESTIONS = frozenset({Outcome.ASK_REFERRER, Outcome.ASK_PATIENT, Outcome.SEND_QUESTIONNAIRE})
"""Outcomes by which something is asked: nothing is decided by them yet."""
TELLS_NOTHING = QUESTIONS | {Outcome.WITHDRAW}
"""Outcomes that are no answer to who waits for one: a question, and the patient's own wish."""
OUTCOMES = tuple(outcome.value for outcome in Outcome)
LETTER_STATES = tuple(state.value for state in DispatchState)
ENDS = {
    OUTCOME_STATES[outcome].value: outcome.value
    for outcome in (
        Outcome.ADVISE, Outcome.SIGNPOST, Outcome.REDIRECT, Outcome.NOT_NOW, Outcome.DISCHARGE, Outcome.WITHDRAW,
    )
}  # fmt: skip
"""States in which a referral has ended without acceptance, and the outcome that each stands for."""
AT_THE_DOOR = frozenset({State.RECEIVED.value, State.AWAITING_SCREENING.value})
MONTHS = 6
"""So long after an end a referral may come back and is counted as back: the definition's six months."""
NONE = "none"
"""The group of what is about no criterion."""
SAID = ("no_answer", "yes", "no")


def day(moment: datetime) -> date:
    """The day in London."""
    return moment.astimezone(clock.LONDON).date()


def months_after(on: date, months: int) -> date:
    """The same day so many months later, or the last of that month where it has no such day."""
    from calendar import monthrange

    year, month = divmod(on.month - 1 + months, 12)
    year, month = on.year + year, month + 1
    return date(year, month, min(on.day, monthrange(year, month)[1]))


def gather(service: int, ids: Collection[int], *, today: date) -> tuple[dict[int, Facts], dict[int, date]]:
    """The facts of each of these referrals that is on record; and of those to be counted again by themselves, on which
    day: the six months of an end run out then.

    What was closed as received in error or twice has no units but that its practice reads so.
    """
    rows: dict[int, dict[str, Any]] = {
        row["pk"]: dict(row)
        for row in Referral.objects.filter(pk__in=among(ids)).values(
            "pk", "state", "route", "practice_id", "referrer_id", "received_at", sender=F("referrer__practice_id"),
            **{name: F(f"patient__{name}") for name in quality.OF_PATIENT},
        )
    }  # fmt: skip
    live = {pk: row for pk, row in rows.items() if row["state"] != State.CLOSED_IN_ERROR}
    deciles = decile_of(service, {row["postcode"] for row in live.values() if row["postcode"]})
    gathered = _Gathered(live)
    later: dict[int, date] = {}
    facts = {pk: Facts({}, tuple(practice_feedback.state(row))) for pk, row in rows.items()}
    gaps = gaps_of([pk for pk, row in live.items() if row["sender"]])
    for pk, row in live.items():
        ends, waits = gathered.bounces(pk, today)
        if waits is not None:
            later[pk] = waits
        units = (
            *gathered.units(pk), *ends, quality.unit(row, deciles, day(row["received_at"])),
            *practice_feedback.units(row, gathered.decisions[pk], gaps.get(pk, {})),
        )  # fmt: skip
        facts[pk] = Facts(_groups(row, deciles), units)
    return facts, later


def _groups(row: dict[str, Any], deciles: dict[str, int]) -> dict[str, str]:
    return {
        "r": row["route"] or groups.NOT_KNOWN,
        "p": str(row["practice_id"] or groups.NOT_KNOWN),
        "d": groups.deprivation(deciles.get(row["postcode"] or "")),
        "a": groups.age_band(row["date_of_birth"], day(row["received_at"])),
        "s": groups.sex(row["sex"] or ""),
        "e": groups.ethnicity(row["ethnicity"] or ""),
        "l": groups.language(row["language"] or ""),
        "c": groups.communication_need(
            needs=row["needs"] or (), letter_format=row["letter_format"] or "", interpreter=row["interpreter"] or "",
            words=row["communication_needs"] or "", asked=row["needs_checked_on"] is not None,
        ),
    }  # fmt: skip


def _by_referral(rows: Any, *fields: str) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows.order_by("pk").values("referral_id", "pk", *fields):
        found[row["referral_id"]].append(row)
    return found


class _Gathered:
    """The rows of some referrals, by referral."""

    def __init__(self, live: dict[int, dict[str, Any]]) -> None:
        self.rows = live
        ids = among(live)
        stand = Decision.objects.filter(referral__in=ids, reversal__isnull=True)
        self.decisions = _by_referral(stand, "outcome", "at", "transition_id")
        self.clauses: dict[int, list[str]] = defaultdict(list)
        cited = DecisionClause.objects.filter(decision__in=stand.values("pk")).order_by("pk")
        for decision, criterion in cited.values_list("decision_id", "criterion"):
            self.clauses[decision].append(criterion)
        letters = Letter.objects.filter(referral__in=ids, audience="patient").annotate(
            names=KT("facts__signatory__name"), reaches=KT("facts__signatory__contact"),
            was_overruled=Exists(OverruledCheck.objects.filter(letter=OuterRef("pk"))),
        )  # fmt: skip
        self.letters = {
            row["decision_id"]: row for row in letters.values("decision_id", "names", "reaches", "was_overruled")
        }
        of_letters = Dispatch.objects.filter(referral__in=ids, kind="letter", letter__isnull=False)
        self.dispatches = _by_referral(
            of_letters, "to", "channel", "state", "made_at", "sent_at", "delivered_at",
            "letter__decision_id", "letter__audience",
        )  # fmt: skip
        asked = InformationRequest.objects.filter(referral__in=ids, decision__reversal__isnull=True)
        self.requests = _by_referral(asked, "questionnaire", "items", "asked_at")
        self.answerings: dict[int, list[Any]] = defaultdict(list)
        requests = [row["pk"] for rows in self.requests.values() for row in rows]
        answered = Answering.objects.filter(request__in=among(requests))
        for row in answered.order_by("sent_at", "pk").values("request_id", "channel", "sent_at"):
            self.answerings[row["request_id"]].append(row)
        follow_ups = SignpostFollowUp.objects.filter(
            referral__in=ids, asked_at__isnull=False, decision__reversal__isnull=True
        )
        self.follow_ups = _by_referral(follow_ups, "signpost", "asked_at", "got_there")
        self.readings = {
            one.second.referral_id: one for one in compared(SecondScreening.objects.filter(referral__in=ids))
        }
        reversed_ = Q(decision__reversal__isnull=False)
        moves = Transition.objects.filter(referral__in=ids).exclude(from_state=F("to_state")).exclude(reversed_)
        self.moves = _by_referral(moves, "from_state", "to_state", "at")
        self.followed: dict[int, list[datetime]] = defaultdict(list)
        new = Referral.objects.filter(follows__in=ids).exclude(state=State.CLOSED_IN_ERROR)
        for pk, at in new.values_list("follows_id", "received_at"):
            self.followed[pk].append(at)

    def units(self, pk: int) -> Iterator[Unit]:
        """Everything but ends: those depend on the day of counting."""
        received = day(self.rows[pk]["received_at"])
        yield Unit("volumes", received, shared=EVERY)
        yield from self._told(pk, received)
        for decision in self.decisions[pk]:
            yield from self._decision(decision)
        for request in self.requests[pk]:
            yield from self._request(request)
        for one in self.follow_ups[pk]:
            value = 0 if one["got_there"] is None else 1 if one["got_there"] else 2
            yield Unit(
                "signposts", day(one["asked_at"]), value,
                own={Split.SIGNPOST: (one["signpost"],), Split.STATE: (SAID[value],)},
            )  # fmt: skip
        for one in self.dispatches[pk]:
            yield Unit(
                "letters_by_state", day(one["made_at"]), LETTER_STATES.index(one["state"]),
                own={Split.STATE: (one["state"],), Split.CHANNEL: (one["channel"],)},
            )  # fmt: skip
            if one["state"] in LEFT:
                yield quality.of_letter(day(one["made_at"]), arrived=one["state"] == DispatchState.DELIVERED)
        if reading := self.readings.get(pk):
            finished = reading.second.finished_at or reading.decision.at
            for criterion, (first, second) in sorted(reading.both.items()):
                value = STATES.index(first) * len(STATES) + STATES.index(second)
                yield Unit("kappa", day(finished), value, own={Split.CLAUSE: (criterion,)})

    def _told(self, pk: int, received: date) -> Iterator[Unit]:
        first = next((one for one in self.decisions[pk] if one["outcome"] not in TELLS_NOTHING), None)
        if first is None:
            return
        days = [
            day(moment)
            for one in self.dispatches[pk]
            if one["letter__decision_id"] == first["pk"] and one["letter__audience"] == one["to"] == "patient"
            if (moment := _told_at(one)) is not None
        ]
        if days:
            waited = working_days_between(received, min(days))
            own = {Split.OUTCOME: (first["outcome"],)}
            yield Unit("to_decision", min(days), waited, shared=EVERY, own=own)

    def _decision(self, decision: dict[str, Any]) -> Iterator[Unit]:
        on, outcome = day(decision["at"]), decision["outcome"]
        own = {Split.OUTCOME: (outcome,)}
        yield Unit("outcomes", on, OUTCOMES.index(outcome), shared=EVERY, own=own)
        cited = tuple(self.clauses[decision["pk"]])
        yield Unit("clauses_cited", on, int(bool(cited)))
        if cited:
            yield Unit("clauses_cited", on, 1, own={Split.CLAUSE: cited}, whole=False)
        if outcome not in TELLS_NOTHING:
            yield quality.of_decision(on, cites=bool(cited))
        if letter := self.letters.get(decision["pk"]):
            named = bool((letter["names"] or "").strip() and (letter["reaches"] or "").strip())
            yield Unit("named_person", on, int(named), own=own)
            if outcome == Outcome.NOT_NOW:
                yield Unit("not_now_checklist", on, int(not letter["was_overruled"]))

    def _request(self, request: dict[str, Any]) -> Iterator[Unit]:
        on = day(request["asked_at"])
        if request["questionnaire"]:
            answers = self.answerings[request["pk"]]
            back = [one for one in answers if one["sent_at"] is not None]
            channel = (back or answers or [{"channel": "online"}])[0]["channel"]
            own = {Split.CHANNEL: (channel,)}
            yield Unit("questionnaire_return", on, int(bool(back)), shared=PERSONAL, own=own)
        else:
            about = dict.fromkeys(item.get("criterion") or NONE for item in request["items"]) or {NONE: None}
            yield Unit("information_requests", on, shared=PLACE, own={Split.CLAUSE: tuple(about)})

    def bounces(self, pk: int, today: date) -> tuple[list[Unit], date | None]:
        """Ends without acceptance whose six months are over, and the next day on which some are."""
        over, waits = [], []
        for end in self.moves[pk]:
            if end["to_state"] not in ENDS or end["from_state"] == State.ACCEPTED:
                continue
            until = months_after(day(end["at"]), MONTHS)
            if until > today:
                waits.append(until)
                continue
            back = [
                one["at"]
                for one in self.moves[pk]
                if one["pk"] > end["pk"] and one["from_state"] in ENDS and one["to_state"] in AT_THE_DOOR
            ]
            again = [at for at in self.followed[pk] if at > end["at"]]
            came = any(day(at) <= until for at in (*back, *again))
            over.append(Unit("bounce", until, int(came)))
        return over, min(waits, default=None)


def _told_at(dispatch: dict[str, Any]) -> datetime | None:
    """When this copy of the patient's letter told them: it has left and has not come back; online it was opened."""
    if dispatch["state"] not in LEFT:
        return None
    moment: datetime | None = dispatch["delivered_at"] if dispatch["channel"] == "link" else dispatch["sent_at"]
    return moment
