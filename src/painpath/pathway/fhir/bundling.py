"""A pathway as one Bundle: for programs that know FHIR, and, by the files in its Library, without loss for Painpath.

The PlanDefinition says the criteria in words that any program can show. Letters, evidence and pages have no place in
FHIR: the Library carries the pathway's own files byte for byte, and an import takes those.
"""

import base64
import hashlib
import json
import uuid
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any

from painpath.pathway.fhir.parts import OURS, present, text
from painpath.pathway.fhir.plan import plan
from painpath.pathway.forms import Form
from painpath.pathway.model import Pathway

Resource = dict[str, Any]

LIBRARY = f"{OURS}pathway:"
"""What the canonical address of our own Library begins with; the pathway's name follows."""
_TYPE = "http://terminology.hl7.org/CodeSystem/library-type"
_MEDIA = {".yaml": "application/yaml", ".json": "application/json", ".svg": "image/svg+xml"}


def bundle(pathway: Pathway, files: Mapping[str, str]) -> Resource:
    """The Bundle of a pathway and of its own files (relative path -> text). The same pathway gives the same Bundle."""
    library = f"{LIBRARY}{pathway.name}"
    criteria = plan(pathway, "") | {"library": [f"{library}|{pathway.version}"]}
    forms = [_questionnaire(form) for form in pathway.forms]
    contents = _library(pathway, library, files, [criteria, *forms])
    return {
        "resourceType": "Bundle",
        "id": f"pathway-{criteria['id']}"[:64],
        "type": "collection",
        "entry": [{"fullUrl": _address(one), "resource": one} for one in (contents, criteria, *forms)],
    }


def _library(pathway: Pathway, address: str, files: Mapping[str, str], made_of: list[Resource]) -> Resource:
    return {
        "resourceType": "Library",
        "id": pathway.name[:64],
        "url": address,
        "identifier": [{"system": f"{OURS}pathway-digest", "value": pathway.digest}],
        "version": text(pathway.version),
        "name": "PathwayFiles",
        "title": text(f"Files of the pathway of {pathway.service}"),
        "status": "active",
        "type": {"coding": [{"system": _TYPE, "code": "asset-collection"}]},
        "publisher": text(pathway.service),
        "relatedArtifact": [{"type": "composed-of", "resource": one} for one in _canonicals(made_of)],
        "content": [_attachment(path, files[path]) for path in sorted(files)],
    }


def _canonicals(resources: list[Resource]) -> Iterator[str]:
    for one in resources:
        if url := one.get("url"):
            yield f"{url}|{one['version']}" if one.get("version") else url


def _attachment(path: str, content: str) -> Resource:
    data = content.encode()
    return present({
        "contentType": _MEDIA.get(PurePosixPath(path).suffix, "text/plain"),
        "title": path,
        "size": len(data),
        "hash": base64.b64encode(hashlib.sha1(data, usedforsecurity=False).digest()).decode(),
        "data": base64.b64encode(data).decode(),
    })  # fmt: skip


def _questionnaire(form: Form) -> Resource:
    content: Resource = json.loads(form.text)
    return content | {"id": form.id.replace("_", "-")[:64]}


def _address(resource: Resource) -> str:
    """An entry's own address, the same whenever it is made."""
    name = resource.get("url") or f"{resource['resourceType']}/{resource['id']}"
    return f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, name)}"
