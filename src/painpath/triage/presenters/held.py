"""The words of a page that stands before a file which the virus scanner has not cleared."""

from typing import Any

from painpath.accounts.models import Membership
from painpath.accounts.roles import ADMINISTRATOR, CLINICIAN
from painpath.referrals.arriving.scanning import Verdict

_INFECTED = (
    "The virus scanner says that this file holds a virus. It is kept here exactly as it came, and it was not opened.",
    "Ask the sender to send the letter again from a clean computer. Tell your IT department.",
)
_NOT_SCANNED = (
    "The virus scanner does not answer, so nobody knows whether this file is safe. Try again in a few minutes.",
    "If you cannot wait, you can save it. The computer that you work at may check it too.",
)
_MAY = "If the scanner is wrong, a clinician or an administrator can save it all the same. That is recorded."


def may_save(verdict: Verdict, by: Membership) -> bool:
    """An infected file: only who decides, and who administers; nothing may keep a decision from being made for ever."""
    return verdict == Verdict.NOT_SCANNED or by.role in (CLINICIAN, ADMINISTRATOR)


def page(verdict: Verdict, name: str, back: str, by: Membership) -> dict[str, Any]:
    """Everything that the page shows."""
    infected = verdict == Verdict.INFECTED
    return {
        "heading": "This file holds a virus" if infected else "This file has not been checked for viruses",
        "sentences": (*_INFECTED, _MAY) if infected else _NOT_SCANNED,
        "name": name,
        "back": back,
        "may": may_save(verdict, by),
    }
