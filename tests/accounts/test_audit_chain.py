"""The audit's seals: whatever the owner of the database does to an entry or a seal is named."""

import csv
import json
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.db import connection, connections, transaction
from django.test import override_settings
from hypothesis import given, settings
from hypothesis import strategies as st

from painpath import clock
from painpath.accounts import audit, audit_chain, audit_sealing
from painpath.accounts.audit_sealing import seal
from painpath.accounts.audit_verifying import Verified, verify
from painpath.accounts.models import AuditEntry, AuditSeal, Service
from painpath.accounts.scope import scope
from painpath.accounts.tasks import seal_audit
from painpath.cli import main
from painpath.postgres.owner import as_owner
from tests.conftest import SERVICE

DETAIL = {"from": "waiting", "to": ["ü", 1, 1.5, None], "deep": {"b": 2, "a": True}}


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody else writes. Transactions of the tests beside these, in other databases of the same server, would hold a
    seal up as any other does."""

    def horizon(_service_id: int) -> tuple[int, int]:
        with connection.cursor() as cursor:
            seen = "pg_snapshot_xmax(pg_current_snapshot())::text::bigint"
            cursor.execute(f"SELECT system_identifier, {seen} FROM pg_control_system()")
            return cursor.fetchone()

    monkeypatch.setattr(audit_sealing, "_horizon", horizon)


@pytest.fixture
def among_others(transactional_db: None) -> Service:
    """The service; whoever else writes on this server is waited for."""
    with as_owner():
        return Service.objects.get(slug=SERVICE)


@pytest.fixture
def service(alone: None, among_others: Service) -> Service:
    return among_others


@pytest.fixture
def sealed(service: Service) -> tuple[Service, list[int]]:
    """Six entries; four seals: one of what was before, three with two entries each. The numbers of the entries."""
    made = []
    for _ in range(3):
        made += [write(service, f"act {len(made) + extra}") for extra in (0, 1)]
        sealing(service)
    return service, made


def write(service: Service, action: str = "test") -> int:
    with scope(service):
        return audit.record(audit.Process(service, "test"), action, service, **DETAIL).pk


def sealing(service: Service) -> list[AuditSeal]:
    with scope(service):
        return seal(service)


def sealing_until(service: Service, sealed: set[int]) -> None:
    """Seal until these entries are: what is under way elsewhere on the server ends within the minute."""
    end = time.monotonic() + 60
    while not sealed <= _sealed(service) and time.monotonic() < end:
        sealing(service)
        time.sleep(0.05)


def verified(service: Service, *heads: tuple[int, str]) -> Verified:
    with scope(service):
        return verify(service, heads)


def owner(*statements: str) -> None:
    """What somebody with the owner's rights does, past every rule of the program."""
    with as_owner(), transaction.atomic(), connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


ENTRY = "accounts_auditentry"
SEAL = "accounts_auditseal"
COLUMNS = "service_id, at, by_id, process, action, subject_type, subject_id, detail, written_in, written_on"
SWAP = f"""UPDATE {ENTRY} a SET (at, action, detail, written_in) = (SELECT at, action, detail, written_in FROM {ENTRY} b
           WHERE b.id = CASE a.id WHEN {{0}} THEN {{1}} ELSE {{0}} END) WHERE id IN ({{0}}, {{1}})"""
"""Two entries of one seal change places. `{0}` is the first entry, `{1}` the second, of six."""


@pytest.mark.parametrize(
    ("tampering", "named"),
    [
        (f"UPDATE {ENTRY} SET action = 'x' WHERE id = {{2}}", "Entry {2} was changed after seal 3."),
        (f"UPDATE {ENTRY} SET at = at + '1 microsecond' WHERE id = {{2}}", "Entry {2} was changed after seal 3."),
        (f"UPDATE {ENTRY} SET process = 'x' WHERE id = {{2}}", "Entry {2} was changed after seal 3."),
        (f"UPDATE {ENTRY} SET subject_type = 'x' WHERE id = {{2}}", "Entry {2} was changed after seal 3."),
        (f"UPDATE {ENTRY} SET subject_id = '0' WHERE id = {{2}}", "Entry {2} was changed after seal 3."),
        (
            f"UPDATE {ENTRY} SET detail = jsonb_set(detail, '{{{{deep,b}}}}', '3') WHERE id = {{2}}",
            "Entry {2} was changed after seal 3.",
        ),
        (f"UPDATE {ENTRY} SET detail = detail - 'from' WHERE id = {{2}}", "Entry {2} was changed after seal 3."),
        (f"DELETE FROM {ENTRY} WHERE id = {{5}}", "Entry {5}, which seal 4 holds, was deleted."),
        (
            f"UPDATE {ENTRY} SET written_in = NULL WHERE id = {{2}}",
            "Entry {2}, which seal 3 holds, was moved out of it.",
        ),
        (f"UPDATE {ENTRY} SET written_in = NULL WHERE id = {{2}}", "Entry {2} was inserted: seal 1 does not hold it."),
        (
            f"UPDATE {ENTRY} SET written_in = written_in + 1000000 WHERE id = {{2}}",
            "Entry {2}, which seal 3 holds, was moved out of it.",
        ),
        (f"UPDATE {ENTRY} SET written_on = 1 WHERE id = {{2}}", "Entry {2}, which seal 3 holds, was moved out of it."),
        (f"UPDATE {ENTRY} SET id = 99999999 WHERE id = {{2}}", "Entry {2}, which seal 3 holds, was deleted."),
        (
            f"INSERT INTO {ENTRY} (id, {COLUMNS}) SELECT 99999999, {COLUMNS} FROM {ENTRY} WHERE id = {{2}}",
            "Entry 99999999 was inserted: seal 3 does not hold it.",
        ),
        (
            (
                f"DELETE FROM {ENTRY} WHERE id = {{2}};"
                f" INSERT INTO {ENTRY} (id, {COLUMNS}) SELECT {{2}}, {COLUMNS} FROM {ENTRY} WHERE id = {{4}}"
            ),
            "Entry {2} was inserted: seal 4 does not hold it.",
        ),
        (SWAP, "Entry {0} says what seal 2 holds as entry {1}: reordered."),
        (SWAP, "Entry {1} says what seal 2 holds as entry {0}: reordered."),
        (f"UPDATE {SEAL} SET leaves = leaves || leaves WHERE number = 3", "Seal 3 was changed."),
        (f"UPDATE {SEAL} SET made_at = made_at - interval '1 day' WHERE number = 3", "Seal 3 was changed."),
        (f"UPDATE {SEAL} SET since = since - 1 WHERE number = 3", "Seal 3 was changed."),
        (f"UPDATE {SEAL} SET until = until + 1 WHERE number = 4", "Seal 4 was changed."),
        (f"UPDATE {SEAL} SET digest = previous WHERE number = 3", "Seal 3 was changed."),
        (f"UPDATE {SEAL} SET digest = previous WHERE number = 3", "Seal 4 does not follow the seal before it."),
        (f"UPDATE {SEAL} SET previous = digest WHERE number = 3", "Seal 3 does not follow the seal before it."),
        (f"UPDATE {SEAL} SET number = 9 WHERE number = 3", "Seal 3 is missing."),
        (f"DELETE FROM {SEAL} WHERE number = 3", "Seal 3 is missing."),
        (f"DELETE FROM {SEAL} WHERE number < 3", "Seals 1 to 2 are missing."),
        (f"DELETE FROM {SEAL}", "There are entries and no seal: nothing was sealed yet, or the seals were deleted."),
        (
            f"UPDATE {SEAL} SET mac = previous WHERE number = 4",
            "Seal 4, the last, is not signed with this site's key.",
        ),
    ],
)
def test_what_the_owner_of_the_database_does_is_named(sealed, tampering: str, named: str):
    service, made = sealed
    assert verified(service).faults == []
    owner(*tampering.format(*made).split(";"))
    assert named.format(*made) in verified(service).faults


def test_what_was_not_touched_is_found_whole(sealed):
    service, _made = sealed
    extra = write(service)
    found = verified(service)
    assert (found.faults, found.seals, found.sealed, found.unsealed) == ([], 4, 6, 1)
    with scope(service):
        assert AuditEntry.objects.get(pk=extra).at == found.unsealed_since
    assert len(sealing(service)) == 1
    assert verified(service).unsealed == 0
    assert sealing(service) == []
    assert [len(audit_chain.parted(bytes(one.leaves))) for one in _seals(service)] == [0, 2, 2, 2, 1]


def test_seals_that_were_taken_away_or_made_anew_are_known_by_a_head_kept_elsewhere(sealed):
    service, _ = sealed
    last = _seals(service)[-1]
    assert verified(service, (4, last.digest)).faults == []
    owner(f"DELETE FROM {SEAL} WHERE number = 4")
    assert verified(service).faults == []  # nothing in the database shows it
    assert verified(service, (4, last.digest)).faults == [
        "Seal 4, which was kept elsewhere, is gone: the last one here is 3."
    ]
    owner(f"DELETE FROM {ENTRY} WHERE action = 'act 5'")
    sealing(service)
    assert verified(service).faults == []
    assert verified(service, (4, last.digest)).faults == ["Seal 4 is another than the one that was kept elsewhere."]


def test_without_the_sites_key_nobody_makes_a_chain_that_holds(sealed):
    service, _ = sealed
    owner(f"DELETE FROM {ENTRY} WHERE action = 'act 0'", f"DELETE FROM {SEAL}")
    with override_settings(SECRET_KEY="a key of somebody who has only the database"):
        sealing(service)
        assert verified(service).faults == []
    found = verified(service)
    assert found.faults == [f"Seal {found.seals}, the last, is not signed with this site's key."]


def test_after_the_key_was_changed_the_chain_holds_and_goes_on(sealed):
    service, _ = sealed
    with override_settings(SECRET_KEY="the next", SECRET_KEY_FALLBACKS=[_key()]):
        assert verified(service).faults == []
        write(service)
        sealing(service)
    with override_settings(SECRET_KEY="the next", SECRET_KEY_FALLBACKS=[]):
        assert verified(service).faults == []


def test_who_commits_late_keeps_nobody_waiting_and_is_sealed_with_the_next(among_others):
    """Numbers are given before the commit: a lower one becomes visible when a higher one was there to be sealed."""
    service = among_others
    wrote, go_on = threading.Event(), threading.Event()
    numbers: list[int] = []

    def slow() -> None:
        try:
            with scope(service):
                numbers.append(audit.record(audit.Process(service, "slow"), "late", service).pk)
                wrote.set()
                go_on.wait(30)
        finally:
            connections.close_all()

    before = write(service)
    thread = threading.Thread(target=slow)
    thread.start()
    try:
        assert wrote.wait(30)
        after = write(service)
        sealing_until(service, {before})
        first = _sealed(service)
        found = verified(service)
        assert (found.faults, found.sealed, found.unsealed) == ([], 1, 1)
    finally:
        go_on.set()
        thread.join(30)
    assert first == {before}
    assert before < numbers[0] < after
    assert verified(service).faults == []
    sealing_until(service, {before, numbers[0], after})
    assert _sealed(service) == {before, numbers[0], after}
    found = verified(service)
    assert (found.faults, found.sealed, found.unsealed) == ([], 3, 0)


def test_many_writers_and_sealers_at_once_lose_nothing_and_break_nothing(among_others):
    service = among_others

    def work(act: Callable[[Service], object]) -> None:
        try:
            for _ in range(8):
                act(service)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=[act]) for act in (write, write, write, sealing, sealing)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    with scope(service):
        written = set(AuditEntry.objects.values_list("pk", flat=True))
    sealing_until(service, written)
    found = verified(service)
    assert (found.faults, found.sealed, found.unsealed) == ([], 24, 0)


def test_entries_from_before_the_chain_are_held_as_they_were_found(service):
    made = [write(service), write(service)]
    owner(f"UPDATE {ENTRY} SET written_in = NULL, written_on = NULL")  # as the migration leaves them
    sealing(service)
    assert _sealed(service) == set(made)
    owner(f"UPDATE {ENTRY} SET action = 'x' WHERE id = {made[0]}")
    assert verified(service).faults == [f"Entry {made[0]} was changed after seal 1."]


def test_a_restored_database_counts_its_transactions_anew_and_the_chain_goes_on(sealed):
    """Transaction numbers begin again on another PostgreSQL; entries that were not sealed before are sealed there."""
    service, _ = sealed
    write(service)
    owner(
        f"UPDATE {ENTRY} SET written_on = 7, written_in = written_in + 900000000000 WHERE action = 'test'",
    )  # written on another one, whose numbers are higher than ours, after its last seal
    write(service)
    sealing(service)
    found = verified(service)
    assert (found.faults, found.sealed, found.unsealed, found.seals) == ([], 8, 0, 6)
    assert sealing(service) == []


def test_another_services_entries_are_another_chain(sealed):
    service, _ = sealed
    with as_owner():
        other = Service.objects.create(slug="other", name="Other")
    write(other)
    sealing(other)
    owner(f"UPDATE {ENTRY} SET action = 'x' WHERE service_id = {other.pk}")
    assert verified(service).faults == []
    assert len(verified(other).faults) == 1


def test_the_commands(sealed, capsys, tmp_path):
    service, made = sealed
    heads = tmp_path / "heads.txt"
    assert _run(capsys, "audit", "seal") == (0, f"{SERVICE} 4 {_seals(service)[-1].digest}\n")
    heads.write_text(f"INFO painpath.accounts.tasks audit sealed: {SERVICE} 4 {_seals(service)[-1].digest}\n")
    assert _run(capsys, "audit", "verify", "--head", str(heads)) == (
        0, f"{SERVICE}: 6 entries stand as they were sealed, in 4 seals; 0 are not sealed yet.\n",
    )  # fmt: skip
    assert _run(capsys, "audit", "verify", "--head", str(tmp_path))[0] == 1
    assert _run(capsys, "audit", "verify", "--service", "none")[0] == 1
    owner(f"UPDATE {ENTRY} SET action = 'x' WHERE id = {made[0]}", f"DELETE FROM {SEAL} WHERE number = 4")
    status, said = _run(capsys, "audit", "verify", "--head", str(heads))
    assert status == 1
    assert f"{SERVICE}: Entry {made[0]} was changed after seal 2.\n" in said
    assert "Seal 4, which was kept elsewhere, is gone" in said


@pytest.mark.parametrize("form", ["jsonl", "csv"])
def test_an_export_has_each_entry_of_its_days_with_the_digest_that_is_sealed(sealed, capsys, tmp_path, form: str):
    service, made = sealed
    with clock.at(datetime(2025, 3, 30, 23, 30, tzinfo=UTC)):  # half past midnight of the 31st in London
        write(service, "long ago")
    out = tmp_path / f"audit.{form}"
    day = clock.today().isoformat()
    assert _run(capsys, "audit", "export", "--service", SERVICE, "--since", day, "--out", str(out))[0] == 0
    with out.open(newline="") as file:
        rows = [json.loads(line) for line in file] if form == "jsonl" else list(csv.DictReader(file))
    assert [int(row["id"]) for row in rows] == made
    leaves = {
        pk: digest.hex() for one in _seals(service) for pk, digest in audit_chain.parted(bytes(one.leaves)).items()
    }
    assert {int(row["id"]): row["digest"] for row in rows} == leaves
    detail = rows[0]["detail"]
    assert (detail if form == "jsonl" else json.loads(detail)) == DETAIL
    assert out.stat().st_mode & 0o077 == 0
    assert _run(capsys, "audit", "export", "--service", SERVICE, "--out", str(out))[0] == 1  # never over another file
    with scope(service):
        assert AuditEntry.objects.get(action="audit.export").detail == {"entries": 6, "since": day}
    early = tmp_path / f"early.{form}"
    _run(capsys, "audit", "export", "--service", SERVICE, "--until", "2025-03-30", "--out", str(early))
    assert "long ago" not in early.read_text()
    late = tmp_path / f"late.{form}"
    _run(capsys, "audit", "export", "--service", SERVICE, "--until", "2025-03-31", "--out", str(late))
    assert "long ago" in late.read_text()


def test_the_worker_seals_and_logs_the_head(service, caplog):
    write(service)
    with caplog.at_level("INFO", "painpath"):
        seal_audit(service.pk)
    last = _seals(service)[-1]
    assert f"{SERVICE} {last.number} {last.digest}" in caplog.text
    assert verified(service).unsealed == 0


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
ENTRIES = st.builds(
    audit_chain.Entry,
    id=st.integers(1, 2**63 - 1), at=st.datetimes(timezones=st.just(UTC)), service_id=st.integers(1), by_id=st.none()
    | st.integers(1), process=st.text(), action=st.text(), subject_type=st.text(), subject_id=st.text(), detail=JSON,
    written_in=st.none() | st.integers(1), written_on=st.none() | st.integers(1),
)  # fmt: skip


@settings(max_examples=25, deadline=None)
@given(ENTRIES, ENTRIES)
def test_two_entries_that_say_different_things_have_different_bytes(one, other):
    """Nothing that is said can be moved from one column into the next: the bytes can be read back."""
    for entry in (one, other):
        said = json.loads(audit_chain.canonical(audit_chain.content(entry)))
        assert said == audit_chain.content(entry)
    same = audit_chain.content(one) == audit_chain.content(other)
    assert same or audit_chain.digest(one) != audit_chain.digest(other)


def test_the_bytes_are_those_of_the_decision():
    """So that somebody else can compute them, in another language and years from now."""
    at = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)
    entry = audit_chain.Entry(7, at, 1, None, "reader", "x.y", "referral", "4", {"b": [1, "ü"], "a": None}, 730, 9)
    assert audit_chain.canonical(audit_chain.content(entry)).decode() == (
        '{"action":"x.y","at":"2026-11-26T09:30:00.000000+00:00","by_id":null,"detail":{"a":null,"b":[1,"ü"]},'
        '"process":"reader","service_id":1,"subject_id":"4","subject_type":"referral","written_in":730,"written_on":9}'
    )


def _seals(service: Service) -> list[AuditSeal]:
    with scope(service):
        return list(AuditSeal.objects.order_by("number"))


def _sealed(service: Service) -> set[int]:
    return {pk for one in _seals(service) for pk in audit_chain.parted(bytes(one.leaves))}


def _key() -> str:
    from django.conf import settings

    return settings.SECRET_KEY


def _run(capsys, *arguments: str) -> tuple[int, str]:
    with pytest.raises(SystemExit) as end:
        main(list(arguments))
    return int(end.value.code or 0), capsys.readouterr().out
