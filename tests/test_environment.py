"""Secrets come from the environment or from files named there, and are shown by nothing."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from painpath import cli
from painpath.environment import SettingError, read_files
from painpath.exchange.ers.connection import Connection
from painpath.exchange.ers.site import Site
from painpath.exchange.ers.tokens import Tokens
from painpath.letters.carriers.mesh import Access

CANARY = "-".join(["canary", "secret"])


def test_a_file_is_read_once_without_its_line_end(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text(f"{CANARY} \n")
    environ = {"PAINPATH_SMTP_PASSWORD_FILE": str(file), "DATABASE_URL_FILE": str(file), "OTHER_FILE": str(file)}
    read_files(environ)
    assert environ == {"PAINPATH_SMTP_PASSWORD": f"{CANARY} ", "DATABASE_URL": f"{CANARY} ", "OTHER_FILE": str(file)}
    read_files(environ)


@pytest.mark.parametrize("content", [None, b"\xff" + CANARY.encode()])
def test_a_file_that_cannot_be_read_is_named_by_its_setting(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / CANARY
    if content:
        file.write_bytes(content)
    with pytest.raises(SettingError, match="PAINPATH_SECRET_KEY_FILE") as error:
        read_files({"PAINPATH_SECRET_KEY_FILE": str(file)})
    assert CANARY not in str(error.value)
    assert error.value.__cause__ is None
    with pytest.raises(SettingError, match="Both"):
        read_files({"PAINPATH_X_FILE": str(file), "PAINPATH_X": "a"})


def test_the_command_line_reads_them_and_says_a_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PAINPATH_SECRET_KEY_FILE", "/nowhere/at/all")
    monkeypatch.delenv("PAINPATH_SECRET_KEY", raising=False)
    with pytest.raises(SystemExit, match="1"):
        cli.main(["pathway", "lint"])
    assert "PAINPATH_SECRET_KEY_FILE" in capsys.readouterr().err


def test_the_settings_take_the_secret_key_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text(CANARY)
    environ = {name: value for name, value in os.environ.items() if name != "PAINPATH_SECRET_KEY"}
    code = f"from painpath import settings; assert settings.SECRET_KEY == {CANARY!r}"
    subprocess.run([sys.executable, "-c", code], env=environ | {"PAINPATH_SECRET_KEY_FILE": str(file)}, check=True)


@pytest.mark.parametrize("kind", [Access, Site, Connection, Tokens])
def test_what_holds_a_secret_does_not_show_it(kind: type) -> None:
    made = kind(**dict.fromkeys(kind.__annotations__, CANARY))
    for shown in (repr(made), str(made), f"{made}", repr({"a": made})):
        assert CANARY not in shown
