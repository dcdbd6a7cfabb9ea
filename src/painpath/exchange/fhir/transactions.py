"""Bundles: a transaction is all or nothing, a batch is calls that have nothing to do with each other.

A transaction brings one referral with everything around it, or adds to referrals; what it asks for is read last.
"""

import logging
from typing import Any
from urllib.parse import parse_qsl, unquote

from painpath.accounts.scope import scope
from painpath.exchange.authorising import Denied
from painpath.exchange.fhir import (
    adding,
    bodies,
    capability,
    gathering,
    parameters,
    receiving,
    resources,
    searching,
    versions,
)
from painpath.exchange.fhir.call import Answer, Call
from painpath.exchange.fhir.gathering import Gathered
from painpath.exchange.fhir.handlers import arrived, body, check_match, condition, handle, note, versioned
from painpath.exchange.fhir.loose import first, objects, words
from painpath.exchange.fhir.outcomes import Fault, Issue, fault, for_now, our_fault, outcome
from painpath.postgres.failing import what_fails
from painpath.referrals.moves import lock
from painpath.referrals.refusal import Refused

log = logging.getLogger(__name__)

Content = dict[str, Any]
MOST = 200
"""Entries of one Bundle: the largest published referral we know has 30."""
_PLACES = frozenset({"Patient", "Practitioner", "PractitionerRole", "Organization", "ServiceRequest"})


def take(call: Call) -> Answer:
    """POST [base]."""
    if not _asks_each(call):
        call.grant.need("ServiceRequest", "c")
    sent = body(call, "Bundle")
    entries = objects(sent.get("entry"))
    if sent.get("type") == "batch":
        _check_number(call, entries)
        answers = [_alone(call, entry) for entry in entries]
        if all(one["response"]["status"] < "4" for one in answers):
            with scope(call.service):
                receiving.sent_rightly(arrived(call), None)
        return Answer(200, _bundle("batch-response", answers))
    if sent.get("type") != "transaction":
        raise _refused(call, "The type of the Bundle must be transaction or batch.", "Bundle.type")
    _check_number(call, entries)
    return Answer(200, _bundle("transaction-response", _together(call, sent, entries)))


def _asks_each(call: Call) -> bool:
    """Whether each entry asks for its own scope: a batch, and a transaction that creates nothing. What cannot be read
    may be one of them, of a program that sends changes."""
    try:
        sent = bodies.read(call.content)
    except Fault:
        return call.grant.may("ServiceRequest", "u")
    methods = {_request(entry)[0] for entry in objects(sent.get("entry"))}
    kind = sent.get("type") if sent.get("resourceType") == "Bundle" else None
    return kind == "batch" or (kind == "transaction" and methods <= {"GET", "PUT"})


def _refused(call: Call, sentence: str, place: str = "Bundle.entry", status: int = 422) -> Fault:
    if not any(call.grant.may("ServiceRequest", letter) for letter in "cu"):
        return fault(status, "not-supported", sentence, place)  # who may write nothing leaves nothing to a person
    return receiving.refused(arrived(call), status, [Issue("not-supported", sentence, place)])


def _check_number(call: Call, entries: list[Content]) -> None:
    if len(entries) > MOST:
        raise _refused(call, f"A Bundle may have {MOST} entries at most. Send it in several.")


def _bundle(kind: str, entries: list[Content]) -> Content:
    return {"resourceType": "Bundle", "type": kind} | ({"entry": entries} if entries else {})


def _request(entry: Content) -> tuple[str, tuple[str, ...], tuple[tuple[str, str], ...]]:
    request = first(entry.get("request"))
    path, _, query = words(request.get("url")).partition("?")
    parts = tuple(bodies.clean(unquote(part)) for part in path.split("/") if part)
    asked = tuple((bodies.clean(one), bodies.clean(value)) for one, value in parse_qsl(query, keep_blank_values=True))
    return words(request.get("method")).upper(), parts, asked


def _alone(call: Call, entry: Content) -> Content:
    """One entry of a batch: a call of its own, whatever becomes of the others."""
    method, path, query = _request(entry)
    request = first(entry.get("request"))
    headers = {
        name: words(request.get(key))
        for name, key in (("if-none-exist", "ifNoneExist"), ("if-match", "ifMatch"), ("if-none-match", "ifNoneMatch"))
        if words(request.get(key))
    }
    content = bodies.written(first(entry.get("resource"))) if entry.get("resource") else b""
    own = call.but(method=method, path=path, query=query, content=content, came=None,
                   headers=headers | {"accept": "application/fhir+json"})  # fmt: skip
    try:
        if not path:
            said = "An entry of a batch needs request.url, and is no Bundle itself."
            raise _refused(own, said, "Bundle.entry.request", 400) if content else fault(400, "invalid", said)
        return _entry(handle(own), call.base)
    except Fault as wrong:
        return _failed(wrong.status, outcome(wrong.issues))
    except Denied as denied:
        return _failed(denied.status, outcome([Issue("forbidden", denied.sentence)]))
    except Refused as refused:
        return _failed(422, outcome([Issue("business-rule", refused.sentence)]))
    except Exception as error:  # the others of the batch have been done, and are answered
        log.exception("an entry of a batch failed: %s", type(error).__name__)
        if what_fails(error):
            return _failed(503, outcome([for_now()]))
        return _failed(500, outcome([our_fault(reads=method == "GET")]))


def _failed(status: int, told: Content) -> Content:
    return {"response": {"status": str(status), "outcome": told}}


def _entry(answer: Answer, base: str) -> Content:
    response: Content = {"status": str(answer.status)}
    if "Location" in answer.headers:
        response["location"] = answer.headers["Location"].removeprefix(f"{base}/")
    if "ETag" in answer.headers:
        response["etag"] = answer.headers["ETag"]
    resource = answer.resource
    at = (resource or {}).get("meta", {}).get("lastUpdated")
    if at:
        response["lastModified"] = at
    return ({"resource": resource} if resource else {}) | {"response": response}


def _together(call: Call, sent: Content, entries: list[Content]) -> list[Content]:
    """All of a transaction: what is created, then what is changed, then what is read."""
    planned = [(number, *_request(entry), first(entry.get("resource"))) for number, entry in enumerate(entries)]
    for number, method, path, _, resource in planned:
        place = f"Bundle.entry[{number}]"
        if method not in ("POST", "PUT", "GET"):
            raise _refused(call, f"{method or 'No method'} cannot be done in a transaction here.", place)
        if method == "POST" and resource.get("resourceType") != (path[0] if len(path) == 1 else None):
            raise _refused(call, "A POST needs a resource, and its kind as the address.", place)
        if method == "PUT" and (len(path) != 2 or path[0] != "ServiceRequest"):
            raise _refused(call, "Only a ServiceRequest can be changed.", place)
    posts = [one for one in planned if one[1] == "POST"]
    requests = [one for one in posts if one[2] == ("ServiceRequest",)]
    puts = [one for one in planned if one[1] == "PUT"]
    if len(requests) > 1:
        raise _refused(call, "A transaction brings one ServiceRequest. Send each referral in its own.")
    if posts and not requests:
        raise _refused(call, "What is created must belong to a ServiceRequest of the same transaction.")
    if requests and puts:
        raise _refused(call, "Send a new referral and changes of others in transactions of their own.")
    answers: dict[int, Content] = {}
    if requests:
        with receiving.none_lost(arrived(call), "a referral"):
            answers |= _create(call, sent, entries, planned, requests[0][0])
    elif puts:
        call.grant.need("ServiceRequest", "u")
        with receiving.none_lost(arrived(call), f"a change of referral {puts[0][2][1]}"):
            answers |= _change(call, puts, entries)
    else:
        with scope(call.service):
            answers |= _gets(call, planned)
    return [answers[number] for number in range(len(entries))]


def _create(call: Call, sent: Content, entries: list[Content], planned: list[Any], at: int) -> dict[int, Content]:
    """One referral with everything that came around it."""
    for _, method, path, query, _ in planned:
        if method == "GET":  # all or nothing: what could not be read must stop it before anything is made
            with scope(call.service):
                _get(call, path, query)
    request = first(entries[at].get("resource"))
    gathered: Gathered = gathering.gather(
        request,
        [(words(entry.get("fullUrl")), first(entry.get("resource"))) for entry in entries if entry.get("resource")],
    )
    only_if_new = condition(words(first(entries[at].get("request")).get("ifNoneExist")))
    own_name = "|".join(filter(None, (words(first(sent.get("identifier")).get(key)) for key in ("system", "value"))))
    made = receiving.create_referral(
        arrived(call), gathered, condition=only_if_new, structure=gathering.structural(sent), name=own_name
    )
    reference = made.referral.reference
    found: dict[int, Content] = {}
    with scope(call.service):
        for number, method, path, query, resource in planned:
            found[number] = (
                _get(call, path, query)
                if method == "GET"
                else _made(call, path[0], reference, made, resource)
            )  # fmt: skip
    return found


def _made(call: Call, kind: str, reference: str, made: receiving.Made, resource: Content) -> Content:
    """What became of a resource that came with a referral: it has its own place, or its words are in the letter."""
    if kind in _PLACES:
        try:
            content, _ = resources.one(call.grant, kind, reference, call.base)
        except Fault:
            content = None
        if content is not None:
            (shown,) = versions.show(call.service, [content])
            place = f"{call.base}/{kind}/{reference}" + (f"/_history/{shown.number}" if made.new else "")
            headers = versioned(shown) | {"Location": place}
            return _entry(Answer(201 if made.new else 200, shown.resource, headers), call.base)
    told = Issue("informational", f"It is kept with the referral, as part of ServiceRequest/{reference}.",
                 severity="information")  # fmt: skip
    return {"response": {"status": "202", "outcome": outcome([told])}}


def _change(call: Call, puts: list[Any], entries: list[Content]) -> dict[int, Content]:
    """A referral changed, and what is read with it; or nothing."""
    if len(puts) > 1:
        raise _refused(call, "A transaction changes one referral. Send each in its own.")
    number, _, path, _, resource = puts[0]
    wished = words(first(entries[number].get("request")).get("ifMatch"))
    with scope(call.service):
        check_match(call, path[1], wished)
    own = arrived(call)
    message, _ = own.keep()
    with scope(call.service):
        referral = lock(resources.referral_of(call.grant, path[1]))
        check_match(call, path[1], wished)
        adding.update_referral(own, message, referral, gathering.gather(resource), [])
        gets = [one for one in map(_planned, enumerate(entries)) if one[1] == "GET"]
        return _gets(call, [(number, "GET", path, (), resource), *gets])


def _planned(numbered: tuple[int, Content]) -> tuple[int, str, tuple[str, ...], tuple[tuple[str, str], ...], Content]:
    number, entry = numbered
    return (number, *_request(entry), first(entry.get("resource")))


def _gets(call: Call, planned: list[Any]) -> dict[int, Content]:
    return {number: _get(call, path, query) for number, _, path, query, _ in planned}


def _get(call: Call, path: tuple[str, ...], query: tuple[tuple[str, str], ...]) -> Content:
    """What a GET of a transaction reads, inside the scope."""
    if len(path) == 2 and path[0] in resources.KINDS:
        call.grant.need(path[0], "r")
        content, referral = resources.one(call.grant, path[0], path[1], call.base)
        (shown,) = versions.show(call.service, [content])
        note(call, [referral] if referral else [], "fhir.read", path[0])
        return _entry(Answer(200, shown.resource, versioned(shown)), call.base)
    if len(path) == 1 and capability.may(path[0], "search-type"):
        call.grant.need(path[0], "s")
        wished = parameters.understood(path[0], query, strict=call.strict)
        found = searching.find(call.grant, wished, call.base)
        note(call, found.referrals, "fhir.search", path[0])
        return {"resource": searching.bundle(call.grant, wished, found, call.base), "response": {"status": "200"}}
    raise fault(404, "not-found", "An entry asks for an address where nothing is.")
