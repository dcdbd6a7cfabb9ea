"""A whole case as a document, for a program that may see every referral of the service."""

import uuid

from painpath import clock
from painpath.accounts.scope import scope
from painpath.exchange.fhir import resources, versions
from painpath.exchange.fhir.call import Answer, Call
from painpath.exchange.fhir.mapping import people, record
from painpath.exchange.fhir.mapping.base import exact
from painpath.exchange.fhir.outcomes import fault

BELONGING = ("Provenance", "CommunicationRequest", "Communication", "DocumentReference", "QuestionnaireResponse")


def whole_case(call: Call, name: str) -> Answer:
    """GET ServiceRequest/[id]/$document. Every kind in it needs its scope: half a case would look whole."""
    from painpath.exchange.fhir.handlers import note

    for kind in (*resources.OF_A_REFERRAL, *BELONGING):
        call.grant.need(kind, "r")
    if not resources.sees_all(call.grant):
        raise fault(403, "forbidden", "Only a program that may see every referral of the service can export a case.")
    with scope(call.service):
        referral = resources.referral_of(call.grant, name)
        case = resources.case_of(call.grant, referral)
        contents = [made for make in resources.OF_A_REFERRAL.values() if (made := make(case)) is not None]
        contents.append(people.ourselves(case.service, case.service_name))
        for kind in BELONGING:
            contents += resources.belonging(call.grant, referral, kind)
        shown = versions.show(call.service, contents)
        note(call, [referral], "fhir.export", "ServiceRequest")
    made = record.document(
        case, call.base, [one.resource for one in shown], at=exact(clock.now()), name=str(uuid.uuid4())
    )
    return Answer(200, made)
