"""What is recorded: licences, advisories and looks of axe. No network: the database is played."""

import json
from pathlib import Path
from typing import Any

import pytest

from painpath.assurance import dependencies, measuring
from painpath.assurance.model import Look

BAD = {"dependencies": [{"name": "pyyaml", "version": "5.3", "vulns": [{"id": "X", "fix_versions": ["5.4"]}]}]}
NO_ADVISORIES = {"dependencies": [{"name": "pyyaml", "skip_reason": "not found"}], "fixes": []}


@pytest.mark.parametrize("told", [None, {}, NO_ADVISORIES, {"dependencies": [{"name": "pyyaml", "vulns": []}]}, []])
def test_a_database_that_knows_nothing_of_known_faults_has_not_answered(checkout: Path, told: Any) -> None:
    asked: list[tuple[str, str]] = []

    def ask(file: Path, database: str) -> Any:
        asked.append((file.read_text().strip(), database))
        return told

    found = dependencies.ask_the_database(checkout, ask)
    assert found.could_not
    assert (found.asked, found.found) == (0, ())
    assert asked == [(dependencies.KNOWN_BAD, database) for database in dependencies.DATABASES]


def test_what_it_knows_of_our_lock_is_kept_and_what_it_does_not_is_named(checkout: Path) -> None:
    ours = {"dependencies": [
        {"name": "msgspec", "version": "0.22.0", "vulns": [{"id": "Y", "fix_versions": []}]},
        {"name": "other", "version": "1", "vulns": []},
        {"name": "unheard-of", "skip_reason": "not found"},
    ]}  # fmt: skip

    def ask(file: Path, database: str) -> Any:
        if database == "pypi":
            return NO_ADVISORIES
        return BAD if file.name == "requirements.txt" else ours

    found = dependencies.ask_the_database(checkout, ask)
    assert (found.could_not, found.database, found.asked, found.unknown) == (None, "osv", 2, ("unheard-of",))
    assert [(one.package, one.id, one.fixed_in) for one in found.found] == [("msgspec", "Y", ())]
    assert found.lock == dependencies.digest(checkout)


def test_a_database_that_stops_answering_says_nothing_about_us(checkout: Path) -> None:
    found = dependencies.ask_the_database(checkout, lambda file, _: BAD if file.name == "requirements.txt" else None)
    assert found.could_not


def test_packages_and_their_markers_are_read_from_the_lock(checkout: Path) -> None:
    (checkout / "requirements/run.txt").write_text(
        "msgspec==0.22.0 \\\n    --hash=sha256:00 \\\n    --hash=sha256:11\n    # via painpath\n"
        "nowhere-at-all==1.0.post1 ; sys_platform == 'win32' \\\n    --hash=sha256:00\n"
    )
    assert dependencies.locked(checkout) == [
        ("msgspec", "0.22.0", ""),
        ("nowhere-at-all", "1.0.post1", "sys_platform == 'win32'"),
    ]
    read = dependencies.read_licences(checkout)
    assert read["msgspec"].licence == "BSD-3-Clause"
    assert read["nowhere-at-all"].licence == "not read: only wanted where sys_platform == 'win32'"


def test_looks_are_put_together_by_page() -> None:
    page = {"view": "patients:home", "address": "p/", "errors": False}
    axe = {"axe": "4.14.1", "theme": None, "rules": "all", "undecided": []}
    lines = [
        page | axe | {"width": 375},
        page | axe | {"width": 1280, "errors": True, "undecided": ["color-contrast"]},
        page | {"fits": 320},
        page | axe | {"width": 375, "theme": "dark", "rules": "colours"},
        page | {"view": "triage:worklist", "address": "w/"} | axe | {"width": 1280},
    ]
    measured = measuring.condense(map(json.dumps, lines))
    assert measured.axe == "4.14.1"
    assert measured.pages == (
        Look(view="patients:home", address="p/", widths=(375, 1280), themes=("dark",), fits=True, errors=True, looks=3,
             undecided=("color-contrast",)),
        Look(view="triage:worklist", address="w/", widths=(1280,), themes=(), fits=False, errors=False, looks=1,
             undecided=()),
    )  # fmt: skip
    with pytest.raises(ValueError, match="no look"):
        measuring.condense([])
