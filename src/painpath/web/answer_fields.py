"""One question of a questionnaire as a form field of the design system, and what was typed as answers.

Fields take whatever is typed: `painpath.questionnaires.check_item` says what is wrong with it, in one place for pages,
paper and programs. So nothing here is required, cut or refused.
"""

import hashlib
import re
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from painpath import clock
from painpath.questionnaires import FreeText, Item, Value, understand
from painpath.web import forms
from painpath.web.forms.dates import month_number

OWN_WORDS = "own-words"
"""The choice of saying it in one's own words; no option's key begins so, or the option wins."""
SCALE = 10
"""A whole number between bounds no further apart than this is chosen from a list, not typed."""
LONG_LIST = 15
"""More options than this are a drop-down list."""
SHORT_HELP = 160
"""Help up to this length stands under the question; longer help opens."""
LONGEST = 100_000

Fields = dict[str, Any]


class DayField(forms.Date):
    """A day, or only a month or a year, as ISO text; what is no date stays as it was typed."""

    def to_python(self, value: Any) -> Any:
        if not isinstance(value, list) or not any(value):
            return ""
        day, month, year = value
        number = month_number(month)
        if (
            re.fullmatch(r"[0-9]{4}", year)
            and (number or not month)
            and re.fullmatch(r"[0-9]{0,2}", day)
            and (month or not day)
        ):
            return "-".join([year, *([f"{number:02}"] if month else []), *([f"{int(day):02}"] if day else [])])
        return " ".join(part for part in value if part)

    def validate(self, value: Any) -> None:
        """Nothing: `check_item` does it."""

    def prepare_value(self, value: Any) -> list[str]:
        if isinstance(value, str) and value:
            year, month, day, *_rest = [*value.split("-"), "", ""]
            return [day.lstrip("0"), month.lstrip("0"), year]
        return value if isinstance(value, list) else ["", "", ""]


def name_of(place: str) -> str:
    """The name of the field of a place: the same however many questions stand before it, and it says nothing."""
    return f"a{hashlib.sha256(place.encode()).hexdigest()[:12]}"


def fields_of(item: Item, name: str, *, heading: bool) -> Fields:
    """The fields of this question: one, or two where own words or a time go with it. `heading`: it is the page's h1."""
    look: dict[str, Any] = {
        "hint": _hint(item), "required": False, "says_when": True, "page_heading": heading,
        "size": "l" if heading else "m",
    }  # fmt: skip
    text = f"{item.prefix} {item.text}".strip()
    if item.options or item.open_choice:
        return _choice(item, name, text, look)
    match item.type:
        case "boolean":
            return {name: forms.Radios(text, options=[("true", _("Yes")), ("false", _("No"))], **look)}
        case "integer" if (scale := _scale(item)) and not item.repeats:
            return {name: forms.Radios(text, options=scale, **look)}
        case "date":
            return {name: DayField(text, **look)}
        case "dateTime":
            return {
                name: DayField(text, **look),
                f"{name}-time": forms.Text(_("Time, if you know it"), hint=_("For example, 14:30"), required=False,
                                           says_when=True, width=5, max_length=LONGEST),
            }  # fmt: skip
    if item.repeats or item.type == "text":
        area = forms.TextArea(text, rows=6 if item.type == "text" else 4, max_length=LONGEST, **look)
        area.count = item.max_length if not item.repeats else None
        return {name: area}
    numeric = {"integer": "numeric", "decimal": "decimal", "quantity": "decimal", "url": "url"}.get(item.type)
    attrs = {"inputmode": numeric} if numeric else {}
    width = 5 if item.type in ("integer", "decimal", "quantity", "time") else None
    return {name: forms.Text(text, width=width, attrs=attrs, max_length=LONGEST, **look)}


def typed(item: Item, name: str, cleaned: dict[str, Any]) -> tuple[Value, ...]:
    """What was given in this question's fields, as answers; what cannot be understood stays as it was typed."""
    given = cleaned.get(name)
    if item.options or item.open_choice:
        chosen = given if isinstance(given, list) else [given or ""]
        own = str(cleaned.get(_own(name), "") or "").strip()
        values = understand(item, [one for one in chosen if one != OWN_WORDS])
        return (*values, FreeText(own)) if OWN_WORDS in chosen and own else values
    text = str(given or "")
    if item.type == "dateTime":
        return understand(item, [_moment(text, str(cleaned.get(f"{name}-time", "") or "").strip())])
    lines = text.splitlines() if item.repeats and item.type != "text" else [text]
    if item.type == "time":
        lines = [_time(line) for line in lines]
    return understand(item, lines)


def shown(item: Item, name: str, values: Iterable[Value]) -> dict[str, Any]:
    """These answers as the initial values of the fields."""
    values = tuple(values)
    if item.options or item.open_choice:
        own = [one.text for one in values if isinstance(one, FreeText)]
        keys = [str(one) for one in values if not isinstance(one, FreeText)] + ([OWN_WORDS] if own else [])
        return {name: keys if item.repeats else (keys or [""])[0], _own(name): ", ".join(own)}
    if item.type == "boolean":
        return {name: {True: "true", False: "false"}.get(values[0], "") if values else ""}  # type: ignore[call-overload]
    if item.type == "dateTime" and values:
        day, _t, rest = str(values[0]).partition("T")
        return {name: day, f"{name}-time": rest[:5]}
    return {name: "\n".join(str(one).removesuffix(":00") if item.type == "time" else str(one) for one in values)}


def long_help(item: Item) -> str:
    """Help that is too long to stand under the question."""
    return item.help if len(item.help) > SHORT_HELP else ""


def _choice(item: Item, name: str, text: str, look: dict[str, Any]) -> Fields:
    options = [forms.Option(one.key, f"{one.prefix} {one.label}".strip()) for one in item.options]
    extra: Fields = {}
    if item.open_choice:
        label = item.open_label or _("Something else")
        options.append(forms.Option(OWN_WORDS, label, reveals=(_own(name),)))
        extra = {
            _own(name): forms.Text(_("Say it in your own words"), required=False, says_when=True, max_length=LONGEST)
        }
    if item.repeats and item.control == "body-map":
        made: Any = forms.BodyMap(text, options=options, **look)
    elif item.repeats:
        made = forms.Checkboxes(text, options=options, **look)
    elif (item.control == "drop-down" or len(options) > LONG_LIST) and not extra:
        made = forms.Select(text, options=options, blank=_("Choose one"), **look)
    else:
        made = forms.Radios(text, options=options, **look)
    return {name: made} | extra


def _own(name: str) -> str:
    return f"{name}-own"


def _scale(item: Item) -> list[forms.Option]:
    low, high = item.min_value, item.max_value
    if not (isinstance(low, Decimal) and isinstance(high, Decimal) and 0 < high - low <= SCALE):
        return []
    ends = {int(low): item.lower, int(high): item.upper}
    return [
        forms.Option(str(number), f"{number} - {end}" if (end := ends.get(number)) else str(number))
        for number in range(int(low), int(high) + 1)
    ]


def _hint(item: Item) -> str:
    parts = [item.help] if len(item.help) <= SHORT_HELP else []
    if item.required:
        parts.append(_("We need an answer to this one."))
    if item.repeats and (item.options or item.open_choice):
        parts.append(_("Choose all that fit."))
    elif item.repeats:
        parts.append(_("Write each one on its own line."))
    parts.append(_kind_hint(item))
    if item.entry_format:
        parts.append(item.entry_format)
    return " ".join(part for part in parts if part)


def _kind_hint(item: Item) -> str:
    if item.options or item.open_choice:
        return ""
    if item.type in ("date", "dateTime"):
        return _("For example, 27 3 2024. If you do not know the day or the month, leave it out.")
    if item.type == "time":
        return _("For example, 14:30")
    if item.type in ("integer", "decimal", "quantity") and not _scale(item):
        low, high = item.min_value, item.max_value
        unit = item.unit.label if item.unit else ""
        if isinstance(low, Decimal) and isinstance(high, Decimal):
            return _("A number from {low} to {high}").format(low=low, high=high) + (f" ({unit})" if unit else "")
        return _("A number, in {unit}").format(unit=unit) if unit else _("A number")
    return ""


def _time(text: str) -> str:
    """`7:30` as FHIR writes it: `07:30:00`. What is no time stays as it is."""
    match = re.fullmatch(r"\s*([0-9]{1,2})[:.]([0-9]{2})\s*", text)
    return f"{int(match[1]):02}:{match[2]}:00" if match else text


def _moment(day: str, at: str) -> str:
    """A day and a time of London as FHIR writes them, with the zone; without a time the day alone."""
    if not at:
        return day
    try:
        return datetime.fromisoformat(f"{day}T{_time(at)}").replace(tzinfo=clock.LONDON).isoformat()
    except ValueError:
        return f"{day} {at}".strip()
