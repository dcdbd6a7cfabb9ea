"""What follows a decision, for people: what is asked, what is to be done, and the lines of the timeline about it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, TypeVar

from django.core.paginator import Page
from django.urls import reverse

from painpath import clock
from painpath.accounts.models import Membership
from painpath.accounts.roles import CLINICIAN
from painpath.pathway import Pathway
from painpath.referrals.arriving.needs import communication_of
from painpath.referrals.decisions.reversing import ASKERS
from painpath.referrals.models import (
    Decision,
    InformationRequest,
    Referral,
    SignpostFollowUp,
    Task,
    Transition,
)
from painpath.referrals.models.following import ASKED, TASKS
from painpath.referrals.restricting import HIDDEN, closed_to
from painpath.referrals.todo import ANSWERED
from painpath.referrals.together.second import blind_to
from painpath.referrals.transitions import STAFF, State
from painpath.referrals.verbs import READY
from painpath.triage.presenters import needs
from painpath.triage.presenters.words import BLIND, day

_OfReferral = TypeVar("_OfReferral", Task, SignpostFollowUp)


@dataclass(frozen=True)
class Row:
    """Something that somebody has to do, or is waited for."""

    what: str
    words: str
    due: str
    overdue: bool
    owner: str = ""
    link: str = ""
    link_text: str = ""
    referral: str = ""
    patient: str = ""
    needs: str = ""
    """Communication needs in a few words: whoever gets in touch from a list must know them."""


def following(referral: Referral, by: Membership) -> list[Row]:
    """What is asked, followed up and to do about one referral. Three queries at most."""
    rows: list[Row] = []
    if not referral.lacks("task"):
        tasks = Task.objects.filter(referral=referral, done_at__isnull=True).select_related("owner__user")
        rows += [task(_known(row, referral), by) for row in tasks]
    if not referral.lacks("request"):
        rows += [_asked(row) for row in InformationRequest.objects.filter(referral=referral, closed_at__isnull=True)]
    if not referral.lacks("follow_up"):
        follow_ups = SignpostFollowUp.objects.filter(referral=referral, answered_at__isnull=True)
        rows += [follow_up(_known(row, referral), by) for row in follow_ups]
    return rows


def _known(row: _OfReferral, referral: Referral) -> _OfReferral:
    """The row with the referral that is here already."""
    row.referral = referral
    return row


def _asked(row: InformationRequest) -> Row:
    asked = "the questionnaire" if row.questionnaire else " ".join(_item(item) for item in row.items)
    reminded = f", reminded on {day(row.reminded_at)}" if row.reminded_at else ""
    return Row(
        f"Asked: {ASKED[row.of].lower()}", f"On {day(row.asked_at)}{reminded}: {asked}", day(row.due_on),
        row.due_on < clock.today(), owner=ASKED[row.of],
    )  # fmt: skip


def _item(item: dict[str, str]) -> str:
    return f"{item['words']} (answered: “{item['answer']}”)" if item.get("answer") else item["words"]


def task(row: Task, by: Membership) -> Row:
    """A thing to do; its page is offered to those who may say that it is done (`todo.check_do`)."""
    may = by.role in STAFF and (by.role == CLINICIAN or row.owner_role != CLINICIAN)
    owner = (
        row.owner.name if row.owner else {"administrator": "The administrators"}.get(row.owner_role, "The clinicians")
    )
    link, words = reverse("triage:task", args=[row.referral.reference, row.pk]), "Say that it is done"
    if row.kind in ANSWERED:
        link, words = reverse("triage:rights", args=[row.referral.reference]), "See what is asked"
    return Row(
        TASKS[row.kind], row.words, day(row.due_on), row.due_on < clock.today(), owner=owner,
        link=link if may or row.kind in ANSWERED else "", link_text=words,
        referral=reverse("triage:referral", args=[row.referral.reference]), patient=_patient(row.referral),
        needs=needs_in_short(row.referral),
    )  # fmt: skip


def follow_up(row: SignpostFollowUp, by: Membership) -> Row:
    """A question that is open: did they get there? Its page is offered to those who may answer it."""
    asked = f"Asked on {day(row.asked_at)}." if row.asked_at else f"We ask on {day(row.ask_on)}."
    return Row(
        f"Did they get there? {row.name}", asked, day(row.ask_on), row.ask_on < clock.today(),
        link=reverse("triage:follow-up", args=[row.referral.reference, row.pk]) if by.role in STAFF else "",
        link_text="Record the answer", referral=reverse("triage:referral", args=[row.referral.reference]),
        patient=_patient(row.referral), needs=needs_in_short(row.referral),
    )  # fmt: skip


def unseen(rows: "Sequence[tuple[Task | SignpostFollowUp, Row]]", by: Membership) -> list[Row]:
    """These rows, without what they say of a referral that `by` is screening blind, or that is closed to them. Two
    queries."""
    blind, closed = blind_to(by), closed_to(by)
    found = [
        (of, replace(row, what="Something about a referral", words=BLIND, link="") if of.referral_id in blind else row)
        for of, row in rows
    ]
    return [closed_row(row) if of.referral_id in closed else row for of, row in found]


def closed_row(row: Row) -> Row:
    """The same about a restricted record: by when, and the way to its page, which asks why somebody needs it."""
    return replace(row, what="Something about a restricted record", words="", link="", patient=HIDDEN, needs="")


def needs_in_short(referral: Referral) -> str:
    """What somebody needs, for a row that names them; empty for nothing, or nobody yet."""
    return needs.short(referral.patient, communication_of(referral)) if referral.patient else ""


def _patient(referral: Referral) -> str:
    return referral.patient.name if referral.patient else "Not registered yet"


def paged(page: "Page[Any]") -> dict[str, str]:
    """Addresses of the pages before and after, empty where there is none. They keep nothing else."""
    return {
        "previous": f"?page={page.previous_page_number()}" if page.has_previous() else "",
        "next": f"?page={page.next_page_number()}" if page.has_next() else "",
    }


def facts(referral: Referral, pathway: Pathway) -> list[tuple[str, str]]:
    """What decisions have left with a referral, for the top of its pages."""
    priorities = {one.id: one.name for one in pathway.priorities}
    delay = referral.decisions.last() if referral.state == State.DELAYED else None
    return [
        ("Priority", priorities.get(referral.priority, referral.priority)),
        ("Waits until", delay.condition if delay else ""),
        ("Watched by", delay.watcher if delay else ""),
        ("Clock started", day(referral.clock_started_on)),
        ("Waits for", "The GP's own referral" if referral.awaits_referral and referral.state == State.ACCEPTED else ""),
        ("To be looked at again", f"By a clinician other than {referral.not_by.name}" if referral.not_by else ""),
    ]


_TOLD = {
    "told": "Who was told",
    "relationship": "Relationship or authority",
    "ubrn": "UBRN",
    "on": "On",
    "name": "Service",
    "words": "In their words",
}


def step_lines(step: Transition) -> list[str]:
    """What a step of the timeline says besides its reason."""
    lines = []
    found = step.facts
    if who := found.get("asked_by") or found.get("said_by"):
        lines.append(f"Who: {(ASKERS | READY | {'patient': 'The patient'}).get(who, who)}")
    if of := found.get("of"):
        lines.append(ASKED.get(of, of))
    if given_up := found.get("without"):
        lines.append(f"Without waiting for: {', '.join(ASKED[one].lower() for one in given_up)}")
    if step.verb not in ("hand_over", "assign"):
        lines += [f"{label}: {_plain(found[name])}" for name, label in _TOLD.items() if found.get(name)]
    return lines


def _plain(value: str) -> str:
    """A date as people write it; anything else as it is."""
    try:
        return day(date.fromisoformat(value))
    except ValueError:
        return value


def decision_lines(decision: Decision) -> list[str]:
    """What a signed decision holds that only its outcome needs."""
    found = decision.details
    lines = []
    if "priority" in found:
        lines.append(f"Priority: {found['priority']}")
    if found.get("wait") == "range":
        lines.append(f"Wait: {found['wait_from']} to {found['wait_to']} weeks, as of {_plain(found['wait_as_of'])}")
    elif found.get("wait"):
        lines.append("Wait: nobody can say yet")
    if "target_service" in found:
        lines.append(f"To: {found['target_service']}")
    if found.get("asked_by"):
        name = " ".join(filter(None, (found.get("asked_by_name", ""), found.get("asked_by_relationship", ""))))
        lines.append(f"At the wish of: {name or 'the patient'}")
    if "adjustments_offered" in found:
        lines.append(f"Adjustments offered: {found['adjustments_offered']}")
    return lines
