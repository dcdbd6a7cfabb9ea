"""The built static files: complete, and asking nothing of anybody else."""

import json
import re
import subprocess
import sys

import pytest

from painpath.web.settings import STATIC_ROOT
from tests.browsing import CHECKOUT

BUILD = "import sys; from pathlib import Path; from painpath.web import assets; assets.build(*map(Path, sys.argv[1:]))"


def build(modules, target):
    return subprocess.run([sys.executable, "-c", BUILD, modules, target], capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    target = tmp_path_factory.mktemp("assets") / "static"
    target.mkdir()
    (target / "old.css").write_text("from an older build")
    result = build(CHECKOUT / "node_modules", target)
    assert result.returncode == 0, result.stderr
    return target


def texts(folder):
    return {path: path.read_text() for path in folder.rglob("*") if path.suffix in {".css", ".js", ".svg"}}


def test_nothing_of_an_older_build_or_the_build_itself_is_left(built):
    assert not (built / "old.css").exists()
    assert [path.name for path in built.parent.iterdir()] == ["static"]
    assert built.stat().st_mode & 0o777 == 0o755, "the web server may run as another user"


def test_no_style_or_script_names_another_host(built):
    for path, text in texts(built).items():
        found = [address for address in re.findall(r"https?://[^\s\"')]+", text) if "www.w3.org" not in address]
        if path.name.startswith("nhsuk.") and path.suffix == ".js":
            found = [address for address in found if f'fetch("{address}' in text or f'import("{address}' in text]
        assert not found, path


def test_no_source_maps_and_no_fonts_of_the_nhs(built):
    for path, text in texts(built).items():
        assert "sourceMappingURL" not in text, path
        assert "assets.nhs.uk" not in text, path
    assert not list(built.rglob("*.map"))


def test_every_address_in_the_stylesheets_is_a_file(built):
    seen = 0
    for path, text in texts(built).items():
        for address in re.findall(r"url\([\"']?([^\"')]+)", text) if path.suffix == ".css" else ():
            assert (path.parent / address).is_file(), f"{path.name}: {address}"
            seen += 1
    assert seen >= 8


def test_scripts_import_the_file_with_the_hash(built):
    names = json.loads((built / "staticfiles.json").read_text())["paths"]
    script = (built / names["painpath/painpath.js"]).read_text()
    assert names["nhsuk/nhsuk.js"].removeprefix("nhsuk/") in script


def test_the_font_comes_with_its_licence(built):
    assert "SIL Open Font License" in (built / "fonts" / "LICENSE.txt").read_text()


def test_what_is_served_is_up_to_date(built, static_files):
    """Otherwise the browser tests look at old files: run `python -m painpath.web.assets`."""
    names = [json.loads((root / "staticfiles.json").read_text())["paths"] for root in (built, STATIC_ROOT)]
    assert names[0] == names[1]


def test_without_the_packages_it_says_which_file_is_missing(tmp_path):
    result = build(tmp_path / "none", tmp_path / "static")
    assert "FileNotFoundError" in result.stderr
    assert not (tmp_path / "static").exists()


def test_a_design_system_that_changed_is_not_served_unseen(tmp_path):
    folder = tmp_path / "nhsuk-frontend/dist/nhsuk"
    folder.mkdir(parents=True)
    (folder / "nhsuk-frontend.min.css").write_text("@import url(https://assets.nhs.uk/fonts.css);")
    (folder / "nhsuk-frontend.min.js").write_text("")
    result = build(tmp_path, tmp_path / "static")
    assert "has changed its fonts" in result.stderr
    assert not (tmp_path / "static").exists()
