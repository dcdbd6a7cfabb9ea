"""Where documents and referrals belong: possible duplicates, merges and moved documents, as the pages show them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from painpath.accounts.models import Membership
from painpath.letters.wording import nhs_number, ubrn
from painpath.referrals import pathways
from painpath.referrals.corrections.merging import possible_duplicates
from painpath.referrals.models import Document, Merge, Referral, Task
from painpath.referrals.restricting import closed_to
from painpath.referrals.transitions import STAFF
from painpath.referrals.unsettled import merged_into
from painpath.triage.presenters.words import day, moment, person, state_words

FIRST_WORDS = 300
"""Characters of a letter by which one sees which letter it is."""


@dataclass(frozen=True)
class Letter:
    """A document by its name, its day and its first lines."""

    name: str
    received: str
    words: str


@dataclass(frozen=True)
class Side:
    """One of two referrals that stand side by side."""

    reference: str
    href: str
    title: str
    state: str
    facts: tuple[tuple[str, str], ...]
    letters: tuple[Letter, ...]


def sides(referrals: Iterable[Referral]) -> list[Side]:
    """What tells two referrals apart or shows that they are one. One query for all their letters."""
    found = list(referrals)
    if not found:
        return []
    documents = (
        Document.objects.current()
        .filter(referral__in=found, part_of__isnull=True)
        .defer("content")
        .prefetch_related("transcripts")
        .order_by("id")
    )
    letters: dict[int, list[Letter]] = {}
    for document in documents:
        read = max(document.transcripts.all(), key=lambda transcript: transcript.pk, default=None)
        text = " ".join(read.text.split()) if read else ""
        words = text if len(text) <= FIRST_WORDS else text[:FIRST_WORDS].rsplit(" ", 1)[0] + " …"
        letters.setdefault(document.referral_id, []).append(Letter(document.name, day(document.received_at), words))
    return [_side(referral, tuple(letters.get(referral.pk, ()))) for referral in found]


def _side(referral: Referral, letters: tuple[Letter, ...]) -> Side:
    patient, referrer, practice = referral.patient, referral.referrer, referral.practice
    routes = {route.id: route.name for route in pathways.of(referral.pathway_version).routes}
    who = ", ".join(part for part in (referrer.name, referrer.profession) if part) if referrer else ""
    facts = (
        ("Date of birth", day(patient.date_of_birth) if patient else ""),
        ("NHS number", (nhs_number(patient.nhs_number) or "Not known") if patient else ""),
        ("Received", day(referral.received_at)),
        ("Route", routes.get(referral.route, "")),
        ("UBRN", ubrn(referral.ubrn)),
        ("Referred by", who),
        ("Practice", practice.name if practice else ""),
    )
    return Side(
        reference=referral.reference,
        href=reverse("triage:referral", args=[referral.reference]),
        title=patient.name if patient else "Not registered yet",
        state=state_words(referral),
        facts=tuple((label, value) for label, value in facts if value),
        letters=letters,
    )


def _duplicates(referral: Referral, by: Membership) -> list[Side]:
    found = possible_duplicates(referral)
    closed = closed_to(by) if found else frozenset()
    return sides([one for one in found if one.pk not in closed])


def notes(referral: Referral, by: Membership) -> dict[str, Any]:
    """What stands on top of a referral's page about where it and its documents belong."""
    merge = merged_into(referral)
    merged = Merge.objects.filter(into=referral, undone_at__isnull=True).select_related("duplicate", "by__user")
    tasks = Task.objects.filter(referral=referral, done_at__isnull=True, facts__has_key="documents")
    return {
        "duplicates": _duplicates(referral, by) if by.role in STAFF else [],
        "gone": {
            "reference": merge.into.reference,
            "href": reverse("triage:referral", args=[merge.into.reference]),
        } if merge else None,
        "merged": [
            {
                "reference": row.duplicate.reference,
                "ubrn": ubrn(row.duplicate.ubrn),
                "href": reverse("triage:referral", args=[row.duplicate.reference]),
                "when": f"{moment(row.at)}, {person(row.by)}",
            }
            for row in (() if referral.lacks("merge") else merged)
        ],
        "check_details": _details_are_to_check(referral),
        "to_correct": [] if referral.lacks("task") else list(tasks.values_list("words", flat=True)),
    }  # fmt: skip


def _details_are_to_check(referral: Referral) -> bool:
    """Whether a document left after the details were confirmed last: they may have come from it."""
    steps = referral.transitions.filter(verb__in=["register", "correct_details", "move_document"]).order_by("number")
    told = False
    for verb, facts in steps.values_list("verb", "facts"):
        if verb == "correct_details" and not facts.keys().isdisjoint({"with", "joined"}):
            continue  # it came from elsewhere (another referral, a joined practice): nobody has looked at these here
        told = verb == "move_document" and (told or "to" in facts)
    return told and referral.patient_id is not None
