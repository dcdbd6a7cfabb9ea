"""Which addresses GOV.UK Notify posts to, as far as lines tell (alphagov/notifications-utils, `postal_address.py`)."""

import re

from painpath.letters.wording import line

FEWEST_LINES, MOST_LINES = 3, 7
_POSTCODE = re.compile(r"[A-Z]{1,2}[0-9][0-9A-Z]? ?[0-9][ABD-HJLNP-UW-Z]{2}", re.IGNORECASE)
_ODD = tuple('@()=[]"\\/,<>~')
"""No line may begin with one of these."""


def wrong_with_address(name: str, address: str) -> list[str]:
    """What Notify would find wrong with these lines, in sentences."""
    lines = list(filter(None, map(line, (name, *address.splitlines()))))
    found = []
    if not FEWEST_LINES <= len(lines) <= MOST_LINES:
        found.append(f"GOV.UK Notify takes {FEWEST_LINES} to {MOST_LINES} lines with the name: this has {len(lines)}.")
    if lines and not _POSTCODE.fullmatch(lines[-1]):
        found.append("GOV.UK Notify needs a UK postcode as the last line of the address.")
    if any(one.startswith(_ODD) for one in lines):
        found.append("GOV.UK Notify takes no line of an address that begins with a bracket or a sign.")
    if any(one.casefold() == "nfa" or re.search(r"no fixed (abode|address)", one, re.IGNORECASE) for one in lines):
        found.append("GOV.UK Notify posts nothing to people without a fixed address.")
    return found
