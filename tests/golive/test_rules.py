"""`painpath check`: each rule finds what it is for, and finds nothing where all is well."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction

from painpath import clock
from painpath.accounts import audit
from painpath.accounts.models import AuditSeal, Service, User
from painpath.accounts.scope import scope
from painpath.golive import command, gathering_database
from painpath.golive.facts import Database, Facts, ServiceFacts, Site
from painpath.golive.gathering import gather, site_facts
from painpath.golive.gathering_service import service_facts, unsealed_since
from painpath.golive.rules import RULES
from painpath.postgres.owner import as_owner
from tests.conftest import SERVICE

NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)
GOOD = Facts(
    now=NOW,
    site=Site(
        debug=False, demo=False, root=False, key_from_environment=True, key_length=64, key_file_mode=None,
        hosts=("pain.example.nhs.uk", "127.0.0.1"), https=True, proxies=1, url="https://pain.example.nhs.uk", smtp=True,
        smtp_security="starttls", smtp_local=False, home_mode=0o700, static_built=True, carrier_faults=(), backups=True,
        scanner=True, safety_officer="Dr Ada Example, GMC 0000000, 2026-11-01",
    ),
    database=Database(
        embedded=False, local=False, encrypted=True, checks_certificate=True, version=150004, role="painpath",
        bypasses=False, can_become_owner=False, unprotected=(), unapplied=(), clock_off=0.1, worker_alive=True,
        overdue_jobs=0, connections=100, invented_people=0,
    ),
    services=(
        ServiceFacts(
            name="Pain", pathway_faults=(), warnings=(), to_confirm=0, crisis_without_number=(), crisis_stale=(),
            roles={"administrator": 1, "clinician": 2, "manager": 1}, without_second_factor=0, uncovered_days=0,
            out_of_hours=True, emails_staff=True, watch_recorded=False, carriers_missing=(), practices=9,
            practices_unreachable=0, referrals=1, retention_unconfirmed=0, unsealed_since=None,
            backed_up=NOW,
        ),
    ),
)  # fmt: skip


def missing(facts: Facts) -> list[str]:
    return [found.rule for rule in RULES for found in rule.missing(facts)]


SITE = [
    ("debug", {"debug": True}, "Debugging"),
    ("demonstration", {"demo": True}, "PAINPATH_DEMO"),
    ("not-root", {"root": True}, "runs as root"),
    ("secret-key", {"key_length": 20}, "is short"),
    ("secret-key", {"key_from_environment": False, "key_file_mode": 0o644}, "mode 0600"),
    ("hosts", {"hosts": ("*",)}, "Any host name"),
    ("hosts", {"hosts": ("127.0.0.1", "localhost")}, "Only this machine"),
    ("https", {"https": False}, "in clear"),
    ("proxies", {"proxies": 0}, "PAINPATH_PROXIES"),
    ("url", {"url": "http://pain.example.nhs.uk"}, "PAINPATH_URL"),
    ("mail-encrypted", {"smtp_security": ""}, "PAINPATH_SMTP_SECURITY"),
    ("carriers", {"carrier_faults": ("PAINPATH_MESH_URL must begin with https.",)}, "PAINPATH_MESH_URL"),
    ("home", {"home_mode": 0o755}, "mode 0755"),
    ("static-files", {"static_built": False}, "painpath.web.assets"),
    ("backups", {"backups": False}, "PAINPATH_BACKUP_TO"),
    ("virus-scanner", {"scanner": False}, "PAINPATH_CLAMD"),
    ("safety-officer", {"safety_officer": ""}, "Clinical Safety Officer"),
]
DATABASE = [
    ("server", {"embedded": True}, "DATABASE_URL"),
    ("version", {"version": 130012}, "PostgreSQL 13 is too old"),
    ("bound-by-policies", {"bypasses": True}, "does not bind the role painpath"),
    ("own-user", {"can_become_owner": True}, "DATABASE_APP_URL"),
    ("row-level-security", {"unprotected": ("letters_letter",)}, "letters_letter"),
    ("migrations", {"unapplied": ("letters.0002_more",)}, "letters.0002_more"),
    ("database-encrypted", {"encrypted": False}, "verify-full"),
    ("database-encrypted", {"checks_certificate": False}, "verify-full"),
    ("clock", {"clock_off": -7.0}, "differ by 7 seconds"),
    ("worker", {"worker_alive": False}, "No task worker"),
    ("worker", {"overdue_jobs": 3}, "3 jobs are late"),
    ("connections", {"connections": 20}, "allows 20 connections"),
    ("no-demonstration-people", {"invented_people": 2}, "2 accounts"),
]
OF_SERVICE = [
    ("pathway", {"pathway_faults": ("criteria.yaml:3: Give the published words.",)}, "1 mistakes"),
    ("pathway-warnings", {"warnings": ("signposts.yaml:9: last checked.",)}, "last checked"),
    ("confirmed", {"to_confirm": 4}, "4 places"),
    ("crisis-contacts", {"crisis_without_number": ("samaritans",)}, "no number: samaritans"),
    ("crisis-contacts", {"crisis_stale": ("samaritans",)}, "not checked lately: samaritans"),
    ("out-of-hours", {"out_of_hours": False}, "out of hours"),
    ("people", {"roles": {"clinician": 1}}, "no administrator and no manager"),
    ("second-factors", {"without_second_factor": 2}, "2 of the team"),
    ("duty", {"uncovered_days": 5}, "nobody is on duty"),
    ("staff-are-told", {"emails_staff": False}, "PAINPATH_SMTP_HOST"),
    ("switched-on", {"carriers_missing": ("letters by GOV.UK Notify",)}, "letters by GOV.UK Notify"),
    ("practices", {"practices": 0}, "no practice"),
    ("practices", {"practices_unreachable": 3}, "3 open practices"),
    ("retention", {"retention_unconfirmed": None}, "is not set"),
    ("retention", {"retention_unconfirmed": 2}, "2 rows"),
    ("audit-sealed", {"unsealed_since": NOW - timedelta(days=3)}, "has not been sealed"),
    ("backup-recent", {"backed_up": None}, "no backup"),
    ("backup-recent", {"backed_up": NOW - timedelta(days=3)}, "no backup"),
]
CASES = [
    *((name, replace(GOOD, site=replace(GOOD.site, **change)), words) for name, change, words in SITE),
    *((name, replace(GOOD, database=replace(GOOD.database, **change)), words) for name, change, words in DATABASE),
    *((name, replace(GOOD, services=(replace(GOOD.services[0], **new),)), words) for name, new, words in OF_SERVICE),
    ("database-answers", replace(GOOD, database=None, services=()), "does not answer"),
    ("a-service", replace(GOOD, services=()), "painpath staff invite"),
]  # fmt: skip


def test_each_rule_fails_and_passes() -> None:
    assert missing(GOOD) == []
    for name, facts, words in CASES:
        assert missing(facts) == [name], name
        [said] = [found.says for rule in RULES for found in rule.missing(facts)]
        assert words in said
        assert said.endswith("."), said
    assert {rule.name for rule in RULES} == {name for name, _, _ in CASES}, "a rule that no case makes fail"


def test_what_may_be_otherwise_is_no_fault() -> None:
    inside = replace(GOOD.database, local=True, encrypted=False, checks_certificate=False)
    by_file = replace(GOOD.site, key_from_environment=False, key_file_mode=0o600, smtp=False, smtp_security="")
    by_watch = replace(GOOD.services[0], emails_staff=False, watch_recorded=True)
    empty = replace(GOOD.services[0], referrals=0, backed_up=None)
    sealed_soon = replace(GOOD.services[0], unsealed_since=NOW - timedelta(minutes=9))
    assert missing(replace(GOOD, site=by_file, database=inside, services=(by_watch, empty, sealed_soon))) == []


def test_it_says_so_and_by_its_status(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.report(GOOD) == 0
    assert "Nothing that must be is missing" in capsys.readouterr().out
    worth = replace(GOOD, site=replace(GOOD.site, scanner=False))
    assert command.report(worth) == 0
    assert "Worth doing, 1:\n- No virus scanner" in capsys.readouterr().out
    bad = replace(GOOD, site=replace(GOOD.site, https=False, scanner=False))
    assert command.report(bad) == 1
    assert "Before real people are entered, 1:\n- Pages go in clear" in capsys.readouterr().out
    assert command.report(bad, as_json=True) == 1
    said = json.loads(capsys.readouterr().out)
    assert said["ready"] is False
    assert [(one["rule"], one["must"]) for one in said["missing"]] == [("https", True), ("virus-scanner", False)]


@pytest.mark.django_db
def test_this_database_is_bound_and_what_is_not_is_found() -> None:
    facts = gathering_database.database_facts()
    assert facts is not None
    assert (facts.embedded, facts.local, facts.bypasses, facts.unprotected) == (True, True, False, ())
    assert facts.unapplied == ()
    assert facts.version >= 140000
    assert not facts.worker_alive
    assert abs(facts.clock_off) < 2
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers DEFAULT VALUES;"
            "INSERT INTO procrastinate_jobs (queue_name, task_name, scheduled_at, status, args)"
            " VALUES ('default', 'a', now() - interval '1 hour', 'todo', '{}')"
        )
    facts = gathering_database.database_facts()
    assert facts is not None
    assert facts.worker_alive
    assert facts.overdue_jobs == 1


@pytest.mark.django_db(transaction=True)
def test_an_owner_and_a_table_without_policies_are_found() -> None:
    with as_owner(), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE letters_letter DISABLE ROW LEVEL SECURITY")
        facts = gathering_database.database_facts()
        transaction.set_rollback(True)
    assert facts is not None
    assert facts.bypasses
    assert facts.can_become_owner
    assert facts.unprotected == ("letters_letter",)


@pytest.mark.django_db
def test_people_of_the_demonstration_are_found() -> None:
    User.objects.create_user("ada@trust.nhs.uk", "Dr Ada")
    facts = gathering_database.database_facts()
    assert facts is not None
    assert facts.invented_people == 0
    User.objects.create_user("jo.tarrant@example.nhs.uk", "Jo Tarrant")
    facts = gathering_database.database_facts()
    assert facts is not None
    assert facts.invented_people == 1


@pytest.mark.django_db
def test_a_service_with_nobody_in_it(service_id: int) -> None:
    with scope(service_id):
        service = Service.objects.get()
        audit.record(audit.Process(service, "backup"), "record.backup", service, bytes=1)
    facts = service_facts(SERVICE)
    assert facts is not None
    assert facts.name == service.name
    assert facts.backed_up is not None
    assert facts.roles == {}
    assert facts.uncovered_days > 5
    assert facts.out_of_hours
    assert not facts.emails_staff
    assert facts.pathway_faults == ()
    assert facts.crisis_without_number == ()
    assert facts.practices == 0
    assert service_facts("nowhere") is None


@pytest.mark.django_db
def test_over_a_quiet_weekend_the_audit_waits_for_no_seal(service_id: int) -> None:
    with scope(service_id):
        service = Service.objects.get()
        assert unsealed_since(service) is None, "nothing was ever written"
        first = audit.record(audit.Process(service, "backup"), "record.backup", service, bytes=1)
        assert unsealed_since(service) == first.at
        AuditSeal.objects.create(service=service, number=1, leaves=b"", digest="", mac="")
        assert unsealed_since(service) is None
        with clock.at(clock.now() + timedelta(days=4)):
            assert unsealed_since(service) is None, "nothing was written since"
            late = audit.record(audit.Process(service, "backup"), "record.backup", service, bytes=1)
            assert unsealed_since(service) == late.at


@pytest.mark.django_db
def test_the_environment_is_read(settings, tmp_path, service_id: int) -> None:
    (tmp_path / "secret-key").write_text("x")
    (tmp_path / "secret-key").chmod(0o640)
    settings.ALLOWED_HOSTS = ["pain.example.nhs.uk"]
    facts = site_facts({"PAINPATH_HOME": str(tmp_path), "PAINPATH_MESH_MAILBOX_X": "A", "PAINPATH_BACKUP_TO": "age1"})
    assert facts.key_file_mode == 0o640
    assert facts.hosts == ("pain.example.nhs.uk",)
    assert "PAINPATH_MESH_URL is missing for x." in facts.carrier_faults
    assert facts.backups
    assert not facts.scanner
    whole = gather({"PAINPATH_SECRET_KEY": "k"})
    assert whole.site.key_from_environment
    assert len(whole.services) == 1
    assert abs(whole.now - clock.now()) < timedelta(minutes=5)
    assert {"https", "people", "duty", "worker"} <= set(missing(whole))
