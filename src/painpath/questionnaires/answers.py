"""Answers: from what was typed or chosen, into the database and back, and as people read them."""

import json
import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from painpath.questionnaires.model import Answers, FreeText, Item, Value

MOST_DIGITS = 15
"""Numbers of more digits do not survive JSON, whose readers make them binary."""

_DECIMAL = re.compile(r"[+-]?[0-9]{1,30}(\.[0-9]{1,30})?")
_DATE = re.compile(r"([0-9]{4})(-[0-9]{2}(-[0-9]{2})?)?")
_TIME = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])(\.[0-9]{1,6})?")
_MOMENT = re.compile(
    rf"([0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}})T({_TIME.pattern})(Z|[+-](0[0-9]|1[0-4]):[0-5][0-9])", re.ASCII
)
_UNKEEPABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")

_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def plain_answers(answers: Answers) -> dict[str, list[Any]]:
    """The answers as plain JSON values, for a database that keeps JSON."""
    return {
        place: [{"text": value.text} if isinstance(value, FreeText) else value for value in values]
        for place, values in answers.items()
    }


def dump_answers(answers: Answers) -> str:
    """The answers as JSON text, for keeping."""
    return json.dumps(plain_answers(answers), ensure_ascii=False)


def load_answers(kept: str | dict[str, Any]) -> dict[str, tuple[Value, ...]]:
    """The answers that `dump_answers` or `plain_answers` wrote. Raises ValueError when it is something else."""
    read = json.loads(kept) if isinstance(kept, str) else kept
    if not isinstance(read, dict):
        raise ValueError("These are not kept answers.")
    return {place: tuple(map(_loaded, _list(values))) for place, values in read.items()}


def understand(item: Item, typed: Iterable[str]) -> tuple[Value, ...]:
    """What a person typed or chose for an item, as values.

    Empty entries are left out. What cannot be understood stays as it was typed, so that `check_item` says what is
    wrong with it and the page can show it again. Dates are expected as ISO text. Where own words are allowed beside the
    options, whatever is no option's key is such words.
    """
    given = [line.replace("\r\n", "\n").strip() for line in typed]
    return tuple(dict.fromkeys(_understood(item, one) for one in given if one))


def _understood(item: Item, typed: str) -> Value:
    if item.options:
        option = next((option for option in item.options if option.key == typed), None)
        if option is not None:
            return option.value
        return FreeText(typed) if item.open_choice else typed
    if item.type == "boolean":
        return {"true": True, "false": False}.get(typed, typed)
    if item.type == "integer":
        number = decimal_text(typed)
        return int(number) if number and "." not in number else typed
    if item.type in ("decimal", "quantity"):
        return decimal_text(typed) or typed
    if item.type == "time" and re.fullmatch("[0-9]{1,2}:[0-9]{2}", typed):
        return f"{typed.zfill(5)}:00"  # FHIR has seconds
    return typed


def decimal_text(text: str) -> str:
    """A number in its one way of writing ("07.50" -> "7.5"); empty when it is none or has too many digits."""
    tidy = (
        text.strip().replace(",", "") if re.fullmatch(r"\s*[+-]?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?\s*", text) else text
    )
    tidy = tidy.strip().replace("\N{MINUS SIGN}", "-")
    if not _DECIMAL.fullmatch(tidy):
        return ""
    try:
        number = Decimal(tidy)
    except InvalidOperation:  # pragma: no cover - the pattern allows nothing that Decimal does not read
        return ""
    written = f"{number.normalize() if number else Decimal(0):f}"
    return written if len(written.strip("-").replace(".", "").lstrip("0")) <= MOST_DIGITS else ""


def number_of(value: Value) -> Decimal | None:
    """A whole or decimal number as a number; None for everything else."""
    if isinstance(value, bool | FreeText):
        return None
    if isinstance(value, int):
        return Decimal(value)
    return Decimal(value) if _DECIMAL.fullmatch(value) else None


def is_date(text: str) -> bool:
    """True for a FHIR date: a year, a month or a day that exists."""
    match = _DATE.fullmatch(text)
    if not match or match[1] == "0000":
        return False
    try:
        date.fromisoformat(text + "-01-01"[len(text) - 4 :] if len(text) < 10 else text)
    except ValueError:
        return False
    return True


def is_time(text: str) -> bool:
    """True for a FHIR time of day such as 14:30:00."""
    return bool(_TIME.fullmatch(text))


def is_moment(text: str) -> bool:
    """True for a FHIR dateTime: a date, or a day with a time and its zone."""
    if is_date(text):
        return True
    match = _MOMENT.fullmatch(text)
    return bool(match) and is_date(text[:10])


def can_be_kept(text: str) -> bool:
    """False when the text has characters that neither FHIR nor a database takes."""
    return not _UNKEEPABLE.search(text)


def in_words(item: Item, value: Value) -> str:
    """One answer as a person reads it."""
    if isinstance(value, FreeText):
        return value.text
    if option := item.option(value):
        return option.label
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if item.type == "date" and isinstance(value, str) and is_date(value):
        return date_in_words(value)
    if item.type == "dateTime" and isinstance(value, str) and is_moment(value):
        day, _, at = value.partition("T")
        return f"{date_in_words(day)}, {at[:5]}" if at else date_in_words(day)
    if item.type == "time" and isinstance(value, str) and is_time(value):
        return value[:5]
    if item.unit and item.type in ("quantity", "decimal", "integer"):
        return f"{value} {item.unit.label}"
    return str(value)


def date_in_words(text: str) -> str:
    """14 March 1971, of 1971-03-14; May 2020; 2020."""
    year, *rest = text.split("-")
    words = [year]
    if rest:
        words.insert(0, _MONTHS[int(rest[0]) - 1])
    if len(rest) > 1:
        words.insert(0, str(int(rest[1])))
    return " ".join(words)


def _loaded(value: Any) -> Value:
    if isinstance(value, dict) and isinstance(value.get("text"), str):
        return FreeText(value["text"])
    if isinstance(value, bool | int | str):
        return value
    raise ValueError("These are not kept answers.")


def _list(values: Any) -> list[Any]:
    if isinstance(values, list):
        return values
    raise ValueError("These are not kept answers.")
