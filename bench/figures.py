"""What figures cost with 10,000 and with many more referrals on record: each figure of twelve months, by each split,
and each page as a browser gets it. Charts are drawn before it is measured, for they are kept.

`python bench/figures.py 10000 1000000` for other sizes. Each size has a database of its own, in a folder that is gone
afterwards; `python bench/figures.py in FOLDER 10000` leaves it, and called again takes the record that is there. Ratios
can be compared between machines, milliseconds cannot. Beside the reading: how long it takes to count everything, and
how long to count what one decision has changed.

The last column needs no long record: there every cell is filled that there can be, each month, each group, each value.
No number of referrals makes more rows.
"""

import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kit import medians, seconds, show
from kit.database import migrated
from kit.many import record, run
from pages import SERVICE, clinician, one_more_page, opened

from painpath import postgres

if TYPE_CHECKING:
    from painpath.accounts.models import Membership

SIZES = (10_000, 200_000)
ROUNDS = 7
NOTHING = "SELECT 1"
FULL = "every cell filled"

EVERY_CELL = """
INSERT INTO measuring_count (service_id, grain, figure, split, day, "group", value, n)
SELECT %(service)s, g.grain, g.figure, g.split, d.day, g.group, v.value, 7
FROM (SELECT DISTINCT grain, figure, split, "group" FROM measuring_count WHERE grain <> 'now') g
JOIN (SELECT DISTINCT figure, split, value FROM measuring_count WHERE grain <> 'now') v USING (figure, split)
JOIN (SELECT DISTINCT grain, day FROM measuring_count WHERE day > current_date - 800) d USING (grain)
WHERE g.figure NOT LIKE 'practice:%%'
ON CONFLICT DO NOTHING
"""

# What `kit.many` leaves out: groups of people, and a decision with its letter on everything that has ended.
DECIDED = r"""
UPDATE referrals_patient SET sex = (ARRAY['female', 'male', 'female', 'unknown'])[1 + id %% 4],
    ethnicity = (ARRAY['White British', 'Indian', 'Black African', 'Mixed', ''])[1 + id %% 5],
    date_of_birth = date '1930-01-01' + (id * 37 %% 32000)::int WHERE service_id = %(service)s;

INSERT INTO referrals_transition (service_id, referral_id, number, verb, from_state, to_state, at, by_id, reason, facts)
SELECT service_id, id, 2, 'decide', 'screening', state, received_at + (id %% 19) * interval '1 day', %(member)s,
    'bench', '{}' FROM referrals_referral WHERE service_id = %(service)s AND owner_role = '';

INSERT INTO referrals_decision (service_id, referral_id, transition_id, key, outcome, by_id, at, pathway_version_id,
    reason, details)
SELECT t.service_id, t.referral_id, t.id, gen_random_uuid(), CASE t.to_state WHEN 'handed_over' THEN 'accept'
    WHEN 'advice_given' THEN 'advise' WHEN 'signposted' THEN 'signpost' WHEN 'withdrawn' THEN 'withdraw'
    ELSE t.to_state END, t.by_id, t.at, %(version)s, 'bench', '{}'
FROM referrals_transition t WHERE t.service_id = %(service)s AND t.number = 2;

INSERT INTO letters_letter (service_id, referral_id, decision_id, audience, facts, text, pdf, sha256, signed_by_id,
    signed_at)
SELECT service_id, referral_id, id, 'patient', '{"signatory": {"name": "A", "contact": "B"}}', '', '', '', by_id, at
FROM referrals_decision WHERE service_id = %(service)s;

INSERT INTO letters_dispatch (service_id, referral_id, letter_id, kind, "to", channel, name, address, subject, text,
    facts, key, state, why, attempts, made_at, changed_at, sent_at)
SELECT service_id, referral_id, id, 'letter', 'patient', 'print', 'Patient', '', '', '', '{}', gen_random_uuid(),
    'sent', '', 0, signed_at, signed_at, signed_at + (id %% 3) * interval '1 day'
FROM letters_letter WHERE service_id = %(service)s
"""


def main() -> None:
    """With sizes: each in a process of its own, which leaves what it found in a file; then all of them as one table."""
    given = sys.argv[1:]
    if given[:1] == ["in"]:
        measure_in(given[1], int(given[2]))
        return
    found: dict[str, dict[str, float]] = {}
    for size in [int(one) for one in given] or SIZES:
        with tempfile.TemporaryDirectory(prefix="painpath-bench-") as home:
            made = subprocess.run([sys.executable, __file__, "in", home, str(size)], stdout=subprocess.PIPE, text=True)
            postgres.remove(Path(home))
        if made.returncode:
            sys.exit(made.returncode)
        found.pop(FULL, None)
        for line in made.stdout.splitlines():
            name, _, spent = line.partition("\t")
            if spent:
                counted, filled = spent.split("\t")
                found.setdefault(f"{size:,}", {})[name] = float(counted)
                found.setdefault(FULL, {})[name] = float(filled)
            else:
                print(line)
    table(found)


def table(found: dict[str, dict[str, float]]) -> None:
    """Print each reading at each size and with every cell filled, and how many times as long that takes."""
    first, last = next(iter(found.values())), found[FULL]
    show(
        f"Twelve months read, ms, median of {ROUNDS}",
        ("", *found, "times"),
        [(name, *(f"{one[name]:.1f}" for one in found.values()), f"{last[name] / first[name]:.1f}") for name in first],
    )


def measure_in(home: str, size: int) -> None:
    """Fill a database in this folder, count it, and print what reading costs, as `main` understands it."""
    by = filled(home, size)
    from django.db import connection

    from painpath.accounts.scope import scope
    from painpath.measuring import counting
    from painpath.measuring.marking import mark_all
    from painpath.postgres.owner import as_owner

    with as_owner(), connection.cursor() as cursor:
        cursor.execute("TRUNCATE measuring_count, measuring_countedreferral, measuring_stale")
    with scope(by.service_id):
        mark_all(by.service)
    took = seconds(partial(counting.count_up, by.service))
    print(f"all counted in {took:.0f} s, {took / size * 1000:.2f} s for each thousand", flush=True)
    _analyse()
    with scope(by.service_id):
        for name, rows in sizes():
            print(f"{name}: {rows}")
    again = medians([partial(one_again, by)], 5)[0]
    print(f"one referral counted again in {again * 1000:.0f} ms")
    counted = read_all(by)
    with scope(by.service_id), connection.cursor() as cursor:
        cursor.execute(EVERY_CELL, {"service": by.service_id})
        print(f"{cursor.rowcount:,} cells more, then every one is filled")
    _analyse()
    full = read_all(by)
    for name, spent in counted.items():
        print(name, f"{spent * 1000:.3f}", f"{full[name] * 1000:.3f}", sep="\t")


def filled(home: str, size: int) -> "Membership":
    """A record of this size in the database in this folder, made where there is none; the clinician of its service."""
    from painpath.postgres.owner import as_owner

    migrated(home)
    from painpath.accounts.models import Membership
    from painpath.accounts.scope import scope
    from painpath.referrals import pathways

    with as_owner():
        there = Membership.objects.select_related("service").filter(service__slug=SERVICE).first()
    if there is not None:
        return there
    by = clinician()
    with scope(by.service_id):
        _, version = pathways.in_force(by.service)
    took = seconds(partial(record, by, version, size, 1)) + seconds(partial(decided, by, version.pk))
    print(f"{size:,} referrals made in {took:.0f} s", flush=True)
    return by


def read_all(by: "Membership") -> dict[str, float]:
    """The median seconds of each reading, and of each page."""
    from django.test import Client

    from painpath.accounts.scope import scope

    with scope(by.service_id):
        calls = dict(readings(by))
        found = dict(zip(calls, medians(list(calls.values()), ROUNDS), strict=True))
    with one_more_page():
        client = Client(SERVER_NAME="localhost")
        client.force_login(by.user)
        pages = {f"page {address}": partial(opened, client, address) for address in addresses()}
        return found | dict(zip(pages, medians(list(pages.values()), ROUNDS), strict=True))


def addresses() -> list[str]:
    """A page that says nothing, and every page of figures."""
    from painpath.figures.definitions import FIGURES

    of_all = ["/nothing/", "/figures/", "/figures/equity/", "/figures/missing/"]
    by_practice = [f"/figures/{name}/?by=practice" for name in ("to_decision", "outcomes")]
    return [*of_all, *(f"/figures/{one.id}/" for one in FIGURES), *by_practice]


def decided(by: "Membership", version: int) -> None:
    """Add what `DECIDED` says."""
    from painpath.postgres.owner import as_owner

    with as_owner():
        run(DECIDED, {"service": by.service_id, "member": by.pk, "version": version})
    _analyse()


def _analyse() -> None:
    from django.db import connection

    from painpath.postgres.owner import as_owner

    with as_owner(), connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")


def sizes() -> Iterator[tuple[str, str]]:
    """The tables of counts: rows, and megabytes with their indexes."""
    from django.db import connection

    with connection.cursor() as cursor:
        for table in ("measuring_count", "measuring_countedreferral", "referrals_referral"):
            cursor.execute(f"SELECT count(*), pg_total_relation_size('{table}') / 1048576 FROM {table}")
            rows, megabytes = cursor.fetchone()
            yield table, f"{rows:,} rows, {megabytes:,} MB"


def readings(by: "Membership") -> Iterator[tuple[str, Callable[[], Any]]]:
    """Each figure as it is read."""
    from django.db import connection

    from painpath import clock
    from painpath.figures.definitions import FIGURES
    from painpath.figures.model import Period
    from painpath.measuring import quality
    from painpath.measuring.reading_figures import read, series

    def nothing() -> None:
        with connection.cursor() as cursor:
            cursor.execute(NOTHING)

    end = clock.today().replace(day=1) - timedelta(days=1)
    period = Period((end - timedelta(days=340)).replace(day=1), end)
    assert period.months == 12
    yield NOTHING, nothing
    yield "all figures", lambda: [read(by.service, one.id, period=period) for one in FIGURES]
    lines = [one.id for one in FIGURES if one.series]
    yield "all lines, by week", lambda: [series(by.service, one, period=period, grain="week") for one in lines]
    yield "what is missing", partial(quality.missing, by.service, period)
    for figure in FIGURES:
        for split in (None, *figure.splits):
            yield (
                f"{figure.id} by {split or 'nothing'}",
                partial(read, by.service, figure.id, period=period, split=split),
            )


def one_again(by: "Membership") -> None:
    """Something has changed on one referral, and is counted."""
    from painpath.accounts.scope import scope
    from painpath.measuring import counting
    from painpath.referrals.models import Referral

    with scope(by.service_id):
        one = Referral.objects.filter(owner_role="").earliest("pk")
        Referral.objects.filter(pk=one.pk).update(route="gp-ers" if one.route != "gp-ers" else "practitioner-letter")
    counting.count_up(by.service)


if __name__ == "__main__":
    main()
