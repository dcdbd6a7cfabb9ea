"""What was reported as changed, for the team: on the referral, on top of what is to do, on the timeline."""

from dataclasses import dataclass

from django.http import QueryDict
from django.urls import reverse

from painpath import clock
from painpath.accounts.models import Membership
from painpath.accounts.roles import CLINICIAN
from painpath.letters.door import WITH_CODE
from painpath.referrals import pathways
from painpath.referrals.models import Referral, ReportedChange
from painpath.referrals.referring.changing import unread
from painpath.triage.forms import ActOnAlert
from painpath.triage.presenters.events import Event
from painpath.triage.presenters.following import Row
from painpath.triage.presenters.words import moment, person

PREFIX = "change"


@dataclass(frozen=True)
class Change:
    """One report on the referral's page. `action` says what was done; empty while nobody has read it."""

    pk: int
    kind: str
    words: str
    about: str
    due: str
    overdue: bool
    action: str
    form: ActOnAlert | None


def on_referral(referral: Referral, by: Membership, sent: tuple[int, ActOnAlert] | None = None) -> list[Change]:
    """Every report about this referral, those to be read first; with the form for who may close it. One query."""
    rows = list(referral.changes.select_related("by__user", "read_by__user"))
    return [_change(row, referral, by, sent) for row in sorted(rows, key=lambda row: (row.read_at is not None, row.pk))]


def _change(row: ReportedChange, referral: Referral, by: Membership, sent: tuple[int, ActOnAlert] | None) -> Change:
    form = None
    if row.read_at is None and by.role == CLINICIAN:
        form = sent[1] if sent and sent[0] == row.pk else form_of(row.pk)
    action = ""
    if row.read_at is not None:
        action = f"{row.action} ({person(row.read_by)}, {moment(row.read_at)})"
    return Change(
        row.pk, _kind(row, referral), row.words, f"{_who(row)}, {moment(row.at)}", moment(row.due_at),
        row.read_at is None and row.due_at <= clock.now(), action, form,
    )  # fmt: skip


def form_of(pk: int, data: QueryDict | None = None) -> ActOnAlert:
    """The form by which a clinician closes this report."""
    return ActOnAlert(data, prefix=f"{PREFIX}-{pk}")


def to_do(by: Membership) -> list[tuple[ReportedChange, Row]]:
    """What nobody has read yet, on top of everybody's list, with its clock. Two queries."""
    return [(row, _row(row, by)) for row in unread(by)]


def _row(row: ReportedChange, by: Membership) -> Row:
    referral = row.referral
    page = reverse("triage:referral", args=[referral.reference])
    return Row(
        "Something has changed", f"{_kind(row, referral)}: “{row.words}”", moment(row.due_at),
        row.due_at <= clock.now(), owner="The clinicians",
        link=f"{page}#change-{row.pk}" if by.role == CLINICIAN else "",
        link_text="Read it and say what was done", referral=page,
        patient=referral.patient.name if referral.patient else "Not registered yet",
    )  # fmt: skip


def change_events(referral: Referral) -> list[Event]:
    """That a report went further, and that it was read; that it came is a step of the referral itself."""
    events = []
    for row in referral.changes.select_related("read_by__user"):
        if row.escalated_at is not None:
            words = ("The clinicians and managers were told.",)
            events.append(
                Event(row.escalated_at, "Nobody had read in time what has changed", person(None, "calendar"), words)
            )
        if row.read_at is not None:
            events.append(Event(row.read_at, "Read: something has changed", person(row.read_by), (row.action,)))
    return events


def _kind(row: ReportedChange, referral: Referral) -> str:
    try:
        return pathways.of(referral.pathway_version).referring.change(row.kind).words
    except KeyError:
        return "Something has changed"


def _who(row: ReportedChange) -> str:
    return person(row.by) if row.by else person(None, WITH_CODE)
