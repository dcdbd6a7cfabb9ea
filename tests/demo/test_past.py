"""The past of the demonstration stands in the figures like any other, and none of it is yet to come."""

from datetime import date

from tests.measuring.conftest import by  # noqa: F401  # fixture

from painpath import clock, pathway
from painpath.accounts.audit import Process
from painpath.demo import past
from painpath.figures.definitions import FIGURES
from painpath.figures.model import Period
from painpath.measuring import reading_figures
from painpath.measuring.counting import count_up
from painpath.measuring.models import Count

TODAY = date(2026, 11, 26)
YEAR = Period(date(2025, 11, 1), date(2026, 10, 31))
HALF = Period(date(2026, 4, 1), date(2026, 9, 30))

NAMED = {"route", "clause", "signpost"}


def test_every_figure_has_a_past_and_every_group_a_name(by: Process) -> None:  # noqa: F811
    published = pathway.load(pathway.find("southampton-portsmouth"))
    with clock.at(TODAY):
        number = past.fill(by.service, published, today=TODAY)
        count_up(by.service)
    named = {one.name for one in (*published.routes, *published.criteria, *published.signposts)}
    received = Count.objects.filter(grain="day", figure="volumes").values_list("n", flat=True)
    assert sum(received) == number
    assert not Count.objects.filter(day__gte=TODAY).exclude(figure__in=("delays", "alerts_overdue")).exists()
    for figure in FIGURES:
        if figure.kind == "now":  # nobody of the past is waiting for anything
            continue
        assert reading_figures.read(by.service, figure.id, period=YEAR).groups[0].n >= 7, figure.id
        for split in figure.splits:
            groups = reading_figures.read(by.service, figure.id, period=HALF, split=split).groups
            assert groups, (figure.id, split)
            assert not [one.key for one in groups if one.label.isdigit() or (split in NAMED and one.label not in named)]
