"""Reading the answers to choose: answerOption, or a value set inside the questionnaire."""

from decimal import Decimal

from painpath.questionnaires import urls
from painpath.questionnaires.model import ItemType, Option
from painpath.questionnaires.node import Extensions, Node
from painpath.questionnaires.values import value_of

MOST_OPTIONS = 500

_KINDS = {
    "choice": ("valueCoding", "valueString", "valueInteger", "valueDate", "valueTime"),
    "open-choice": ("valueCoding", "valueString", "valueInteger", "valueDate", "valueTime"),
    "string": ("valueString",),
    "integer": ("valueInteger",),
    "date": ("valueDate",),
    "time": ("valueTime",),
}
"""Item type -> the kinds of options it can have."""


def read_options(node: Node, kind: ItemType, root: Node) -> tuple[Option, ...]:
    """The options of one item."""
    listed = node.children("answerOption")
    elsewhere = node.text("answerValueSet", 500)
    if not listed and not elsewhere:
        if kind in ("choice", "open-choice"):
            node.fault("A choice needs its answers: list them as answerOption.", "answerOption")
        return ()
    if kind not in _KINDS:
        node.fault(f"A question of type {kind} cannot have answers to choose. Use choice.")
        return ()
    if listed and elsewhere:
        node.fault("Give the answers once: as answerOption, or as answerValueSet.", "answerValueSet")
        return ()
    found = [_option(one, _KINDS[kind]) for one in listed[:MOST_OPTIONS]] if listed else _set(node, elsewhere, root)
    if len(listed) > MOST_OPTIONS or len(found) > MOST_OPTIONS:
        node.fault(f"There are more than {MOST_OPTIONS} answers to choose from.", "answerOption")
    options = tuple(option for option in found if option)
    keys: set[str] = set()
    for option in options:
        if option.key in keys:
            node.fault(f"Two answers are the same ({option.key[:60]!r}). Each needs a code of its own.", "answerOption")
        keys.add(option.key)
    if not node.flag("repeats") and sum(option.selected for option in options) > 1:
        node.fault("Two answers are chosen at the beginning, and only one can be.", "answerOption")
    return options


def _option(node: Node, kinds: tuple[str, ...]) -> Option | None:
    node.only(urls.OPTION_ELEMENTS)
    given = [key for key in node.data if key.startswith("value")]
    if len(given) != 1 or given[0] not in kinds:
        node.fault(f"An answer to choose needs exactly one of {', '.join(kinds)}.")
        return None
    value = value_of(node, given[0], "value")
    if value is None:
        return None
    coding = node.child("valueCoding")
    extensions = node.extensions()
    weight = _weight(extensions)
    if coding:
        inner = coding.extensions()
        inside = _weight(inner)
        weight = inside if weight is None else weight
        inner.done()
    option = Option(
        value=value,
        label=(coding.text("display", 500) if coding else "") or str(value),
        prefix=extensions.text(urls.HL7 + "questionnaire-optionPrefix"),
        exclusive=extensions.flag(urls.HL7 + "questionnaire-optionExclusive"),
        selected=node.flag("initialSelected"),
        weight=weight,
        system=coding.text("system", 500) if coding else "",
        coded=coding is not None,
        need=extensions.text("need"),
    )
    extensions.done()
    return option


def _set(node: Node, reference: str, root: Node) -> list[Option | None]:
    """The options of a value set that the questionnaire holds itself; nothing is fetched."""
    held = {f"#{one.text('id', 100)}": one for one in root.children("contained")}
    found = held.get(reference)
    if found is None or found.data.get("resourceType") != "ValueSet":
        node.fault(
            "Put the value set inside the questionnaire (contained) and name it #id: none is fetched.", "answerValueSet"
        )
        return []
    options: list[Option | None] = []
    expansion, compose = found.child("expansion"), found.child("compose")
    if expansion:
        for one in expansion.children("contains"):
            if one.has("contains") or one.flag("abstract"):
                one.fault("A value set of several layers is not supported.")
            options.append(_concept(one, one.text("system", 500)))
    elif compose:
        if compose.has("exclude"):
            compose.fault("List the answers themselves: a value set that excludes is not supported.", "exclude")
        for include in compose.children("include"):
            if include.has("filter") or include.has("valueSet") or not include.has("concept"):
                include.fault("List the answers themselves (concept): none is looked up.")
            options += [_concept(one, include.text("system", 500)) for one in include.children("concept")]
    if not options:
        found.fault("The value set lists no answers.")
    return options


def _concept(node: Node, system: str) -> Option | None:
    code = node.text("code", 500, "Give the code.")
    label, extensions = node.text("display", 500) or code, node.extensions()
    weight, need = _weight(extensions), extensions.text("need")
    return Option(value=code, label=label, weight=weight, system=system, need=need) if code else None


def _weight(extensions: Extensions) -> Decimal | None:
    """What the option counts; itemWeight is the newer name of ordinalValue."""
    return extensions.number(*urls.WEIGHTS)
