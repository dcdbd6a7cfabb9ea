"""Words that several pages of the team door share."""

from datetime import date, datetime

from django.utils.formats import date_format

from painpath import clock
from painpath.accounts.models import Membership
from painpath.letters.door import DOOR, PATIENT_WITH_CODE, WITH_CODE
from painpath.letters.patients_door import DOOR as PATIENTS_DOOR
from painpath.referrals.models import Referral
from painpath.referrals.transitions import State
from painpath.referrals.unsettled import merged_into


def state_words(referral: Referral) -> str:
    """Where a referral stands; of one that was merged into another, into which. At most one query."""
    if hasattr(referral, "merged_reference"):  # by `queries.rows_of`
        reference = referral.merged_reference if referral.state == State.CLOSED_IN_ERROR else ""
    else:
        merge = merged_into(referral)
        reference = merge.into.reference if merge else ""
    return f"Merged into {reference}" if reference else referral.state_label


SOURCES = {
    "letter": "Letter",
    "form": "Form",
    "directory": "Directory",
    "clinician": "Clinician",
    "referrer": "Referrer, online",
    "patient": "Patient",
}


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
    if process.startswith("client "):
        return f"Another program ({process.removeprefix('client ')})"
    return {
        "reader": "The program (reading only)",
        "calendar": "The calendar",
        "rota": "The rota",
        "mailer": "The program (sending email)",
        WITH_CODE: "The referrer, with a one-time code",
        PATIENT_WITH_CODE: "The patient, with a one-time code",
        DOOR: "The page for referrers without an account",
        PATIENTS_DOOR: "The page where patients ask for a code",
    }.get(process, "The program")


def plural(count: int, one: str, many: str = "") -> str:
    """`1 alert`, `2 alerts`."""
    return f"{count} {one if count == 1 else many or one + 's'}"


BLIND = "You are screening this referral blind: finish that, or give it back, and you see what others say of it."
"""Stands in lists where they would show a second screener what others made of a referral."""
