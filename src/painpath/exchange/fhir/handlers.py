"""What each call does. Everything that reads is audited in the transaction that reads it."""

from collections.abc import Iterable
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import fhirkit
from django.utils.http import http_date

from painpath import clock
from painpath.accounts import audit
from painpath.accounts.models import AuditEntry
from painpath.accounts.scope import scope
from painpath.exchange.fhir import (
    adding,
    bodies,
    capability,
    export,
    gathering,
    history,
    parameters,
    receiving,
    resources,
    versions,
)
from painpath.exchange.fhir import searching as searches
from painpath.exchange.fhir.call import Answer, Call
from painpath.exchange.fhir.negotiating import TYPES, version_of, wanted
from painpath.exchange.fhir.outcomes import Fault, Issue, fault, outcome
from painpath.exchange.fhir.receiving import Arrived
from painpath.exchange.fhir.versions import Shown
from painpath.exchange.fhir.versions import show as show_all
from painpath.referrals.models import Referral
from painpath.referrals.moves import lock

Content = dict[str, Any]
_ABOUT_SOMEBODY = frozenset({"Patient", "Communication", "CommunicationRequest", "Task", "Bundle"})
"""What is kept for a person also when it is refused: somebody meant to tell us something about a patient."""
_BROUGHT = {
    "ServiceRequest": "a referral", "DocumentReference": "a document",
    "QuestionnaireResponse": "answers to a questionnaire",
}  # fmt: skip
"""What may be created, in words."""
KEPT_HEADERS = ("content-type", "if-none-exist", "if-match", "x-request-id", "x-correlation-id")


def handle(call: Call) -> Answer:
    """The answer to a call; raises `Fault`, `Denied` or `Refused`. Nothing is in the middle of a transaction here."""
    call = call.but(came=_came(call))
    with _none_lost(call):
        return _handled(call)


def refuse(call: Call, wrong: Fault) -> Answer:
    """What a call is answered that cannot be handled at all. What it brings is kept as if it had been."""
    with _none_lost(call, _brought(call) or _bundled(call)):
        raise wrong


def _none_lost(call: Call, what: str | None = None) -> AbstractContextManager[None]:
    """Nothing is lost that somebody sent who may send it."""
    what = _brought(call) if what is None else what
    return receiving.none_lost(arrived(call), what) if what else nullcontext()


def _brought(call: Call) -> str:
    """What comes with a call of a program that may send such, in words; nothing with a call that reads."""
    match call.method, call.path:
        case "POST", (kind,) if kind in _BROUGHT and call.grant.may(kind, "c"):
            return _BROUGHT[kind]
        case "PUT", ("ServiceRequest", name) if call.grant.may("ServiceRequest", "u"):
            return f"a change of referral {name}"
        case "PUT", (kind, name) if kind in {*_BROUGHT, *_ABOUT_SOMEBODY} and call.grant.may("ServiceRequest", "u"):
            return f"a change of {kind} {name}"
    return ""


def _bundled(call: Call) -> str:
    sends = any(call.grant.may("ServiceRequest", letter) for letter in "cu")
    return "a Bundle" if (call.method, call.path) == ("POST", ()) and sends else ""


def _handled(call: Call) -> Answer:
    match call.path:
        case ():
            from painpath.exchange.fhir import transactions  # it hands its entries back to this function

            _only(call, "POST")
            return transactions.take(call)
        case (kind,) if call.method == "POST":
            return create(call, _known(kind))
        case (kind,):
            _only(call, "GET", "POST")
            return search(call, _known(kind), call.query)
        case (kind, "_search"):
            _only(call, "POST")
            return search(call, _known(kind), (*call.query, *call.form))
        case (kind, name, "_history", number):
            _only(call, "GET")
            return read_version(call, _known(kind), name, number)
        case (kind, name, "_history") if capability.may(_known(kind), "history-instance"):
            _only(call, "GET")
            return read_history(call, kind, name)
        case ("ServiceRequest", name, "$document"):
            _only(call, "GET", "POST")
            return export.whole_case(call, name)
        case (kind, name) if not name.startswith(("_", "$")):
            _only(call, "GET", *(["PUT"] if kind == "ServiceRequest" else []))
            return update(call, name) if call.method == "PUT" else read(call, _known(kind), name)
    raise fault(404, "not-found", "There is nothing at this address.")


def _only(call: Call, *methods: str) -> None:
    if call.method not in methods:
        raise fault(405, "not-supported", f"{call.method} cannot be done here.", Allow=", ".join(methods))


def _known(kind: str) -> str:
    if kind in resources.KINDS:
        return kind
    if kind in fhirkit.RESOURCE_TYPES:
        raise fault(404, "not-supported", f"{kind} is not held here. /metadata lists what is.")
    raise fault(404, "not-found", "There is nothing at this address.")


def arrived(call: Call) -> Arrived:
    """What came with this call, to be kept."""
    return call.came or _came(call)


def _came(call: Call) -> Arrived:
    kept = {name: call.headers[name][:200] for name in KEPT_HEADERS if name in call.headers}
    return Arrived(call.grant, call.content, kept, f"{call.method} {'/'.join(call.path)}")


def body(call: Call, kind: str) -> Content:
    """The resource that was sent. What cannot be read, or is something else, is kept for a person and refused."""
    try:
        resource = bodies.read(call.content)
    except Fault as wrong:
        raise receiving.refused(arrived(call), wrong.status, wrong.issues) from None
    named = resource.get("resourceType")
    if named != kind:
        raise receiving.refused(
            arrived(call),
            400,
            [Issue("invalid", f"The resourceType must be {kind}, as in the address.", "resourceType")],
        )
    return resource


def create(call: Call, kind: str) -> Answer:
    """POST [kind]."""
    if not capability.may(kind, "create"):
        allowed = "GET" if capability.may(kind, "search-type") else ""
        said = f"{kind} cannot be created here. /metadata lists what can."
        if kind == "Patient":
            said = "Send the patient inside the referral: contained, or beside it in a transaction."
        if kind in _ABOUT_SOMEBODY:
            call.grant.need("ServiceRequest", "c")
            raise receiving.refused(arrived(call), 422, [Issue("not-supported", said)])
        raise fault(405, "not-supported", said, Allow=allowed)
    call.grant.need(kind, "c")
    only_if_new = condition(call.headers.get("if-none-exist", ""))
    resource = body(call, kind)
    if kind == "ServiceRequest":
        structure = gathering.structural(resource)
        made = receiving.create_referral(
            arrived(call), gathering.gather(resource), condition=only_if_new, structure=structure
        )
        return created(call, kind, made.referral.reference, made.referral, new=made.new, warnings=made.warnings)
    if kind == "DocumentReference":
        referral, document = adding.create_document(arrived(call), resource)
        return created(call, kind, f"document-{document.pk}", referral)
    answering, referral, new = adding.create_response(arrived(call), resource)
    return created(call, kind, str(answering.key), referral, new=new)


def condition(asked: str) -> str:
    """The identifier of If-None-Exist; "" without one. Raises `Fault` where it asks for something else."""
    from urllib.parse import parse_qsl

    if not asked.strip():
        return ""
    pairs = parse_qsl(asked.strip().removeprefix("?"), keep_blank_values=True)
    values = [bodies.clean(value) for name, value in pairs if name == "identifier"]
    if len(pairs) != 1 or len(values) != 1 or not values[0].rpartition("|")[2]:
        raise fault(400, "not-supported", "If-None-Exist takes one identifier: identifier=system|value.")
    return values[0][:300] if "|" in values[0] else f"|{values[0]}"[:300]


def created(
    call: Call, kind: str, name: str, referral: Referral, *, new: bool = True, warnings: Iterable[Issue] = ()
) -> Answer:
    """201 with the place of what was made; 200 for what was there before."""
    with scope(call.service):
        content, _ = resources.one(call.grant, kind, name, call.base)
        (shown,) = show_all(call.service, [content])
        if not new:
            audit.record(call.grant.by, "fhir.read", referral, kind=kind)
    place = f"{call.base}/{kind}/{name}"
    headers = versioned(shown) | {"Location": f"{place}/_history/{shown.number}" if new else place}
    return _as_preferred(call, Answer(201 if new else 200, shown.resource, headers), tuple(warnings))


def _as_preferred(call: Call, answer: Answer, warnings: tuple[Issue, ...]) -> Answer:
    preferred = call.prefers.get("return", "")
    if preferred == "minimal":
        answer.resource = None
    elif preferred.lower() == "operationoutcome":
        answer.resource = outcome(warnings)
    return answer


def versioned(shown: Shown) -> dict[str, str]:
    """The headers that name a version."""
    found = {"ETag": shown.etag}
    at = shown.resource.get("meta", {}).get("lastUpdated")
    if at:
        from datetime import datetime

        found["Last-Modified"] = http_date(datetime.fromisoformat(at.replace("Z", "+00:00")).timestamp())
    return found


def read(call: Call, kind: str, name: str) -> Answer:
    """GET [kind]/[id]."""
    call.grant.need(kind, "r")
    with scope(call.service):
        content, referral = resources.one(call.grant, kind, name, call.base)
        (shown,) = show_all(call.service, [content])
        note(call, [referral] if referral else [], "fhir.read", kind)
    return _shown(call, shown)


def read_version(call: Call, kind: str, name: str, number: str) -> Answer:
    """GET [kind]/[id]/_history/[version]: the same bytes as when it was shown."""
    call.grant.need(kind, "r")
    with scope(call.service):
        content, referral = resources.one(call.grant, kind, name, call.base)
        found = None
        if kind in versions.UNKEPT:
            found = Shown(content, 1) if number == "1" else None
        elif number.isascii() and number.isdigit() and len(number) < 10:
            found = versions.at_version(call.service, content, int(number))
        if found is None:
            raise fault(404, "not-found", "There is no such version.")
        if kind == "Patient" and not versions.same_person(found.resource, content):
            raise fault(410, "deleted", "Who this is about was corrected since. What was shown before cannot be read "
                        "any more, for it may be about somebody else. Read the Patient without a version.")  # fmt: skip
        note(call, [referral] if referral else [], "fhir.read", kind)
    return _shown(call, found)


def read_history(call: Call, kind: str, name: str) -> Answer:
    """GET [kind]/[id]/_history."""
    call.grant.need(kind, "r")
    with scope(call.service):
        content, referral = resources.one(call.grant, kind, name, call.base)
        made = history.bundle(call.service, content, call.base, call.query, strict=call.strict)
        note(call, [referral] if referral else [], "fhir.read", kind)
    return Answer(200, made)


def _shown(call: Call, shown: Shown) -> Answer:
    headers = versioned(shown)
    known = call.headers.get("if-none-match", "")
    if known and (known.strip() == "*" or shown.number in map(version_of, known.split(","))):
        return Answer(304, None, headers)
    if shown.resource["resourceType"] == "Binary" and not TYPES & set(wanted(call.headers.get("accept", ""))):
        return Answer(200, None, headers, raw=resources.raw(shown.resource))
    return Answer(200, shown.resource, headers)


def note(call: Call, referrals: Iterable[Referral], action: str, kind: str) -> None:
    """Audit that these referrals were looked at, in one query."""
    AuditEntry.objects.bulk_create(
        AuditEntry(
            service_id=call.service.pk, process=call.grant.by.name, action=action, subject_type="referral",
            subject_id=str(referral.pk), detail={"kind": kind},
        )
        for referral in referrals
    )  # fmt: skip


def search(call: Call, kind: str, asked: Iterable[tuple[str, str]]) -> Answer:
    """GET [kind]?... and POST [kind]/_search."""
    if not capability.may(kind, "search-type"):
        raise fault(405, "not-supported", f"{kind} cannot be searched. It is read by its id.", Allow="")
    call.grant.need(kind, "s")
    wished = parameters.understood(kind, asked, strict=call.strict)
    with scope(call.service):
        found = searches.find(call.grant, wished, call.base)
        made = searches.bundle(call.grant, wished, found, call.base, by_post=call.method == "POST")
        note(call, found.referrals, "fhir.search", kind)
    return Answer(200, made)


def update(call: Call, name: str) -> Answer:
    """PUT ServiceRequest/[id]: what a sender may add. Nothing that was decided changes."""
    call.grant.need("ServiceRequest", "u")
    with scope(call.service):
        referral = resources.referral_of(call.grant, name)
    resource = body(call, "ServiceRequest")
    if resource.get("id") not in (None, name):
        raise receiving.refused(arrived(call), 400, [Issue("invalid", "The id must be that of the address.", "id")])
    wished = call.headers.get("if-match", "")
    with scope(call.service):
        check_match(call, name, wished)
    own = arrived(call)
    message, _ = own.keep()
    with scope(call.service):
        referral = lock(referral)
        check_match(call, name, wished)
        made = adding.update_referral(
            own, message, referral, gathering.gather(resource), gathering.structural(resource)
        )
    answer = read(call.but(headers={"accept": "application/fhir+json"}), "ServiceRequest", name)
    return _as_preferred(call, answer, made.warnings)


def check_match(call: Call, name: str, wished: str) -> None:
    """Raise `Fault` (412) when a change was made to another version than the one that is shown now. Inside the scope;
    what is then changed must have been locked before."""
    if not wished:
        return
    content, _ = resources.one(call.grant, "ServiceRequest", name, call.base)
    (shown,) = show_all(call.service, [content])
    if wished.strip() != "*" and version_of(wished) != shown.number:
        raise fault(412, "conflict", f"This was changed meanwhile: it is at version {shown.number}. Read it, and send "
                    "your change again.", ETag=shown.etag)  # fmt: skip


def metadata(*, base: str, service: str) -> Content:
    """The CapabilityStatement."""
    from importlib.metadata import version

    return capability.statement(
        base=base, service=service, date=f"{clock.today():%Y-%m-%d}", version=version("painpath")
    )
