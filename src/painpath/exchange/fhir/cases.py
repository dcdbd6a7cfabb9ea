"""From the rows of the record to the facts that the mappings take, many referrals at once: the number of queries does
not grow with their number."""

import json
import mimetypes
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.models import Exists, F, Func, IntegerField, Model, OuterRef, QuerySet

from painpath.accounts.models import AuditEntry, Service
from painpath.exchange.fhir.mapping.facts import Awaited, Case, From, Look, Paper, Person, Signed, Word
from painpath.exchange.models import Sent
from painpath.letters.models import Dispatch, Letter
from painpath.letters.outbox import LEFT
from painpath.pathway import Pathway
from painpath.referrals import pathways
from painpath.referrals.guidance.asked import moved_away
from painpath.referrals.models import (
    ConversationEntry,
    Decision,
    Document,
    InformationRequest,
    Merge,
    Referral,
    SiteQuestionnaire,
    Task,
)
from painpath.referrals.questionnaires.library import OWN

NOTE, CANCEL = "fhir_note", "fhir_cancel"
"""What a task that came from another program keeps: the words that were added, that it asks to cancel."""
LOOKS = r"\.(look|open|read|search|export)$"
"""What the actions are called that are looks."""


def fetched(rows: QuerySet[Referral]) -> QuerySet[Referral]:
    """The rows with what `cases` reads of them."""
    people = ("patient", "referrer", "practice", "pathway_version", "online")
    return rows.select_related(*people).defer("pathway_version__content")


def cases(referrals: Sequence[Referral], service: Service) -> list[Case]:
    """The facts of these referrals, in their order. Eight queries at most: what none of them has is not asked for."""
    if not referrals:
        return []
    wanted = [one.pk for one in referrals]
    some = _have(wanted)

    def of(model: type[Model], rows: QuerySet[Any]) -> defaultdict[int, list[Any]]:
        return _by_referral(rows if model in some else ())

    identifiers = of(Sent, Sent.objects.filter(referral__in=wanted).exclude(identifier=""))
    noted = Task.objects.filter(referral__in=wanted, facts__has_any_keys=[NOTE, CANCEL])
    tasks = of(Task, noted.order_by("id"))
    asked = InformationRequest.objects.filter(referral__in=wanted).prefetch_related("answerings__questionnaire")
    requests = of(InformationRequest, asked)
    decided = Decision.objects.filter(referral__in=wanted).select_related("by__user", "reversal", "pathway_version")
    decisions = of(Decision, decided.defer("pathway_version__content"))
    letters = of(Letter, letters_of(wanted))
    gone_over = Merge.objects.filter(duplicate__in=wanted, undone_at=None).values_list("duplicate_id", flat=True)
    joined = set(gone_over) if Merge in some else set()
    found = []
    for one in referrals:
        pathway = pathways.of(one.pathway_version)
        added = [(task.made_at, str(task.facts[NOTE])) for task in tasks[one.pk] if task.facts.get(NOTE)]
        cancelled = [task.made_at for task in tasks[one.pk] if task.facts.get(CANCEL)]
        signed = tuple(_signed(row, pathway) for row in decisions[one.pk])
        gone = {row.pk for row in decisions[one.pk] if hasattr(row, "reversal")}
        online = getattr(one, "online", None)
        found.append(Case(
            reference=one.reference, service=fhir_id(service.slug), service_name=service.name, state=one.state,
            state_words=pathway.referring.status(one.state).name, received_at=one.received_at,
            changed_at=one.state_since, due_on=one.due_on, ubrn=one.ubrn, person=_person(one), sender=_sender(one),
            program=online.program if online else "", request=online.details.get("request", {}) if online else {},
            identifiers=tuple(_token(sent.identifier) for sent in identifiers[one.pk]), added=tuple(added),
            cancel_asked_at=cancelled[0] if cancelled else None, joined=one.pk in joined,
            awaited=tuple(_awaited(row, pathway, service) for row in requests[one.pk]), decisions=signed,
            letters=tuple(_letter(row, row.decision_id in gone) for row in letters[one.pk]),
        ))  # fmt: skip
    return found


_BESIDE: dict[type[Model], str] = {
    Sent: "referral", Task: "referral", InformationRequest: "referral", Decision: "referral", Letter: "referral",
    Merge: "duplicate",
}  # fmt: skip
"""What may stand beside a referral, and how it names it."""


def _have(referrals: Sequence[int]) -> set[type[Model]]:
    """Of which of `_BESIDE` these referrals have anything. One small query: most referrals have little, and putting a
    question into SQL costs more than its answer."""
    parts = [
        f'EXISTS (SELECT FROM "{model._meta.db_table}" WHERE "{name}_id" = ANY(%s))' for model, name in _BESIDE.items()
    ]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(parts)}", [list(referrals)] * len(parts))
        row = cursor.fetchone()
    return {model for model, there in zip(_BESIDE, row, strict=True) if there}


def fhir_id(slug: str) -> str:
    """A slug as an id of FHIR, which knows no underscores."""
    return slug.replace("_", "-")[:64]


def _by_referral(rows: Iterable[Any]) -> defaultdict[int, list[Any]]:
    found: defaultdict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.referral_id].append(row)
    return found


def _token(identifier: str) -> tuple[str, str]:
    system, _, value = identifier.rpartition("|")
    return system, value


def _person(referral: Referral) -> Person | None:
    known = referral.patient
    if known is not None:
        return Person(
            nhs_number=known.nhs_number, title=known.title, given_name=known.given_name, family_name=known.family_name,
            born=known.date_of_birth.isoformat() if known.date_of_birth else "", sex=known.sex, confirmed=True,
        )  # fmt: skip
    online = getattr(referral, "online", None)
    if online is None:
        return None
    said = online.patient
    return Person(
        nhs_number=said.get("nhs_number") or "", title=said.get("title") or "", given_name=said.get("given_name") or "",
        family_name=said.get("family_name") or "", born=said.get("date_of_birth") or "", sex=said.get("sex") or "",
    )  # fmt: skip


def _sender(referral: Referral) -> From:
    online = getattr(referral, "online", None)
    said = online.details.get("sender", {}) if online is not None else {}
    referrer, practice = referral.referrer, referral.practice
    if referrer is not None:
        return From(
            name=referrer.name, role=referrer.profession, registration=referrer.registration,
            organisation=practice.name if practice else referrer.workplace,
            ods_code=practice.ods_code if practice else "",
        )  # fmt: skip
    return From(**{name: said.get(name, "") for name in ("name", "role", "registration", "organisation", "ods_code")})


def _awaited(row: InformationRequest, pathway: Pathway, service: Service) -> Awaited:
    questions = tuple(one["words"] for one in row.items if one.get("words")) if row.of == "referrer" else ()
    return Awaited(
        id=row.pk, of=row.of, asked_at=row.asked_at, due_on=row.due_on, questions=questions,
        questionnaires=_canonicals(row, pathway, service) if row.of == "patient" else (),
        answered=row.closed_at is not None,
    )  # fmt: skip


def _canonicals(row: InformationRequest, pathway: Pathway, service: Service) -> tuple[str, ...]:
    """The questionnaires that are waited for: what somebody has begun stays in the version it was begun with."""
    if not row.questionnaire or row.closed_at is not None:
        return ()
    begun = {one.questionnaire.name: one.questionnaire.content for one in row.answerings.all()}
    if row.questionnaire.startswith(OWN):
        own = SiteQuestionnaire.objects.filter(pk=row.questionnaire.removeprefix(OWN)).select_related("version").first()
        return (canonical(own.version.content),) if own else ()
    step = next((one for one in pathway.questionnaires if one.id == row.questionnaire), None)
    return tuple(canonical(begun.get(form) or pathway.form(form).text) for form in step.forms) if step else ()


@lru_cache(maxsize=64)
def canonical(text: str) -> str:
    """`url|version` of a Questionnaire."""
    form = json.loads(text)
    return f"{form.get('url', '')}|{form.get('version', '')}".rstrip("|")


def _signed(row: Decision, pathway: Pathway) -> Signed:
    return Signed(
        key=str(row.key), outcome=row.outcome, label=pathway.outcome(row.outcome).label, reason=row.reason, at=row.at,
        by=row.by.name, job=row.by.job, registration=row.by.registration, digest=row.pathway_version.digest,
        taken_back_at=row.reversal.at if hasattr(row, "reversal") else None,
    )  # fmt: skip


def letters_of(referrals: Sequence[int]) -> QuerySet[Letter]:
    """The signed letters of these referrals, without their bytes, with their `size`, and whether they have `left` for
    the GP or the referrer: not while they are held, nor when they were stopped."""
    size = Func(F("pdf"), function="octet_length", output_field=IntegerField())
    left = Dispatch.objects.filter(letter=OuterRef("pk"), to__in=("gp", "referrer"), state__in=LEFT)
    rows = Letter.objects.filter(referral__in=referrals).select_related("signed_by__user")
    return rows.defer("pdf", "text", "facts").annotate(size=size, left=Exists(left))


def _letter(row: Any, superseded: bool) -> Paper:
    return Paper(
        id=f"letter-{row.pk}", title=f"Letter of {row.signed_at.day} {row.signed_at:%B %Y}",
        media_type="application/pdf", size=row.size, at=row.signed_at, author=row.signed_by.name, kind=row.audience,
        superseded=superseded, left=row.left,
    )  # fmt: skip


def documents(referral: Referral, *, sent_by: str = "") -> list[Paper]:
    """The documents of a referral; `sent_by` is the process of a program, which then sees what it has sent alone."""
    rows = referral.documents.select_related("quarantine").defer("content")
    if sent_by:
        filed = AuditEntry.objects.filter(action="document.file", process=sent_by, subject_type="document")
        numbers = [str(row.pk) for row in rows]
        own = set(filed.filter(subject_id__in=numbers).values_list("subject_id", flat=True))
        rows = rows.filter(pk__in=[int(one) for one in own])
    return [document(row) for row in rows]


def document(row: Document) -> Paper:
    """A document as a paper."""
    guessed = mimetypes.guess_type(row.name)[0] or "application/octet-stream"
    return Paper(
        id=f"document-{row.pk}", title=row.name, media_type=guessed, size=row.size, at=row.received_at,
        taken_away=hasattr(row, "quarantine"),
    )  # fmt: skip


def words(referral: Referral) -> list[Word]:
    """The conversation with whoever referred. Words that were about somebody else are left out."""
    gone = moved_away(referral)
    rows = ConversationEntry.objects.filter(referral=referral).select_related("by__user").order_by("at", "id")
    return [
        Word(
            id=row.pk, side=row.side, at=row.at, by=row.by.name if row.by else "",
            text=row.text or row.get_verdict_display(), question=row.question,
        )
        for row in rows
        if row.pk not in gone
    ]  # fmt: skip


def looks(referral: Referral) -> list[Look]:
    """Who looked at a referral, the newest first; a thousand at most. Acts of the team among itself are no looks."""
    rows = AuditEntry.objects.filter(
        service_id=referral.service_id, subject_type="referral", subject_id=str(referral.pk), action__regex=LOOKS
    )
    return [look(row) for row in rows.select_related("by__user").order_by("-id")[:1000]]


def look(row: AuditEntry) -> Look:
    """One entry of the audit."""
    by = f"{row.by.name}, {row.by.job}" if row.by else row.process
    return Look(id=row.pk, at=row.at, action=row.action, by=by, is_person=row.by is not None)
