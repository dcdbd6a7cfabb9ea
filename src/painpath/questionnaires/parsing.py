"""From FHIR R4 JSON to a `Questionnaire`: everything that is wrong is told at once, nothing is silently left out."""

import hashlib
import json
import re
from typing import Any, Literal, cast, get_args

from painpath.questionnaires import urls
from painpath.questionnaires.faults import Fault, QuestionnaireError
from painpath.questionnaires.graph import condition_faults
from painpath.questionnaires.items import read_items
from painpath.questionnaires.model import Questionnaire, Rights
from painpath.questionnaires.node import Node
from painpath.questionnaires.strict_json import JsonError, read_json, sound

_STATUSES = ("draft", "active", "retired", "unknown")


def parse(data: bytes | str | dict[str, Any]) -> Questionnaire:
    """The questionnaire that this FHIR R4 JSON defines.

    Raises QuestionnaireError with every fault found: what cannot be read, what FHIR does not allow, and every feature
    that would change what people are asked and that Painpath does not do.
    """
    try:
        source = read_json(data) if isinstance(data, bytes | str) else sound(data)
    except JsonError as error:
        raise QuestionnaireError((Fault("Questionnaire", str(error)),)) from None
    if not isinstance(source, dict) or source.get("resourceType") != "Questionnaire":
        raise QuestionnaireError(
            (Fault("resourceType", 'This is not a FHIR Questionnaire: resourceType must be "Questionnaire".'),)
        )
    faults: list[Fault] = []
    root = Node(source, "Questionnaire", faults)
    made = _questionnaire(root, source)
    if not faults:
        faults += condition_faults(made)
    if faults:
        raise QuestionnaireError(tuple(dict.fromkeys(faults)))
    return made


def _questionnaire(root: Node, source: dict[str, Any]) -> Questionnaire:
    root.only(urls.ELEMENTS)
    if root.has("implicitRules"):
        root.fault("implicitRules changes what everything means, so it is refused. Take it out.", "implicitRules")
    subjects = root.texts("subjectType")
    if subjects and "Patient" not in subjects:
        root.fault("This questionnaire is not about patients: subjectType must name Patient.", "subjectType")
    title = root.text("title") or root.text("name")
    if not title:
        root.fault("Give the questionnaire a title.", "title")
    digest = hashlib.sha256(json.dumps(source, sort_keys=True, ensure_ascii=True, default=str).encode()).hexdigest()
    slug = re.sub(r"[^a-z0-9]+", "-", (root.text("name") or title).lower()).strip("-")
    name = root.text("id", 64) or slug[:60] or digest[:12]
    url = root.text("url") or f"urn:painpath:questionnaire:{name}"
    for key, value in (("url", url), ("version", root.text("version"))):
        if "|" in value or re.search(r"\s", value):
            root.fault(
                f"The {key} must not hold spaces or `|`: responses name url and version with a `|` between.", key
            )
    extensions = root.extensions()
    rights = extensions.code("rights", get_args(Rights))
    skeleton = extensions.flag("skeleton")
    items = read_items(root)
    if not items and not skeleton and not root.faults:
        root.fault("The questionnaire asks nothing: give it at least one item.", "item")
    made = Questionnaire(
        id=name,
        url=url,
        version=root.text("version") or f"sha256-{digest[:12]}",
        name=root.text("name"),
        title=title,
        status=root.code("status", _STATUSES, needed=True),
        language=root.text("language"),
        description=root.text("description", longest=20_000),
        copyright=root.text("copyright", longest=20_000),
        items=items,
        source=source,
        digest=digest,
        variables=extensions.variables(),
        rights=cast("Literal['bundled', 'conditional', 'local'] | None", rights or None),
        rights_source=extensions.text("source"),
        population=extensions.text("population"),
        validated_mode=extensions.text("validated-mode"),
        minutes=extensions.whole("minutes"),
        skeleton=skeleton,
    )
    extensions.done()
    return made
