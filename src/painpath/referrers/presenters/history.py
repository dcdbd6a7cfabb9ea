"""What happened to a referral, for whoever sent it: plain steps. Nothing of what the team says among itself, of second
screenings, alerts or who was given what."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.formats import date_format

from painpath import clock
from painpath.accounts.audit import Actor, Process
from painpath.accounts.models import Membership
from painpath.accounts.roles import REFERRER
from painpath.letters.door import PATIENT_WITH_CODE
from painpath.letters.models import Dispatch, DispatchState
from painpath.letters.outbox import LEFT
from painpath.pathway import Pathway
from painpath.referrals.models import Referral, Transition
from painpath.referrals.transitions import STAFF

STEPS = {
    "receive": "Received",
    "register": "Registered",
    "start_screening": "A clinician began to read it",
    "remind": "A reminder was sent",
    "report_silence": "No answer had come: a person of the team gets in touch",
    "record_reply": "An answer arrived",
    "say_ready": "Back with the clinicians, before the review date",
    "fall_due": "The review date came: back with the clinicians",
    "record_gp_referral": "The GP’s own referral arrived",
    "return_to_screening": "Back with the clinicians for another look",
    "hand_over": "Handed over to the booking team",
    "record_answered": "{who} said that the advice answers the question",
    "record_not_answered": "{who} said that the advice does not answer the question: another clinician looks",
    "still_refer": "{who} said that they still wish to refer: another clinician looks",
    "report_change": "The team was told that something has changed",
    "got_there": "The patient reached the other service",
    "did_not_get_there": "The patient did not reach the other service: back with the clinicians",
    "look_again": "Somebody asked to look again: another clinician looks",
    "reverse": "The decision was taken back: a clinician looks again",
    "merge": "Put together with another referral of the same person",
    "unmerge": "Taken apart from the other referral",
    "withdraw": "Withdrawn by the patient",
    "close_in_error": "Closed: received twice or by mistake",
    "record_death": "Closed",
    "record_move": "Closed: moved away",
    "take_back": "Open again",
}
"""Verb -> what it is for whoever referred; `{who}` is who said it. A verb that is not here is none of theirs."""
_MINE = {"{who} said that they": "You said that you", "{who}": "You"}


@dataclass(frozen=True)
class Step:
    """One line: when, and what."""

    at: datetime
    what: str

    @property
    def when(self) -> str:
        return date_format(self.at.astimezone(clock.LONDON), "j F Y")


def history(referral: Referral, pathway: Pathway, by: Actor) -> list[Step]:
    """Every step that is theirs to see, the newest first, as it is for `by`. Four queries."""
    steps: list[Step] = []
    outcomes = dict(referral.decisions.values_list("transition", "outcome"))
    for row in Transition.objects.filter(referral=referral).select_related("by__user").order_by("number"):
        what = _what(row, outcomes, pathway)
        if "{who}" in what:
            what = _said(what, row, referral, by)
        if what and not (steps and steps[-1].what == what):  # screening stopped and begun again is one reading
            steps.append(Step(row.at, what))
    steps += _sent(referral) + _read(referral)
    return sorted(steps, key=lambda step: step.at, reverse=True)


def _what(row: Transition, outcomes: dict[int, str], pathway: Pathway) -> str:
    if row.pk in outcomes:
        return f"Decided: {pathway.outcome(outcomes[row.pk]).label}"
    if row.verb == "report_change" and row.process == PATIENT_WITH_CODE:
        return ""
    return STEPS.get(row.verb, "")


def _said(what: str, row: Transition, referral: Referral, by: Actor) -> str:
    """Who said it: whoever looks, a colleague of the practice by name, or whoever the referral is from, where the team
    or a code says no more."""
    referrer = referral.referrer
    if row.by is not None and row.by.role == REFERRER:
        mine, name = isinstance(by, Membership) and row.by_id == by.pk, row.by.name
    else:
        own = isinstance(by, Process) or (referrer is not None and referrer.member_id == by.pk)
        mine, name = own, referrer.name if referrer else "The referrer"
    for others, own_words in _MINE.items() if mine else ():
        what = what.replace(others, own_words)
    return what.replace("{who}", name) + (", as the team recorded" if row.by and row.by.role in STAFF else "")


def _sent(referral: Referral) -> list[Step]:
    sent = Dispatch.objects.filter(referral=referral, sent_at__isnull=False, kind__in=("letter", "receipt"))
    whom = {"patient": "to the patient", "gp": "to the GP practice", "referrer": "to the referrer"}
    kinds = {"letter": "Decision letter", "receipt": "Receipt"}
    steps = []
    for one in sent.filter(state__in=LEFT | {DispatchState.RETURNED}):
        what, to = kinds[one.kind], whom.get(one.to, "")
        if one.sent_at:
            steps.append(Step(one.sent_at, f"{what} sent {to}".strip()))
        if one.state == DispatchState.RETURNED and one.returned_at:
            steps.append(Step(one.returned_at, f"{what} {to} came back to us".replace("  ", " ")))
        elif one.delivered_at:
            steps.append(Step(one.delivered_at, f"{what} {to} delivered".replace("  ", " ")))
    return steps


def _read(referral: Referral) -> list[Step]:
    # What the patient reports or answers is between them and the team: nothing here tells that there was anything.
    rows = referral.changes.filter(read_at__isnull=False, side="referrer").select_related("read_by__user")
    return [
        Step(row.read_at, f"{row.read_by.name}, {row.read_by.job}, read what has changed")
        for row in rows
        if row.read_at and row.read_by
    ]
