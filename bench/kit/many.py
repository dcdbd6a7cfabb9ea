"""A long record: so many referrals of one service, made by SQL. Most have ended, some thousand are open.

The rows hold what pages look for, sort and count by. Nobody reads the letters in them.
"""

OPEN_SHARE = 20
"""One in so many is open."""

# `n` runs from 1. The spread is by remainders of primes, so that no two columns go together by accident.
FILL = r"""
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
SELECT %(service)s,
    regexp_replace(%(mark)s || translate(lpad(to_oct(n), 7, '0'), '01234567', '23456789'), '(.{4})', '\1-'),
    gen_random_uuid(), p.id,
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

INSERT INTO referrals_transition (service_id, referral_id, number, verb, from_state, to_state, at, process, reason,
    facts)
SELECT service_id, id, 1, 'receive', '', 'received', received_at, 'bench', '', '{}' FROM referrals_referral
WHERE service_id = %(service)s;

INSERT INTO accounts_auditentry (service_id, at, by_id, process, action, subject_type, subject_id, detail)
SELECT service_id, received_at + look * interval '1 minute', %(member)s, '', 'open', 'referral', id::text, '{}'
FROM referrals_referral CROSS JOIN generate_series(1, 2) look WHERE service_id = %(service)s;
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
                has_one = field.null or field.primary_key or field.remote_field or field.has_db_default()
                if has_one or not (field.has_default() or field.blank):
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
    given = {"service": service, "member": member, "version": version, "count": count, "mark": mark}
    run(FILL, given | {"share": OPEN_SHARE})


def run(statements: str, given: dict[str, object]) -> None:
    """Each of these statements, as the owner, whose rows are taken at their word: no key is looked up for each and no
    referral is marked for counting, which a million rows would wait for longest. The audit's own trigger runs.
    """
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE accounts_auditentry ENABLE ALWAYS TRIGGER audit_written")
        cursor.execute("SET session_replication_role = replica")
        for statement in statements.split(";\n"):
            if statement.strip():
                cursor.execute(statement, given)
        cursor.execute("SET session_replication_role = origin")


def record(by: "Membership", version: "PathwayVersion", count: int, others: int) -> None:  # noqa: F821
    """So many referrals of the service of `by`, and `others` in each of three more, to be kept apart."""
    from django.db import connection

    from painpath.accounts.models import Service
    from painpath.postgres.owner import as_owner
    from painpath.referrals.models import PathwayVersion

    with as_owner():
        give_defaults()
        fill(by.service_id, by.pk, version.pk, count, "B")
        for number, mark in enumerate("CDF"):
            other = Service.objects.create(slug=f"other-{number}", name=f"Other {number}")
            copy = PathwayVersion.objects.create(
                service=other, pathway=version.pathway, label="", digest=version.digest, content=version.content
            )
            fill(other.pk, by.pk, copy.pk, others, mark)
        with connection.cursor() as cursor:
            cursor.execute("VACUUM (ANALYZE)")
