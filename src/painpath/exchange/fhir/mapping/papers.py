"""Letters and documents, as DocumentReference and Binary."""

import base64
from typing import Any

from painpath.exchange.fhir.mapping.base import OURS, concept, exact, instant, present, reference, text
from painpath.exchange.fhir.mapping.facts import Case, Paper

KINDS = {"gp": "Letter to the GP", "patient": "Letter to the patient", "document": "Document that came with a referral"}


def document_reference(case: Case, paper: Paper, sha1: bytes) -> dict[str, Any]:
    """Where a paper is to be had; `sha1` is the hash of its bytes, which R4 asks for (Attachment.hash)."""
    return present({
        "resourceType": "DocumentReference",
        "id": paper.id,
        "identifier": [{"system": f"{OURS}paper", "value": paper.id}],
        "status": "superseded" if paper.superseded else "current",
        "type": concept(KINDS[paper.kind], f"{OURS}paper-kind", paper.kind),
        "subject": reference("Patient", case.reference),
        "date": exact(paper.at),
        "author": [{"display": text(paper.author)}] if paper.author else [],
        "description": text(paper.title),
        "content": [{
            "attachment": {
                "contentType": paper.media_type,
                "url": f"Binary/{paper.id}",
                "size": paper.size,
                "hash": base64.b64encode(sha1).decode("ascii"),
                "title": text(paper.title),
                "creation": instant(paper.at),
            }
        }],
        "context": {"related": [reference("ServiceRequest", case.reference)]},
    })  # fmt: skip


def binary(paper: Paper, content: bytes) -> dict[str, Any]:
    """The paper itself."""
    return {
        "resourceType": "Binary",
        "id": paper.id,
        "contentType": paper.media_type,
        "data": base64.b64encode(content).decode("ascii"),
    }
