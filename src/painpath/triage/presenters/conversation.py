"""The conversation with the referrer, in order: what they wrote, what the team answered, what they say of it."""

from dataclasses import dataclass

from django.db.models import Prefetch
from django.urls import reverse

from painpath import clock
from painpath.accounts.roles import REFERRER
from painpath.letters.door import WITH_CODE
from painpath.referrals.guidance.asked import moved_away
from painpath.referrals.guidance.attaching import came_with
from painpath.referrals.models import ConversationEntry, Document, Referral
from painpath.referrals.models.together import VERDICTS
from painpath.triage.presenters.words import day, person


@dataclass(frozen=True)
class Message:
    """One message. `question` are the words that it answers, `files` are (name, address)."""

    side: str
    title: str
    about: str
    question: str
    text: str
    files: list[tuple[str, str]]


def conversation(referral: Referral) -> list[Message]:
    """The request first, then every message in the order of its days. Five queries, however long it is."""
    current = Prefetch("documents", queryset=Document.objects.current().defer("content"))
    rows = (
        ConversationEntry.objects.filter(referral=referral)
        .select_related("by__user", "decision__reversal")
        .prefetch_related(current)
    )
    entries = sorted(rows, key=lambda one: (one.at.astimezone(clock.LONDON).date(), one.pk))
    documents = list(referral.documents.current().defer("content"))
    first = came_with(documents)
    later = {
        document.pk
        for entry in entries
        for document in entry.documents.all()
        if entry.side == "referrer" or document.pk not in first
    }  # what the team sends may be a file of the request itself
    request = [one for one in documents if one.pk not in later]
    referrer = referral.referrer.name if referral.referrer else "The referrer"
    asked = Message(
        side="referrer",
        title=f"{referrer}: the request",
        about=f"Received on {day(referral.received_at)}",
        question="",
        text="",
        files=[_file(referral, one) for one in request],
    )
    moved = moved_away(referral)
    return [asked, *(_message(entry, referral, referrer, moved=entry.pk in moved) for entry in entries)]


def _message(entry: ConversationEntry, referral: Referral, referrer: str, *, moved: bool) -> Message:
    if entry.side == "team":
        title, about = (person(entry.by) if entry.by else "The team"), f"Signed on {day(entry.at)}"
    else:
        said = f"“{VERDICTS[entry.verdict]}”" if entry.verdict else "a message"
        title = f"{referrer}: {said}"
        about = f"Written on {day(entry.at)}, recorded on {day(entry.recorded_at)} by {person(entry.by)}"
        if entry.by is None or entry.by.role == REFERRER:
            about = f"Written here on {day(entry.at)} by {person(entry.by, WITH_CODE)}"
    # The words are filed as a document too; the page need not offer them twice.
    own = f"Message of {day(entry.at)}.txt"
    files = [_file(referral, one) for one in entry.documents.all() if one.name != own]
    if decision := entry.decision:
        about += f". Reversed on {day(decision.reversal.at)}" if hasattr(decision, "reversal") else ""
    text = "This message was moved: it did not belong to this referral." if moved else entry.text
    return Message(entry.side, title, about, entry.question, text, files)


def _file(referral: Referral, document: Document) -> tuple[str, str]:
    return document.name, reverse("triage:original", args=[referral.reference, document.pk])
