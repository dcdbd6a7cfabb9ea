"""Exports as their page shows them."""

from datetime import datetime, timedelta

from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.formats import date_format

from painpath import clock
from painpath.measuring.export.asking import KEPT_DAYS
from painpath.measuring.models import RecordExport
from painpath.measuring.models.exporting import STATES

COLOURS = {"asked": "blue", "ready": "green", "failed": "red", "gone": "grey"}
NEXT = "It takes some minutes. You can leave this page and come back."


def row(export: RecordExport) -> dict[str, str]:
    """One export: when, by whom, for what, how far it is, what to do next, and where its file is."""
    said = {"asked": NEXT, "failed": export.problem}.get(export.state, "")
    if export.state == "ready":
        until = export.asked_at + timedelta(days=KEPT_DAYS)
        said = f"Until {_moment(until)}, {filesizeformat(export.size or 0)}"
    return {
        "asked": _moment(export.asked_at),
        "by": export.asked_by.name,
        "why": export.why,
        "state": STATES[export.state],
        "colour": COLOURS[export.state],
        "said": said,
        "left_out": _left_out(export),
        "href": reverse("managers:export-file", args=[export.key]) if export.state == "ready" else "",
    }


def _left_out(export: RecordExport) -> str:
    count = int(export.manifest.get("restricted_referrals_left_out", 0))
    return f"Without {count:,} restricted referral{'s' if count > 1 else ''}." if count else ""


def _moment(value: datetime) -> str:
    return date_format(value.astimezone(clock.LONDON), r"j F Y \a\t H:i")
