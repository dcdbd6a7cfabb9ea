"""What another program adds to a referral that is here: words, files, answers, a wish to cancel. People see to each.

Nothing here decides. What came is kept first (`receiving.Arrived`)."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import transaction

from painpath import clock
from painpath.accounts import audit
from painpath.accounts.audit import Process
from painpath.accounts.roles import ADMINISTRATOR, CLINICIAN, PATIENT
from painpath.accounts.scope import scope
from painpath.exchange.authorising import Grant
from painpath.exchange.fhir import bodies, cases, gathering, letter, resources
from painpath.exchange.fhir.gathering import Gathered
from painpath.exchange.fhir.loose import concept, first, listed, objects, tail, words
from painpath.exchange.fhir.mapping.service_request import service_request
from painpath.exchange.fhir.outcomes import Fault, Issue, fault
from painpath.exchange.fhir.receiving import KEPT_ISSUE, Arrived, Made, changed_last, leave, sent_rightly
from painpath.letters.models import InboundMessage
from painpath.referrals import pathways, todo
from painpath.referrals.arriving.filing import File
from painpath.referrals.arriving.receiving import add_documents
from painpath.referrals.models import Answering, Document, InformationRequest, Referral
from painpath.referrals.moves import reckon
from painpath.referrals.questionnaires.answering import NotRight
from painpath.referrals.questionnaires.whole_responses import receive_response
from painpath.referrals.refusal import Refused

CANCELLED = frozenset({"revoked", "entered-in-error"})
_OURS_TO_SAY = frozenset({"completed", "on-hold"})
_NOT_TAKEN = ("code", "category", "priority", "intent", "requester", "performer", "occurrenceDateTime",
              "occurrencePeriod", "patientInstruction", "reasonReference", "supportingInfo")  # fmt: skip
"""Elements that an update does not change here: what a sender changes in them is told to a person in words."""
_AS_SENT = frozenset({"code", "category", "priority", "intent", "patientInstruction"})
"""Of these, what is shown as it was sent first: what a sender goes back to is a change too."""


@dataclass(frozen=True)
class Change:
    """What an update says."""

    words: tuple[str, ...]
    cancel: bool


def update_referral(
    arrived: Arrived, message: InboundMessage, referral: Referral, gathered: Gathered, structure: Sequence[Issue]
) -> Made:
    """Words and files added to a referral, or the wish to cancel it: all of it goes to people. Inside the scope.

    Raises `Fault` (422) for what no program may say: an outcome, or another person.
    """
    by, request = arrived.grant.by, gathered.request
    message = InboundMessage.objects.select_for_update(of=("self",)).defer("content").get(pk=message.pk)
    other = tail(gathered.subject.get("reference"), "Patient")
    if other and other != referral.reference:
        raise fault(422, "business-rule", "A referral cannot become somebody else's. Send a new one.",
                    "ServiceRequest.subject")  # fmt: skip
    before = service_request(resources.case_of(arrived.grant, referral))
    last = _said(changed_last(arrived.grant, referral.pk))
    change = _changed(before, last, request)
    asked = referral.tasks.filter(facts__has_key=cases.CANCEL, done_at__isnull=True).exists()
    if message.referral_id is not None and (asked or not change.cancel):
        return Made(referral, new=False)  # a wish to cancel that somebody has seen to may be said again
    papers = gathered.files(settings.MAX_FILE_BYTES)
    program = arrived.grant.client.name
    said = "\n\n".join(change.words)
    files = [File(one.name, one.content) for one in papers]
    if said:
        files.insert(0, File(f"Added by {program[:100]}.txt", f"Added by {program}\n\n{said}\n".encode()))
    if files:
        add_documents(referral=referral, by=by, files=files, also_ended=True)
    if said or files:
        _give(referral, by, CLINICIAN, f"{program} has added something to this referral. Read it.",
              **{cases.NOTE: said or "A document was added."})  # fmt: skip
    if change.cancel and not (asked and words(last.get("status")) in CANCELLED):
        _give(referral, by, ADMINISTRATOR,
              f"{program} asks to cancel this referral. Speak with whoever sent it, and with the patient, before "
              "anything is closed.", **{cases.CANCEL: True})  # fmt: skip
    warnings = (*gathered.warnings, *structure)
    settle(message, referral, by=by, warnings=warnings)
    return Made(referral, new=False, warnings=warnings)


def _give(referral: Referral, by: Process, role: str, sentence: str, **facts: Any) -> None:
    limit = pathways.of(referral.pathway_version).target("first-look")
    todo.give_task(referral, "contact", sentence, by=by, role=role, due_on=reckon(limit, clock.today()), **facts)


def _said(message: InboundMessage | None) -> dict[str, Any]:
    """The request of a change that was taken; empty for none."""
    if message is None:
        return {}
    sent = bodies.read(bytes(message.content))
    found = [sent, *(first(entry.get("resource")) for entry in objects(sent.get("entry")))]
    return next((one for one in found if one.get("resourceType") == "ServiceRequest"), {})


def _changed(before: Mapping[str, Any], last: Mapping[str, Any], request: Mapping[str, Any]) -> Change:
    """What of a request is new against what we show of it, and against what the sender said of it last."""
    found = [said for said in letter.notes(dict(request)) if said not in letter.notes(dict(before))]
    shown = letter.reasons(dict(before))
    found += [f"Reason for referral: {said}" for said in letter.reasons(dict(request)) if said not in shown]
    for name in _NOT_TAKEN:
        own, theirs = before.get(name), request.get(name)
        if name in _AS_SENT and last.get(name) is not None:
            own = last[name]
        if theirs is not None and _words(theirs) != _words(own) and _words(theirs):
            found.append(f"The sender now states ({name}): {_words(theirs)}")
    status = words(request.get("status"))
    if status == "active" and words(last.get("status")) in CANCELLED:
        found.append("The sender now states (status): active. It asked to cancel this before.")
    if status in _OURS_TO_SAY and status != before["status"]:
        raise fault(422, "business-rule", "Only a clinician of the team says when a referral is finished or waits. To "
                    "cancel it, send the status revoked.", "ServiceRequest.status")  # fmt: skip
    return Change(
        tuple(found), status in CANCELLED and status != before["status"] and before["status"] not in CANCELLED
    )


def _words(value: Any) -> str:
    """Something in words, to compare and to tell: references by what they are called."""
    found = []
    for one in listed(value):
        if isinstance(one, dict):
            found.append(concept(one) or words(one.get("display")) or words(one.get("reference"))
                         or ", ".join(filter(None, map(words, one.values()))))  # fmt: skip
        else:
            found.append(words(one))
    return "; ".join(filter(None, found))


def settle(message: InboundMessage, referral: Referral, *, by: Process, warnings: Iterable[Issue] = ()) -> None:
    """Say what became of a message that was added to a referral, inside the caller's transaction."""
    message.referral, message.why, message.settled_at = referral, "", clock.now()
    message.warnings = [one.sentence for one in warnings]
    message.save(update_fields=["referral", "why", "settled_at", "warnings"])
    audit.record(by, "inbound.add", message, referral=referral.pk)


def named_referral(grant: Grant, values: Iterable[Any]) -> Referral | None:
    """The referral that one of these references means, by itself or by its patient. Inside the scope."""
    for value in values:
        name = tail(value, "ServiceRequest") or tail(value, "Patient")
        row = cases.fetched(resources.visible(grant)).filter(reference=name).first() if name else None
        if row is not None:
            return row
    return None


def create_response(arrived: Arrived, response: dict[str, Any]) -> tuple[Answering, Referral, bool]:
    """Answers to a questionnaire that a referral waits for, that referral, and whether they are new.

    Raises `Fault` (422) with the items at fault, and then nothing has changed; what came was kept for a person.
    """
    grant = arrived.grant
    message, _ = arrived.keep(next(iter(gathering.identifiers(response)), ""))
    try:
        with scope(grant.client.service):
            references = [*objects(response.get("basedOn")), *objects(response.get("subject"))]
            referral = named_referral(grant, [one.get("reference") for one in references])
            request = _waiting(referral) if referral is not None else None
            if referral is None or request is None:
                raise Refused(
                    "No referral that this program may see waits for this. Name it in basedOn, as ServiceRequest/id."
                    if referral is None
                    else "This referral does not wait for a questionnaire now."
                )
            by = Process(grant.client.service, grant.by.name, role=PATIENT, only=referral.pk)
            before = set(request.answerings.filter(sent_at__isnull=False).values_list("pk", flat=True))
            answering = receive_response(request=request, data=response, by=by)
            if message.referral_id is None:
                settle(InboundMessage.objects.defer("content").get(pk=message.pk), referral, by=grant.by)
            sent_rightly(arrived, referral)
            return answering, referral, answering.pk not in before
    except NotRight as wrong:
        issues = [Issue("invalid", str(one.sentence), _place(one.link_id, one.place)) for one in wrong.faults]
        leave(arrived, message, f"{grant.client.name} sent answers that cannot stand: {wrong.sentence}")
        raise Fault(422, tuple(issues)) from None


def _place(link_id: str, place: str) -> str:
    if link_id:
        return f"QuestionnaireResponse.descendants().where(linkId='{link_id}')"
    return place if place.startswith("QuestionnaireResponse") else f"QuestionnaireResponse.{place}"


def _waiting(referral: Referral) -> InformationRequest | None:
    rows = referral.requests.filter(of="patient").exclude(questionnaire="")
    return rows.filter(closed_at__isnull=True).last() or rows.last()


def create_document(arrived: Arrived, resource: dict[str, Any]) -> tuple[Referral, Document]:
    """A document filed with a referral that is here. Raises `Fault` (422) where none is named, or nothing came."""
    grant = arrived.grant
    message, _ = arrived.keep(next(iter(gathering.identifiers(resource)), ""))
    context = [one for value in objects(resource.get("context")) for one in objects(value.get("related"))]
    gathered = gathering.gather({}, [("", resource)])
    files = [File(one.name, one.content) for one in gathered.files(settings.MAX_FILE_BYTES)]
    with scope(grant.client.service), transaction.atomic():
        subjects = [*context, *objects(resource.get("subject"))]
        referral = named_referral(grant, [one.get("reference") for one in subjects])
        if referral is not None and files:
            add_documents(referral=referral, by=grant.by, files=files, also_ended=True)
            if not referral.is_open:
                _give(referral, grant.by, CLINICIAN, f"{grant.client.name} has added a document. Read it.",
                      **{cases.NOTE: "A document was added."})  # fmt: skip
            if message.referral_id is None:
                settle(InboundMessage.objects.defer("content").get(pk=message.pk), referral, by=grant.by,
                       warnings=gathered.warnings)  # fmt: skip
            sent_rightly(arrived, referral)
            digest = hashlib.sha256(files[0].content).hexdigest()
            return referral, referral.documents.current().defer("content").filter(sha256=digest).latest("id")
    why = (
        "Name the referral that this document belongs to, in context.related as ServiceRequest/id."
        if referral is None
        else "No file came with this. Send it in content.attachment.data."
    )
    leave(arrived, message, f"{grant.client.name} sent a document. {why}")
    raise Fault(422, (Issue("required", why), KEPT_ISSUE))
