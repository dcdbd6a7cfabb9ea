"""What we send to e-RS, strictly: its schema lets a missing or doubled field and a text that is too long pass.

So that what each request must hold is checked here, and refused with a sentence before anything is sent.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePath
from typing import Any, Literal

from painpath.exchange.ers.operations import NotAllowed

LIMIT = 8_000
"""Characters of a message of Advice and Guidance. It is prose of the API, not of its schema, and how a character is
counted is not published: we count code points, with single line ends."""
PRIORITIES = {"ROUTINE": "Routine", "URGENT": "Urgent", "TWO_WEEK_WAIT": "Two week wait"}
REVIEW_OUTCOMES = ("RETURN_TO_REFERRER_WITH_ADVICE", "ACCEPT_REFER_BOOK_LATER")
"""What A028 takes, though its schema lists two more."""
RETURN = "RETURN_TO_REFERRER_WITH_ADVICE"
FILE_LIMIT = 5 * 1024 * 1024

MEDIA = {
    "txt": "text/plain", "pdf": "application/pdf", "xml": "text/xml", "rtf": "text/rtf", "rtx": "text/rtf",
    "au": "audio/basic", "mp3": "audio/mpeg", "png": "image/png", "gif": "image/gif", "jpg": "image/jpeg",
    "jpe": "image/jpeg", "jpeg": "image/jpeg", "tif": "image/tiff", "tiff": "image/tiff", "mpg": "video/mpeg",
    "mpeg": "video/mpeg", "mpe": "video/mpeg", "doc": "application/msword",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "dcm": "application/dicom",
}  # fmt: skip
"""Kinds of file that A020 takes, by the ending of the name: content type and ending must agree."""

_STU3 = "https://fhir.nhs.uk/STU3"
_UBRN = re.compile(r"[0-9]{12}")
Body = dict[str, Any]
AttachmentType = Literal["GUIDANCE_RESPONSE", "PROVIDER"]


@dataclass(frozen=True)
class Uploaded:
    """A file that A020 has taken: where it lies (`Binary/...`), its name, and when."""

    location: str
    name: str
    at: datetime


def ubrn(text: str) -> str:
    """The twelve digits of a UBRN. Raises NotAllowed for anything else."""
    digits = re.sub(r"[\s-]", "", text)
    if not _UBRN.fullmatch(digits) or not digits.isascii():
        raise NotAllowed("The UBRN has twelve digits. Check it, and correct it in the details of the referral.")
    return digits


def if_match(version: str) -> str:
    """The header for a change of this version. e-RS has weak ETags that are the number of the version."""
    if not re.fullmatch(r"[0-9]+", version) or not version.isascii():
        raise NotAllowed("Which version of the request you have read is not known. Read it again, then send.")
    return f'W/"{version}"'


def advice_worklist() -> Body:
    """A023."""
    return _parameters("eRS-FetchWorklist-Parameters-1", [_list_type("eRS-CommunicationListSelector-1",
                                                                     "ADVICE_AND_GUIDANCE_REQUESTS")])  # fmt: skip


def referral_worklist(
    kind: Literal["REFERRALS_FOR_REVIEW", "APPOINTMENT_SLOT_ISSUES"], *, service: str = "", by_application: bool = False
) -> Body:
    """A008, the lists of providers. An application must say of which service. We ask for the first list only: that the
    other is said as in its published example is tested."""
    if by_application and not service:
        raise NotAllowed("Without a person, e-RS gives its worklist for one service only: say which.")
    parameters = [_list_type("eRS-ReferralListSelector-1", kind)]
    if service:
        system = "http://fhir.nhs.net/Id/ers-service"
        parameters.append({"name": "service", "valueIdentifier": {"system": system, "value": service}})
    return _parameters("eRS-FetchWorklist-Parameters-1", parameters)


def reply(
    *, outcome: str, recommendation: str, text: str, priority: str, files: Sequence[Uploaded] = ()
) -> Body:  # fmt: skip
    """A026: a recommendation goes with a returned request, and only with that."""
    if outcome not in (RETURN, "REQUIRE_FURTHER_INFORMATION"):
        raise NotAllowed("e-RS has no such reply to the referrer. Nothing was sent.")
    if (outcome == RETURN) != bool(recommendation):
        raise NotAllowed(
            "e-RS wants to know what you recommend when the request is returned with advice, and only then. Nothing "
            "was sent."
        )
    parameters = [_coding("guidanceOutcome", "eRS-GuidanceResponseOutcome-1", outcome)]
    if recommendation:
        known = ("ADVICE_ONLY_NO_REFERRAL_RECOMMENDED", "ADVICE_FOLLOWED_BY_REFERRAL_IF_REQUIRED",
                 "REFERRAL_RECOMMENDED", "OTHER")  # fmt: skip
        if recommendation not in known:
            raise NotAllowed("e-RS does not know this recommendation. Nothing was sent.")
        parameters.append(
            _coding("guidanceIntendedRecommendation", "eRS-GuidanceIntendedRecommendation-1", recommendation)
        )
    parameters += [{"name": "guidance", "valueString": _words(text)}, _priority("updatedPriority", priority)]
    parameters += [_file("guidanceAttachmentFile", "GUIDANCE_RESPONSE", one) for one in files]
    return _parameters("eRS-SendCommunicationToRequester-Request-Parameters-1", parameters)


def conversion(
    *, request: str, version: str, text: str, priority: str, for_admin: str, files: Sequence[Uploaded] = (),
    admin_files: Sequence[Uploaded] = (),
) -> Body:  # fmt: skip
    """A027: the request becomes a referral. `for_admin` goes to the provider's own administrators, as `admin_files` do:
    we send none, and the published example has some."""
    if_match(version)
    reference = f"CommunicationRequest/{ubrn(request)}/_history/{version}"
    parameters: list[Body] = [
        {"name": "createFrom", "valueReference": {"reference": reference}},
        {"name": "guidance", "valueString": _words(text)},
        _priority("newReferralPriority", priority),
        {"name": "reviewComments", "valueString": _words(for_admin)},
        *(_file("guidanceAttachmentFile", "GUIDANCE_RESPONSE", one) for one in files),
        *(_file("reviewAttachmentFile", "PROVIDER", one) for one in admin_files),
    ]
    return _parameters("eRS-CreateFromCommunicationRequestActionLater-Request-Parameters-1", parameters)


def review(*, outcome: str, text: str, priority: str = "", files: Sequence[Uploaded] = ()) -> Body:
    """A028, the triage of a referral. The priority may change only when the referral is accepted."""
    if outcome not in REVIEW_OUTCOMES:
        raise NotAllowed(
            "e-RS takes two outcomes of a triage by its API: return with advice, or accept and book later."
        )
    if priority and outcome == RETURN:
        raise NotAllowed("The priority cannot be changed when a referral is returned. Nothing was sent.")
    parameters = [
        _coding("reviewOutcome", "eRS-ReviewOutcome-1", outcome),
        {"name": "reviewComments", "valueString": _words(text)},
    ]
    if priority:
        parameters.append(_priority("reviewPriority", priority))
    parameters += [_file("reviewAttachmentFile", "PROVIDER", one) for one in files]
    return _parameters("eRS-RecordReviewOutcome-Parameters-1", parameters)


def upload_headers(name: str, size: int, *, request: str) -> dict[str, str]:
    """A020. Without the UBRN e-RS takes a file, and then no reply can carry it: so that it always goes along."""
    ending = PurePath(name).suffix.lstrip(".").lower()
    if ending not in MEDIA:
        raise NotAllowed(f"e-RS does not take “{name}”: save it as PDF, and attach that. Nothing was sent.")
    if not 0 < size <= FILE_LIMIT:
        raise NotAllowed(f"e-RS takes files of up to 5 MB that are not empty: “{name}” is not. Nothing was sent.")
    plain = re.sub(r"[^A-Za-z0-9 ._()-]", "_", name)  # a header holds no other letters for sure
    return {
        "NHSD-eRS-File-Name": plain, "NHSD-eRS-Referral-ID": ubrn(request), "Content-Type": MEDIA[ending],
    }  # fmt: skip


def _words(text: str) -> str:
    """The text with single line ends. It is never cut."""
    whole = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    if not whole:
        raise NotAllowed("The text is empty: e-RS wants words. Nothing was sent.")
    if len(whole) > LIMIT:
        raise NotAllowed(
            f"e-RS takes at most {LIMIT:,} characters and this text has {len(whole):,}. Nothing is cut for you and "
            "nothing was sent."
        )
    return whole


def _parameters(profile: str, parameters: list[Body]) -> Body:
    address = f"{_STU3}/StructureDefinition/{profile}"
    return {"resourceType": "Parameters", "meta": {"profile": [address]}, "parameter": parameters}


def _coding(name: str, system: str, code: str) -> Body:
    return {"name": name, "valueCoding": {"system": f"{_STU3}/CodeSystem/{system}", "code": code}}


def _priority(name: str, code: str) -> Body:
    if code not in PRIORITIES:
        raise NotAllowed("e-RS wants a priority: routine, urgent or two week wait. Nothing was sent.")
    return _coding(name, "eRS-Priority-1", code)


def _list_type(system: str, code: str) -> Body:
    coding = {"system": f"{_STU3}/CodeSystem/{system}", "code": code}
    return {"name": "listType", "valueCodeableConcept": {"coding": [coding]}}


def _file(name: str, kind: AttachmentType, file: Uploaded) -> Body:
    if not re.fullmatch(r"Binary/[A-Za-z0-9.-]{1,64}", file.location):
        raise NotAllowed(f"e-RS has not said where it keeps “{file.name}”. Nothing was sent.")
    return {
        "name": name,
        "resource": {
            "meta": {"profile": [f"{_STU3}/StructureDefinition/eRS-DocumentReference-1"]},
            "resourceType": "DocumentReference",
            "type": {"coding": [{"system": f"{_STU3}/CodeSystem/eRS-AttachmentType-1", "code": kind}]},
            "status": "current",
            "indexed": file.at.isoformat(timespec="milliseconds"),
            "description": file.name,
            "content": [{"attachment": {"url": file.location}}],
        },
    }
