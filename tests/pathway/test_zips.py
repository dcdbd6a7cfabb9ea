"""A pathway's folder goes into a zip and comes back; a zip made to do harm is told so in a sentence."""

import io
import stat
import zipfile
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from painpath import pathway
from painpath.pathway.draft_files import bad_path, files_of
from painpath.pathway.zips import NoFolderError, packed, unpacked

NAME = "southampton-portsmouth"
FILES = files_of(pathway.find(NAME))


def made(entries: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", compression) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return whole.getvalue()


def test_there_and_back_byte_for_byte(tmp_path):
    data = packed(NAME, FILES)
    assert packed(NAME, dict(reversed(FILES.items()))) == data
    assert unpacked(data) == FILES
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        archive.extractall(tmp_path)
    for path in FILES:
        assert (tmp_path / NAME / path).read_bytes() == (pathway.find(NAME) / path).read_bytes()


def test_files_may_stand_at_the_top_and_what_computers_add_is_left_out():
    data = made({"service.yaml": b"a: 1", "criteria/1.yaml": b"b: 1", "__MACOSX/._x": b"\xff", ".DS_Store": b"\xff"})
    assert unpacked(data) == {"service.yaml": "a: 1", "criteria/1.yaml": "b: 1"}


@pytest.mark.parametrize(
    ("entries", "said"),
    [
        ({"../service.yaml": b""}, "cannot be taken"),
        ({"x/../../etc/service.yaml": b""}, "cannot be taken"),
        ({"/etc/service.yaml": b""}, "cannot be taken"),
        ({"x/service.yaml": b"", "x/run.exe": b""}, "not a kind of file"),
        ({"x/service.yaml": b"", "x/a\\b.yaml": b""}, "cannot be taken"),
        ({"x/service.yaml": b"", "x/bad.txt": b"\xff\xfe"}, "not UTF-8 text"),
        ({"x/service.yaml": b"", "y/service.yaml": b""}, "no pathway in this zip"),
        ({"x/other.yaml": b""}, "no pathway in this zip"),
        ({f"x/{n}.yaml": b"" for n in range(101)}, "101 files"),
        ({"x/service.yaml": b"0" * 3_000_000}, "too large"),
        ({f"x/{n}.yaml": b"0" * 1_900_000 for n in range(6)}, "too large"),
        ({}, "no pathway in this zip"),
    ],
)
def test_a_zip_that_is_wrong(entries, said):
    with pytest.raises(NoFolderError, match=said):
        unpacked(made(entries))


def test_what_is_no_zip_or_locked_or_damaged():
    whole = made({"x/service.yaml": b"a: 1" * 500})
    locked = bytearray(whole)
    locked[6] |= 1
    locked[whole.index(b"PK\x01\x02") + 8] |= 1
    damaged = bytearray(whole)
    damaged[45] ^= 0xFF
    for data in (b"", b"PK", b"hello", bytes(locked), bytes(damaged), whole[:-30], b"0" * 5_000_001):
        with pytest.raises(NoFolderError):
            unpacked(data)


def test_a_link_is_not_followed():
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        entry = zipfile.ZipInfo("x/service.yaml")
        entry.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(entry, "/etc/passwd")
    with pytest.raises(NoFolderError, match="link"):
        unpacked(whole.getvalue())


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1, max_size=20)))
def test_whatever_files_are_called_only_good_names_come_out(names):
    files: dict[str, str] = {}
    with suppress(NoFolderError):
        files = unpacked(made({"service.yaml": b"a: 1"} | dict.fromkeys(names, b"")))
    assert not any(bad_path(name) for name in files)


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=300))
def test_whatever_the_bytes_are(data):
    with pytest.raises(NoFolderError):
        unpacked(b"PK\x03\x04" + data)
