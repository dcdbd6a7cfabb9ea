import shutil
from pathlib import Path

import pytest

from painpath.pathway import Pathway, find, load

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def folder() -> Path:
    return find("southampton-portsmouth")


@pytest.fixture(scope="session")
def pathway(folder: Path) -> Pathway:
    return load(folder)


FEW_WORDS = """vocabulary:
  - id: pain
    comment: Pain.
    examples: [Pain in the knee.]
    phrases: [pain]
  - id: psychosis
    comment: A disturbance of the mind.
    examples: [Acute psychosis.]
    phrases: [psychosis]
"""


@pytest.fixture
def copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pathway: Pathway) -> Path:
    """The pathway in a place of its own, to be broken, with a cache of its own.

    It has two words of vocabulary and one rule for each criterion: compiling all 40,000 phrases takes four seconds, and
    what is broken here is seldom among them.
    """
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    home = tmp_path / "pathways"
    shutil.copytree(ROOT / "pathways", home, ignore=shutil.ignore_patterns("vocabulary", "evidence"))
    (home / "shared/vocabulary").mkdir(parents=True)
    (home / "shared/vocabulary/few.yaml").write_text(FEW_WORDS)
    rules = "".join(
        f"  - criterion: {criterion.id}\n    rules:\n      - {{when: [pain], speaks: for, why: pain}}\n"
        for criterion in pathway.criteria
    )
    folder = home / "southampton-portsmouth"
    (folder / "evidence").mkdir()
    (folder / "evidence/few.yaml").write_text(f"evidence:\n{rules}")
    return folder
