"""Where a referral stands, in words for whoever sent it."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.formats import date_format

from painpath import clock
from painpath.accounts.audit import Actor
from painpath.accounts.roles import PRACTICE, REFERRER
from painpath.letters.models import Letter
from painpath.pathway import Pathway, contacts_for
from painpath.referrals import pathways
from painpath.referrals.guidance import conversation
from painpath.referrals.guidance.asked import moved_away
from painpath.referrals.models import (
    ConversationEntry,
    Decision,
    Document,
    InformationRequest,
    Referral,
    ReportedChange,
)
from painpath.referrals.models.together import VERDICTS
from painpath.referrals.moves import can_move
from painpath.referrals.referring.answering import asked_of_referrer, unanswered
from painpath.referrals.referring.changing import can_report
from painpath.referrals.theirs import may_read, theirs
from painpath.referrals.transitions import State
from painpath.referrals.unsettled import merged_into
from painpath.referrers.presenters.history import Step, history
from painpath.referrers.presenters.mine import typed_name
from painpath.referrers.seen import Seen


def day(value: date | datetime) -> str:
    """`26 November 2026`, in London."""
    return date_format(value.astimezone(clock.LONDON) if isinstance(value, datetime) else value, "j F Y")


def moment(value: datetime) -> str:
    """`17:00 on 26 November 2026`, in London."""
    return date_format(value.astimezone(clock.LONDON), r"H:i \o\n j F Y")


@dataclass(frozen=True)
class Awaited:
    """Something that somebody is asked, by when. Only the referrer's own questions are shown, answered or not."""

    whom: str
    by: str
    late: bool
    open_questions: tuple[str, ...] = ()
    answered: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Decided:
    """A decision with who made it, why, and the published words it rests on."""

    what: str
    on: str
    name: str
    role: str
    registration: str
    contact: str
    reason: str
    waits: str
    clauses: tuple[tuple[str, str], ...]
    taken_back: str
    letters: tuple[tuple[str, str, str], ...]
    """(words, address of the PDF, address of the text)."""


@dataclass(frozen=True)
class Said:
    """One message of the conversation."""

    side: str
    who: str
    when: str
    question: str
    text: str
    files: tuple[str, ...]


def page(seen: Seen) -> dict[str, Any]:
    """Everything on the page. Until the account is verified: that it is here, and the way to report a change."""
    referral, full = seen.referral, seen.full
    pathway = pathways.of(referral.pathway_version)
    status = pathway.referring.status(referral.state if full else State.RECEIVED.value)
    merged = merged_into(referral) if full else None
    found: dict[str, Any] = {
        "seen": seen,
        "reference": referral.reference,
        "patient": referral.patient.name if referral.patient else typed_name(referral),
        "typed": referral.patient is None,
        "full": full,
        "status": status.name,
        "words": status.words.format(due=_due(referral), who=_who(referral)),
        "sent": day(referral.received_at),
        "contacts": [(one.label, one.value) for one in contacts_for(pathway, referral.locality or None)],
        "can_report": can_report(referral, by=seen.by),
        "told": [_told(one, pathway) for one in referral.changes.filter(side="referrer").order_by("pk")],
        "until": date_format(seen.until.astimezone(clock.LONDON), "H:i") if seen.until else "",
    }
    if not full:
        return found
    steps = history(referral, pathway, seen.by)
    reads = may_read(referral, by=seen.by)
    return found | {
        "reads": reads,
        "changed": day(last_change(referral, steps)),
        "who": _who(referral) if referral.is_open else "",
        "late": _late(referral),
        "merged": _merged(seen, merged.into) if merged else None,
        "awaited": awaited(referral, seen.by),
        "to_answer": asked_of_referrer(referral) if can_move("record_reply", referral, by=seen.by) else None,
        "can_judge": can_move("still_refer", referral, by=seen.by),
        "can_write": conversation.can_record(referral, by=seen.by),
        "decisions": decisions(seen, pathway) if reads else [],
        "conversation": said(referral) if reads else [],
        "history": steps,
    }


def last_change(referral: Referral, steps: list[Step]) -> datetime:
    """When something last happened that is theirs to see: one of `steps`, or the state."""
    return max([referral.state_since, *(step.at for step in steps)])


def _who(referral: Referral) -> str:
    """Who has it: a clinician by name once they read it; before and after that, who must pick it up."""
    if referral.state == State.SCREENING and referral.owner is not None:
        return f"{referral.owner.name}, {referral.owner.job}"
    return {"administrator": "The administrators", "clinician": "The clinicians"}.get(referral.owner_role, "The team")


def _due(referral: Referral) -> str:
    if referral.due_on is None:
        return ""
    return day(referral.due_on) + (" (that day has passed)" if _late(referral) else "")


@dataclass(frozen=True)
class Told:
    """What a referrer said has changed, and whether a clinician has closed it."""

    when: str
    what: str
    words: str
    is_open: bool


def _told(change: ReportedChange, pathway: Pathway) -> Told:
    return Told(day(change.at), pathway.referring.change(change.kind).words, change.words, change.read_at is None)


def _late(referral: Referral) -> str:
    if not referral.is_open or referral.due_on is None or referral.due_on >= clock.today():
        return ""
    return (
        "The day by which we had planned this has passed. The referral has not been lost. If it cannot wait, get in "
        "touch with us."
    )


def _merged(seen: Seen, into: Referral) -> dict[str, str]:
    """Where a referral that was received twice goes on, when that is theirs to see too."""
    nowhere = {"reference": "", "href": ""}
    if seen.service is None:
        mine = theirs(seen.by).filter(pk=into.pk).exists()  # type: ignore[arg-type]  # an account
        return {"reference": into.reference, "href": Seen(into, seen.by, seen.full).to("status")} if mine else nowhere
    same = into.referrer_id is not None and into.referrer_id == seen.referral.referrer_id
    return {"reference": into.reference, "href": ""} if same else nowhere


def awaited(referral: Referral, by: Actor) -> list[Awaited]:
    """What is asked and by when, of the referrer with each question. Of the patient only that something is asked: what
    it is, is between them and the team."""
    referrer = "Whoever referred" if by.role == PRACTICE else "You"
    open_now = InformationRequest.objects.filter(referral=referral, closed_at__isnull=True)
    return [_awaited(row, referrer) for row in open_now]


def _awaited(row: InformationRequest, referrer: str) -> Awaited:
    late = row.due_on < clock.today()
    if row.of == "patient":
        return Awaited("The patient", day(row.due_on), late)
    answered = tuple((item["words"], item["answer"]) for item in row.items if item.get("answer"))
    return Awaited(referrer, day(row.due_on), late, tuple(unanswered(row).values()), answered)


def decisions(seen: Seen, pathway: Pathway) -> list[Decided]:
    """Every signed decision, the newest first, each with its letter to the GP."""
    referral = seen.referral
    rows = Decision.objects.filter(referral=referral).select_related("by__user", "reversal")
    letters: dict[int, Letter] = {}
    for letter in Letter.objects.filter(referral=referral, audience="gp").defer("pdf", "text", "facts"):
        letters[letter.decision_id] = letter
    names = {criterion.id: criterion.name for criterion in pathway.criteria}
    return [
        Decided(
            what=pathway.outcome(row.outcome).label,
            on=day(row.at), name=row.by.name, role=row.by.job, registration=row.by.registration,
            contact=row.by.contact, reason=row.reason, waits=_waits(row),
            clauses=tuple((names.get(one.criterion, one.criterion), one.published) for one in row.clauses.all()),
            taken_back=day(row.reversal.at) if hasattr(row, "reversal") else "",
            letters=_letter(seen, letters.get(row.pk)),
        )
        for row in rows.prefetch_related("clauses").order_by("-pk")
    ]  # fmt: skip


def _letter(seen: Seen, letter: Letter | None) -> tuple[tuple[str, str, str], ...]:
    if letter is None:
        return ()
    to = {"letter": letter.pk}
    return ((f"Letter to the GP of {day(letter.signed_at)}", seen.to("letter", **to), seen.to("letter-text", **to)),)


def _waits(row: Decision) -> str:
    if not row.condition:
        return ""
    until = f" We look at it again on {day(row.review_on)}." if row.review_on else ""
    return f"What we wait for, in our words to the patient: “{row.condition.rstrip('.')}.”{until}"


def said(referral: Referral) -> list[Said]:
    """The conversation in the order of its days. Words that were about somebody else are not shown."""
    rows = ConversationEntry.objects.filter(referral=referral).select_related("by__user", "decision__reversal")
    moved = moved_away(referral)
    rows = rows.prefetch_related("documents__quarantine")
    found = sorted(rows, key=lambda one: (one.at.astimezone(clock.LONDON).date(), one.pk))
    return [_said(one, referral) for one in found if one.pk not in moved]


def _said(entry: ConversationEntry, referral: Referral) -> Said:
    if entry.side == "team":
        back = ", taken back since" if entry.decision and hasattr(entry.decision, "reversal") else ""
        who = f"{entry.by.name}, {entry.by.job}{back}" if entry.by else f"The team{back}"
        return Said("team", who, day(entry.at), entry.question, entry.text, ())
    name = referral.referrer.name if referral.referrer else "The referrer"
    if entry.by is not None and entry.by.role == REFERRER:
        name = entry.by.name
    who = f"{name}: “{VERDICTS[entry.verdict]}”" if entry.verdict else name
    own = f"Message of {day(entry.at)}.txt"
    files = tuple(_file(one) for one in entry.documents.all() if one.name != own)
    return Said("referrer", who, day(entry.at), entry.question, entry.text, tuple(filter(None, files)))


def _file(document: Document) -> str:
    return "" if hasattr(document, "quarantine") else document.name
