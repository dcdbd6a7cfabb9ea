"""From a FHIR R4 QuestionnaireResponse of strangers to answers: refused with the items at fault, never half taken."""

from typing import Any

from painpath.questionnaires.answers import can_be_kept, is_moment
from painpath.questionnaires.checking import check
from painpath.questionnaires.faults import Fault, ResponseError
from painpath.questionnaires.model import FreeText, Item, Questionnaire, Value, same
from painpath.questionnaires.node import Node
from painpath.questionnaires.places import MOST_INSTANCES, Instances, place_of
from painpath.questionnaires.responding import ANSWER_KEYS, STATUSES
from painpath.questionnaires.strict_json import JsonError, read_json, sound
from painpath.questionnaires.urls import names
from painpath.questionnaires.values import exact

WHOLE = ("completed", "amended")
"""Statuses in which every required answer must be there."""

_ELEMENTS = names(
    "resourceType id meta implicitRules language text contained extension modifierExtension identifier basedOn partOf"
    " questionnaire status subject encounter authored author source item fhir_comments"
)
_ITEM_ELEMENTS = names("id extension modifierExtension linkId definition text answer item fhir_comments")
_VALUES = names(
    "valueBoolean valueDecimal valueInteger valueDate valueDateTime valueTime valueString valueUri valueAttachment"
    " valueCoding valueQuantity valueReference"
)
_ANSWER_ELEMENTS = _VALUES | {"id", "extension", "modifierExtension", "item", "fhir_comments"}


def from_response(questionnaire: Questionnaire, data: bytes | str | dict[str, Any]) -> dict[str, tuple[Value, ...]]:
    """The answers that a response holds.

    Raises ResponseError with every fault: what is not sound FHIR, answers another questionnaire or another version,
    stands in the wrong order or nesting, is not asked given the other answers, or is missing though the response says
    that it is complete. What is calculated is never believed: it is left out, and calculated again by us.
    """
    try:
        source = read_json(data) if isinstance(data, bytes | str) else sound(data)
    except JsonError as error:
        raise ResponseError((Fault("QuestionnaireResponse", str(error)),)) from None
    if not isinstance(source, dict) or source.get("resourceType") != "QuestionnaireResponse":
        sentence = 'This is not a FHIR QuestionnaireResponse: resourceType must be "QuestionnaireResponse".'
        raise ResponseError((Fault("resourceType", sentence),))
    faults: list[Fault] = []
    root = Node(source, "QuestionnaireResponse", faults)
    _head(root, questionnaire)
    reader = _ResponseReader(questionnaire)
    reader.items(root, questionnaire.items, ())
    if not faults:
        faults += check(questionnaire, reader.answers, whole=source["status"] in WHOLE)
    if faults:
        raise ResponseError(tuple(dict.fromkeys(faults)))
    return reader.answers


def _head(root: Node, questionnaire: Questionnaire) -> None:
    root.only(_ELEMENTS)
    root.code("status", STATUSES, needed=True)
    if root.has("implicitRules"):
        root.fault("implicitRules changes what everything means, so it is refused.", "implicitRules")
    canonical = root.text("questionnaire", 1000, "Name the questionnaire that is answered: url|version.")
    url, _, version = canonical.partition("|")
    if canonical and url != questionnaire.url:
        root.fault(f"It answers another questionnaire; this one is {questionnaire.canonical}.", "questionnaire")
    elif canonical and version != questionnaire.version:
        root.fault(f"It answers another version; this one is {questionnaire.canonical}.", "questionnaire")
    authored = root.text("authored", 60)
    if authored and not is_moment(authored):
        root.fault("authored must be a date and time.", "authored")


class _ResponseReader:
    def __init__(self, questionnaire: Questionnaire) -> None:
        self._questionnaire = questionnaire
        self.answers: dict[str, tuple[Value, ...]] = {}

    def items(self, parent: Node, allowed: tuple[Item, ...], around: Instances) -> None:
        """Read the items below `parent`, where `allowed` may stand in this order."""
        order = {item.link_id: at for at, item in enumerate(allowed)}
        last = -1
        counts: dict[str, int] = {}
        for node in parent.children("item"):
            link_id = node.text("linkId", 255, "Every item needs its linkId.")
            if not link_id:
                continue
            node.link_id = link_id
            node.only(_ITEM_ELEMENTS)
            if link_id not in order:
                self._misplaced(node, link_id)
                continue
            if order[link_id] < last:
                node.fault("It stands before an item that comes first in the questionnaire. Keep its order.")
            last = max(last, order[link_id])
            item = allowed[order[link_id]]
            count = counts[link_id] = counts.get(link_id, 0) + 1
            repeated = item.type == "group" and item.repeats
            if count > (MOST_INSTANCES if repeated else 1):
                node.fault(
                    "There are too many of this group."
                    if repeated
                    else "It is there twice. Several answers stand in one item, as several `answer`."
                )
            else:
                self._one(node, item, (*around, (link_id, count - 1)) if repeated else around)

    def _misplaced(self, node: Node, link_id: str) -> None:
        try:
            self._questionnaire.item(link_id)
        except KeyError:
            node.fault("The questionnaire has no item with this linkId.", "linkId")
        else:
            node.fault("This item stands in the wrong place: nest items as the questionnaire does.", "linkId")

    def _one(self, node: Node, item: Item, instances: Instances) -> None:
        if item.type == "display":
            if node.has("answer") or node.has("item"):
                node.fault("Words to read have no answer and no items.")
            return
        if item.type == "group":
            if node.has("answer"):
                node.fault("A group has no answer: the answers stand in its items.", "answer")
            self.items(node, item.items, instances)
            return
        if node.has("item"):
            node.fault("Items below a question stand inside its answer.", "item")
        values: list[Value] = []
        nested: list[Node] = []
        for answer in node.children("answer"):
            answer.only(_ANSWER_ELEMENTS)
            value = _value(answer, item)
            if value is not None:
                values.append(value)
            if answer.has("item"):
                nested.append(answer)
        for answer in nested[1:]:
            answer.fault("Only the first answer can have items below it.", "item")
        for answer in nested[:1]:
            self.items(answer, item.items, instances)
        if item.calculated:
            return
        if item.hidden or item.read_only:
            if any(not any(same(value, one) for one in item.initial) for value in values):
                node.fault("Nobody is asked this: it can only have the value that it begins with.", "answer")
        elif values:
            self.answers[place_of(item.link_id, instances)] = tuple(values)


def _value(answer: Node, item: Item) -> Value | None:
    given = [key for key in answer.data if key in _VALUES]
    if len(given) != 1:
        answer.fault("An answer has exactly one value.")
        return None
    key = given[0]
    if item.options or item.open_choice:
        return _chosen(answer, key, item)
    wanted = ANSWER_KEYS[item.type]
    if key != wanted:
        answer.fault(f"This question is answered with {wanted}, not with {key}.", key)
        return None
    found = answer.data[key]
    match item.type:
        case "boolean":
            if isinstance(found, bool):
                return found
        case "integer":
            if isinstance(found, int) and not isinstance(found, bool):
                return found
        case "decimal":
            return exact(answer, key)
        case "quantity":
            return _quantity(answer, item)
        case _:
            if isinstance(found, str) and can_be_kept(found):
                return found
    answer.fault(f"The value of {key} is of another kind.", key)
    return None


def _chosen(answer: Node, key: str, item: Item) -> Value | None:
    found = answer.data[key]
    if key == "valueCoding":
        coding = answer.child(key)
        if coding is None:
            return None
        code, system = coding.text("code", 500) or coding.text("display", 500), coding.text("system", 500)
        option = item.option(code)
        if option and option.coded and (not system or system == option.system):
            return option.value
        answer.fault("This is none of the answers to choose from.", key)
        return None
    if key in ("valueString", "valueInteger", "valueDate", "valueTime") and isinstance(found, str | int):
        option = item.option(found)
        if option and not option.coded:
            return option.value
        if item.open_choice and key == "valueString" and isinstance(found, str):
            return FreeText(found)
    answer.fault("This is none of the answers to choose from.", key)
    return None


def _quantity(answer: Node, item: Item) -> Value | None:
    quantity = answer.child("valueQuantity")
    if quantity is None:
        return None
    if quantity.has("comparator"):
        quantity.fault("Give the number itself, without less than or more than.", "comparator")
    unit = item.unit
    code, label = quantity.text("code", 100), quantity.text("unit", 100)
    if unit and (code or label) and not ((code and code == unit.code) or (label and label in (unit.label, unit.code))):
        quantity.fault(f"The unit must be {unit.label}.", "unit")
    if not quantity.has("value"):
        quantity.fault("The number is missing.", "value")
        return None
    return exact(quantity, "value")
