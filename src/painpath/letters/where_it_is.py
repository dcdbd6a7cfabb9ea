"""Where a referral is, in plain words for the person whose it is: on their own page, and printed for them.

Nothing of what the team says and does among itself is here: no discussion, comment, reader's state, alert, second
screening, task or name of whoever has it; nothing that the referrer wrote. A step is shown only when the pathway has
plain words for it (`PatientStatus.steps`). Of what they told us themselves an answer about safety is left out: the page
may be open before others.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from painpath import clock
from painpath.letters.channels import MOVED_ON, NOT_THEIRS
from painpath.letters.models import Dispatch, DispatchState, Letter
from painpath.letters.outbox import LEFT
from painpath.pathway import Pathway
from painpath.referrals.models import Decision, InformationRequest, Referral, ReportedChange, Transition
from painpath.referrals.referring.answering import unanswered
from painpath.referrals.referring.going_further import SAFETY_ANSWER
from painpath.referrals.transitions import State


@dataclass(frozen=True)
class Awaited:
    """Something that somebody is asked, by when. Only the patient's own questions are shown."""

    mine: bool
    by: str
    late: bool
    questions: tuple[str, ...] = ()
    questionnaire: bool = False
    asked: int = 0
    """The key of the request."""


@dataclass(frozen=True)
class Decided:
    """A decision in plain words, with who made it, why, and the letter that tells of it."""

    what: str
    on: str
    name: str
    role: str
    contact: str
    why: tuple[tuple[str, tuple[str, ...]], ...]
    """Paragraphs of the letter: (text, items of a list)."""
    letter: int | None
    taken_back: str


@dataclass(frozen=True)
class Step:
    """One line of the timeline."""

    at: datetime
    what: str

    @property
    def when(self) -> str:
        return day(self.at)


@dataclass(frozen=True)
class Told:
    """What the patient told us, and whether a clinician has read it."""

    at: datetime
    what: str
    due: str
    """Until when it is read."""
    read_at: datetime | None


@dataclass(frozen=True)
class Where:
    """Everything about one referral that is for the person whose it is."""

    state: str
    name: str
    now: str
    next: str
    late: bool
    changed: str
    awaited: tuple[Awaited, ...]
    decisions: tuple[Decided, ...]
    told: tuple[Told, ...]
    steps: tuple[Step, ...]


def day(value: date | datetime) -> str:
    """`26 November 2026`, in London."""
    return date_format(value.astimezone(clock.LONDON) if isinstance(value, datetime) else value, "j F Y")


def moment(value: datetime) -> str:
    """`17:00 on 26 November 2026`, in London."""
    here = value.astimezone(clock.LONDON)
    return _("{time} on {day}").format(time=date_format(here, "H:i"), day=date_format(here, "j F Y"))


def where_it_is(referral: Referral, pathway: Pathway) -> Where:
    """The page of this referral, in the words of this pathway (which may be translated).

    At most eight queries, whatever the length of the history: what the referral lacks is not asked for.
    """
    words = pathway.patient_status.state(referral.state)
    waits = _awaited(referral)
    own = next((one.by for one in waits if one.mine), "")
    told = _told(referral)
    due = own if referral.state == State.AWAITING_PATIENT and own else day(referral.due_on) if referral.due_on else ""
    decided, outcomes = _decisions(referral, pathway)
    steps = _steps(referral, pathway, outcomes) + _sent(referral) + _of_what_was_told(told)
    steps.sort(key=lambda step: step.at, reverse=True)
    return Where(
        state=referral.state, name=words.plain_name, now=words.plain_now, next=after_this(words.plain_next, due),
        late=referral.is_open and referral.due_on is not None and referral.due_on < clock.today(),
        changed=day(steps[0].at if steps else referral.received_at), awaited=tuple(waits), decisions=tuple(decided),
        told=tuple(told), steps=tuple(steps),
    )  # fmt: skip


def after_this(text: str, due: str) -> str:
    """The sentences, without those that name a day where none is set."""
    sentences = re.split(r"(?<=[.!?])\s+", text)
    return " ".join(one.replace("{due}", due) for one in sentences if due or "{due}" not in one)


def _awaited(referral: Referral) -> list[Awaited]:
    """The patient's own first. Of the referrer only that something is asked: what, is between them and the team."""
    found = []
    open_now = InformationRequest.objects.filter(referral=referral, closed_at__isnull=True)
    for row in () if referral.lacks("request") else open_now:
        mine = row.of == "patient"
        questions = tuple(unanswered(row).values()) if mine and not row.questionnaire else ()
        late = row.due_on < clock.today()
        found.append(Awaited(mine, day(row.due_on), late, questions, mine and bool(row.questionnaire), row.pk))
    return sorted(found, key=lambda one: not one.mine)


def _decisions(referral: Referral, pathway: Pathway) -> tuple[list[Decided], dict[int, str]]:
    """Every decision, the newest first; and outcomes by their transition."""
    if referral.lacks("decision"):
        return [], {}
    rows = Decision.objects.filter(referral=referral).select_related("by__user", "reversal").order_by("-pk")
    letters = {letter.decision_id: letter for letter in letters_of(referral)}
    found, outcomes = [], {}
    for row in rows:
        outcomes[row.transition_id] = row.outcome
        letter = letters.get(row.pk)
        found.append(
            Decided(
                what=pathway.outcome(row.outcome).plain,
                on=day(row.at),
                name=row.by.name,
                role=row.by.job,
                contact=row.by.contact,
                why=tuple(_why(letter)) if letter else (),
                letter=letter.pk if letter else None,
                taken_back=day(row.reversal.at) if hasattr(row, "reversal") else "",
            )
        )
    return found, outcomes


def _why(letter: Letter) -> list[tuple[str, tuple[str, ...]]]:
    sections: list[dict[str, Any]] = letter.facts.get("sections", [])
    parts = [part for section in sections if section["purpose"] == "reason" for part in section["parts"]]
    return [(part["text"], tuple(part["items"])) for part in parts]


def letters_of(referral: Referral) -> list[Letter]:
    """The patient's letters that they may open here: those that have left, or are on their way.

    One that was stopped is not theirs to read, nor yet one that waits for a person because the referral has moved on
    since, or because a document of somebody else was filed there. Two queries.
    """
    letters = Letter.objects.filter(referral=referral, audience="patient").defer("pdf", "text").order_by("pk")
    sent: dict[int | None, Dispatch] = {}
    for one in Dispatch.objects.filter(referral=referral, to="patient", kind="letter").order_by("pk"):
        sent[one.letter_id] = one
    return [letter for letter in letters if letter.pk in sent and _may_be_read(sent[letter.pk])]


def _may_be_read(dispatch: Dispatch) -> bool:
    held = dispatch.state == DispatchState.HELD and any(why in dispatch.why for why in (MOVED_ON, NOT_THEIRS))
    return dispatch.state != DispatchState.CANCELLED and not held


def _steps(referral: Referral, pathway: Pathway, outcomes: dict[int, str]) -> list[Step]:
    found: list[Step] = []
    for row in Transition.objects.filter(referral=referral).only("at", "verb").order_by("number"):
        what = pathway.outcome(outcomes[row.pk]).plain if row.pk in outcomes else pathway.patient_status.step(row.verb)
        if what and not (found and found[-1].what == what):  # screening stopped and begun again is one reading
            found.append(Step(row.at, what))
    return found


def _sent(referral: Referral) -> list[Step]:
    words = {"letter": _("We sent you a letter."), "signpost_question": _("We asked you if you got to the other help.")}
    rows = Dispatch.objects.filter(referral=referral, to="patient", sent_at__isnull=False, kind__in=words)
    found = []
    for row in rows.filter(state__in=LEFT | {DispatchState.RETURNED}):
        online = row.channel == "link"
        what = _("We put a letter for you online, and told you.") if online else words[row.kind]
        if "online" in row.facts:
            what = _("We sent you the same letter by post.")
        if row.sent_at:
            found.append(Step(row.sent_at, what))
        if row.state == DispatchState.RETURNED and row.returned_at:
            found.append(
                Step(row.returned_at, _("A letter to you came back to us. Please tell us where you live now."))
            )
        elif row.delivered_at and row.kind == "letter":
            arrived = _("You opened our letter.") if online else _("Our letter got to you.")
            found.append(Step(row.delivered_at, arrived))
    return found


def _acts() -> dict[str, str]:
    return {
        "ready": _("You think you are ready now"),
        "look_again": _("Please look again"),
        "withdraw": _("You do not want this any more"),
        "not_there": _("You did not get to the other help"),
        "needs": _("What helps you to read, hear and answer us"),
        "contact": _("How to reach you"),
        "acting_for": _("Somebody acts for you"),
    }


def _told(referral: Referral) -> list[Told]:
    """That they told us something, and until when it is read; the newest first. Never their words, nor which change it
    was: this page may be open before somebody from whom they are not safe."""
    if referral.lacks("change"):
        return []
    kinds = _acts()
    rows = ReportedChange.objects.filter(referral=referral, side="patient").exclude(kind=SAFETY_ANSWER)
    rows = rows.order_by("-pk").only("at", "kind", "read_at", "due_at")
    return [
        Told(row.at, kinds.get(row.kind, _("Something has changed")), moment(row.due_at), row.read_at) for row in rows
    ]


def _of_what_was_told(told: list[Told]) -> list[Step]:
    words = _("One of our team read what you told us.")
    read = [Step(one.read_at, words) for one in told if one.read_at]
    return [Step(one.at, _("You told us: {what}.").format(what=one.what)) for one in told] + read
