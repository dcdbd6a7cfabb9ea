"""Numbers as what a letter leaves open: lengths of time, points in time, scores beside the name of a scale."""

from datetime import date
from math import inf

import pytest

from painpath.pathway.measures import Scale, Threshold, inside, named_value
from painpath.reading.measured import STANDARD, named, names_of
from painpath.reading.scales import score_beside
from painpath.reading.times import lengths, times_ago

DAY = date(2026, 11, 2)
BMI = Scale(id="bmi", name="BMI", low=10, high=90, group="bmi", source="Kilograms by square metres.")
MOCA = Scale(id="moca", name="MoCA", low=0, high=30, group="moca", source="Nasreddine 2005.")


def of(times: list) -> list[tuple[float, float]]:
    return [(round(time.low, 1), round(time.high, 1)) for time in times]


@pytest.mark.parametrize(
    ("words", "months"),
    [
        ("pain for 8 months", [(8, 8)]),
        ("pain for 3 to 4 months", [(3, 4)]),
        ("more than 3 months", [(3, inf)]),
        ("at least 6 months", [(6, inf)]),
        ("under 3 months", [(0, 3)]),
        ("6/12 of pain", [(6, 6)]),
        ("for twelve weeks", [(2.8, 3)]),
        ("for 10 days", [(0.3, 0.3)]),
        ("ten years of pain", [(120, 120)]),
        ("2 and a half years", [(30, 30)]),
        ("a few months", [(2, 6)]),
        ("pain for years", [(24, inf)]),
        ("since 2024", [(22, 34)]),
        ("since march 2026", [(7.1, 8.1)]),
        ("since the fall in 2030", []),
        ("review in 6 weeks", []),
    ],
)
def test_lengths_of_time(words: str, months: list[tuple[float, float]]) -> None:
    assert of(list(lengths(words, DAY))) == months


@pytest.mark.parametrize(
    ("words", "months"),
    [
        ("seen 14 months ago", [(14, 14)]),
        ("seen two years ago", [(24, 24)]),
        ("over a year ago", [(12, inf)]),
        ("less than 6 months ago", [(0, 6)]),
        ("some years ago", [(24, 72)]),
        ("in 2025", [(10.1, 22.0)]),
        ("completed 2023", [(34.1, 46)]),
        ("in march 2025", [(19.1, 20.1)]),
        ("on 12/03/2025", [(19.7, 19.7)]),
        ("last year", [(10.1, 22.0)]),
        ("earlier this year", [(0, 10)]),
        ("in the last 18 months", [(0, 18)]),
        ("in may", [(5.1, 6.1)]),
        ("05/2025", [(17.1, 18.1)]),
        ("in 2031", []),
        ("amitriptyline 2000 mg", []),
        ("no time at all", []),
    ],
)
def test_points_in_time(words: str, months: list[tuple[float, float]]) -> None:
    assert of(list(times_ago(words, DAY))) == months


@pytest.mark.parametrize(
    ("before", "name", "behind", "scale", "score"),
    [
        ("", "bmi", " 41.2", BMI, (41.2, 41.2)),
        ("", "bmi", " of 41 kg/m2", BMI, (41, 41)),
        ("", "bmi", " is over 40", BMI, (40.01, inf)),
        ("", "bmi", " 35-37", BMI, (35, 37)),
        ("", "bmi", ": not recorded", BMI, None),
        ("", "bmi", " 4", BMI, None),
        ("", "moca", " 17/30", MOCA, (17, 17)),
        ("", "moca", " score was 17 out of 30", MOCA, (17, 17)),
        ("", "moca", " (12/03/2026): 17/30", MOCA, (17, 17)),
        ("", "moca", " 7/10", MOCA, None),
        ("scored 18/30 on the ", "moca", "", MOCA, (18, 18)),
        ("", "moca", " 31", MOCA, None),
        ("", "moca", " below 19", MOCA, (0, 18.99)),
    ],
)
def test_the_number_beside_a_scale(
    before: str, name: str, behind: str, scale: Scale, score: tuple[float, float] | None
) -> None:
    text = f"{before}{name}{behind}"
    found = score_beside(text, len(before), len(before) + len(name), (0, len(text)), scale)
    assert (found and (found.low, found.high)) == score


def test_what_rules_name_is_read_as_bounds() -> None:
    assert named_value("age-55-or-over") == Threshold(of="age", low=55, unit="years")
    assert named_value("duration-over-6-weeks") == Threshold(of="duration", low=6, low_included=False, unit="weeks")
    assert named_value("age-old") is None
    values = named(["duration-over-6-weeks", "duration-3-months-or-less", "pain"])
    assert [name for name, _ in values.durations] == ["duration-3-months-or-less", "duration-over-6-weeks"]
    assert list(names_of(values.durations, 2)) == ["duration-3-months-or-less", "duration-over-6-weeks"]
    assert list(names_of(STANDARD.ages, 18)) == ["age-18-or-over"]
    assert list(names_of(STANDARD.ages, 17)) == ["age-under-18"]


@pytest.mark.parametrize(
    ("low", "high", "kept", "value", "side"),
    [
        (6, None, True, (6, 6), True),
        (6, None, False, (6, 6), False),
        (6, None, False, (3, inf), None),
        (6, None, True, (0, 5.9), False),
        (None, 18, True, (18, 18), True),
        (None, 18, False, (18, 18), False),
        (35, 39.9, True, (39.95, 39.95), False),
        (35, 39.9, True, (34, 41), None),
        (35, 39.9, True, (36, 39), True),
        (35, 39.9, True, (inf, inf), False),
    ],
)
def test_on_which_side_a_value_lies(
    low: float | None, high: float | None, kept: bool, value: tuple[float, float], side: bool | None
) -> None:
    bounds = Threshold(of="duration", low=low, high=high, low_included=kept, high_included=kept, unit="months")
    assert inside(bounds, *value) is side
