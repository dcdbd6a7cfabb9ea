"""Questionnaires in the making, for tests."""

from typing import Any

from painpath.questionnaires import Questionnaire, parse

HL7 = "http://hl7.org/fhir/StructureDefinition/"
SDC = "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-"


def definition(*items: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A Questionnaire resource with these items."""
    head = {"resourceType": "Questionnaire", "url": "https://example.org/q", "version": "1", "title": "Test"}
    return {**head, "status": "active", "item": list(items), **more}


def made(*items: dict[str, Any], **more: Any) -> Questionnaire:
    """The same, parsed."""
    return parse(definition(*items, **more))


def item(link_id: str, kind: str = "string", **more: Any) -> dict[str, Any]:
    """One item, with a text unless it is given."""
    return {"linkId": link_id, "type": kind, "text": f"Text of {link_id}", **more}


def group(link_id: str, *items: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A group."""
    return item(link_id, "group", item=list(items), **more)


def choice(link_id: str, *codes: str, **more: Any) -> dict[str, Any]:
    """A choice among codes; `weights` gives each what it counts."""
    weights = more.pop("weights", None)
    options = []
    for at, code in enumerate(codes):
        coding: dict[str, Any] = {"system": "https://example.org/s", "code": code, "display": code.title()}
        if weights is not None:
            coding["extension"] = [extension(HL7 + "ordinalValue", valueDecimal=weights[at])]
        options.append({"valueCoding": coding})
    return item(link_id, more.pop("kind", "choice"), answerOption=options, **more)


def when(question: str, operator: str = "exists", **answer: Any) -> dict[str, Any]:
    """One condition."""
    return {"question": question, "operator": operator, **(answer or {"answerBoolean": True})}


def extension(url: str, **value: Any) -> dict[str, Any]:
    """One extension."""
    return {"url": url, **value}


def control(code: str) -> dict[str, Any]:
    """The extension that says how to show an item."""
    return extension(HL7 + "questionnaire-itemControl", valueCodeableConcept={"coding": [{"code": code}]})


def calculated(expression: str) -> dict[str, Any]:
    """The extension that says how an item is added up."""
    return extension(
        SDC + "calculatedExpression", valueExpression={"language": "text/fhirpath", "expression": expression}
    )
