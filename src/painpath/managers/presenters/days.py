"""Days and moments, as the pages of the managers' door write them."""

from datetime import date, datetime

from django.utils.formats import date_format

from painpath import clock


def day(value: date) -> str:
    """`26 November 2026`."""
    return date_format(value, "j F Y")


def moment(value: datetime) -> str:
    """`26 November 2026 at 10:42`, London time."""
    return date_format(value.astimezone(clock.LONDON), r"j F Y \a\t H:i")
