"""A date typed as day, month and year, as the NHS design system asks for dates that people know by heart."""

import calendar
from collections.abc import Callable
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from painpath.web.forms.look import Shown, Words

PARTS = ("day", "month", "year")
_MONTHS = {
    name.lower(): number for names in (calendar.month_name, calendar.month_abbr) for number, name in enumerate(names)
}
_MISSING = {
    ("day",): gettext_noop("{called} must include a day"),
    ("month",): gettext_noop("{called} must include a month"),
    ("year",): gettext_noop("{called} must include a year"),
    ("day", "month"): gettext_noop("{called} must include a day and a month"),
    ("day", "year"): gettext_noop("{called} must include a day and a year"),
    ("month", "year"): gettext_noop("{called} must include a month and a year"),
}


def month_number(text: str) -> int | None:
    """1 to 12 for a number or a month's name, short or long; None for anything else."""
    if text.isascii() and text.isdigit():
        return int(text) if len(text) <= 2 and 1 <= int(text) <= 12 else None
    return _MONTHS.get(text.lower().rstrip(".")) or None


Limit = date | Callable[[], date] | None


class DateWidget(forms.Widget):
    """Reads `name-day`, `name-month` and `name-year`; what was typed is kept as it was typed."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        return [str(data.get(f"{name}-{part}", "")).strip() for part in PARTS]

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return all(f"{name}-{part}" not in data for part in PARTS)


class Date(Shown, forms.Field):
    """A day from `earliest` to `latest`, both included.

    A limit is a date or a function that gives one; it is asked when an answer is checked, so that "today" is the day of
    the answer. `called` is what error sentences call the date, when the label is a question.
    Gives a `datetime.date`, or None when nothing was typed into a field that is not required.
    """

    widget = DateWidget
    size = "s"

    def __init__(
        self, label: Words, *, called: Words = "", earliest: Limit = None, latest: Limit = None, **kwargs: Any
    ) -> None:
        self._called = called
        self.earliest, self.latest = earliest, latest
        super().__init__(label, **kwargs)

    @property
    def called(self) -> str:
        """What error sentences call the date."""
        return str(self._called or self.label).rstrip("?")

    def prepare_value(self, value: Any) -> list[str]:
        """What stands in the three inputs."""
        if isinstance(value, date):
            return [str(value.day), str(value.month), str(value.year)]
        return value or ["", "", ""]

    def to_python(self, value: list[str] | date | None) -> date | None:
        if value is None or isinstance(value, date):
            return value
        if not any(value):
            return None
        if empty := [part for part, text in zip(PARTS, value, strict=True) if not text]:
            raise self._wrong(_MISSING[tuple(empty)], *empty)
        day, month, year = value
        if not (year.isascii() and year.isdigit() and len(year) == 4):
            raise self._wrong(gettext_noop("{called} must have a year with 4 numbers, like 2026"), "year")
        try:
            return date(int(year), month_number(month) or int(month), int(day))
        except (ValueError, OverflowError):
            raise self._wrong(gettext_noop("{called} must be a real date, like 26 11 2026")) from None

    def validate(self, value: date | None) -> None:
        super().validate(value)
        if value is None:
            return
        earliest, latest = _now(self.earliest), _now(self.latest)
        if earliest and value < earliest:
            raise self._wrong(gettext_noop("{called} must be {day} or later"), day=earliest)
        if latest and value > latest:
            raise self._wrong(gettext_noop("{called} must be {day} or earlier"), day=latest)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return self.prepare_value(initial) != self.prepare_value(data)

    def _wrong(self, sentence: str, *parts: str, day: date | None = None) -> ValidationError:
        words = _(sentence).format(called=self.called, day=date_format(day) if day else "")
        return ValidationError(words, code="invalid", params={"parts": parts or PARTS})


def _now(limit: Limit) -> date | None:
    return limit() if callable(limit) else limit
