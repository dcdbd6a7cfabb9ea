"""What is missing in the record: without it a figure cannot tell groups apart, and a letter may not arrive.

Counted with everything else, in the same table: of referrals by their day of receipt, of decisions by the day they were
signed, of letters by the day they were made.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from painpath.accounts.models import Service
from painpath.figures.model import Period
from painpath.measuring.cells import Unit

REFERRALS, DECISIONS, LETTERS = "quality", "quality_decisions", "quality_letters"
MISSING = "missing"
"""The split: by what is missing. One referral may lack several things."""

OF_PATIENT = (
    "date_of_birth", "sex", "ethnicity", "language", "postcode", "nhs_number", "needs", "letter_format", "interpreter",
    "communication_needs", "needs_checked_on",
)  # fmt: skip
"""Fields of the patient that groups and this page are made of."""


@dataclass(frozen=True)
class Lack:
    """One thing that can be missing: `of` is what is counted, `why` what its absence costs."""

    key: str
    label: str
    of: str
    why: str


LACKS: tuple[Lack, ...] = (
    Lack("date_of_birth", "Date of birth", REFERRALS, "No age band. The patient cannot open their page."),
    Lack("sex", "Sex", REFERRALS, "No figures by sex."),
    Lack("ethnicity", "Ethnicity", REFERRALS, "No figures by ethnicity."),
    Lack("language", "Language", REFERRALS, "Nobody knows if the letter can be read."),
    Lack("postcode", "Postcode", REFERRALS, "No figures by deprivation. Post may not arrive."),
    Lack("area", "Postcode that is in the file of areas", REFERRALS, "No figures by deprivation."),
    Lack("practice", "Practice", REFERRALS, "No figures by practice. The GP may not be told."),
    Lack("referrer", "Referrer", REFERRALS, "Nobody knows whom to ask."),
    Lack("nhs_number", "NHS number", REFERRALS, "Earlier referrals may not be found."),
    Lack("needs", "Answer about communication needs", REFERRALS, "Letters may come in a form that cannot be read."),
    Lack("clause", "Criterion that the decision cites", DECISIONS, "Nobody can see what the decision rests on."),
    Lack("receipt", "Word that the letter arrived", LETTERS, "Nobody knows if the letter arrived."),
)
"""Everything that is looked for, in the order of the page. Ordinary post gives no receipt: somebody has to say so."""


def unit(row: Mapping[str, Any], deciles: Mapping[str, int], on: date) -> Unit:
    """What one referral lacks. `row` has the referral's and the patient's fields (`gathering`)."""
    lacks = {
        "date_of_birth": row["date_of_birth"] is None,
        "sex": row["sex"] in (None, "", "unknown"),
        "ethnicity": not (row["ethnicity"] or "").strip(),
        "language": not (row["language"] or "").strip(),
        "postcode": not row["postcode"],
        "area": bool(row["postcode"]) and row["postcode"] not in deciles,
        "practice": row["practice_id"] is None,
        "referrer": row["referrer_id"] is None,
        "nhs_number": not row["nhs_number"],
        "needs": row["needs_checked_on"] is None,
    }
    return _unit(REFERRALS, on, *(key for key, lacking in lacks.items() if lacking))


def of_decision(on: date, *, cites: bool) -> Unit:
    """What a decision lacks."""
    return _unit(DECISIONS, on, *(() if cites else ("clause",)))


def of_letter(on: date, *, arrived: bool) -> Unit:
    """What a letter that has left lacks."""
    return _unit(LETTERS, on, *(() if arrived else ("receipt",)))


def _unit(figure: str, on: date, *lacks: str) -> Unit:
    return Unit(figure, on, int(bool(lacks)), own={MISSING: lacks} if lacks else {})


@dataclass(frozen=True)
class Missing:
    """How many of `of` lack it."""

    lack: Lack
    n: int
    of: int


def missing(service: Service, period: Period) -> tuple[tuple[Missing, ...], datetime]:
    """What is missing in the period, everything that is looked for; and the moment up to which it was counted."""
    from painpath.measuring.reading_figures import as_of, counts

    lacking: dict[tuple[str, str], int] = {}
    whole: dict[str, int] = {}
    for figure in (REFERRALS, DECISIONS, LETTERS):
        for key, by_value in counts(service, figure, period, MISSING).items():
            lacking[figure, key] = sum(by_value.values())
        whole[figure] = sum(n for by_value in counts(service, figure, period, "").values() for n in by_value.values())
    found = tuple(Missing(one, lacking.get((one.of, one.key), 0), whole[one.of]) for one in LACKS)
    return found, as_of(service)
