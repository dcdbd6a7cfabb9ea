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
    Comment,
    ConversationEntry,
    Decision,
    Document,
    Judgement,
    MeetingItem,
    Referral,
    ReportedChange,
    Task,
    Transition,
)
from painpath.referrals.models.following import TASKS
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
        yield Item("change", row.pk, whose[row.referral_id], label, row.at, text)


def _comments(whose: Whose, until: datetime) -> Iterator[Item]:
    for row in Comment.objects.filter(referral__in=whose, at__lte=until).select_related("by__user"):
        yield Item("comment", row.pk, whose[row.referral_id], f"Note of {row.by.name}", row.at, row.text)


def _sheets(whose: Whose, until: datetime) -> Iterator[Item]:
    lines: dict[int, list[str]] = {}
    for row in Judgement.objects.filter(referral__in=whose, at__lte=until).select_related("by__user"):
        names = {one.id: one.name for one in _pathway(whose[row.referral_id]).criteria}
        words = f"{names.get(row.criterion, row.criterion)}: {row.state}. {row.reason}".strip()
        lines.setdefault(row.referral_id, []).append(f"{words} ({row.by.name}, {moment(row.at)})")
    for alert in Alert.objects.filter(referral__in=whose, transcript__document__quarantine__isnull=True):
        words = f"Looked at first, because of the words “{alert.quote}”"
        lines.setdefault(alert.referral_id, []).append(f"{words} ({moment(alert.raised_at)})")
    acted = AlertAction.objects.filter(
        alert__referral__in=whose, at__lte=until, alert__transcript__document__quarantine__isnull=True
    ).select_related("alert")
    for action in acted:
        lines.setdefault(action.alert.referral_id, []).append(f"What was done: {action.action} ({moment(action.at)})")
    for meeting in MeetingItem.objects.filter(referral__in=whose, added_at__lte=until):
        words = f"Meeting of the team: {meeting.question}" + (
            f" Agreed: {meeting.agreed}" if meeting.agreed_at and meeting.agreed_at <= until else ""
        )
        lines.setdefault(meeting.referral_id, []).append(words)
    for pk, said in lines.items():
        yield Item("sheet", pk, whose[pk], "What was made of the criteria", whose[pk].received_at, "\n".join(said))


def _timelines(whose: Whose, until: datetime) -> Iterator[Item]:
    lines: dict[int, list[str]] = {}
    for row in Transition.objects.filter(referral__in=whose, at__lte=until):
        step = f"{VERBS[row.verb].label}, {LABELS[State(row.to_state)].lower()}"
        words = f"{moment(row.at)}: {step}. {row.reason}".strip()
        lines.setdefault(row.referral_id, []).append(words)
    for task in Task.objects.filter(referral__in=whose, made_at__lte=until):
        done = f" Done: {task.done_words}" if task.done_at and task.done_at <= until else ""
        lines.setdefault(task.referral_id, []).append(f"{moment(task.made_at)}: {TASKS[task.kind]}. {task.words}{done}")
    for pk, said in lines.items():
        yield Item("timeline", pk, whose[pk], "What happened, step by step", whose[pk].received_at, "\n".join(said))


_MAKERS = (_documents, _letters, _decisions, _messages, _answers, _changes, _comments, _sheets, _timelines)
