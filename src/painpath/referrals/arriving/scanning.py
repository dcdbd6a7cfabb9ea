"""What a virus scanner says of a file, where the site has one (`PAINPATH_CLAMD`); where it has none, nothing changes.

Asked when a file comes, and again each time that somebody wants to open it: nothing is kept of the answer, because a
scanner learns, and what was clean in the morning may be known in the evening. A scanner that is away holds nothing up:
the file is kept, and read in its limited process, so that a danger in a letter is seen; who opens the original is told.
"""

import logging
from enum import StrEnum

from django.conf import settings

from painpath.documents import clamd

log = logging.getLogger(__name__)

SECONDS = 10.0
"""A letter takes it some milliseconds. Somebody waits for the page."""
INFECTED = (
    "This file holds a virus, so it was not read. It is kept, and nobody else is in danger from it. Ask the sender to "
    "send the letter again from a clean computer, and tell your IT department."
)
"""For whoever of the team looks at the referral."""


class Verdict(StrEnum):
    """What is known of a file."""

    NOTHING_AGAINST = "nothing against it"
    INFECTED = "infected"
    NOT_SCANNED = "not scanned"


def verdict(content: bytes) -> Verdict:
    """What the scanner says now; without a scanner there is nothing against a file."""
    if not settings.CLAMD:
        return Verdict.NOTHING_AGAINST
    try:
        infected = clamd.is_infected(content, settings.CLAMD, seconds=SECONDS)
    except clamd.NotScanned:
        log.error("the virus scanner did not answer")
        return Verdict.NOT_SCANNED
    return Verdict.INFECTED if infected else Verdict.NOTHING_AGAINST


def refusal(content: bytes, name: str) -> str:
    """What a sender who waits is told of an infected file; empty when it can be taken."""
    if verdict(content) != Verdict.INFECTED:
        return ""
    return (
        f"“{name}” holds a virus, so it was not added. Tell your IT department before you do anything else with it. "
        "Send the letter as another file from a clean computer, or post it to us."
    )
