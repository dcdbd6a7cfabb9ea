"""What is somebody else's, asked, printed, imagined or called off is not held against the patient, and hides nothing.

`tests/data/others.tsv` holds a sentence or a letter a line, with the states that a careful reader gives. A criterion
that is not named in its line is neither `against` nor `mixed`. A line with a `limit` is not read right yet, and says
why: it is there so that nobody takes the list for all there is.
"""

import csv
from collections.abc import Callable
from functools import partial
from pathlib import Path

from tests.screening import shaped
from tests.screening.test_thresholds import SERVICE

from painpath.screening import Screening

with (Path(__file__).parents[1] / "data" / "others.tsv").open(newline="") as file:
    LINES = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
READ = [line for line in LINES if not line["limit"]]


def wrong(line: dict[str, str], screening: Screening) -> set[str]:
    """What is read another way than the line says. Of a line about dangers only the states that it names count."""
    wanted = dict(cell.split("=") for cell in line["states"].split())
    silent = "for|not_stated|against|mixed" if line["alerts"] else "for|not_stated"
    states = {item.id: str(item.state) for item in screening.criteria}
    assert wanted.keys() <= states.keys(), line
    found = {name for name, state in states.items() if state not in wanted.get(name, silent).split("|")}
    alerts = {str(alert.kind) for alert in screening.alerts}
    missed = bool(alerts) if line["alerts"] == "-" else not alerts.issuperset(line["alerts"].split())
    return found | ({"alerts"} if missed else set())


def test_whose_it_is(screened: Callable[[str], Screening]) -> None:
    read: dict[str, Callable[[str], Screening]] = {"sp": screened, "shapes": partial(shaped.read, SERVICE)}
    found = {line["text"]: wrong(line, read[line["pathway"]](line["text"].replace("\\n", "\n"))) for line in READ}
    assert {text: names for text, names in found.items() if names} == {}


def test_the_list_holds_both_sides_and_is_mostly_read() -> None:
    """The patient's own statements stand beside everybody else's; few lines are left that are not read right."""
    assert len(READ) >= 0.93 * len(LINES)
    assert sum("=against" in line["states"] for line in READ) >= 22
    assert sum(line["alerts"] not in ("", "-") for line in READ) >= 8
