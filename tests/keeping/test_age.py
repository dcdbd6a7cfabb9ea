"""The file of a backup: whole, or refused."""

import io
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyrage import x25519

from painpath.keeping import age
from painpath.keeping.errors import KeepingError

KEY, OTHER = x25519.Identity.generate(), x25519.Identity.generate()
PARTS = [("manifest.json", b"{}"), ("database/00000000", bytes(range(256)) * 900), ("database/00000001", b"end")]
PIECE = 65536 + 16
"""One piece of age's stream, with its mark of authenticity."""


def sealed() -> bytes:
    file = io.BytesIO()
    age.seal(iter(PARTS), file, [KEY.to_public()])
    return file.getvalue()


SEALED = sealed()
HEADER = len(SEALED) - (len(SEALED.partition(b"\n--- ")[2].partition(b"\n")[2]))


def parts(content: bytes, key: x25519.Identity = KEY) -> list[age.Part]:
    with age.opened(io.BytesIO(content), key) as found:
        return list(found)


def test_what_was_sealed_comes_back() -> None:
    assert parts(SEALED) == PARTS
    assert b"manifest" not in SEALED


@given(place=st.integers(0, len(SEALED) - 1), bit=st.integers(0, 7))
@settings(max_examples=60, deadline=None)
def test_a_flipped_bit_is_found(place: int, bit: int) -> None:
    broken = bytearray(SEALED)
    broken[place] ^= 1 << bit
    with pytest.raises(KeepingError, match="Nothing was changed"):
        parts(bytes(broken))


@given(length=st.integers(0, len(SEALED) - 1))
@settings(max_examples=40, deadline=None)
def test_a_cut_is_found(length: int) -> None:
    with pytest.raises(KeepingError, match=r"damaged or cut short\. Nothing was changed"):
        parts(SEALED[:length])


@pytest.mark.parametrize("cut", [0, 1, 2])
def test_a_cut_between_two_pieces_is_found(cut: int) -> None:
    """Where each piece by itself is whole."""
    with pytest.raises(KeepingError, match="Nothing was changed"):
        parts(SEALED[: HEADER + 16 + cut * PIECE])


def test_pieces_in_another_order_are_found() -> None:
    start = HEADER + 16
    first, second, rest = SEALED[start : start + PIECE], SEALED[start + PIECE : start + 2 * PIECE], start + 2 * PIECE
    with pytest.raises(KeepingError, match="Nothing was changed"):
        parts(SEALED[:start] + second + first + SEALED[rest:])


def test_another_key_and_something_else_get_a_sentence() -> None:
    with pytest.raises(KeepingError, match="sealed to another key"):
        parts(SEALED, OTHER)
    for other in (b"", b"PGDMP", SEALED + b"more"):
        with pytest.raises(KeepingError, match="Nothing was changed"):
            parts(other)


def test_what_goes_wrong_while_it_is_made_comes_out(tmp_path: Path) -> None:
    def failing() -> "list[age.Part]":
        raise KeepingError("pg_dump says no")

    with pytest.raises(KeepingError, match="pg_dump says no"):
        age.seal((part for part in failing()), io.BytesIO(), [KEY.to_public()])


def test_keys(tmp_path: Path) -> None:
    to = age.new_key(path := tmp_path / "key")
    assert path.stat().st_mode & 0o077 == 0
    with pytest.raises(KeepingError, match="cannot be written"):
        age.new_key(path)  # a key that is there is never overwritten
    held = {"PAINPATH_BACKUP_KEY": path.read_text()}
    assert str(age.opening_key(held).to_public()) == to == str(age.sealing_keys(held)[0])
    assert [str(key) for key in age.sealing_keys({"PAINPATH_BACKUP_TO": f"{to} {OTHER.to_public()}"})][:1] == [to]
    for wrong, said in (
        ({}, "Make one with `painpath backup --new-key FILE`"),
        ({"PAINPATH_BACKUP_TO": "age1x"}, "not understood"),
        ({"PAINPATH_BACKUP_KEY": "secret"}, "not understood"),
    ):
        with pytest.raises(KeepingError, match=said):
            age.sealing_keys(wrong)


def test_it_is_an_age_file_and_a_tar_archive(tmp_path: Path) -> None:
    """Without this program: any age, any tar."""
    import pyrage

    if (tar := shutil.which("tar")) is None:
        pytest.skip("this machine has no tar")
    plain = pyrage.decrypt(SEALED, [KEY])
    subprocess.run([tar, "-x", "-C", str(tmp_path)], input=plain, check=True)
    assert (tmp_path / "database" / "00000001").read_bytes() == b"end"
