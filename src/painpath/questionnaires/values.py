"""Reading single values of the JSON, such as `valueInteger` or `answerCoding`."""

from painpath.questionnaires.answers import decimal_text, is_date, is_moment, is_time
from painpath.questionnaires.model import Value
from painpath.questionnaires.node import Node


def value_of(node: Node, key: str, prefix: str) -> Value | None:
    """The value under a key such as `valueInteger` or `answerCoding`; None, with a fault, when it is not sound."""
    kind = key.removeprefix(prefix)
    found = node.data.get(key)
    match kind:
        case "Boolean":
            if isinstance(found, bool):
                return found
        case "Integer":
            return node.whole(key, None)
        case "Decimal":
            return exact(node, key)
        case "Date" if isinstance(found, str) and is_date(found):
            return found
        case "DateTime" if isinstance(found, str) and is_moment(found):
            return found
        case "Time" if isinstance(found, str) and is_time(found):
            return found
        case "String" | "Uri":
            return node.text(key) or None
        case "Coding":
            coding = node.child(key)
            return (
                (coding.text("code", 500) or coding.text("display", 500, "Give the code.") or None) if coding else None
            )
        case "Quantity":
            quantity = node.child(key)
            if quantity is not None and quantity.has("value"):
                return exact(quantity, "value")
        case _:
            pass
    node.fault(f"{key} cannot be used here, or its value is not sound.", key)
    return None


def exact(node: Node, key: str) -> str | None:
    """The number under this key in its one way of writing."""
    number = node.number(key)
    if number is None:
        return None
    written = decimal_text(f"{number:f}") if abs(number.adjusted()) < 30 else ""
    if not written:
        node.fault(f"{key} has too many digits.", key)
    return written or None
