"""What became of cards (CDS Hooks 2.0.1, "Feedback"): which was followed, which was passed over, and why."""

import re
import uuid
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from painpath.exchange.cds.orders import NotACall

MOST = 200
"""Cards in one message."""
LONGEST_COMMENT = 1_000
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,59}")
_NUMBERS = re.compile(r"\d(?:[^0-9A-Za-z]{0,3}\d){4,}")
"""Five figures or more with no letter between them, however they are written: an NHS number, a date of birth, a phone
number."""
LEFT_OUT = "(number left out)"


@dataclass(frozen=True)
class Told:
    """What is said of one card."""

    card: uuid.UUID
    outcome: str
    reason: str = ""
    comment: str = ""
    at: datetime | None = None


def told(body: Any) -> list[Told]:
    """What a message says of each card. Raises NotACall when it is no feedback: then nothing of it is taken."""
    rows = body.get("feedback") if isinstance(body, dict) else None
    if not isinstance(rows, list) or not rows:
        raise NotACall("The body must have a list of feedback.")
    if len(rows) > MOST:
        raise NotACall(f"Send feedback of at most {MOST} cards at once.")
    return [_one(row) for row in rows]


def _one(row: Any) -> Told:
    if not isinstance(row, dict):
        raise NotACall("Each feedback must be a JSON object.")
    outcome = row.get("outcome")
    if outcome not in ("accepted", "overridden"):
        raise NotACall("The outcome of a card is accepted or overridden.")
    why = row.get("overrideReason")
    why = why if isinstance(why, dict) and outcome == "overridden" else {}
    reason = why.get("reason")
    code = reason.get("code") if isinstance(reason, dict) else reason
    comment = why.get("userComment")
    return Told(
        _number(row.get("card")),
        outcome,
        code if isinstance(code, str) and _CODE.fullmatch(code) else "",
        without_numbers(comment) if isinstance(comment, str) else "",
        _moment(row.get("outcomeTimestamp")),
    )


def without_numbers(comment: str) -> str:
    """A comment as it is kept: no null characters, and no number by which somebody could be known."""
    return _NUMBERS.sub(LEFT_OUT, comment.replace("\0", " ").strip())[:LONGEST_COMMENT]


def _number(given: Any) -> uuid.UUID:
    try:
        return uuid.UUID(given)
    except (ValueError, TypeError, AttributeError):
        raise NotACall("The card is named by the uuid that stood on it.") from None


def _moment(given: Any) -> datetime | None:
    """A time with its zone; None where there is none that can be read."""
    try:
        at = datetime.fromisoformat(given)
        return at.astimezone(timezone.utc) if at.tzinfo else None  # noqa: UP017
    except (ValueError, TypeError, OverflowError):
        return None
