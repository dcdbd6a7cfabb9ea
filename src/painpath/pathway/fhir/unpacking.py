"""A Bundle back into a pathway's own files.

One with our Library gives those files byte for byte: what stands in its other resources is not looked at. One from
elsewhere gives the draft of a pathway, whose criteria come from the actions of its PlanDefinition
(`painpath.pathway.fhir.foreign`).
"""

import base64
import binascii
import hashlib
import json
from pathlib import Path
from typing import Any

from painpath.pathway.draft_files import unusable
from painpath.pathway.fhir.bundling import LIBRARY, Resource
from painpath.pathway.problems import PathwayError, Problem

MOST_RESOURCES = 500
LARGEST = 20_000_000
"""Bytes of a Bundle: ten times our largest pathway."""


def read(data: bytes) -> object:
    """JSON of a Bundle. Raises PathwayError."""
    if len(data) > LARGEST:
        raise refused(f"The file is larger than {LARGEST // 1_000_000} MB.")
    try:
        given: object = json.loads(data)
    except (ValueError, RecursionError):
        raise refused("This is not JSON. Choose a FHIR Bundle as JSON.") from None
    return given


def files_from(bundle: object) -> dict[str, str]:
    """The files of the pathway in a Bundle: relative path -> text.

    Raises PathwayError with sentences for what is no such Bundle, for files whose hash does not fit, for names, kinds
    and sizes that a pathway cannot have. What the files say is for `compile_draft` to look at.
    """
    found = resources(bundle)
    library = next((one for one in found if is_ours(one)), None)
    if library is not None:
        name = str(library["url"]).removeprefix(LIBRARY)
        return checked(name, _contents(library))
    from painpath.pathway.fhir.foreign import draft_of  # which reads pages, and few need

    return draft_of(found)


def name_in(bundle: object) -> str:
    """The name of the pathway whose Library is in the Bundle; empty for one from elsewhere. Raises PathwayError."""
    library = next((one for one in resources(bundle) if is_ours(one)), None)
    return str(library["url"]).removeprefix(LIBRARY) if library else ""


def checked(name: str, files: dict[str, str]) -> dict[str, str]:
    """The files, when a pathway can be made of such. Raises PathwayError."""
    if problems := unusable(name, files):
        raise PathwayError(problems)
    return files


def resources(bundle: object) -> list[Resource]:
    """The resources of a Bundle, or one PlanDefinition alone. Raises PathwayError."""
    if not isinstance(bundle, dict) or bundle.get("resourceType") not in ("Bundle", "PlanDefinition"):
        raise refused("This is no FHIR Bundle. Export a pathway as FHIR, or choose a Bundle with a PlanDefinition.")
    if bundle["resourceType"] == "PlanDefinition":
        return [bundle]
    entries = bundle.get("entry")
    if not isinstance(entries, list) or not all(isinstance(one, dict) for one in entries):
        raise refused("The Bundle has no entries.")
    if len(entries) > MOST_RESOURCES:
        raise refused(f"The Bundle has {len(entries):,} entries. A pathway has at most {MOST_RESOURCES}.")
    return [one["resource"] for one in entries if isinstance(one.get("resource"), dict)]


def is_ours(resource: Resource) -> bool:
    """Whether it is a Library with a pathway's own files."""
    return resource.get("resourceType") == "Library" and str(resource.get("url", "")).startswith(LIBRARY)


def refused(sentence: str, file: str = "Bundle") -> PathwayError:
    """Why a Bundle, or a file in it, cannot be taken."""
    return PathwayError([Problem(Path(file), 0, "", sentence)])


def _contents(library: Resource) -> dict[str, str]:
    contents = library.get("content")
    if not isinstance(contents, list) or not contents:
        raise refused("The Library of the Bundle has no files.")
    files: dict[str, str] = {}
    problems = []
    for one in contents:
        path = str(one.get("title", "")) if isinstance(one, dict) else ""
        try:
            if path in files:
                raise refused("This file is twice in the Library.", path)
            files[path] = _text(path, one)
        except PathwayError as error:
            problems += error.problems
    if problems:
        raise PathwayError(problems)
    return files


def _text(path: str, attachment: Any) -> str:
    if not isinstance(attachment, dict) or not path:
        raise refused("A file of the Library has no name in `title`.")
    try:
        data = base64.b64decode(str(attachment.get("data", "")), validate=True)
        content = data.decode()
    except (binascii.Error, ValueError):
        raise refused("The file is not text in UTF-8, as base64.", path) from None
    said = attachment.get("hash")
    if said is not None and said != base64.b64encode(hashlib.sha1(data, usedforsecurity=False).digest()).decode():
        raise refused("The file is not the one that was exported: its hash does not fit. Export it again.", path)
    return content
