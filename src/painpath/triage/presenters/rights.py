"""What people ask about their own data, for the team: what was asked, what is to be read."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse

from painpath import clock
from painpath.accounts.models import Membership
from painpath.letters.rights.copying import stands
from painpath.letters.rights.items import KINDS, Item
from painpath.referrals.models import Disagreement, DisclosureChoice, Referral, RightsRequest
from painpath.referrals.models.rights import ASKED_BY, ASKS
from painpath.referrals.rights.asking import GIVES
from painpath.triage.presenters.events import Event
from painpath.triage.presenters.words import day, moment, person


def requests(rows: Sequence[RightsRequest], by: Membership) -> list[dict[str, Any]]:
    """What was asked about this person, for the list."""
    return [_request(row, by) for row in rows]


def _request(row: RightsRequest, by: Membership) -> dict[str, Any]:
    def to(name: str) -> str:
        return reverse(f"triage:{name}", args=[row.referral.reference, row.pk])

    gives = by.role in GIVES
    links = []
    if row.is_open and row.kind == "access" and gives:
        links.append(("Read everything and give the copy", to("copy")))
    if row.is_open and row.kind == "rectification":
        links.append(("Answer it", to("answer-request")))
    if row.is_open:
        links.append(("It is not wanted any more", to("withdraw-request")))
    if row.outcome == "released" and gives:
        links.append(("Download the copy", to("copy-file")))
    asked_by = f"{ASKED_BY[row.asked_by]}{f' ({row.authority})' if row.authority else ''}"
    facts = [
        ("Asked by", asked_by),
        ("Came on", day(row.received_on)),
        ("Answer by", f"{day(row.due_on)}{' (overdue)' if row.is_open and row.due_on < clock.today() else ''}"),
        ("In their words", row.words),
        ("How we made sure who asks", row.identity_how),
        ("Recorded by", f"{person(row.by)}, {moment(row.at)}"),
        ("Health professional", row.harm_judged_by),
        ("What became of it", row.get_outcome_display() if row.outcome else ""),
        ("Our answer", row.answer),
        ("Answered by", f"{person(row.closed_by)}, {moment(row.closed_at)}" if row.closed_at else ""),
    ]
    return {
        "title": ASKS[row.kind], "pk": row.pk, "facts": [(label, value) for label, value in facts if value],
        "links": links, "is_open": row.is_open, "came": day(row.received_on),
        "for_others": "An administrator or a manager reads everything and gives the copy."
        if row.is_open and row.kind == "access" and not gives else "",
    }  # fmt: skip


def to_read(
    items: Sequence[Item], said: dict[tuple[str, int], DisclosureChoice]
) -> list[tuple[str, list[dict[str, Any]]]]:
    """Everything on record, by kind, with what somebody has said of each."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for item in items:
        choice = said.get(item.key)
        words = ""
        if choice is not None:
            what = "Goes into the copy" if choice.included else f"Left out: {choice.reason}"
            words = f"{what} ({choice.by.name}, {moment(choice.at)})"
            if not stands(item, choice):
                words += ". Words were added since: read it again"
        links = {"document": "original", "letter": "letter"}
        link = links.get(item.kind, "")
        groups.setdefault(KINDS[item.kind], []).append({
            "name": f"{item.kind}-{item.pk}", "label": item.label, "at": moment(item.at), "text": item.text,
            "reference": item.referral.reference, "said": words,
            "link": reverse(f"triage:{link}", args=[item.referral.reference, item.pk]) if link else "",
        })  # fmt: skip
    return list(groups.items())


def disagreements(referral: Referral) -> list[dict[str, str]]:
    """What the patient says is wrong, for every page of the referral. One query."""
    if referral.lacks("disagreement"):
        return []
    return [
        {"about": row.about_words, "words": row.words, "when": f"{person(row.by)}, {moment(row.at)}"}
        for row in Disagreement.objects.filter(referral=referral).select_related("by__user")
    ]


def events(referral: Referral) -> list[Event]:
    """Lines of the timeline: what was asked and answered, and what the patient says beside something. Two queries."""
    found = []
    requests = RightsRequest.objects.filter(referral=referral).select_related("by__user", "closed_by__user")
    for row in () if referral.lacks("right") else requests:
        lines = tuple(filter(None, (row.words, f"Answer by {day(row.due_on)}")))
        found.append(Event(row.at, f"Asked: {ASKS[row.kind].lower()}", person(row.by), lines))
        if row.closed_at is not None:
            title = f"Answered: {row.get_outcome_display().lower()}"
            found.append(Event(row.closed_at, title, person(row.closed_by), (row.answer,) if row.answer else ()))
    notes = Disagreement.objects.filter(referral=referral).select_related("by__user")
    for note in () if referral.lacks("disagreement") else notes:
        title = f"The patient says that this is wrong: {note.about_words}"
        found.append(Event(note.at, title, person(note.by), (f"“{note.words}”",)))
    return found
