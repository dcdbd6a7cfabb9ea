"""The documentation says what is so: commands, settings, links, pictures, printed output and generated pages."""

import os
import pkgutil
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from painpath.cli import COMMANDS

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text()
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
PAINPATH = re.compile(r"^(?:\$ )?(?:\.venv/bin/)?painpath (?P<arguments>[^#\n]*)", re.MULTILINE)
CLI = "import sys; from painpath.cli import main; main(sys.argv[1:])"
SETTINGS_OF_THE_DATABASE = {"painpath.service", "painpath.person", "painpath.address"}
SPOKEN = re.compile(r"`(?:\.venv/bin/)?painpath ([^`\n]+)`")


def run(*command: str, **environment: str) -> str:
    """What a command of the checkout's own environment prints."""
    done = subprocess.run(
        [sys.executable, *command], cwd=ROOT, env=os.environ | environment, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@cache
def explained(*path: str) -> str:
    """What a command says of itself; pages name the same ones again and again."""
    return run("-c", CLI, *path, "--help")


def painpath_commands(page: Path) -> list[list[str]]:
    text = page.read_text().replace("\\\n", " ")
    written = [*PAINPATH.findall(text), *SPOKEN.findall(text)]
    return [words.split() for words in written]


def test_every_make_target_that_is_named_exists():
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for page in PAGES:
        named = set(re.findall(r"(?:^|`)make ([a-z]+(?:-[a-z]+)?)(?:`|  )", page.read_text(), re.MULTILINE))
        assert named <= targets, page
    assert {"demo", "test"} <= set(re.findall(r"^make ([a-z]+) ", README, re.MULTILINE))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_painpath_command_that_is_named_exists(page):
    for words in painpath_commands(page):
        assert words[0] in COMMANDS, words
        if words[0] == "manage":
            continue
        path = (
            words[:2]
            if words[0] in ("pathway", "staff", "audit", "directory", "backlog", "safety", "figures")
            else words[:1]
        )
        assert [word for word in words if word.startswith("--") and word not in explained(*path)] == []


def test_the_readme_names_commands():
    assert {words[0] for words in painpath_commands(ROOT / "README.md")} >= {"screen", "manage", "staff", "serve"}


def test_every_setting_that_the_readme_names_is_read():
    code = "\n".join(file.read_text() for file in (ROOT / "src").rglob("*.py"))
    named = set(re.findall(r"\b(?:PAINPATH|DATABASE)_[A-Z_]+\b", README))
    assert "DATABASE_URL" in named
    assert {name for name in named if f'"{name}"' not in code} == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_link_leads_somewhere(page):
    targets = re.findall(r"\]\(([^)#\s]+)", page.read_text())
    assert [target for target in targets if "://" not in target and not (page.parent / target).exists()] == []


def test_every_module_and_file_that_is_named_exists():
    for page in PAGES:
        text = page.read_text()
        for name in set(re.findall(r"`(painpath\.[A-Za-z_.]*[A-Za-z_])", text)) - SETTINGS_OF_THE_DATABASE:
            assert pkgutil.resolve_name(name), (page, name)
        for name in re.findall(r"[a-z_-]+(?:/[A-Za-z_0-9-]+)+\.(?:py|typ)\b", text):
            homes = (ROOT, ROOT / "src/painpath", ROOT / "pathways/southampton-portsmouth")
            assert any((home / name).exists() for home in homes), (page, name)


def test_what_the_readme_shows_of_a_letter_is_what_is_printed():
    blocks = re.findall(r"```\n\$ \.venv/bin/painpath screen (\S+?)( --json)?\n(.*?)```", README, re.DOTALL)
    assert [bool(json) for _, json, _ in blocks] == [False, True]
    for file, json, shown in blocks:
        printed = run("-c", CLI, "screen", file, *json.split(), COLUMNS="100", NO_COLOR="1")
        # Left out where it says "..."; how many criteria are in a state changes with the vocabulary.
        for part in re.split(r",?\.\.\.,?", bare(shown)):
            assert part in bare(printed), part


def bare(text: str) -> str:
    return re.sub(r"\(\d+\)|\s+", "", text)


def test_the_page_of_states_is_what_the_transition_table_gives():
    printed = run("tools/states.py")
    again = "run `.venv/bin/python tools/states.py > docs/reference/states.md`"
    assert (ROOT / "docs/reference/states.md").read_text() == printed, again


def test_every_decision_is_in_the_list():
    folder = ROOT / "docs/decisions"
    listed = re.findall(r"^(\d+)\. \[(.+)\]\((.+)\)$", (folder / "README.md").read_text(), re.MULTILINE)
    written = sorted(file.name for file in folder.glob("[0-9]*.md"))
    assert [name for _, _, name in listed] == written
    for number, title, name in listed:
        assert (folder / name).read_text().startswith(f"# {number}. {title}\n")
        assert name.startswith(f"{int(number):04d}-")


def test_the_picture_is_small_enough_to_load():
    assert 10_000 < (ROOT / "docs/images/referral.png").stat().st_size < 300_000
