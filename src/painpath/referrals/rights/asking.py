"""Somebody asks for a copy of what is held about them, or says that something is wrong: recorded, due in a month."""

import calendar
from datetime import date

from django.db import transaction
from django.db.models import QuerySet

from painpath import clock
from painpath.accounts import audit
from painpath.accounts.holding import held
from painpath.accounts.models import Membership
from painpath.accounts.roles import ADMINISTRATOR, MANAGER, TEAM_ROLES
from painpath.referrals.models import Referral, RightsRequest
from painpath.referrals.models.rights import ASKED_BY, ASKS
from painpath.referrals.moves import check_current, lock
from painpath.referrals.refusal import Refused
from painpath.referrals.restricting import closed_to
from painpath.referrals.todo import give_task
from painpath.referrals.transitions import is_working_day

TASKS = {
    "access": (
        "subject_access",
        "Somebody asks for a copy of what is held. Read each thing, say whether it goes into the copy, and give it.",
    ),
    "rectification": (
        "rectification", "Somebody says that something on record is wrong. Look into it and answer them.",
    ),
}  # fmt: skip
GIVES = frozenset({ADMINISTRATOR, MANAGER})
"""Who may give a copy: everybody of the team may record that one was asked for, and answer that something is wrong."""


def due_after(received: date) -> date:
    """The last day on which a request may be answered: the same day of the next month, or the last of that month where
    there is none; on a weekend or bank holiday, the next working day.

    UK GDPR, Article 12(3): one month from receipt. Counted as the Information Commissioner's guidance on the time limit
    of the right of access counts it (from the day of receipt, corresponding day of the next month, next working day).
    """
    year, month = (received.year + 1, 1) if received.month == 12 else (received.year, received.month + 1)
    day = date(year, month, min(received.day, calendar.monthrange(year, month)[1]))
    while not is_working_day(day):
        day = date.fromordinal(day.toordinal() + 1)
    return day


def of_the_person(referral: Referral) -> "QuerySet[Referral]":
    """Every referral of the same person in this service; this one alone while nobody is registered."""
    rows = Referral.objects.filter(service_id=referral.service_id)
    rows = rows.filter(patient=referral.patient_id) if referral.patient_id else rows.filter(pk=referral.pk)
    return rows.select_related("patient", "pathway_version").defer("pathway_version__content").order_by("pk")


def requests_of(referral: Referral, *, by: Membership) -> "QuerySet[RightsRequest]":
    """What was asked about this person, the latest first; not what stands on a record of theirs that is closed."""
    rows = RightsRequest.objects.filter(referral__in=of_the_person(referral).values("pk"))
    rows = rows.exclude(referral__in=closed_to(by))
    return rows.select_related("by__user", "closed_by__user", "referral").order_by("-pk")


def check_team(by: Membership) -> None:
    """Raise `Refused` unless `by` works in the service."""
    if by.role not in TEAM_ROLES:
        raise Refused("Only somebody of the team can do this.")
    check_current(by)


def check_gives(by: Membership) -> None:
    """Raise `Refused` unless `by` may give a copy of a record."""
    if by.role not in GIVES:
        raise Refused("Only an administrator or a manager can do this.")
    check_current(by)


@transaction.atomic
def record_request(
    *, referral: Referral, by: Membership, kind: str, received_on: date, asked_by: str, words: str = "",
    authority: str = "", identity_how: str = "",
) -> RightsRequest:  # fmt: skip
    """Record what somebody asks about a person's data. Due in one month from the day on which it came, on To do.

    The same twice, while the first is open, is one. Raises `Refused`.
    """
    check_team(by)
    referral = lock(referral)
    words, authority, identity_how = words.strip(), authority.strip(), identity_how.strip()
    if kind not in ASKS or asked_by not in ASKED_BY:
        raise ValueError(f"{kind} by {asked_by} cannot be asked")
    if referral.patient_id is None:
        raise Refused("Register this referral first: nobody knows yet whose record it is.")
    if received_on > clock.today():
        raise Refused("The day on which it came cannot be in the future.")
    if asked_by == "other" and not authority:
        raise Refused("Say who asks for the patient, and by which authority.")
    if kind == "rectification" and not words:
        raise Refused("Say what is wrong, and what is right, in their words.")
    same = referral.rights_requests.filter(kind=kind, received_on=received_on, words=words, closed_at__isnull=True)
    if (before := same.first()) is not None:
        return before
    due_on = due_after(received_on)
    task, sentence = TASKS[kind]
    request = RightsRequest.objects.create(
        service_id=referral.service_id, referral=referral, kind=kind, asked_by=asked_by, authority=authority,
        identity_how=identity_how, words=words, received_on=received_on, due_on=due_on, by=by, at=clock.now(),
        task=give_task(referral, task, sentence, by=by, role=ADMINISTRATOR, due_on=due_on),
    )  # fmt: skip
    audit.record(by, "rights.ask", referral, request=request.pk, kind=kind, due_on=due_on.isoformat())
    return request


def lock_request(request: RightsRequest) -> RightsRequest:
    """The request as it stands, held until the transaction ends. Raises `Refused` when somebody has answered it."""
    lock(Referral(pk=request.referral_id))
    rows = RightsRequest.objects.select_related("task", "referral", "closed_by__user")
    found = held(rows.filter(pk=request.pk)).get()
    if found.closed_by is not None:
        raise Refused(f"{found.closed_by.name} has answered this request already.")
    return found


def close_request(request: RightsRequest, *, by: Membership, outcome: str, answer: str) -> RightsRequest:
    """Answer a locked request, and with it the thing to do, inside the transaction of what was done."""
    request.outcome, request.answer = outcome, answer
    request.closed_at, request.closed_by = clock.now(), by
    request.save(update_fields=["outcome", "answer", "closed_at", "closed_by", "harm_judged_by", "identity_how"])
    task = request.task
    task.done_at, task.done_by, task.done_words = request.closed_at, by, request.get_outcome_display()
    task.save(update_fields=["done_at", "done_by", "done_words"])
    audit.record(by, "rights.answer", request.referral, request=request.pk, outcome=outcome)
    audit.record(by, "task.do", task, kind=task.kind)
    return request


@transaction.atomic
def withdraw_request(*, request: RightsRequest, by: Membership, answer: str) -> RightsRequest:
    """Whoever asked does not want it any more. Raises `Refused`."""
    check_team(by)
    request = lock_request(request)
    if not answer.strip():
        raise Refused("Say who told you that it is not wanted any more, and how.")
    return close_request(request, by=by, outcome="withdrawn", answer=answer.strip())
