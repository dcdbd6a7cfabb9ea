"""Everything that a copy of a person's record may hold, thing by thing, for a person to read and to say yes or no to.

What is quarantined is another person's, or was: it is never among these.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.formats import date_format

from painpath import clock
from painpath.letters.models import AUDIENCES, Letter
from painpath.pathway import Pathway
from painpath.questionnaires import question_at
from painpath.referrals import pathways
from painpath.referrals.models import (
    Alert,
    AlertAction,
    Answering,
    BrokenGlass,
    Comment,
    ConversationEntry,
    Decision,
    Document,
    Judgement,
    KeptLonger,
    MeetingItem,
    Referral,
    ReportedChange,
    Restriction,
    RetentionHold,
    RightsRequest,
    SecondScreening,
    Task,
    Transition,
)
from painpath.referrals.models.following import TASKS
from painpath.referrals.models.rights import ASKS
from painpath.referrals.models.together import SIDES
from painpath.referrals.questionnaires import library
from painpath.referrals.questionnaires.answering import answers_of
from painpath.referrals.questionnaires.looking import words_of
from painpath.referrals.transitions import LABELS, VERBS, State

KINDS = {
    "document": "Documents as they came",
    "letter": "Letters that were sent",
    "decision": "Decisions",
    "message": "Messages",
    "answers": "Answers to questionnaires",
    "change": "Changes that were reported",
    "comment": "Notes among colleagues",
    "sheet": "What was made of the criteria",
    "timeline": "What happened, step by step",
    "second": "What a second clinician made of it",
    "asked": "What was asked about these data",
    "restriction": "Why the record was closed to most of the team",
    "glass": "Who opened the closed record, and why",
    "hold": "Why nothing may be destroyed",
    "kept": "Why it is kept longer",
}


@dataclass(frozen=True)
class Item:
    """One thing on record: `text` is what it says, for things that are no files."""

    kind: str
    pk: int
    referral: Referral
    label: str
    at: datetime
    text: str = ""
    latest: datetime | None = None
    """When words were added last, of what grows: whoever said yes before has not read those."""

    @property
    def key(self) -> tuple[str, int]:
        return self.kind, self.pk


def moment(value: datetime) -> str:
    """`26 November 2026 at 10:42`, London time."""
    return date_format(value.astimezone(clock.LONDON), r"j F Y \a\t H:i")


def day(value: date) -> str:
    """`26 November 2026`."""
    return date_format(value, "j F Y")


def items(referrals: Sequence[Referral], *, until: datetime | None = None) -> list[Item]:
    """All things of these referrals, by kind and day, without words that came after `until`: nobody has read those for
    the copy. A fixed number of queries; no file is read."""
    latest = until or clock.now()
    by_id = {referral.pk: referral for referral in referrals}
    found = [item for make in _MAKERS for item in make(by_id, latest)]
    order = list(KINDS)
    return sorted(found, key=lambda item: (order.index(item.kind), item.at, item.pk))


Whose = dict[int, Referral]


def _pathway(referral: Referral) -> Pathway:
    return pathways.of(referral.pathway_version)


def _documents(whose: Whose, until: datetime) -> Iterator[Item]:
    for row in Document.objects.filter(referral__in=whose, received_at__lte=until).current().defer("content"):
        yield Item("document", row.pk, whose[row.referral_id], row.name, row.received_at)


def _letters(whose: Whose, until: datetime) -> Iterator[Item]:
    for row in Letter.objects.filter(referral__in=whose, signed_at__lte=until).defer("pdf"):
        label = f"Letter {AUDIENCES[row.audience].replace('To', 'to', 1)}"
        yield Item("letter", row.pk, whose[row.referral_id], label, row.signed_at, row.text)


def _decisions(whose: Whose, until: datetime) -> Iterator[Item]:
    for row in Decision.objects.filter(referral__in=whose, at__lte=until).prefetch_related("clauses"):
        referral = whose[row.referral_id]
        said = [row.reason, row.to_patient, row.to_gp, f"Until: {row.condition}" if row.condition else ""]
        said += [f"Rests on: {clause.published}" for clause in row.clauses.all()]
        label = f"Decision: {_pathway(referral).outcome(row.outcome).label}"
        yield Item("decision", row.pk, referral, label, row.at, "\n".join(filter(None, said)))


def _messages(whose: Whose, until: datetime) -> Iterator[Item]:
    for row in ConversationEntry.objects.filter(referral__in=whose, recorded_at__lte=until):
        text = f"{row.text}\nAbout: {row.question}" if row.question else row.text
        yield Item("message", row.pk, whose[row.referral_id], f"Message: {SIDES[row.side].lower()}", row.at, text)


def _answers(whose: Whose, until: datetime) -> Iterator[Item]:
    for row in (
        Answering.objects.filter(referral__in=whose, saved_at__lte=until)
        .exclude(answers={})
        .select_related("questionnaire")
    ):
        form = library.parsed(row.questionnaire)
        lines = []
        for place, values in answers_of(row).items():
            item = question_at(form, place)
            if item is not None and values:
                lines.append(f"{item.text}: {words_of(item, values)}")
        yield Item("answers", row.pk, whose[row.referral_id], form.title, row.saved_at, "\n".join(lines))


def _changes(whose: Whose, until: datetime) -> Iterator[Item]:
    for row in ReportedChange.objects.filter(referral__in=whose, at__lte=until):
        text = f"{row.words}\nWhat was done: {row.action}" if row.read_at and row.read_at <= until else row.words
        label = f"Reported by the {row.get_side_display().lower()}"
        read = row.read_at if row.read_at and row.read_at <= until else None
        yield Item("change", row.pk, whose[row.referral_id], label, row.at, text, read)


def _comments(whose: Whose, until: datetime) -> Iterator[Item]:
    for row in Comment.objects.filter(referral__in=whose, at__lte=until).select_related("by__user"):
        yield Item("comment", row.pk, whose[row.referral_id], f"Note of {row.by.name}", row.at, row.text)


Lines = dict[int, list[tuple[datetime, str]]]
"""Referral -> lines about it, each with its moment."""


def _grown(kind: str, lines: Lines, whose: Whose) -> Iterator[Item]:
    for pk, said in lines.items():
        text = "\n".join(words for _, words in said)
        yield Item(kind, pk, whose[pk], KINDS[kind], whose[pk].received_at, text, max(at for at, _ in said))


def _sheets(whose: Whose, until: datetime) -> Iterator[Item]:
    lines: Lines = {}
    for row in Judgement.objects.filter(referral__in=whose, at__lte=until).select_related("by__user"):
        names = {one.id: one.name for one in _pathway(whose[row.referral_id]).criteria}
        words = f"{names.get(row.criterion, row.criterion)}: {row.state}. {row.reason}".strip()
        lines.setdefault(row.referral_id, []).append((row.at, f"{words} ({row.by.name}, {moment(row.at)})"))
    raised = Alert.objects.filter(
        referral__in=whose, raised_at__lte=until, transcript__document__quarantine__isnull=True
    )  # fmt: skip
    for alert in raised:
        words = f"Looked at first, because of the words “{alert.quote}” ({moment(alert.raised_at)})"
        lines.setdefault(alert.referral_id, []).append((alert.raised_at, words))
    acted = AlertAction.objects.filter(
        alert__referral__in=whose, at__lte=until, alert__transcript__document__quarantine__isnull=True
    ).select_related("alert")
    for action in acted:
        words = f"What was done: {action.action} ({moment(action.at)})"
        lines.setdefault(action.alert.referral_id, []).append((action.at, words))
    for meeting in MeetingItem.objects.filter(referral__in=whose, added_at__lte=until):
        agreed = meeting.agreed_at if meeting.agreed_at and meeting.agreed_at <= until else None
        words = f"Meeting of the team: {meeting.question}" + (f" Agreed: {meeting.agreed}" if agreed else "")
        lines.setdefault(meeting.referral_id, []).append((agreed or meeting.added_at, words))
    yield from _grown("sheet", lines, whose)


def _timelines(whose: Whose, until: datetime) -> Iterator[Item]:
    lines: Lines = {}
    for row in Transition.objects.filter(referral__in=whose, at__lte=until):
        step = f"{VERBS[row.verb].label}, {LABELS[State(row.to_state)].lower()}"
        words = f"{moment(row.at)}: {step}. {row.reason}".strip()
        lines.setdefault(row.referral_id, []).append((row.at, words))
    for task in Task.objects.filter(referral__in=whose, made_at__lte=until):
        done_at = task.done_at if task.done_at and task.done_at <= until else None
        words = f"{moment(task.made_at)}: {TASKS[task.kind]}. {task.words}"
        words += f" Done: {task.done_words}" if done_at else ""
        lines.setdefault(task.referral_id, []).append((done_at or task.made_at, words))
    yield from _grown("timeline", lines, whose)


def _seconds(whose: Whose, until: datetime) -> Iterator[Item]:
    """Not before it is finished: until then it is blind."""
    for row in SecondScreening.objects.filter(referral__in=whose, finished_at__lte=until):
        at = row.finished_at or row.drawn_at
        agreed = row.resolved_at if row.resolved_at and row.resolved_at <= until else None
        words = _pathway(whose[row.referral_id]).outcome(row.outcome).label if row.outcome else ""
        text = "\n".join(filter(None, (words, row.note, f"Agreed: {row.resolution}" if agreed else "")))
        yield Item("second", row.pk, whose[row.referral_id], KINDS["second"], at, text, agreed)


def _asked(whose: Whose, until: datetime) -> Iterator[Item]:
    rows = RightsRequest.objects.filter(referral__in=whose, at__lte=until).select_related("disagreement")
    for row in rows:
        closed = row.closed_at if row.closed_at and row.closed_at < until else None
        beside = getattr(row, "disagreement", None)
        said = [row.words, row.authority, row.answer if closed else "", beside.words if closed and beside else ""]
        if text := "\n".join(filter(None, said)):
            yield Item("asked", row.pk, whose[row.referral_id], ASKS[row.kind], row.at, text, closed)


def _closings(whose: Whose, until: datetime) -> Iterator[Item]:
    for row in Restriction.objects.filter(referral__in=whose, at__lte=until):
        ended = row.ended_at if row.ended_at and row.ended_at <= until else None
        text = f"{row.get_why_display()}: {row.words}" + (f"\nEnded: {row.ended_why}" if ended else "")
        yield Item("restriction", row.pk, whose[row.referral_id], "Closed to most of the team", row.at, text, ended)
    for one in BrokenGlass.objects.filter(referral__in=whose, at__lte=until).select_related("by__user"):
        seen = one.reviewed_at if one.reviewed_at and one.reviewed_at <= until else None
        text = f"{one.get_why_display()}: {one.words}" + (f"\nWhat was found: {one.review}" if seen else "")
        yield Item("glass", one.pk, whose[one.referral_id], f"Opened by {one.by.name}", one.at, text, seen)


def _keepings(whose: Whose, until: datetime) -> Iterator[Item]:
    for row in RetentionHold.objects.filter(referral__in=whose, at__lte=until):
        ended = row.ended_at if row.ended_at and row.ended_at <= until else None
        text = row.reason + (f"\nEnded: {row.ended_reason}" if ended else "")
        yield Item("hold", row.pk, whose[row.referral_id], "Put on hold", row.at, text, ended)
    for one in KeptLonger.objects.filter(referral__in=whose, at__lte=until):
        yield Item("kept", one.pk, whose[one.referral_id], f"Kept until {day(one.until)}", one.at, one.reason)


_MAKERS = (
    _documents, _letters, _decisions, _messages, _answers, _changes, _comments, _sheets, _timelines, _seconds, _asked,
    _closings, _keepings,
)  # fmt: skip
