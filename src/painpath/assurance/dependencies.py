"""What Painpath runs with: versions from the locks, licences from the packages, known faults from a database.

Licences are recorded in a file, so that the document is the same on every machine; the linter says when a lock has
moved on. The database is asked by hand, where it can be reached, and the file says when, and about which lock.
"""

import hashlib
import importlib.metadata
import importlib.util
import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from painpath import clock
from painpath.assurance.case import Case
from painpath.assurance.model import Advisories, Advisory, Licence

LOCK = Path("requirements/run.txt")
NODE_LOCK = Path("package-lock.json")
DATABASES = ("pypi", "osv")
"""The advisory databases that `pip-audit` knows; the first that answers is asked."""
KNOWN_BAD = "pyyaml==5.3"
"""A version with faults that are known since 2020. A database that has nothing against it has not answered: `pip-audit`
says "no known vulnerabilities" also where a mirror has no advisories at all."""

_LINE = re.compile(r"^(?P<name>[a-z0-9][a-z0-9._-]*)==(?P<version>[^ \\;]+)(?: *;(?P<marker>[^\\\n]*))?", re.MULTILINE)
_SAYS_NOTHING = {"", "UNKNOWN", "Dual License", "OSI Approved"}

Ask = Callable[[Path, str], Any]
"""Requirements file, database -> what `pip-audit` prints as data, or None when it prints nothing that is data."""


class Package(NamedTuple):
    """One line of a lock."""

    name: str
    version: str
    marker: str
    """Where it is wanted only, such as `sys_platform == 'win32'`; else empty."""


class NodePackage(NamedTuple):
    """One package of the browser's part that is served to people."""

    name: str
    version: str
    licence: str


def locked(root: Path) -> list[Package]:
    """The packages that running needs, in the order of the lock."""
    text = (root / LOCK).read_text(encoding="utf-8")
    return [Package(*(part.strip() for part in found.groups(default=""))) for found in _LINE.finditer(text)]


def node_packages(root: Path) -> tuple[list[NodePackage], int]:
    """The packages that are served to browsers, and how many others only tests use."""
    packages = json.loads((root / NODE_LOCK).read_text(encoding="utf-8"))["packages"]
    named = {key.removeprefix("node_modules/"): value for key, value in packages.items() if key}
    served = [
        NodePackage(name, str(one["version"]), str(one.get("license", "not said")))
        for name, one in named.items()
        if not one.get("dev")
    ]
    return served, len(named) - len(served)


def digest(root: Path) -> str:
    """What the lock is, in 12 figures: the same for the same lock."""
    return hashlib.sha256((root / LOCK).read_bytes()).hexdigest()[:12]


def faults(case: Case) -> Iterator[str]:
    """Where the record of licences and the lock differ."""
    again = "Run `painpath safety record licences`."
    if not case.licences:
        yield f"No licence has been read. {again}"
        return
    packages = {package.name: package.version for package in locked(case.root)}
    for name, version in packages.items():
        if (known := case.licences.get(name)) is None:
            yield f"{name} is locked, and nothing says under which licence. {again}"
        elif known.version != version:
            yield f"{name} is locked at {version}, and its licence was read at {known.version}. {again}"
    for name in case.licences:
        if name not in packages:
            yield f"{name} is not locked any more. {again}"


def read_licences(root: Path) -> dict[str, Licence]:
    """What each locked package says of its licence, from what is installed here."""
    return {package.name: Licence(version=package.version, licence=_licence(package)) for package in locked(root)}


def _licence(package: Package) -> str:
    try:
        told = importlib.metadata.metadata(package.name)
    except importlib.metadata.PackageNotFoundError:
        return f"not read: only wanted where {package.marker}" if package.marker else "not read: not installed"
    classifiers = [line.split(" :: ")[-1] for line in told.get_all("Classifier") or [] if line.startswith("License")]
    written, expression = (" ".join(told.get_all(name) or []).strip() for name in ("License", "License-Expression"))
    candidates = (
        expression,
        written if len(written) < 60 and "\n" not in written else "",
        " / ".join(line for line in classifiers if line not in _SAYS_NOTHING),
        _first_line(package.name),
    )
    return next((one for one in candidates if one not in _SAYS_NOTHING), "not said")


def _first_line(name: str) -> str:
    for file in importlib.metadata.files(name) or []:
        if file.name.upper().startswith(("LICENSE", "LICENCE", "COPYING")):
            lines = Path(str(file.locate())).read_text(encoding="utf-8", errors="replace").split("\n")
            return next((line.strip("# ").strip() for line in lines if line.strip()), "")[:60]
    return ""


def ask_the_database(root: Path, ask: Ask | None = None) -> Advisories:
    """What is known against the locked versions, or why nobody could be asked."""
    empty = Advisories(asked_on=clock.today().isoformat(), lock=digest(root))
    if ask is None:
        if importlib.util.find_spec("pip_audit") is None:
            return _could_not(empty, "`pip-audit` is not installed here; it comes with `make check`.")
        ask = _pip_audit
    for database in DATABASES:
        if _answers(database, ask):
            return _found(empty, database, ask(root / LOCK, database))
    return _could_not(
        empty, f"No advisory database answered: none knew of the faults of {KNOWN_BAD}, which are known since 2020."
    )


def _could_not(empty: Advisories, why: str) -> Advisories:
    return Advisories(asked_on=empty.asked_on, lock=empty.lock, could_not=why)


def _answers(database: str, ask: Ask) -> bool:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "requirements.txt"
        file.write_text(f"{KNOWN_BAD}\n", encoding="utf-8")
        told = ask(file, database)
    return any(one.get("vulns") for one in _dependencies(told))


def _found(empty: Advisories, database: str, told: Any) -> Advisories:
    answered = _dependencies(told)
    if not answered:
        return _could_not(empty, f"The advisory database {database} stopped answering.")
    return Advisories(
        asked_on=empty.asked_on,
        lock=empty.lock,
        database=database,
        asked=sum("vulns" in one for one in answered),
        unknown=tuple(sorted(str(one["name"]) for one in answered if "vulns" not in one)),
        found=tuple(
            Advisory(
                package=one["name"],
                version=one["version"],
                id=fault["id"],
                fixed_in=tuple(fault.get("fix_versions") or ()),
            )
            for one in answered
            for fault in one.get("vulns", ())
        ),
    )


def _dependencies(told: Any) -> list[dict[str, Any]]:
    return list(told.get("dependencies", ())) if isinstance(told, dict) else []


def _pip_audit(requirements: Path, database: str) -> Any:
    # Hashes are wanted for every line or for none; nothing is installed or resolved: the lock says all of it.
    hashed = "--hash" in requirements.read_text(encoding="utf-8")
    command = [sys.executable, "-m", "pip_audit", "--requirement", str(requirements), "--disable-pip"]
    command += ["--require-hashes" if hashed else "--no-deps", "--vulnerability-service", database]
    command += ["--format", "json", "--progress-spinner", "off", "--timeout", "15"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)  # noqa: S603 our own lock
    try:
        return json.loads(done.stdout)
    except json.JSONDecodeError:
        return None
