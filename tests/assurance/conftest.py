"""A small checkout with a whole safety case in it, which a test then spoils."""

import json
from pathlib import Path

import pytest

HAZARDS = """
introduction: [A log.]
hazards:
  - id: H01
    name: A letter is lost
    causes: [The post.]
    effect: Nobody answers.
    before: {severity: major, likelihood: medium, risk: 3}
    controls:
      - kind: design
        what: It is kept.
        tests: ["tests/test_keeping.py::test_it_is_kept"]
        code: [src/keeping.py]
      - kind: process
        what: Somebody counts.
        open: {who: deploying service, what: counts.}
    after: {severity: major, likelihood: very low, risk: 2}
    remains: A fire.
    owner: deploying service
"""
STATEMENT = """
title: A statement
introduction: [Words.]
sections:
  - heading: A part
    source: A rule
    points:
      - question: Q1
        about: Is it kept?
        says: It is.
        docs: [docs/keeping.md#how]
"""
VERIFICATION = """
title: A standard
introduction: [Words.]
chapters:
  - id: V1
    name: A chapter
    requirements:
      - id: V1.1.1
        level: 1
        asks: It is kept
        says: In a safe.
        tests: ["tests/test_keeping.py::test_it_is_kept"]
      - id: V1.1.2
        level: 2
        asks: It is sung
        not_ours: Nobody sings.
      - id: V1.1.3
        level: 2
        asks: It is counted
        open: {who: both, what: somebody counts.}
"""
TESTS = """
import pytest

def test_it_is_kept(): ...

@pytest.mark.skip
def test_skipped(): ...

@pytest.mark.skipif(True, reason="never")
def test_never(): ...

@pytest.mark.skipif(WINDOWS, reason="elsewhere")
def test_sometimes(): ...

@pytest.mark.xfail
def test_fails(): ...

@pytest.mark.parametrize("row", [])
def test_no_rows(row): ...

def test_gives_up():
    pytest.skip("not today")

def helper(): ...

def test_replaced(): ...

@pytest.mark.skip
def test_replaced(): ...

class TestKeeping:
    def test_inside(self): ...

@pytest.mark.skip
class TestSkipped:
    def test_inside(self): ...

class TestMarked:
    pytestmark = [pytest.mark.slow, pytest.mark.skip(reason="no")]

    def test_inside(self): ...

class Keeping:
    def test_inside(self): ...
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout in which nothing is wrong."""
    files = {
        "docs/safety/hazards.yaml": HAZARDS,
        "docs/safety/purpose.yaml": STATEMENT,
        "docs/safety/dtac.yaml": STATEMENT.replace("Q1", "Q2"),
        "docs/safety/dpia.yaml": STATEMENT.replace("Q1", "Q3"),
        "docs/safety/accessibility.yaml": STATEMENT.replace("Q1", "Q4"),
        "docs/safety/asvs.yaml": VERIFICATION,
        "docs/safety/licences.json": json.dumps({"msgspec": {"version": "0.22.0", "licence": "BSD-3-Clause"}}),
        "docs/keeping.md": "# Keeping\n\n## How\n",
        "src/keeping.py": "",
        "tests/test_keeping.py": TESTS,
        "tests/test_elsewhere.py": "import pytest\n\npytestmark = pytest.mark.skip\n\ndef test_one(): ...\n",
        "tests/test_broken.py": "def test_one(:\n",
        "requirements/run.txt": "msgspec==0.22.0 \\\n    --hash=sha256:00\n",
        "package-lock.json": json.dumps({"packages": {"": {}, "node_modules/a": {"version": "1", "license": "MIT"}}}),
    }
    for name, content in files.items():
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content, encoding="utf-8")
    return tmp_path


def spoil(checkout: Path, name: str, old: str, new: str) -> None:
    """Put other words into a file of the case."""
    file = checkout / "docs/safety" / name
    before = file.read_text(encoding="utf-8")
    assert before.count(old) >= 1, old
    file.write_text(before.replace(old, new, 1), encoding="utf-8")
