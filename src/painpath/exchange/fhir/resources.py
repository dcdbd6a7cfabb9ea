"""What may be read: one resource by its id, or all of a kind that belong to a referral. Whoever may not see a referral
is told the same as for one that is not there."""

import base64
import hashlib
import json
import uuid
from collections.abc import Callable
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from painpath.accounts.models import AuditEntry, Service
from painpath.exchange.authorising import Grant
from painpath.exchange.fhir import cases as facts
from painpath.exchange.fhir.mapping import conversation, papers, people, record
from painpath.exchange.fhir.mapping.base import OURS
from painpath.exchange.fhir.mapping.facts import Case, Paper
from painpath.exchange.fhir.mapping.service_request import service_request
from painpath.exchange.fhir.mapping.task import task
from painpath.exchange.fhir.outcomes import Fault, fault
from painpath.exchange.models import Sent
from painpath.letters.models import Letter
from painpath.pathway.fhir import plan
from painpath.referrals import pathways
from painpath.referrals.models import (
    Answering,
    ConversationEntry,
    Decision,
    Document,
    InformationRequest,
    PathwayVersion,
    Referral,
    SiteQuestionnaire,
)
from painpath.referrals.questionnaires import library
from painpath.referrals.questionnaires.site import LOCAL

Content = dict[str, Any]

OF_A_REFERRAL: dict[str, Callable[[Case], Content | None]] = {
    "ServiceRequest": service_request,
    "Patient": people.patient,
    "Task": task,
    "Practitioner": people.practitioner,
    "PractitionerRole": people.practitioner_role,
    "Organization": people.organization,
}
"""What there is once for a referral, under its reference."""
BELONGING = ("CommunicationRequest", "Communication", "DocumentReference", "Provenance", "QuestionnaireResponse",
             "AuditEvent")  # fmt: skip
"""What there may be several of."""
PUBLISHED = ("Questionnaire", "PlanDefinition")
KINDS = (*OF_A_REFERRAL, *BELONGING, *PUBLISHED, "Binary")


def visible(grant: Grant) -> QuerySet[Referral]:
    """The referrals that this program may see."""
    rows = Referral.objects.filter(service_id=grant.client.service_id)
    sent = Exists(Sent.objects.filter(client=grant.client, referral=OuterRef("pk")))
    if grant.client.reach == "service":  # a restricted record is for people named on it, and for who sent it
        return rows.filter(Q(restricted=False) | sent)
    return rows.filter(sent)


def sees_all(grant: Grant) -> bool:
    """Whether it may see every referral of the service, and with it what only the service itself knows."""
    return grant.client.reach == "service"


def missing(kind: str) -> Fault:
    """The one answer for what is not there and for what is somebody else's."""
    return fault(404, "not-found", f"There is no {kind} with this id that this program may see.")


def referral_of(grant: Grant, reference: str, kind: str = "ServiceRequest") -> Referral:
    """The referral with this reference; raises `Fault` where there is none that may be seen."""
    row = facts.fetched(visible(grant)).filter(reference=reference).first()
    if row is None:
        raise missing(kind)
    return row


def case_of(grant: Grant, referral: Referral) -> Case:
    """The facts of one referral."""
    return facts.cases([referral], grant.client.service)[0]


def one(grant: Grant, kind: str, name: str, base: str) -> tuple[Content, Referral | None]:
    """A resource without its version, and the referral it belongs to. Raises `Fault`: 404, or 410 for what was here."""
    service = grant.client.service
    if kind in OF_A_REFERRAL:
        if kind == "Organization" and name == facts.fhir_id(service.slug):
            return people.ourselves(name, service.name), None
        referral = referral_of(grant, name, kind)
        made = OF_A_REFERRAL[kind](case_of(grant, referral))
        if made is None:
            raise missing(kind)
        return made, referral
    if kind in PUBLISHED:
        for content in published(service, kind, base):
            if content["id"] == name:
                return content, None
        older = _older_plan(service, name, base) if kind == "PlanDefinition" else None
        if older is None:
            raise missing(kind)
        return older, None
    referral = _owner(grant, kind, name)
    if kind == "Binary":
        return _binary(grant, referral, name), referral
    for content in belonging(grant, referral, kind):
        if content["id"] == name:
            return content, referral
    if kind == "DocumentReference":
        _check_taken_away(grant, referral, name)
    raise missing(kind)


def belonging(grant: Grant, referral: Referral, kind: str) -> list[Content]:
    """Everything of a kind that belongs to one referral and that this program may see."""
    case = case_of(grant, referral)
    if kind == "DocumentReference":
        shown = _papers(grant, referral, case)
        hashes = _sha1s(shown)
        return [papers.document_reference(case, one, hashes[one.digest]) for one in shown]
    if kind == "Communication":
        return [conversation.communication(case, word) for word in facts.words(referral)]
    if kind == "CommunicationRequest":
        asked = [conversation.asked(case, row) for row in case.awaited if row.of == "referrer" and row.questions]
        questions = [
            conversation.question(case, word) for word in facts.words(referral) if word.side == "team" and word.question
        ]
        return asked + questions
    if kind == "Provenance":
        gone = {row.key: [one for one in case.letters if one.kind == "gp" and one.left] for row in case.decisions[-1:]}
        return [record.provenance(case, row, tuple(gone.get(row.key, ()))) for row in case.decisions]
    if kind == "QuestionnaireResponse":
        return _responses(grant, referral)
    if kind == "AuditEvent" and sees_all(grant):
        return [record.audit_event(case, row) for row in facts.looks(referral)]
    return []


def published(service: Service, kind: str, base: str) -> list[Content]:
    """What the service has published: its criteria in force, or the questionnaires that may be sent now."""
    pathway, _ = pathways.in_force(service)
    if kind == "PlanDefinition":
        return [plan.plan(pathway, base)]
    licensed = SiteQuestionnaire.objects.filter(service_id=service.pk, rights=LOCAL).values_list("pk", flat=True)
    kept_here = {
        f"{library.OWN}{pk}" for pk in licensed
    }  # the licence is this site's alone: it is shown to nobody else
    forms = {form for step in library.offered(service, pathway) for form in step.forms} - kept_here
    versions = [library.version_of(service, pathway, form) for form in sorted(forms)]
    return [json.loads(version.content) | {"id": facts.fhir_id(version.name)} for version in versions]


def _older_plan(service: Service, name: str, base: str) -> Content | None:
    digest = name.rpartition("-")[2]
    row = (
        PathwayVersion.objects.filter(service=service, digest__startswith=digest).first() if len(digest) == 16 else None
    )
    made = plan.plan(pathways.of(row), base) if row is not None else None
    return made | {"status": "retired"} if made is not None and made["id"] == name else None


def _letters(grant: Grant, case: Case) -> list[Paper]:
    """A program whose reach is its own sees what was sent to whoever sent the patient: nothing that is held, was
    stopped, or was withdrawn before anybody had read it."""
    return [one for one in case.letters if (one.kind == "gp" and one.left) or sees_all(grant)]


def _papers(grant: Grant, referral: Referral, case: Case) -> list[Paper]:
    own = facts.documents(referral, sent_by="" if sees_all(grant) else grant.by.name)
    return _letters(grant, case) + [paper for paper in own if not paper.taken_away]


def _check_taken_away(grant: Grant, referral: Referral, name: str) -> None:
    own = facts.documents(referral, sent_by="" if sees_all(grant) else grant.by.name)
    if any(paper.id == name and paper.taken_away for paper in own):
        raise fault(410, "deleted", "This document was filed here by mistake and has been taken away.")


def _number(name: str, prefix: str = "") -> int:
    digits = name.removeprefix(prefix)
    if not name.startswith(prefix) or not digits.isascii() or not digits.isdigit() or len(digits) > 15:
        return 0
    return int(digits)


def _owner(grant: Grant, kind: str, name: str) -> Referral:
    """The referral to which a resource belongs."""
    rows: Any = None
    if kind in ("DocumentReference", "Binary"):
        rows = Letter.objects.filter(pk=_number(name, "letter-")) if name.startswith("letter-") else (
            Document.objects.filter(pk=_number(name, "document-")))  # fmt: skip
    elif kind == "Communication":
        rows = ConversationEntry.objects.filter(pk=_number(name))
    elif kind == "CommunicationRequest":
        rows = (
            InformationRequest.objects.filter(pk=_number(name, "asked-"))
            if name.startswith("asked-")
            else ConversationEntry.objects.filter(pk=_number(name, "question-"))
        )
    elif kind in ("Provenance", "QuestionnaireResponse"):
        try:
            key = uuid.UUID(name)
        except ValueError:
            raise missing(kind) from None
        rows = (Decision if kind == "Provenance" else Answering)._default_manager.filter(key=key)
    elif kind == "AuditEvent" and sees_all(grant):
        entry = AuditEntry.objects.filter(pk=_number(name), subject_type="referral").first()
        row = facts.fetched(visible(grant)).filter(pk=int(entry.subject_id)).first() if entry else None
        if row is None:
            raise missing(kind)
        return row
    number = rows.values_list("referral_id", flat=True).first() if rows is not None else None
    found = facts.fetched(visible(grant)).filter(pk=number).first() if number is not None else None
    if found is None:
        raise missing(kind)
    return found


_SHA1S: dict[str, bytes] = {}
"""SHA-256 of a paper's bytes, in hexadecimal -> their SHA-1: under one they are always the same."""
_MOST_SHA1S = 10_000


def _sha1s(shown: list[Paper]) -> dict[str, bytes]:
    """The SHA-1 of each of these papers, by its SHA-256. Those that this process has not seen yet are read for it, one
    after the other: one query for the letters, one for the documents."""
    known = {one.digest: _SHA1S[one.digest] for one in shown if one.digest in _SHA1S}
    unknown = {one.digest: one.id for one in shown if one.digest not in known}
    for prefix, rows in (
        ("letter-", Letter.objects.values_list("sha256", "pdf")),
        ("document-", Document.objects.values_list("sha256", "content")),
    ):
        if numbers := [_number(name, prefix) for name in unknown.values() if name.startswith(prefix)]:
            for digest, content in rows.filter(pk__in=numbers).iterator(chunk_size=1):
                known[digest] = hashlib.sha1(content, usedforsecurity=False).digest()
    if len(_SHA1S) > _MOST_SHA1S:
        _SHA1S.clear()
    _SHA1S.update(known)
    return known


def _content(name: str) -> bytes:
    if name.startswith("letter-"):
        return bytes(Letter.objects.only("pdf").get(pk=_number(name, "letter-")).pdf)
    return bytes(Document.objects.only("content").get(pk=_number(name, "document-")).content)


def _binary(grant: Grant, referral: Referral, name: str) -> Content:
    case = case_of(grant, referral)
    for paper in _papers(grant, referral, case):
        if paper.id == name:
            return papers.binary(paper, _content(name))
    _check_taken_away(grant, referral, name)
    raise missing("Binary")


def raw(content: Content) -> tuple[bytes, str]:
    """The bytes of a Binary, and their type."""
    return base64.b64decode(content["data"]), str(content["contentType"])


def _responses(grant: Grant, referral: Referral) -> list[Content]:
    """Answers as they were sent, each under its own key; a program whose reach is its own sees what it sent."""
    rows = Answering.objects.filter(referral=referral, sent_at__isnull=False, response__isnull=False)
    if not sees_all(grant):
        sent = AuditEntry.objects.filter(subject_type="answering", process=grant.by.name)
        own = set(sent.values_list("subject_id", flat=True))
        rows = rows.filter(pk__in=[int(one) for one in own])
    return [response_of(row) for row in rows]


def response_of(row: Answering) -> Content:
    """The response as it was sent, with our id and, where it names none, the referral it belongs to."""
    content = dict(row.response or {})
    content.pop("meta", None)
    based = content.get("basedOn") or [{"reference": f"ServiceRequest/{row.referral.reference}"}]
    identifier = content.get("identifier") or {"system": f"{OURS}answering", "value": str(row.key)}
    return content | {"id": str(row.key), "basedOn": based, "identifier": identifier}
