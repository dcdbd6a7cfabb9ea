"""The worklist of a long record: queries, milliseconds, and the plans of its list and its counts as the program's role.

Fills a database of its own with 100,000 referrals of one service (`python bench/worklist.py 10000` for another number)
and as many again in three others, so that row-level security has something to keep apart: most have ended, some
thousand are open. Beside each page, in turns, a page that says nothing (`bench/pages.py`).
"""

import re
from functools import partial

from kit import medians, seconds, show
from kit.database import in_a_process_of_its_own, migrated
from kit.many import record
from pages import clinician, one_more_page, opened, queries

COUNT = 100_000
ROUNDS = 7


def main() -> None:
    in_a_process_of_its_own(__file__, measure_in, COUNT)


def measure_in(home: str, count: int) -> None:
    """Make a database in this folder, fill it, and measure."""
    migrated(home)
    with one_more_page():
        measure(count)


def measure(count: int) -> None:
    """Fill the record, then print what the pages cost and how PostgreSQL finds their rows."""
    from django.test import Client

    from painpath.accounts.scope import scope
    from painpath.referrals import pathways

    by = clinician()
    with scope(by.service_id):
        _, version = pathways.in_force(by.service)

    took = seconds(partial(record, by, version, count, count // 3))
    print(f"{count} referrals of one service and {count // 3 * 3} of three others made in {took:.0f} s")
    client = Client(SERVER_NAME="localhost")
    client.force_login(by.user)
    pages = {"nothing": "/nothing/", "worklist, first page": "/?tab=open"} | later(client)
    from painpath.referrals.worklist.queries import WALKS

    pages |= {walk.words: f"/?tab={tab}" for tab, walk in WALKS.items() if tab != "open"}
    pages |= {"filtered: one practice": f"/?tab=open&practice={practice(by.service_id)}"}
    pages |= {f"search: {words}": f"words:{words}" for words in searches(by.service_id)}
    works = [partial(look, client, address) for address in pages.values()]
    taken = medians(works, ROUNDS)
    show(
        f"Pages through every middleware, {count} referrals, median of {ROUNDS}",
        ("page", "queries", "ms", "times nothing"),
        [
            (name, str(asked(client, address)), f"{spent * 1000:.1f}", f"{spent / taken[0]:.1f}")
            for (name, address), spent in zip(pages.items(), taken, strict=True)
        ],
    )
    with scope(by.service_id):
        plans()


def look(client: "Client", address: str) -> None:  # noqa: F821
    """Open a page, or search for words and open what was found."""
    if not address.startswith("words:"):
        opened(client, address)
    elif client.post("/search/", {"words": address[6:]}, follow=True).status_code != 200:
        raise SystemExit(f"The search for {address[6:]} is not answered.")


def asked(client: "Client", address: str) -> int:  # noqa: F821
    """How many questions a page asks; a search is counted without the sending of its words."""
    look(client, address)
    return queries(client, "/search/" if address.startswith("words:") else address)


def later(client: "Client") -> dict[str, str]:  # noqa: F821
    """The address of a page deep in the worklist: twenty times “Next”."""
    address = "/?tab=open"
    for _ in range(20):
        page = client.get(address).content.decode()
        found = re.search(r'href="([^"]+)"[^>]*rel="next"', page)
        if found is None:
            break
        address = found[1].replace("&amp;", "&")
    return {"worklist, page 21 by its cursor": address}


def practice(service: int) -> int:
    """A practice of the service."""
    from painpath.accounts.scope import scope
    from painpath.directory.models import Practice

    with scope(service):
        return Practice.objects.earliest("pk").pk


def searches(service: int) -> list[str]:
    """A name, a beginning that many share, a number, words that few letters hold, words that all do."""
    from painpath.accounts.scope import scope
    from painpath.referrals.models import Referral

    with scope(service):
        one = Referral.objects.select_related("patient").earliest("pk")
        assert one.patient is not None
        return [one.patient.name, "a", one.ubrn, "alpacas smallholding", "fibromyalgia", "persistent pain"]


def plans() -> None:
    """Print the plans of the list, of a later page, and of the counts, as the program's role."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from painpath.accounts.models import Membership
    from painpath.referrals.worklist.queries import Cursor, Filters, counts, worklist

    by = Membership.objects.earliest("pk")
    with CaptureQueriesContext(connection) as captured:
        first = worklist(by, Filters())
        worklist(by, Filters(), first.next or Cursor())
        counts(by)
    asked = [one["sql"] for one in captured.captured_queries]
    whole = "\n".join(plan(sql) for sql in asked)
    for title, number in (("the list", 0), ("the rows of the list", 1), ("the counts", -1)):
        print(f"\nPlan of {title}\n{plan(asked[number])}")
    print(f"\nSequential scans of referrals: {whole.count('Seq Scan on referrals_referral')}")


def plan(sql: str) -> str:
    """How PostgreSQL answers this, and how long each part takes."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS OFF) {sql}".replace("%", "%%"), [])
        return "\n".join(row[0] for row in cursor.fetchall())


if __name__ == "__main__":
    main()
