"""A message of the standard, read past its faults: what it asks for, about what, and what came with it. Pure."""

import base64
import binascii
import hashlib
import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from painpath.exchange.bars.answers import BarsFault
from painpath.exchange.fhir.bodies import clean
from painpath.exchange.fhir.gathering import Gathered, gather, identifiers
from painpath.exchange.fhir.loose import first, objects, tail, words

REQUEST, RESPONSE = "servicerequest-request", "servicerequest-response"
WITHDRAWN = {"revoked": "withdrawn", "entered-in-error": "sent in error"}
"""The status of a request that its sender does not want any more, and what that is called."""
OURS = "urn:painpath:"
DECODED = ("NHSD-Target-Identifier", "NHSD-End-User-Organisation", "NHSD-Requesting-Software",
           "NHSD-Requesting-Practitioner")  # fmt: skip
"""Headers that hold JSON in base64."""
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_URI = "urn:ietf:rfc:3986"


@dataclass
class Message:
    """What was understood of a message."""

    bundle_id: str
    header: dict[str, Any]
    event: str
    reason: str
    gathered: Gathered
    full_url: str = ""
    notes: list[str] = field(default_factory=list)
    """What was read past, in sentences."""

    @property
    def request(self) -> dict[str, Any]:
        return self.gathered.request

    @property
    def withdrawn(self) -> str:
        """In which words the sender does not want it any more; empty where it does."""
        status = words(self.request.get("status"))
        return WITHDRAWN.get(status) or (WITHDRAWN["entered-in-error"] if self.reason == "delete" else "")

    @property
    def adds(self) -> bool:
        """Whether it is about a request that was sent before."""
        return bool(self.withdrawn) or self.reason == "update"

    def names(self) -> list[str]:
        """What the sender calls the request, `system|value` each: its identifiers, then its name in the message."""
        found = identifiers(self.request)
        if self.full_url.startswith("urn:uuid:"):
            found.append(f"{_URI}|{self.full_url.lower()}")
        if _UUID.fullmatch(own := words(self.request.get("id"))):
            found.append(f"{_URI}|urn:uuid:{own.lower()}")
        return list(dict.fromkeys(one[:300] for one in found))[:20]

    def follows(self) -> list[str]:
        """What the sender calls that which this request is based on."""
        based = [one for name in ("basedOn", "replaces") for one in objects(self.request.get(name))]
        return identifiers({"identifier": [one.get("identifier") for one in based]})[:20]

    def references(self) -> list[str]:
        """Our own names of referrals that it gives back."""
        based = objects(self.request.get("basedOn"))
        marks = [*objects(self.request.get("identifier")), *(first(one.get("identifier")) for one in based)]
        found = [words(one.get("value")) for one in marks if words(one.get("system")).startswith(OURS)]
        found += [tail(one.get("reference"), "ServiceRequest") for one in based]
        return [one for one in found if one][:20]


def parse(content: bytes) -> dict[str, Any]:
    """The JSON object that was sent, without what no database keeps; raises BarsFault (400)."""
    try:
        given = json.loads(content.decode("utf-8-sig"))
        given = _clean(given)
    except (ValueError, RecursionError) as error:
        raise BarsFault(400, "This is not JSON in UTF-8.") from error
    if not isinstance(given, dict):
        raise BarsFault(400, "This is not a FHIR resource: send a Bundle of the type message.")
    return given


def _clean(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):  # Python reads NaN and 1e999; nothing else does
        return str(value)
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, list):
        return [_clean(one) for one in value]
    if isinstance(value, dict):
        return {clean(name): _clean(one) for name, one in value.items()}
    return value


def name_of(bundle: dict[str, Any]) -> str:
    """What its sender calls a message: the id of the Bundle (which the standard asks for), else its identifier
    (`system|value`), else the id of its header with its words. The same name is the same message; the same words
    without one need not be.

    The id of a header should be another for each message, as that of the Bundle (R4, Messaging, on the identifiers of a
    message). Where a sender writes the same into each, its next message must not be taken for a repeat of the first: it
    names a message only together with all that is in it.
    """
    header = next(
        (
            one
            for one in (first(entry.get("resource")) for entry in objects(bundle.get("entry")))
            if one.get("resourceType") == "MessageHeader"
        ),
        {},
    )
    if named := words(bundle.get("id")):
        return named
    identifier = first(bundle.get("identifier"))
    if value := words(identifier.get("value")):
        return f"{words(identifier.get('system'))}|{value}"
    if not (named := words(header.get("id"))):
        return ""
    return f"{named} {hashlib.sha256(json.dumps(bundle, sort_keys=True).encode()).hexdigest()}"


def read(bundle: dict[str, Any]) -> Message:
    """The message in a Bundle; raises BarsFault where nobody could tell what it asks for, or about what."""
    if words(bundle.get("resourceType")) != "Bundle":
        raise BarsFault(422, "This is not a Bundle of the type message.")
    if words(bundle.get("type")) != "message":
        raise BarsFault(422, f"This is a Bundle of the type “{words(bundle.get('type'))[:40]}”, not a message.")
    entries = [(words(one.get("fullUrl")), first(one.get("resource"))) for one in objects(bundle.get("entry"))]
    header = next((one for _, one in entries if one.get("resourceType") == "MessageHeader"), None)
    if header is None:
        raise BarsFault(422, "The message has no MessageHeader, which says what it asks for.")
    notes: list[str] = []
    event = words(first(header.get("eventCoding")).get("code"))
    codings = [coding for one in objects(header.get("reason")) for coding in objects(one.get("coding"))]
    reason = next((code for one in codings if (code := words(one.get("code")))), "")
    full_url, request = "", dict[str, Any]()
    if event in (REQUEST, RESPONSE):
        full_url, request = _focus(header, entries, notes)
    return Message(
        bundle_id=words(bundle.get("id"))[:64], header=header, event=event, reason=reason,
        gathered=gather(request, [one for one in entries if one[1] and one[1] is not header]), full_url=full_url,
        notes=notes,
    )  # fmt: skip


def _focus(
    header: dict[str, Any], entries: list[tuple[str, dict[str, Any]]], notes: list[str]
) -> tuple[str, dict[str, Any]]:
    """The ServiceRequest that the header points to, with its name in the Bundle."""
    requests = [(name, one) for name, one in entries if one.get("resourceType") == "ServiceRequest"]
    wanted = {words(one.get("reference")) for one in objects(header.get("focus"))} - {""}
    for name, one in requests:
        own = words(one.get("id"))
        if wanted & {name, f"ServiceRequest/{own}", own, f"urn:uuid:{own}"} - {""}:
            return name, one
    if len(requests) == 1:
        notes.append("The focus of the message names nothing that was sent. The only request in it was taken.")
        return requests[0]
    raise BarsFault(422, "The focus of the message names no ServiceRequest that was sent with it.")


def said_by_headers(headers: Mapping[str, str]) -> tuple[dict[str, Any], list[str]]:
    """What the headers of the standard say, and which of them could not be read."""
    found: dict[str, Any] = {}
    notes = []
    for name in ("X-Request-Id", "X-Correlation-Id", "use-context", "Content-Type", "Accept"):
        if value := headers.get(name):
            found[name.lower()] = clean(value)[:200]
    for name in DECODED:
        if not (value := headers.get(name)):
            continue
        try:
            raw = base64.b64decode(value + "=" * (-len(value) % 4), validate=True)
            found[name.lower()] = _clean(json.loads(raw.decode("utf-8-sig")))
        except (binascii.Error, ValueError, RecursionError):
            found[name.lower()] = clean(value)[:2000]
            notes.append(f"The header {name} could not be read.")
    return found, notes


def all_notes(message: Message) -> list[str]:
    """Every sentence about what was read past."""
    return [*message.notes, *(one.sentence for one in message.gathered.warnings)]
