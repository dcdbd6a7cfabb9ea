"""Cohen's kappa: how far two raters agree beyond what chance alone would give. No database, no web.

Source: Cohen J. A coefficient of agreement for nominal scales. Educational and Psychological Measurement 1960;20:37-46,
doi 10.1177/001316446002000104.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

FEW = 10
"""Below so many pairs a kappa says next to nothing: one pair moves it by a tenth and more. Our own line."""


@dataclass(frozen=True)
class Agreement:
    """Two raters' words on the same cases. `table[row][column]` counts cases; rows are the first rater's."""

    categories: tuple[str, ...]
    table: tuple[tuple[int, ...], ...]

    @property
    def n(self) -> int:
        """How many cases both have rated."""
        return sum(map(sum, self.table))

    @property
    def rows(self) -> tuple[int, ...]:
        """How often the first rater used each category."""
        return tuple(map(sum, self.table))

    @property
    def columns(self) -> tuple[int, ...]:
        """How often the second rater used each category."""
        return tuple(map(sum, zip(*self.table, strict=True)))

    @property
    def agreed(self) -> int:
        """Cases on which both said the same."""
        return sum(self.table[at][at] for at in range(len(self.categories)))

    @property
    def observed(self) -> Fraction | None:
        """The share of cases on which both said the same; None without a case."""
        return Fraction(self.agreed, self.n) if self.n else None

    @property
    def expected(self) -> Fraction | None:
        """The share on which both would say the same by chance, each using the categories as often as they did."""
        if not self.n:
            return None
        return Fraction(sum(row * column for row, column in zip(self.rows, self.columns, strict=True)), self.n**2)

    @property
    def kappa(self) -> Fraction | None:
        """(observed - expected) / (1 - expected). None, hence undefined, when chance alone gives full agreement."""
        observed, expected = self.observed, self.expected
        if observed is None or expected is None or expected == 1:
            return None
        return (observed - expected) / (1 - expected)

    @property
    def is_few(self) -> bool:
        """Whether there are too few cases for the number to mean much."""
        return self.n < FEW


def agreement(pairs: Iterable[tuple[str, str]], categories: Sequence[str]) -> Agreement:
    """Count (first rater's word, second rater's word) pairs. A word outside `categories` raises KeyError."""
    at = {category: number for number, category in enumerate(categories)}
    counts = Counter((at[first], at[second]) for first, second in pairs)
    numbers = range(len(categories))
    return Agreement(tuple(categories), tuple(tuple(counts[row, column] for column in numbers) for row in numbers))
