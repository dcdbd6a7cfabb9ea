"""What e-RS answers, read liberally: what is missing or odd becomes a warning, and nothing is dropped for it."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime

from painpath.exchange.ers.model import (
    AVAILABLE,
    AdviceRequest,
    Attachment,
    Concept,
    Conversation,
    ErsReferral,
    Message,
    Role,
    Worklist,
    WorklistItem,
)
from painpath.exchange.ers.whatever import Unreadable, Whatever, parse
from painpath.reading.patient import valid_nhs_number


def worklist(content: bytes) -> Worklist:
    """A023 and A008. A row that names no UBRN is a warning: nobody can open it."""
    whole, items, warnings = parse(content, "List"), [], []
    for number, entry in enumerate(whole["entry"], 1):
        row = _row(entry, whole)
        if not row.ubrn:
            warnings.append(f"Row {number} of the worklist names no request.")
            continue
        items.append(row)
    return Worklist(tuple(items), tuple(warnings))


def _row(entry: Whatever, whole: Whatever) -> WorklistItem:
    facts = next((one for one in entry["extension"] if one["extension"]), Whatever(None))
    reference, version = _reference(entry["item"]["reference"].text)
    patient = facts.extension("patient")
    number = _identifier(patient, whole)
    said = (
        facts.extension("communicationRequestVersion").text or facts.extension("referralRequestVersion").text or version
    )
    return WorklistItem(
        ubrn=reference, version=said, nhs_number=number,
        priority=facts.extension("priority").code,
        state=facts.extension("category").code or facts.extension("requestContextStatus").code,
        first_requested=(facts.extension("adviceFirstRequested").moment
                         or facts.extension("clinicalInfoFirstSubmitted").moment
                         or facts.extension("eReferralPathwayStart").moment),
        last_updated=facts.extension("adviceLastUpdated").moment or facts.extension("clinicalInfoLastUpdated").moment,
        referrer=_identifier(facts.extension("referrer"), whole),
        service=_identifier(facts.extension("service"), whole), service_name=facts.extension("service")["display"].text,
        warnings=_of_number(number), kind=facts.extension("referralType").code,
    )  # fmt: skip


def advice_request(content: bytes) -> AdviceRequest:
    """A024, and the request inside the answer to A026."""
    return _advice_request(parse(content, "CommunicationRequest"))


def _advice_request(whole: Whatever) -> AdviceRequest:
    number = _identifier(whole["subject"], whole)
    warnings: list[str] = []
    warnings += _of_number(number)
    authority = whole.extension("Extension-eRS-ProviderConversionAuthorisation-1").code
    may = {"AUTHORISED_TO_CONVERT": True, "NOT_AUTHORISED_TO_CONVERT": False}.get(authority)
    if may is None:
        warnings.append("e-RS does not say whether the referrer lets us convert the request.")
    version = whole["meta"]["versionId"].text
    if not version.isdecimal():
        warnings.append("e-RS does not say which version of the request this is.")
    sender = _resolve(whole["requester"]["agent"].extension("Extension-PractitionerRole-Reference-1"), whole)
    service = whole["recipient"].extension("Extension-HealthcareService-Reference-1")
    listed = next((one for one in whole["contained"] if one["resourceType"].text == "List"), Whatever(None))
    files = _payload(whole["payload"], whole, (), warnings)
    return AdviceRequest(
        ubrn=whole["id"].text, version=version, nhs_number=number, state=_category(whole["category"]),
        priority=whole.extension("Extension-eRS-ReferralPriority-1").code, may_convert=may,
        service=_identifier(service, whole), service_name=listed["entry"]["item"]["display"].text,
        referrer=_identifier(sender["practitioner"], whole),
        referrer_organisation=_identifier(sender["organization"], whole),
        request_id=whole["identifier"]["value"].text, attachments=files, warnings=tuple(warnings),
    )  # fmt: skip


def _category(said: Whatever) -> str:
    return next((one.code for one in said if one.code), "")


def conversation(content: bytes) -> Conversation:
    """A025: who said what, with its files. A message without words or files is kept, with a warning."""
    bundle, warnings = parse(content, "Bundle"), list[str]()
    resources = [entry["resource"] for entry in bundle["entry"]]
    messages = []
    for one in resources:
        kind = one["resourceType"].text
        if kind != "Communication":
            continue
        text = "\n\n".join(note["text"].text for note in one["note"] if note["text"].text)
        files = _payload(one["payload"], one, resources, warnings)
        name = one["id"].text
        if not text and not files:
            warnings.append(f"Message {name or 'without a number'} of the conversation holds no words.")
        sent = one["sent"].moment
        if sent is None:
            warnings.append(f"e-RS does not say when message {name} was sent.")
        by = _resolve(one["sender"].extension("Extension-PractitionerRole-Reference-1"), one, resources)
        side = _category(one["category"])
        messages.append(
            Message(
                id=name, sent=sent, text=text, attachments=files,
                from_us={"RESPONDER": True, "REQUESTER": False, "REFERRER_CLINICAL_INFORMATION_UPDATED": False}.get(
                    side
                ),
                sender=_identifier(by["practitioner"], one),
                organisation=_identifier(by["organization"], one),
            )
        )  # fmt: skip
        if messages[-1].from_us is None:
            warnings.append(f"e-RS does not say who sent message {name}.")
    if not messages:
        warnings.append("e-RS gives no message of this conversation: look in e-RS for what the referrer asks.")
    return Conversation(tuple(sorted(messages, key=_order)), tuple(warnings))


def _order(one: Message) -> tuple[datetime, int]:
    """By time, and those of one moment by e-RS's number: a later message has a higher one."""
    return one.sent or datetime.max.replace(tzinfo=UTC), int(one.id) if re.fullmatch(r"[0-9]{1,18}", one.id) else 0


def referral(content: bytes) -> ErsReferral:
    """A005, and what A027 and A028 answer."""
    whole, warnings = parse(content, "ReferralRequest"), list[str]()
    number = _identifier(whole["subject"], whole)
    warnings += _of_number(number)
    listed = next(
        (one for one in whole["contained"] if one["resourceType"].text == "List" and one["entry"]), Whatever(None)
    )
    files = tuple(_attachment(one) for one in whole["contained"] if one["resourceType"].text == "DocumentReference")
    said = [one["reference"].text for name in ("supportingInfo", "basedOn") for one in whole[name]]
    related = [_reference(one)[0] for one in said]
    advice = [_reference(one)[0] for one in said if "CommunicationRequest/" in one]
    version, now = whole["meta"]["versionId"].text, "Extension-eRS-ReferralState-1"
    if not version.isdecimal():
        warnings.append("e-RS does not say which version of the referral this is.")
    return ErsReferral(
        ubrn=whole["id"].text, version=version, nhs_number=number, state=whole.extension(now, "state").code,
        outcome=whole.extension(now, "reason").code, comments=whole.extension(now, "comments").text,
        priority=whole.extension("Extension-eRS-ReferralPriority-1").code,
        service=_identifier(listed["entry"]["item"], whole),
        related=tuple(dict.fromkeys(one for one in related if one and one != whole["id"].text)),
        advice=tuple(dict.fromkeys(one for one in advice if one)), attachments=files, warnings=tuple(warnings),
    )  # fmt: skip


def replied(content: bytes) -> AdviceRequest:
    """A026: the request as it is after our reply. Its version stands here only: the answer has no ETag."""
    whole = parse(content, "Parameters")
    for one in whole["parameter"]:
        if one["name"].text == "updatedCommunicationRequest":
            return _advice_request(one["resource"])
    raise Unreadable("The answer does not hold the request.")


def actions(content: bytes) -> frozenset[str]:
    """A029: what may be done with a referral now."""
    bundle = parse(content, "Bundle")
    return frozenset(code for entry in bundle["entry"] if (code := entry["resource"]["code"].code))


def roles(content: bytes) -> tuple[Role, ...]:
    """A030: every organisation and business function of this person."""
    bundle = parse(content, "Bundle")
    found = []
    for entry in bundle["entry"]:
        organisation = entry["resource"]["organization"]["identifier"]["value"].text
        for code in entry["resource"]["code"]:
            codings = code["coding"] if code["coding"] else [code]
            found += [Role(organisation, one.code) for one in codings]
    return tuple(dict.fromkeys(one for one in found if one.organisation and one.code))


def on_behalf_of(content: bytes) -> tuple[str, ...]:
    """A040: user ids of the clinicians for whom this administrator may act."""
    bundle = parse(content, "Bundle")
    ids = (entry["resource"]["identifier"]["value"].text or entry["resource"]["id"].text for entry in bundle["entry"])
    return tuple(dict.fromkeys(one for one in ids if one))


def concepts(content: bytes) -> tuple[Concept, ...]:
    """A004: the codes of one list."""
    found = []
    for one in parse(content, "CodeSystem")["concept"]:
        days = {prop["code"].text: prop["valueDateTime"].moment for prop in one["property"]}
        found.append(Concept(one["code"].text, one["display"].text, days.get("effectiveFrom"), days.get("effectiveTo")))
    return tuple(found)


def error_codes(content: bytes, media_type: str) -> tuple[str, ...]:
    """The codes of an OperationOutcome; none for any other body, which most errors have."""
    if "json" not in media_type.lower():
        return ()
    try:
        outcome = parse(content, "OperationOutcome")
    except Unreadable:
        return ()
    found = (coding["code"].text for issue in outcome["issue"] for coding in issue["details"]["coding"])
    return tuple(dict.fromkeys(code for code in found if re.fullmatch(r"[A-Z0-9_]{1,60}", code)))


def _payload(
    payload: Whatever, around: Whatever, beside: Sequence[Whatever], warnings: list[str]
) -> tuple[Attachment, ...]:
    found = []
    for one in payload:
        document = _resolve(one["contentReference"], around, beside)
        if not document["content"]:
            warnings.append("A file is named that e-RS does not describe: look for it in e-RS.")
            continue
        found.append(_attachment(document))
        if not found[-1].binary:
            warnings.append(f"e-RS does not say where “{found[-1].name}” lies: look for it in e-RS.")
    return tuple(found)


def _attachment(document: Whatever) -> Attachment:
    said = document["content"]["attachment"]
    size = said["size"].text
    return Attachment(
        binary=said["url"].text.rsplit("Binary/", 1)[-1] if "Binary/" in said["url"].text else "",
        name=said["title"].text or document["description"].text or "file of e-RS",
        media_type=said["contentType"].text, size=int(size) if size.isdecimal() and len(size) < 16 else None,
        kind=document["type"].code,
        availability=said.extension("Extension-eRS-AvailabilityStatus-1").code or AVAILABLE,
        by=_identifier(said.extension("Extension-eRS-AttachedBy-1"), document),
    )  # fmt: skip


def _resolve(reference: Whatever, around: Whatever, beside: Sequence[Whatever] = ()) -> Whatever:
    """What a reference points to: in what is contained, or beside it in the bundle; nothing when it is not there."""
    said = reference["reference"].text
    if said.startswith("#"):
        return next((one for one in around["contained"] if one["id"].text == said[1:]), Whatever(None))
    kind, _, name = said.rpartition("/")
    for one in beside:
        if one["id"].text == name and one["resourceType"].text == kind.rsplit("/", 1)[-1]:
            return one
    return Whatever(None)


def _identifier(reference: Whatever, around: Whatever) -> str:
    """The number that a reference names: in itself, or in what it points to."""
    return (
        reference["identifier"]["value"].text or reference["value"].text
        or _resolve(reference, around)["identifier"]["value"].text
    )  # fmt: skip


def _reference(said: str) -> tuple[str, str]:
    """The UBRN and the version of a reference such as `ReferralRequest/000000070000/_history/5`."""
    found = re.search(r"Request/([0-9]{1,20})(?:/_history/([0-9]+))?$", said)
    return (found[1], found[2] or "") if found else ("", "")


def _of_number(number: str) -> tuple[str, ...]:
    if not number:
        return ("e-RS gives no NHS number for this patient.",)
    if not re.fullmatch(r"[0-9]{10}", number) or not valid_nhs_number(number):
        return (f"The NHS number {number} fails its check: compare it before you register anybody.",)
    return ()
