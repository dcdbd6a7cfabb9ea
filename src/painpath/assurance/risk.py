"""Severity, likelihood and the risk class that follows from both.

The scales, the five by five matrix and what each class asks for are those of DCB0129: implementation guidance, section
4.4 with its example tables (the same matrix stands in the hazard log of UK Core by NHS England). The class is looked
up, never multiplied. The meanings are in our own words.
"""

from typing import Literal, get_args

Severity = Literal["minor", "significant", "considerable", "major", "catastrophic"]
Likelihood = Literal["very low", "low", "medium", "high", "very high"]

SEVERITIES: tuple[Severity, ...] = get_args(Severity)
LIKELIHOODS: tuple[Likelihood, ...] = get_args(Likelihood)

_MATRIX: dict[Likelihood, tuple[int, int, int, int, int]] = {
    "very high": (3, 4, 4, 5, 5),
    "high": (2, 3, 3, 4, 5),
    "medium": (2, 2, 3, 3, 4),
    "low": (1, 2, 2, 3, 4),
    "very low": (1, 1, 2, 2, 3),
}

MEANINGS: dict[int, str] = {
    5: "not acceptable",
    4: "has to be removed, or controlled until it is acceptable",
    3: "undesirable: acceptable only where reducing it further is not practical",
    2: "acceptable where reducing it further is not practical, or costs more than it gains",
    1: "acceptable as it is",
}

SEVERITY_MEANINGS: dict[Severity, str] = {
    "catastrophic": "several people die, or are disabled for life",
    "major": "one person dies or is disabled for life; or several are badly hurt and recover",
    "considerable": "one person is badly hurt, or goes through severe distress, and recovers; or several a little less",
    "significant": "one person has a lasting minor injury, or significant distress; or several a passing one",
    "minor": "one person has a passing minor injury, some upset, or inconvenience",
}

LIKELIHOOD_MEANINGS: dict[Likelihood, str] = {
    "very high": "almost certain",
    "high": "to be expected in most cases",
    "medium": "possible",
    "low": "could happen, and mostly does not",
    "very low": "as good as never",
}

UNDESIRABLE = 3
"""From this class on somebody has to act, or say why nothing more can be done."""


def risk_class(severity: Severity, likelihood: Likelihood) -> int:
    """1 (acceptable) to 5 (not acceptable)."""
    return _MATRIX[likelihood][SEVERITIES.index(severity)]
