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


@pytest.fixture
def copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The pathway in a place of its own, to be broken, with a cache of its own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    home = tmp_path / "pathways"
    shutil.copytree(ROOT / "pathways", home)
    return home / "southampton-portsmouth"
