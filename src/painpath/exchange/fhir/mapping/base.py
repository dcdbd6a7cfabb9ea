"""What every resource of ours is made with."""

from datetime import UTC, date, datetime
from typing import Any

from painpath import clock
from painpath.pathway.fhir.parts import OURS as OURS
from painpath.pathway.fhir.parts import UNPRINTABLE as UNPRINTABLE
from painpath.pathway.fhir.parts import concept as concept
from painpath.pathway.fhir.parts import present as present
from painpath.pathway.fhir.parts import text as text

STATES = f"{OURS}state"
OUTCOMES = f"{OURS}outcome"
JOINED = "This was joined with another referral of the same person that is here. It goes on there."


def instant(at: datetime) -> str:
    """A moment to the second, in London, with its offset: a dateTime and an instant of FHIR."""
    return at.astimezone(clock.LONDON).isoformat(timespec="seconds")


def exact(at: datetime) -> str:
    """A moment to the millisecond, in universal time."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def day(value: date) -> str:
    """A day."""
    return value.isoformat()


def reference(kind: str, name: str, display: str = "") -> dict[str, Any]:
    """A reference to a resource here."""
    return {"reference": f"{kind}/{name}"} | ({"display": text(display)} if display else {})
