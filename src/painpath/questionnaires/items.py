"""Reading the items of a questionnaire: questions, groups, words."""

from dataclasses import replace
from decimal import Decimal
from typing import Any, cast, get_args

from painpath.questionnaires import urls
from painpath.questionnaires.model import Band, Condition, Item, ItemType, Operator, Option, Unit, Value, same
from painpath.questionnaires.node import Extensions, Node
from painpath.questionnaires.options import read_options
from painpath.questionnaires.patterns import PatternError, pattern
from painpath.questionnaires.values import value_of

MOST_ITEMS = 1000
MOST_DEPTH = 10

_TYPES = get_args(ItemType)
_OPERATORS = get_args(Operator)
_NUMBERS = ("integer", "decimal", "quantity")
_TEXTS = ("string", "text", "url", "open-choice")
_ADVICE_CONTROLS = ("help", "flyover", "lower", "upper", "unit")
"""What a display below a question is for, when it is not words of its own."""


def read_items(root: Node) -> tuple[Item, ...]:
    """Every item of the questionnaire."""
    reader = _ItemReader(root)
    return reader.items(root, 0)


class _ItemReader:
    def __init__(self, root: Node) -> None:
        self._root = root
        self._seen: set[str] = set()

    def items(self, parent: Node, depth: int) -> tuple[Item, ...]:
        children = parent.children("item")
        if children and depth >= MOST_DEPTH:
            parent.fault(f"Items lie more than {MOST_DEPTH} deep inside each other. Make the questionnaire flatter.")
            return ()
        return tuple(item for child in children if (item := self._item(child, depth)))

    def _item(self, node: Node, depth: int) -> Item | None:
        link_id = node.text("linkId", 255, "Every item needs a linkId.")
        node.link_id = link_id
        if link_id in self._seen and link_id:
            node.fault("Two items have this linkId. Give each its own.", "linkId")
        if len(self._seen) >= MOST_ITEMS:
            if len(self._seen) == MOST_ITEMS:
                node.fault(f"There are more than {MOST_ITEMS} items.")
                self._seen.add("")
            return None
        self._seen.add(link_id)
        node.only(urls.ITEM_ELEMENTS)
        kind: Any = node.text("type")
        if kind in urls.UNSUPPORTED_TYPES:
            node.fault(urls.UNSUPPORTED_TYPES[kind], "type")
            kind = None
        elif kind not in _TYPES:
            node.fault(f"type must be one of {', '.join(_TYPES)}.", "type")
            kind = None
        children = self.items(node, depth + 1)
        return _made(node, self._root, link_id, kind, children) if kind else None


def _made(node: Node, root: Node, link_id: str, kind: ItemType, children: tuple[Item, ...]) -> Item:
    extensions = node.extensions()
    hidden = extensions.flag(urls.HL7 + "questionnaire-hidden")
    calculated = extensions.expression(
        urls.SDC + "calculatedExpression", urls.HL7 + "questionnaire-calculatedExpression"
    )
    text = node.text("text")
    if not text:
        if hidden or calculated:
            text = node.text("prefix") or link_id
        elif kind == "display":
            node.fault("These words to read are missing their text.", "text")
        elif kind != "group":
            node.fault("This question has no text. Say what is asked.", "text")
    options = read_options(node, kind, root)
    advice = {one.control: one for one in children if one.type == "display" and one.control in _ADVICE_CONTROLS}
    advice_help = [one.text for one in children if one.type == "display" and one.control in ("help", "flyover")]
    item = Item(
        link_id=link_id,
        type=kind,
        text=text,
        prefix=node.text("prefix"),
        help="\n".join(advice_help),
        lower=advice["lower"].text if "lower" in advice else "",
        upper=advice["upper"].text if "upper" in advice else "",
        unit=_unit(extensions) or (Unit(advice["unit"].text) if "unit" in advice else None),
        control=_control(extensions),
        required=node.flag("required"),
        repeats=node.flag("repeats"),
        read_only=node.flag("readOnly"),
        hidden=hidden,
        conditions=tuple(one for child in node.children("enableWhen") if (one := _condition(child))),
        behaviour=cast(Any, _behaviour(node)),
        options=options,
        open_choice=kind == "open-choice",
        open_label=extensions.text(urls.SDC + "openLabel"),
        min_value=_bound(extensions, "minValue", kind),
        max_value=_bound(extensions, "maxValue", kind),
        min_length=extensions.whole(urls.HL7 + "minLength"),
        max_length=node.whole("maxLength", 1),
        regex=_regex(extensions, kind),
        decimal_places=extensions.whole(urls.HL7 + "maxDecimalPlaces"),
        min_occurs=extensions.whole(urls.HL7 + "questionnaire-minOccurs", urls.SDC + "minOccurs"),
        max_occurs=extensions.whole(urls.HL7 + "questionnaire-maxOccurs", urls.SDC + "maxOccurs", least=1),
        step=extensions.whole(urls.HL7 + "questionnaire-sliderStepValue", least=1),
        entry_format=extensions.text(urls.HL7 + "entryFormat"),
        calculated=calculated,
        variables=extensions.variables(),
        initial=_initial(node, kind, options),
        criteria=tuple(
            one.text("valueCode", 100, "Name the criterion in valueCode.") for one in extensions.take("criterion")
        ),
        why=extensions.text("why"),
        interpreter=extensions.flag("interpreter"),
        safety=extensions.number("safety"),
        prorated=extensions.flag("prorated"),
        bands=tuple(band for one in extensions.take("bands") if (band := _band(one))),
        items=tuple(one for one in children if not (one.type == "display" and one.control in _ADVICE_CONTROLS)),
    )
    extensions.done()
    _check(node, item)
    return _hide(item) if hidden else item


def _hide(item: Item) -> Item:
    """The item with everything below it hidden too: what is in a hidden group is not shown."""
    return replace(item, hidden=True, items=tuple(map(_hide, item.items)))


def _check(node: Node, item: Item) -> None:
    """What FHIR does not allow together, and what could never be answered."""
    if item.type == "display":
        if item.items:
            node.fault("Words to read cannot have items below them.", "item")
        if item.required or item.repeats or item.read_only:
            node.fault("Words to read cannot be required, repeated or read-only.")
    if item.type == "group":
        if not item.items and not item.hidden:
            node.fault("This group is empty. Put items into it, or take it out.", "item")
        if item.calculated:
            node.fault("A group cannot be calculated.")
    if not item.is_question and (item.options or item.initial):
        node.fault("Only a question has answers to choose or to begin with.")
    if item.many and any(child.is_question or child.type == "group" for child in item.items):
        node.fault("Questions below a question with several answers are not supported. Put them after it.", "item")
    if item.calculated and (item.type not in (*_NUMBERS, "string", "text") or item.options):
        node.fault("What is calculated must be an integer, a decimal, a quantity or a string.", "type")
    if (item.bands or item.prorated) and not item.calculated:
        node.fault("Bands, and what to do about missing answers, belong to what is calculated.")
    for lower, higher in zip(item.bands, item.bands[1:], strict=False):
        if lower.highest >= higher.lowest:
            node.fault("The bands overlap, or are not in order.")
    fixed = (item.hidden or item.read_only) and item.is_question and not item.calculated
    if item.required and fixed and not item.initial:
        node.fault("Nobody can answer this, so it cannot be required.", "required")
    if len(item.initial) > 1 and not item.repeats:
        node.fault("There is more than one value to begin with, and only one can be given.", "initial")
    if item.safety is not None and not _weighs(item):
        node.fault("A safety question needs numbers: options with an ordinalValue, or type integer or decimal.")
    for least, most, what in (
        (item.min_value, item.max_value, "value"),
        (item.min_length, item.max_length, "length"),
        (item.min_occurs, item.max_occurs, "number of answers"),
    ):
        if least is not None and most is not None and type(least) is type(most) and least > most:  # type: ignore[operator]
            node.fault(f"The smallest {what} allowed is larger than the largest.")
    if not item.repeats and (item.max_occurs or 1) > 1:
        node.fault("More than one answer is allowed only where repeats is true.", "repeats")


def _weighs(item: Item) -> bool:
    return item.type in _NUMBERS or (bool(item.options) and any(option.weight is not None for option in item.options))


def _control(extensions: Extensions) -> str:
    one = extensions.one(urls.HL7 + "questionnaire-itemControl")
    if one is None:
        return ""
    concept = one.child("valueCodeableConcept")
    codes = [coding.text("code", 100) for coding in concept.children("coding")] if concept else []
    known = [code for code in codes if code]
    if not known:
        one.fault("itemControl needs a valueCodeableConcept with a coding that has a code.")
    return known[0] if known else ""


def _unit(extensions: Extensions) -> Unit | None:
    one = extensions.one(urls.HL7 + "questionnaire-unit")
    coding = one.child("valueCoding") if one else None
    if one and not coding:
        one.fault("questionnaire-unit needs a valueCoding.")
    if not coding:
        return None
    code = coding.text("code", 100)
    label = coding.text("display", 100) or code
    if not label:
        coding.fault("The unit needs a display or a code.")
    return Unit(label, code, coding.text("system", 500))


def _behaviour(node: Node) -> str:
    behaviour = node.code("enableBehavior", ("all", "any"))
    if not behaviour and len(node.children("enableWhen")) > 1:
        node.fault("Say with enableBehavior whether all or any of the conditions must hold.", "enableBehavior")
    return behaviour or "any"


def _condition(node: Node) -> Condition | None:
    node.only(urls.CONDITION_ELEMENTS)
    question = node.text("question", 255, "Name the question (its linkId).")
    operator = node.code("operator", _OPERATORS, needed=True)
    given = [key for key in node.data if key.startswith("answer")]
    if len(given) != 1:
        node.fault("Give exactly one answer to compare with, such as answerBoolean or answerCoding.")
        return None
    value = value_of(node, given[0], "answer")
    if operator == "exists" and given != ["answerBoolean"]:
        node.fault("`exists` needs answerBoolean: true or false.")
        return None
    if value is None or not question or not operator:
        return None
    coding = node.child("answerCoding")
    return Condition(question, cast(Operator, operator), value, coding.text("system", 500) if coding else "")


_INITIAL = {
    "boolean": "Boolean",
    "integer": "Integer",
    "decimal": "Decimal",
    "date": "Date",
    "dateTime": "DateTime",
    "time": "Time",
    "string": "String",
    "text": "String",
    "url": "Uri",
    "quantity": "Quantity",
}


def _initial(node: Node, kind: ItemType, options: tuple[Option, ...]) -> tuple[Value, ...]:
    found: list[Value] = [option.value for option in options if option.selected]
    for one in node.children("initial"):
        given = [key for key in one.data if key.startswith("value")]
        if len(given) != 1:
            one.fault("Give exactly one value.")
            continue
        if kind in ("choice", "open-choice"):
            value = value_of(one, given[0], "value")
            if value is not None and options and not any(same(option.value, value) for option in options):
                one.fault("This is none of the options.")
        elif given[0] != "value" + _INITIAL.get(kind, ""):
            one.fault(f"A question of type {kind} begins with value{_INITIAL.get(kind, '[none]')}.")
            continue
        else:
            value = value_of(one, given[0], "value")
        if value is not None:
            found.append(value)
    return tuple(found)


def _bound(extensions: Extensions, name: str, kind: ItemType) -> Decimal | str | None:
    one = extensions.one(urls.HL7 + name)
    if one is None:
        return None
    keys = [key for key in one.data if key.startswith("value")]
    key = keys[0] if len(keys) == 1 else ""
    if kind in _NUMBERS and key in ("valueInteger", "valueDecimal"):
        return one.number(key)
    if kind in _NUMBERS and key == "valueQuantity":
        quantity = one.child(key)
        return quantity.number("value") if quantity else None
    if key == {"date": "valueDate", "dateTime": "valueDateTime", "time": "valueTime"}.get(kind):
        value = value_of(one, key, "value")
        return value if isinstance(value, str) else None
    one.fault(f"{name} does not suit a question of type {kind}.")
    return None


def _regex(extensions: Extensions, kind: ItemType) -> str:
    one = extensions.one(urls.HL7 + "regex")
    if one is None:
        return ""
    text = one.text("valueString", 1000, "Give the pattern in valueString.")
    if kind not in ("string", "text", "url", "integer", "decimal"):
        one.fault("A pattern (regex) suits only text and numbers.")
        return ""
    try:
        pattern(text)
    except PatternError as error:
        one.fault(f"The pattern (regex) cannot be used: {error}.")
        return ""
    return text


def _band(node: Node) -> Band | None:
    parts = node.extensions()
    lowest, highest = parts.number("from", "urn:painpath:from"), parts.number("to", "urn:painpath:to")
    words, source = parts.text("words"), parts.text("source")
    if lowest is None or highest is None or lowest > highest or not words or not source:
        node.fault("A band needs from, to (not less), words and source.")
        return None
    return Band(lowest, highest, words, source)
