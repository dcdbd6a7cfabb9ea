"""Who has looked at one's own record: day and kind of person, in plain words. Names on request (docs/audit.md)."""

from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from painpath.letters.door import PATIENT_WITH_CODE, WITH_CODE
from painpath.patients.presenters.around import behind_code
from painpath.patients.seen import Seen
from painpath.referrals.audited import DayOfLooks, days_of_looks
from painpath.web.acts import LOOKS

_THEIRS = [action for action in LOOKS if not action.startswith("audit.")]
"""Without looks at the audit itself, which shows nobody's name."""

_OPENED = {
    "clinician": gettext_noop("Somebody of our team who treats people looked at your record."),
    "administrator": gettext_noop("Somebody of our office team looked at your record."),
    "manager": gettext_noop("One of our managers looked at your record."),
    "referrer": gettext_noop(
        "The person who referred you, or somebody they work with, looked at where your referral is."
    ),
    "practice": gettext_noop(
        "Somebody in the office of the practice that referred you looked at where your referral is."
    ),
    WITH_CODE: gettext_noop("The person who referred you looked at where your referral is."),
    PATIENT_WITH_CODE: gettext_noop("You looked at your record, or somebody who had your code did."),
}
_LISTED = {
    "clinician": gettext_noop("Somebody of our team who treats people saw your name on a list."),
    "administrator": gettext_noop("Somebody of our office team saw your name on a list."),
    "manager": gettext_noop("One of our managers saw your name on a list."),
    "referrer": gettext_noop("The person who referred you, or somebody they work with, saw your name on a list."),
    "practice": gettext_noop("Somebody in the office of the practice that referred you saw your name on a list."),
}
_PROGRAM = gettext_noop("A computer that we let in looked at your record.")
"""Another program with an account of its own, or our own."""


def page(seen: Seen) -> dict[str, Any]:
    """What the page shows: each day once, with who looked on it."""
    days: dict[Any, list[str]] = {}
    for one in days_of_looks(seen.referral, _THEIRS):
        said = days.setdefault(one.on, [])
        if (words := _words(one)) not in said:
            said.append(words)
    return behind_code(seen) | {
        "reference": seen.referral.reference,
        "service_name": seen.pathway.service,
        "days": [(date_format(on, "j F Y"), words) for on, words in days.items()],
    }


def _words(one: DayOfLooks) -> str:
    return _((_LISTED if one.listed else _OPENED).get(one.role or one.process, _PROGRAM))
