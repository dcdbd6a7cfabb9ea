"""What belongs to a referral that came in FHIR: the request itself, and all that was sent with it, put together.

Pure: it takes what is there, notes what it read past, and refuses nothing.
"""

import base64
import binascii
import mimetypes
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

import fhirkit

from painpath.exchange.fhir import bodies, identity
from painpath.exchange.fhir.identity import Sender, Stated
from painpath.exchange.fhir.loose import first, objects, words
from painpath.exchange.fhir.outcomes import Issue, warning

MOST_WARNINGS = 50
_PAPERS = ("DocumentReference", "Media")
_EXTENSIONS = {"text/plain": ".txt", "application/pdf": ".pdf", "application/rtf": ".rtf", "text/rtf": ".rtf",
               "image/jpeg": ".jpg", "image/tiff": ".tif", "text/html": ".html"}  # fmt: skip


def structural(resource: Mapping[str, Any]) -> list[Issue]:
    """What a validator of R4 finds: warnings, for it is read past."""
    try:
        found = fhirkit.validate(dict(resource))
    except ValueError:
        return [warning("The structure could not be checked.")]
    return [warning(f"{one.path}: {one.message}"[:300], str(one.path)[:200]) for one in found[:MOST_WARNINGS]]


@dataclass(frozen=True)
class Attached:
    """A file that came with it."""

    name: str
    content: bytes


@dataclass
class Gathered:
    """A request with everything around it."""

    request: dict[str, Any]
    others: list[dict[str, Any]]
    warnings: list[Issue] = field(default_factory=list)
    _by_name: dict[str, dict[str, Any]] = field(default_factory=dict)

    def resolve(self, reference: Any) -> dict[str, Any]:
        """The resource that a reference means, among what came with it; empty when it is not there."""
        return self._by_name.get(words(reference).partition("/_history")[0], {})

    @property
    def subject(self) -> dict[str, Any]:
        """What the request says of whom it is about."""
        return first(self.request.get("subject"))

    def stated(self, known: Mapping[str, Any] | None = None) -> Stated:
        """Whom it is about, as stated: by the resource that is meant, else by `known` (a Patient that is here already),
        else by the identifier and the words of the reference alone."""
        subject = self.subject
        person = dict(self.resolve(subject.get("reference")) or known or {})
        people = [one for one in self.others if one.get("resourceType") == "Patient"]
        if not person and len(people) == 1 and not subject.get("identifier"):
            person = dict(people[0])
            self.warnings.append(
                warning("The subject names nobody who was sent. The only patient that was sent was taken.")
            )
        if not person.get("name") and subject.get("display"):
            person["display"] = subject["display"]
        marks = [*objects(subject.get("identifier")), *_in_query(words(subject.get("reference")))]
        if marks and not any(
            words(one.get("system")) == identity.NHS_NUMBER for one in objects(person.get("identifier"))
        ):
            person["identifier"] = [*objects(person.get("identifier")), *marks]
        found = identity.patient(person)
        self.warnings += [warning(said, "ServiceRequest.subject") for said in found.warnings]
        return found

    def check_whom(self) -> None:
        """A warning for each thing that came with it and that is about somebody else, as its subject is named."""
        ours = words(self.subject.get("reference"))
        person = self.resolve(ours)
        people = [one for one in self.others if one.get("resourceType") == "Patient"]
        if not person and len(people) == 1:
            person = people[0]
        for one in self.others:
            theirs = [words(first(one.get(name)).get("reference")) for name in ("subject", "patient", "for")]
            strange = [said for said in theirs if said not in ("", ours) and self.resolve(said) is not person]
            if strange and (ours or person):
                kind = words(one.get("resourceType"))
                self.warnings.append(
                    warning(f"A {kind} came with it that names another patient. Look whether it belongs here.", kind)
                )

    def sender(self) -> Sender:
        """Whom it is from: the requester, and what that points to."""
        requester = first(self.request.get("requester"))
        chain, todo = list[dict[str, Any]](), [words(requester.get("reference"))]
        while todo and len(chain) < 10:
            one = self.resolve(todo.pop(0))
            if one and one not in chain:
                chain.append(one)
                todo += [words(first(one.get(name)).get("reference")) for name in ("practitioner", "organization")]
        number = first(requester.get("identifier"))
        if not chain and words(number.get("system")) in identity.ODS:
            chain = [{"resourceType": "Organization", "identifier": [number], "name": words(requester.get("display"))}]
        elif not chain and number:
            chain = [{"resourceType": "Practitioner", "identifier": [number]}]
        elif not chain and not requester:
            chain = [one for one in self.others if one.get("resourceType") in ("Practitioner", "Organization")]
        return identity.sender(chain, words(requester.get("display")))

    def files(self, largest: int) -> list[Attached]:
        """The files that came with it; what could not be taken is a warning, and stays with the message."""
        found: list[Attached] = []
        used: set[int] = set()
        for one in self.others:
            if words(one.get("resourceType")) in _PAPERS:
                for content in objects(one.get("content")):
                    self._take(first(content.get("attachment")) or content, one, largest, found, used)
        for one in self.others:
            if one.get("resourceType") == "Binary" and id(one) not in used:
                self._take(one, one, largest, found, used)
        return found

    def _take(
        self, attachment: dict[str, Any], owner: dict[str, Any], largest: int, found: list[Attached], used: set[int]
    ) -> None:
        source = attachment
        if not words(attachment.get("data")):
            source = self.resolve(attachment.get("url"))
            used.add(id(source))
        title = words(attachment.get("title")) or words(owner.get("description")) or "Document"
        kind = words(attachment.get("contentType")) or words(source.get("contentType"))
        data = decoded(words(source.get("data")))
        if not data:
            self.warnings.append(warning(f"A document was named and not sent: {title[:100]}. Ask the sender for it.",
                                         words(owner.get("resourceType"))))  # fmt: skip
        elif len(data) > largest:
            self.warnings.append(warning(f"A document is too large to be read here: {title[:100]}. It is kept with the "
                                         "message.", words(owner.get("resourceType"))))  # fmt: skip
        else:
            found.append(Attached(_named(title, kind), data))


def decoded(data: str) -> bytes:
    """What base64 holds, past blanks; empty when it is none."""
    try:
        return base64.b64decode(re.sub(r"\s+", "", data), validate=True)
    except (binascii.Error, ValueError):
        return b""


def _named(title: str, kind: str) -> str:
    guessed = _EXTENSIONS.get(kind) or mimetypes.guess_extension(kind) or ""
    return title[:150] if re.search(r"\.[A-Za-z0-9]{2,4}$", title) else f"{title[:150]}{guessed}"


def _in_query(reference: str) -> list[dict[str, str]]:
    kind, _, query = reference.partition("?")
    if kind != "Patient" or not query:
        return []
    marks = [bodies.clean(one) for one in parse_qs(query).get("identifier", [])]
    return [{"system": system, "value": value} for system, _, value in (mark.rpartition("|") for mark in marks)]


def gather(request: dict[str, Any], entries: Iterable[tuple[str, dict[str, Any]]] = ()) -> Gathered:
    """A request with what it contains, and with what else came, each under the name it is referred to by."""
    names: dict[str, dict[str, Any]] = {}
    others: list[dict[str, Any]] = []
    for one in objects(request.get("contained")):
        names[f"#{words(one.get('id'))}"] = one
        others.append(one)
    for name, one in entries:
        if one is request:
            continue
        others.append(one)
        own = f"{words(one.get('resourceType'))}/{words(one.get('id'))}"
        names |= {key: one for key in (name, own, f"urn:uuid:{words(one.get('id'))}") if key and key[-1] not in "/:"}
        names |= {f"#{words(inner.get('id'))}": inner for inner in objects(one.get("contained"))}
    found = Gathered(request, others, _by_name=names)
    found.check_whom()
    return found


def identifiers(resource: Mapping[str, Any]) -> list[str]:
    """The sender's own names of a resource, each `system|value`, without those that name a person or are ours."""
    found = []
    for one in objects(resource.get("identifier")):
        system, value = words(one.get("system")), words(one.get("value"))
        if value and system != identity.NHS_NUMBER and not system.startswith("urn:painpath:"):
            found.append(f"{system}|{value}"[:300])
    return found
