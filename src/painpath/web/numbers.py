"""Numbers that an address or a hidden field brings."""


def whole_number(given: str) -> int | None:
    """The number that was sent. None for anything else that a browser may send: “²” is a digit and no number, and what
    has more than 18 digits is the number of no row."""
    return int(given) if given.isascii() and given.isdigit() and len(given) < 19 else None
