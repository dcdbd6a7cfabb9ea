"""The worklist of a long record: queries, milliseconds, and the plans of its list and its counts as the program's role.

Fills a database of its own with 100,000 referrals of one service (`python bench/worklist.py 10000` for another number)
and as many again in three others, so that row-level security has something to keep apart: most have ended, some
thousand are open. Beside each page, in turns, a page that says nothing (`bench/pages.py`).
"""

import re
from functools import partial

from kit import medians, seconds, show
from kit.database import in_a_process_of_its_own, migrated
from pages import clinician, one_more_page, opened, queries

COUNT = 100_000
ROUNDS = 7
OPEN_SHARE = 20
"""One in so many is open."""


def main() -> None:
    in_a_process_of_its_own(__file__, measure_in, COUNT)


def measure_in(home: str, count: int) -> None:
    """Make a database in this folder, fill it, and measure."""
    migrated(home)
    with one_more_page():
        measure(count)


# `n` runs from 1. The spread is by remainders of primes, so that no two columns go together by accident.
FILL = """
INSERT INTO directory_practice (service_id, ods_code, name, locality, address, postcode, phone, email)
SELECT %(service)s, 'X' || n, 'Practice ' || n, '', '', '', '', '' FROM generate_series(1, 300) n;

INSERT INTO referrals_patient (service_id, nhs_number, title, given_name, family_name, sex, ethnicity, address,
    postcode, phone, email, language, interpreter, communication_needs, safe_contact, proxy_name, proxy_relationship,
    proxy_authority)
SELECT %(service)s, '', '', initcap(substr(md5('g' || n %% 977), 1, 6)), initcap(substr(md5('f' || n %% 7919), 1, 8)),
    '', '', '', '', '', '', '', CASE WHEN n %% 13 = 0 THEN 'Polish' ELSE '' END, '', '', '', '', ''
FROM generate_series(1, %(count)s) n;

INSERT INTO referrals_referral (service_id, reference, receipt_key, patient_id, practice_id, pathway_version_id, route,
    ubrn, circumstances, locality, information_version, state, state_since, received_at, owner_role, owner_id, due_on,
    version, look_first, came_back, missing, awaits_referral, priority)
SELECT %(service)s, %(mark)s || '-' || lpad(upper(to_hex(n)), 7, '0'), gen_random_uuid(), p.id,
    (SELECT min(id) FROM directory_practice WHERE service_id = %(service)s) + n %% 300, %(version)s,
    (ARRAY['gp-ers', 'gp-ers', 'practitioner-letter'])[1 + n %% 3], lpad(n::text, 12, '0'), '',
    (ARRAY['southampton', 'portsmouth', ''])[1 + n %% 3], '', s.state, now() - (n %% s.hours) * interval '1 hour',
    now() - (n %% s.hours) * interval '1 hour', CASE WHEN s.open THEN 'clinician' ELSE '' END,
    CASE WHEN s.open AND (n %% 7 = 0 OR s.state = 'screening') THEN %(member)s END,
    CASE WHEN s.open THEN current_date - 5 + (n %% 61)::int END, 1,
    CASE WHEN n %% 89 = 0 AND s.open THEN 0 WHEN n %% 41 = 0 THEN 1 ELSE 2 END,
    CASE WHEN s.open AND n %% 11 = 0 THEN (ARRAY['reply', 'due', 'documents'])[1 + n %% 3] ELSE '' END,
    '["adult", "persistent-pain", "investigations-complete"]', false, ''
FROM (SELECT id, row_number() OVER (ORDER BY id) n FROM referrals_patient WHERE service_id = %(service)s) p
CROSS JOIN LATERAL (SELECT p.n %% %(share)s = 0 AS open,
    CASE WHEN p.n %% %(share)s = 0 THEN 1999 ELSE 50000 END AS hours, CASE WHEN p.n %% %(share)s = 0
    THEN (ARRAY['received', 'awaiting_screening', 'awaiting_screening', 'screening', 'awaiting_referrer',
                'awaiting_patient', 'delayed', 'accepted'])[1 + (p.n / %(share)s) %% 8]
    ELSE (ARRAY['handed_over', 'advice_given', 'signposted', 'not_now', 'withdrawn'])[1 + p.n %% 5] END AS state) s;

INSERT INTO referrals_document (service_id, referral_id, name, content, sha256, size, received_at)
SELECT service_id, id, 'letter.txt', ''::bytea, '', 0, received_at FROM referrals_referral
WHERE service_id = %(service)s;

INSERT INTO referrals_transcript (service_id, document_id, made_at, media_type, text, pages, unread, problem)
SELECT d.service_id, d.id, now(), 'text/plain',
    'Thank you for seeing this patient with persistent pain of the back since the accident. '
    || CASE WHEN d.id %% 50 = 0 THEN 'Fibromyalgia was suspected. ' ELSE '' END
    || CASE WHEN d.id %% 5000 = 0 THEN 'Keeps alpacas on a smallholding. ' ELSE '' END
    || (SELECT string_agg(md5(d.id || ':' || w %% (17 + d.id %% 5)), ' ') FROM generate_series(1, 20) w),
    '[]', '[]', ''
FROM referrals_document d WHERE d.service_id = %(service)s;

INSERT INTO letters_dispatch (service_id, referral_id, kind, "to", channel, name, address, subject, text, facts, key,
    state, why, attempts, made_at, changed_at)
SELECT service_id, id, 'letter', 'gp', 'print', 'Practice', '', '', '', '{}', gen_random_uuid(),
    CASE WHEN id %% 199 = 0 THEN 'queued' ELSE 'sent' END, '', 0, now(), now()
FROM referrals_referral WHERE service_id = %(service)s AND owner_role = '';
"""


def give_defaults() -> None:
    """What Django fills in by itself, as defaults of the database: columns that `FILL` does not name need no new line
    in it. The database is the measurement's own."""
    import json

    from django.apps import apps
    from django.db import connection, models
    from psycopg import sql

    with connection.cursor() as cursor:
        for model in apps.get_models():
            for field in model._meta.concrete_fields:
                if field.null or field.primary_key or field.remote_field or not (field.has_default() or field.blank):
                    continue
                plain = isinstance(field, models.CharField | models.TextField | models.BooleanField | models.JSONField)
                if plain or isinstance(field, models.IntegerField):
                    value = (
                        json.dumps(field.get_default()) if isinstance(field, models.JSONField) else field.get_default()
                    )
                    cursor.execute(
                        sql.SQL("ALTER TABLE {} ALTER COLUMN {} SET DEFAULT {}").format(
                            sql.Identifier(model._meta.db_table), sql.Identifier(field.column), sql.Literal(value)
                        )
                    )


def fill(service: int, member: int, version: int, count: int, mark: str) -> None:
    """So many referrals of one service, each with a person and a letter that has been read."""
    from django.db import connection

    given = {"service": service, "member": member, "version": version, "count": count, "mark": mark}
    with connection.cursor() as cursor:
        for statement in FILL.split(";\n"):
            if statement.strip():
                cursor.execute(statement, given | {"share": OPEN_SHARE})


def measure(count: int) -> None:
    """Fill the record, then print what the pages cost and how PostgreSQL finds their rows."""
    from django.db import connection
    from django.test import Client

    from painpath.accounts.models import Service
    from painpath.accounts.scope import scope
    from painpath.postgres.owner import as_owner
    from painpath.referrals import pathways
    from painpath.referrals.models import PathwayVersion

    by = clinician()
    with scope(by.service_id):
        _, version = pathways.in_force(by.service)

    def filled() -> None:
        with as_owner():
            give_defaults()
            others = [Service.objects.create(slug=f"other-{n}", name=f"Other {n}") for n in range(3)]
            fill(by.service_id, by.pk, version.pk, count, "A")
            for number, other in enumerate(others):
                copy = PathwayVersion.objects.create(
                    service=other, pathway=version.pathway, label="", digest=version.digest, content=version.content
                )
                fill(other.pk, by.pk, copy.pk, count // 3, "BCD"[number])
            with connection.cursor() as cursor:
                cursor.execute("VACUUM (ANALYZE)")

    print(f"{count} referrals of one service and {count // 3 * 3} of three others made in {seconds(filled):.0f} s")
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
