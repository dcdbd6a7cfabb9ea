"""What somebody asks of a figure: over which months, or by which group in which half-year. It stands in the address."""

from datetime import date
from typing import Any, cast

from painpath.figures import periods
from painpath.figures.definitions import SPLIT_LABELS
from painpath.figures.model import Figure, Period, Split
from painpath.figures.small_numbers import WORK
from painpath.managers.presenters.figure_words import months_of
from painpath.web import forms


def natural(figure: Figure) -> Split | None:
    """The split that stands with the whole service where a figure has no line over time: none hides anybody in it."""
    if figure.series or not figure.splits:
        return None
    first = figure.splits[0]
    return first if first in WORK or figure.kind in ("now", "kappa") else None


class Ask(forms.Form):
    """`period` for the whole service; `by` and `half` for groups. Nothing asked is the last 12 months."""

    period = forms.Select(
        "Months",
        options=[],
        blank="Last 12 months",
        required=False,
        says_when=True,
        error="Choose one of the periods in the list",
    )
    by = forms.Select(
        "Group",
        options=[],
        blank="Choose a group",
        required=False,
        says_when=True,
        error="Choose one of the groups in the list",
    )
    half = forms.Select(
        "Half-year", options=[], blank="The last one that has ended", required=False, says_when=True,
        error="Choose one of the half-years in the list. By group there are no other periods",
    )  # fmt: skip

    def __init__(self, *args: Any, figure: Figure | None, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.halves = {f"{one.start:%Y-%m}": one for one in periods.half_years(today)}
        self.spans = {str(months): periods.recent(months, today) for months in periods.RECENT}
        self.spans |= {
            str(year): periods.year(year) for year in range(today.year - 1, today.year - 1 - periods.YEARS, -1)
        }
        splits = [split for split in figure.splits if split != natural(figure)] if figure else []
        self._offer("period", [(key, _named(key)) for key in self.spans])
        self._offer("half", [(key, months_of(one)) for key, one in self.halves.items()])
        self._offer("by", [(split.value, SPLIT_LABELS[split]) for split in splits])

    def _offer(self, field: str, options: list[tuple[str, str]]) -> None:
        cast(forms.Select, self.fields[field]).options = [forms.Option(key, words) for key, words in options]

    def _chosen(self, field: str) -> str:
        return self.cleaned_data.get(field) or "" if self.is_bound and self.is_valid() else ""

    @property
    def split(self) -> Split | None:
        """By what, or None for the whole service; None while there are errors."""
        chosen = self._chosen("by")
        return Split(chosen) if chosen else None

    @property
    def over(self) -> Period:
        """The period that was asked for; of groups a half-year, always."""
        if self.split is not None:
            return self.half_year
        return self.spans[self._chosen("period") or "12"]

    @property
    def half_year(self) -> Period:
        """The half-year that was asked for, or the last that has ended."""
        return self.halves.get(self._chosen("half")) or next(iter(self.halves.values()))

    def query(self) -> dict[str, str]:
        """What was asked for, as it stands in an address; nothing while there are errors."""
        return {name: chosen for name in ("period", "by", "half") if (chosen := self._chosen(name))}

    def facts(self) -> dict[str, str]:
        """The same for the audit, where `by` is who asked."""
        return {"split" if name == "by" else name: chosen for name, chosen in self.query().items()}


def _named(key: str) -> str:
    return f"Last {key} months" if len(key) < 3 else key
