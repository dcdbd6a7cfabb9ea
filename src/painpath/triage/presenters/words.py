"""Words that several pages of the team door share."""

from datetime import date, datetime

from django.utils.formats import date_format

from painpath import clock
from painpath.accounts.models import Membership
from painpath.letters.door import DOOR, WITH_CODE

SPEAKS = {"for": "speaks for", "against": "speaks against", "mention": "mentioned"}
STATES = {"for": "Speaks for", "against": "Speaks against", "mixed": "Both ways", "not_stated": "Not stated"}
EXCLUSION_STATES = STATES | {"for": "Speaks for: ruled out", "against": "Speaks against: applies"}
"""An exclusion that speaks "for" needs the other half said: its name alone would read as if it applied."""


def state_labels(group: str) -> dict[str, str]:
    """The words for the states of a criterion of this group (`inclusion`, `exclusion`, ...)."""
    return EXCLUSION_STATES if group == "exclusion" else STATES


STATE_COLOURS = {"for": "green", "against": "red", "mixed": "orange", "not_stated": "grey"}
SOURCES = {"letter": "Letter", "form": "Form", "directory": "Directory", "clinician": "Clinician"}
ALERTS = {
    "red_flag": "Red flag",
    "suicide_self_harm": "Thoughts of suicide or self-harm",
    "safeguarding": "Safeguarding",
    "urgent_deterioration": "Urgent deterioration",
}
CERTAINTY = {"affirmed": "the letter says so", "uncertain": "the letter leaves it open"}


def day(value: date | datetime | None) -> str:
    """`26 November 2026`; empty for none."""
    if value is None:
        return ""
    return date_format(value.astimezone(clock.LONDON) if isinstance(value, datetime) else value, "j F Y")


def moment(value: datetime) -> str:
    """`26 November 2026 at 10:42`, London time."""
    return date_format(value.astimezone(clock.LONDON), r"j F Y \a\t H:i")


def person(member: Membership | None, process: str = "") -> str:
    """Who did something: a name with the job, or the program."""
    if member is not None:
        return f"{member.name}, {member.job}"
    return {
        "reader": "The program (reading only)",
        "calendar": "The calendar",
        "rota": "The rota",
        "mailer": "The program (sending email)",
        WITH_CODE: "The referrer, with a one-time code",
        DOOR: "The page for referrers without an account",
    }.get(process, "The program")


def plural(count: int, one: str, many: str = "") -> str:
    """`1 alert`, `2 alerts`."""
    return f"{count} {one if count == 1 else many or one + 's'}"


BLIND = "You are screening this referral blind: finish that, or give it back, and you see what others say of it."
"""Stands in lists where they would show a second screener what others made of a referral."""
