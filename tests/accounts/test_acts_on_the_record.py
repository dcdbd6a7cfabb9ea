"""Backups and restores are looked up whenever a letter leaves: among millions of looks at lists, and at once."""

import pytest
from django.db import connection

from painpath.accounts import audit
from painpath.accounts.models import ON_RECORD, AuditEntry, Service
from painpath.accounts.scope import scope
from painpath.keeping import backing_up
from painpath.letters import restored

LOOKS = """
INSERT INTO accounts_auditentry (service_id, at, process, action, subject_type, subject_id, detail)
SELECT %(service)s, now(), 'test', 'worklist.look', 'service', %(service)s::text, '{}' FROM generate_series(1, 3000)
"""


@pytest.mark.django_db
def test_they_are_found_by_an_index_of_their_own(service_id: int, django_assert_num_queries) -> None:
    assert {backing_up.ACTION, restored.RESTORE, restored.RELEASE} == set(ON_RECORD)
    with scope(service_id):
        with connection.cursor() as cursor:
            cursor.execute(LOOKS, {"service": service_id})
            cursor.execute("SET LOCAL enable_seqscan = off")
        with django_assert_num_queries(1) as asked:
            assert restored.reasons(service_id) == []
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN {asked[0]['sql']}")
            plan = "\n".join(row[0] for row in cursor.fetchall())
        assert "audit_of_the_record" in plan, plan
        service = Service.objects.get(pk=service_id)
        by = audit.Process(service, restored.PROCESS)
        audit.record(by, restored.RESTORE, service, backup="2026-11-25T02:30:00+00:00")
        assert restored.reasons(service_id)
        audit.record(by, backing_up.ACTION, service)
        assert restored.reasons(service_id), "a backup of what was restored releases nothing"
        audit.record(by, restored.RELEASE, service, words="looked at")
        assert restored.reasons(service_id) == []
    assert AuditEntry.objects.count() == 0, "outside its service nothing is seen"
