"""What was reported as changed, for the team: on the referral, on top of what is to do, on the timeline."""

from dataclasses import dataclass
from datetime import datetime

from django.http import QueryDict
from django.urls import reverse

from painpath import clock
from painpath.accounts.models import Membership
from painpath.accounts.roles import CLINICIAN, ROLES
from painpath.letters.door import PATIENT_WITH_CODE, WITH_CODE
from painpath.referrals import pathways
from painpath.referrals.models import Referral, ReportedChange
from painpath.referrals.referring.changing import kinds, unread
from painpath.referrals.referring.going_further import AT_ONCE, LATE, SAFETY_ANSWER
from painpath.referrals.referring.patient_acts import ACTS
from painpath.referrals.restricting import closed_to
from painpath.referrals.staff_mail import NOBODY
from painpath.triage.forms import ActOnAlert
from painpath.triage.presenters.events import Event
from painpath.triage.presenters.following import Row, closed_row, needs_in_short
from painpath.triage.presenters.words import moment, person

PREFIX = "change"
ANSWERED = "An answer to a question about safety"
"""Never a level of risk: the question and the answer stand there, and a clinician judges."""


@dataclass(frozen=True)
class Change:
    """One report on the referral's page. `action` says what was done; empty while nobody has read it."""

    pk: int
    heading: str
    words: str
    about: str
    due: str
    overdue: bool
    action: str
    form: ActOnAlert | None


def on_referral(referral: Referral, by: Membership, sent: tuple[int, ActOnAlert] | None = None) -> list[Change]:
    """Every report about this referral, those to be read first; with the form for who may close it. One query."""
    if referral.lacks("change"):
        return []
    rows = list(referral.changes.select_related("by__user", "read_by__user", "owner__user"))
    return [_change(row, referral, by, sent) for row in sorted(rows, key=lambda row: (row.read_at is not None, row.pk))]


def _change(row: ReportedChange, referral: Referral, by: Membership, sent: tuple[int, ActOnAlert] | None) -> Change:
    form = None
    if row.read_at is None and by.role == CLINICIAN:
        form = sent[1] if sent and sent[0] == row.pk else form_of(row.pk)
    duty = f". On duty: {person(row.owner)}" if row.owner and row.read_at is None else ""
    if AT_ONCE in row.facts.get("unsent", ()) and row.read_at is None:
        duty += f". {NOBODY.removesuffix('.')}"
    action = ""
    if row.read_at is not None:
        action = f"{row.action} ({person(row.read_by)}, {moment(row.read_at)})"
    return Change(
        row.pk, _heading(row, referral), _words(row), f"{_who(row)}, {moment(row.at)}{duty}", moment(row.due_at),
        row.read_at is None and row.due_at <= clock.now(), action, form,
    )  # fmt: skip


def form_of(pk: int, data: QueryDict | None = None) -> ActOnAlert:
    """The form by which a clinician closes this report."""
    return ActOnAlert(data, prefix=f"{PREFIX}-{pk}")


def to_do(by: Membership) -> list[tuple[ReportedChange, Row]]:
    """What nobody has read yet, on top of everybody's list, with its clock. Three queries."""
    closed = closed_to(by)
    rows = [(row, _row(row, by)) for row in unread(by)]
    # That somebody waits to be read, and until when, is for everybody; what they said is not.
    return [(one, closed_row(row) if one.referral_id in closed else row) for one, row in rows]


def _row(row: ReportedChange, by: Membership) -> Row:
    referral = row.referral
    page = reverse("triage:referral", args=[referral.reference])
    answered = row.kind == SAFETY_ANSWER
    return Row(
        ANSWERED if answered else "The patient has told us" if row.side == "patient" else "Something has changed",
        _words(row) if answered else f"{_kind(row, referral)}: “{_words(row)}”", moment(row.due_at),
        row.due_at <= clock.now(), owner=row.owner.name if row.owner else "The clinicians",
        link=f"{page}#change-{row.pk}" if by.role == CLINICIAN else "",
        link_text="Read it and say what was done", referral=page,
        patient=referral.patient.name if referral.patient else "Not registered yet", needs=needs_in_short(referral),
    )  # fmt: skip


def change_events(referral: Referral) -> list[Event]:
    """That a report went further, and that it was read; that it came is a step of the referral itself. Nobody stands
    there as told whom no e-mail could reach."""
    if referral.lacks("change"):
        return []
    events = []
    for row in referral.changes.select_related("read_by__user"):
        unsent = row.facts.get("unsent", ())
        what = "an answer about safety" if row.kind == SAFETY_ANSWER else "what has changed"
        if AT_ONCE in unsent:
            events.append(Event(row.at, f"No email could be sent about {what}", person(None, "calendar"), (NOBODY,)))
        for told in row.facts.get("told", ()):
            who = " and ".join(f"{ROLES[role].lower()}s" for role in told["roles"])
            words = (NOBODY if told["step"] in unsent else f"Emails to the {who} were queued.",)
            at = datetime.fromisoformat(told["at"])
            events.append(Event(at, f"Nobody had read yet {what}", person(None, "calendar"), words))
        if row.escalated_at is not None:
            words = (NOBODY if LATE in unsent else "Emails to the clinicians and managers were queued.",)
            events.append(Event(row.escalated_at, f"Nobody had read in time {what}", person(None, "calendar"), words))
        if row.read_at is not None:
            what = "an answer about safety" if row.kind == SAFETY_ANSWER else "something has changed"
            events.append(Event(row.read_at, f"Read: {what}", person(row.read_by), (row.action,)))
    return events


def _words(row: ReportedChange) -> str:
    """What was reported; of an answer also what became of it before anybody had read it."""
    later = [
        f"Changed on {moment(datetime.fromisoformat(one['at']))} to: {one['answer']}"
        for one in row.facts.get("later", ())
    ]
    said_by = [f"Said for the patient by {name}, as they say."] if (name := row.facts.get("said_by")) else []
    return "\n".join([row.words, *said_by, *later])


def _heading(row: ReportedChange, referral: Referral) -> str:
    if row.kind == SAFETY_ANSWER:
        return ANSWERED
    told = "The patient has told us" if row.side == "patient" else "Something has changed"
    return f"{told}: {_kind(row, referral)}"


def _kind(row: ReportedChange, referral: Referral) -> str:
    if row.side == "patient" and row.kind in ACTS:
        return ACTS[row.kind]
    return kinds(pathways.of(referral.pathway_version), row.side).get(row.kind, "Something has changed")


def _who(row: ReportedChange) -> str:
    if program := row.facts.get("program"):
        return str(program)
    return person(row.by) if row.by else person(None, PATIENT_WITH_CODE if row.side == "patient" else WITH_CODE)
