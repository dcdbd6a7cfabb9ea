"""`docs/scale.md` says what is so: its tables come from the models, its arithmetic from the figures that it names."""

import inspect
import re
import runpy
from pathlib import Path

from painpath import serve
from painpath.postgres.connections import POOL

ROOT = Path(__file__).resolve().parents[1]
PAGE = " ".join((ROOT / "docs/scale.md").read_text().split())
PEOPLE, RATE, PROVIDERS, AWAY = 57_700_000, 0.004, 161, 0.4
REFERRALS, DAYS, HOURS, PAGES, BUSY, YEARS = 400_000, 250, 8, 150, 5, 8
BYTES, SCAN = 280_000, 1_000_000


def test_the_page_of_tables_is_what_the_models_give() -> None:
    again = "run `.venv/bin/python tools/distribution.py > docs/reference/distribution.md`"
    made = runpy.run_path(str(ROOT / "tools/distribution.py"))["page"]()
    assert (ROOT / "docs/reference/distribution.md").read_text() == made, again
    assert "`accounts_user`" in made.partition("belong to no service")[2].partition("**Primary")[0]


def test_the_arithmetic_follows_from_its_figures() -> None:
    attend = round(PEOPLE * RATE, -3)
    sent = round(attend / (1 - AWAY), -3)
    pages = REFERRALS * PAGES / (DAYS * HOURS * 3600)
    a_year, with_scans = REFERRALS * BYTES, REFERRALS * (BYTES + SCAN)
    said = [
        f"| {PEOPLE:,} |", f"| {attend:,.0f} |", f"| {sent:,.0f}; reckoned with {REFERRALS:,} |",
        f"| {round(REFERRALS / PROVIDERS, -2):,.0f} a year, {REFERRALS / PROVIDERS / DAYS:.0f} a working day |",
        f"| {pages:.0f}; in the busiest minutes, five times that, {pages * BUSY:.0f} |",
        f"busiest minutes | {pages * BUSY * 0.053:.1f} |",
        f"| {round(16_310_272 / 58, -4):,.0f} | measured: 16,310,272 bytes",
        f"| {BYTES + SCAN:,} |", f"| {a_year / 1e9:.0f} GB; with scans {with_scans / 1e9:.0f} GB |",
        f"| {a_year * YEARS / 1e12:.1f} TB; with scans {with_scans * YEARS / 1e12:.1f} TB |",
        f"({REFERRALS * YEARS / 1e6:.1f} million referrals in {YEARS} years",
        f"are {2500 * BYTES / 1e9:.1f} GB, {2500 * (BYTES + SCAN) / 1e9:.1f} GB with scans",
    ]  # fmt: skip
    assert [words for words in said if words not in PAGE] == []
    reading = REFERRALS / (DAYS * HOURS * 3600) * BUSY * (1 + 20) / 2
    assert f"| processors for reading | {reading:.1f} in the busiest minutes |" in PAGE


def test_connections_fit_into_what_it_says() -> None:
    assert f"a pool of at most {POOL['max_size']} connections" in PAGE
    assert f"works on {serve.BLOCKING_THREADS} requests at once" in PAGE
    rows = re.findall(r"\| (\d+) \| (\d+) \| (\d+) \| (\d+) \|", PAGE)
    assert len(rows) == 3
    for machines, web, most, allowed in (map(int, row) for row in rows):
        assert most == machines * ((web + 1) * int(POOL["max_size"]) + 1)
        assert most + 3 <= allowed
    assert "min(2, os.cpu_count() or 1)" in inspect.getsource(serve.serve), "the web processes of a machine"
