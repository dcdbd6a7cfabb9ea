"""Findings x criteria -> a state and its evidence for every criterion of a pathway."""

from painpath.screening.model import (
    Alert,
    AlertKind,
    Certainty,
    CriterionScreening,
    Evidence,
    Identifiers,
    Screening,
    Speaks,
    State,
    Stated,
    Writer,
)
from painpath.screening.screener import screen, screen_each

__all__ = [
    "Alert",
    "AlertKind",
    "Certainty",
    "CriterionScreening",
    "Evidence",
    "Identifiers",
    "Screening",
    "Speaks",
    "State",
    "Stated",
    "Writer",
    "screen",
    "screen_each",
]
