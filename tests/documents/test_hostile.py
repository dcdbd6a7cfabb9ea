"""Files made to do harm: each is text or a sentence for a person, and the process that asked is as it was."""

import io
import subprocess
import sys
import threading
import time
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import docx
import pytest
from PIL import Image

from painpath import documents
from painpath.documents import DocumentCode, DocumentError, DocumentText, Limits, limited, mail, scans
from painpath.documents.kinds import kind_of
from painpath.documents.model import DEFAULT_LIMITS

from . import making

WORDS = "Back pain for a year"
QUICK = Limits(seconds=20, ocr_seconds=5)


def pdf(*objects: str) -> bytes:
    """A PDF of these objects, the first its catalogue."""
    body = "".join(f"{number} 0 obj\n{one}\nendobj\n" for number, one in enumerate(objects, 1))
    return f"%PDF-1.7\n{body}trailer\n<< /Root 1 0 R /Size {len(objects) + 1} >>\n%%EOF".encode()


def pages(kids: str, count: int, page: str = "/MediaBox [0 0 600 800]", catalogue: str = "") -> bytes:
    return pdf(
        f"<< /Type /Catalog /Pages 2 0 R {catalogue} >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {count} >>",
        f"<< /Type /Page /Parent 2 0 R {page} >>",
        "<< /S /JavaScript /JS (app.alert\\(1\\); while\\(true\\){}) >>",
    )


def word(**members: str | bytes) -> bytes:
    """A Word letter, with members of its archive put in or in place of its own."""
    letter = docx.Document()
    letter.add_paragraph(WORDS)
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(making.docx_bytes(letter))) as before, zipfile.ZipFile(made, "w", 8) as after:
        given = {name.replace("__", "/").replace("_dot_", "."): content for name, content in members.items()}
        for name in before.namelist():
            if name not in given:
                after.writestr(name, before.read(name))
        for name, content in given.items():
            after.writestr(name, content)
    return made.getvalue()


def png(width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")

    head = width.to_bytes(4, "big") + height.to_bytes(4, "big") + bytes([8, 0, 0, 0, 0])
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 9999)) + chunk(b"IEND", b"")
    )


def frames(form: str) -> bytes:
    made = io.BytesIO()
    pictures = [Image.new("L", (1, 1), number % 256) for number in range(DEFAULT_LIMITS.pages + 1)]
    pictures[0].save(made, form, save_all=True, append_images=pictures[1:])
    return made.getvalue()


LAUGHS = "<!DOCTYPE x [<!ENTITY a0 'ha'>%s]>" % "".join(  # noqa: UP031 it is full of braces otherwise
    f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 10)
)
OUTSIDE = "<!DOCTYPE x [<!ENTITY a9 SYSTEM 'file:///etc/passwd'>]>"
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def with_entity(declared: str) -> bytes:
    body = "<w:body><w:p><w:r><w:t>&a9;</w:t></w:r></w:p></w:body>"
    return word(word__document_dot_xml=f"<?xml version='1.0'?>{declared}<w:document {W}>{body}</w:document>")


def nested_mail(depth: int) -> bytes:
    head = b"From: a@b.example\r\nTo: c@d.example\r\nMIME-Version: 1.0\r\nMessage-ID: <1@b>\r\n"
    parts = b"".join(b'Content-Type: multipart/mixed; boundary="%d"\r\n\r\n--%d\r\n' % (n, n) for n in range(depth))
    return head + parts + b"Content-Type: text/plain\r\n\r\n" + WORDS.encode()


Check = Callable[[DocumentText], bool]


def refused(*codes: str) -> set[str]:
    return set(codes)


@pytest.mark.parametrize(
    ("name", "data", "expected"),
    [
        ("1 to 1000.docx", word(word__media__x_dot_bin=b"\0" * 210_000_000), refused("too_complex")),
        ("in itself.docx", making.packed(a=making.packed(b=making.packed(c=b"\0" * 9999))),
         refused("unsupported", "damaged")),
        ("many members.docx", b"PK\x03\x04" + b"PK\x01\x02" * 10_001, refused("too_complex")),
        ("macro.docx", word(word__vbaProject_dot_bin=b"\xd0\xcf\x11\xe0 Shell"), lambda read: WORDS in read.text),
        ("laughs.docx", with_entity(LAUGHS), lambda read: "haha" not in read.text),
        ("outside.docx", with_entity(OUTSIDE), lambda read: "root:" not in read.text),
        ("pages.pdf", pages("3 0 R " * 100_000, 100_000), refused("too_complex", "damaged")),
        ("itself.pdf", pages("2 0 R", 1), lambda read: len(read.pages) == 1),
        ("huge page.pdf", pages("3 0 R", 1, "/MediaBox [0 0 999999999 999999999]"), lambda read: len(read.pages) == 1),
        ("deep.pdf", pdf("[" * 200_000 + "]" * 200_000), refused("damaged", "too_complex")),
        ("script.pdf", pages("3 0 R", 1, catalogue="/OpenAction 4 0 R"), lambda read: len(read.pages) == 1),
        ("big.png", png(60_000, 60_000), lambda read: read.unread[0].reason == scans.TOO_BIG),
        ("frames.tif", frames("TIFF"), refused("too_complex")),
        ("frames.gif", frames("GIF"), refused("too_complex")),
        ("deep.rtf", b"{\\rtf1 " + b"{" * 100_000 + WORDS.encode() + b"}" * 100_001, lambda read: True),
        ("deep.eml", nested_mail(3_000), lambda read: True),
        ("many.eml", making.eml(WORDS, attachments={f"{n}.txt": b"x" for n in range(300)}),
         lambda read: len(read.attachments) == mail.MOST_ATTACHMENTS and bool(read.unread)),
        ("page.html", b"<html>" + b"<div>" * 50_000 + WORDS.encode(), lambda read: True),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_a_hostile_file_is_text_or_a_sentence(name: str, data: bytes, expected: set[str] | Check) -> None:
    read, error = None, None
    try:
        read = documents.read_limited(data, name, QUICK)
    except DocumentError as refusal:
        error = refusal
    if error is not None:
        assert callable(expected) or error.code in expected, error.code
        assert error.sentence.endswith(".")
    elif read is not None:
        assert callable(expected), f"read as {read.media_type}"
        assert expected(read)


@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [
        ("letter", b"\n<!-- x --> %PDF-1.7 <html><script>", "application/pdf"),
        ("letter.pdf\x00.exe", b"%PDF-1.7", "application/pdf"),
        ("../../letter.pdf", b"%PDF-1.7", "application/pdf"),
        ("\u202efdp.html", b"<html><body>x", "text/html"),
    ],
)
def test_its_kind_is_told_by_its_content(name: str, data: bytes, kind: str) -> None:
    assert kind_of(data, name, DEFAULT_LIMITS) == kind


@pytest.mark.skipif(sys.platform != "linux", reason="the filter of system calls is Linux's")
def test_a_reader_starts_nothing_and_speaks_to_nobody() -> None:
    code = f"""
import os, socket, subprocess, threading
from painpath.documents import confined
from painpath.documents.model import DEFAULT_LIMITS
confined.confine(DEFAULT_LIMITS)
tries = [lambda: socket.create_connection(("127.0.0.1", 9)), lambda: socket.socketpair(), os.fork,
         lambda: os.posix_spawn({sys.executable!r}, ["x"], {{}}), lambda: os.execv("/bin/true", ["x"]),
         lambda: os.kill(os.getppid(), 0)]
for one in tries:
    try:
        one()
        print("done")
    except PermissionError:
        print("denied")
thread = threading.Thread(target=print, args=("a thread",))
thread.start()
thread.join()
try:
    held = [open("/dev/null") for _ in range(100)]
except OSError:
    print("no more files")
try:
    bytearray(DEFAULT_LIMITS.memory)
except MemoryError:
    print("no more memory")
"""
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert ran.stdout.split("\n") == [*["denied"] * 6, "a thread", "no more files", "no more memory", ""], ran.stderr


def test_a_flood_of_output_is_not_taken_into_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    flood = tmp_path / "flood"
    flood.write_text("#!/bin/sh\nhead -c 5000 /dev/zero\n")
    flood.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(flood))
    monkeypatch.setattr(limited, "MOST_ANSWER", 4999)
    with pytest.raises(DocumentError) as error:
        documents.read_limited(b"Dear team", "letter.txt")
    assert error.value.code == DocumentCode.TOO_COMPLEX


def test_of_fifty_at_once_two_are_read_one_waits_and_the_others_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    go, reading, said = threading.Event(), threading.Semaphore(0), []

    def slow(*_: object) -> str:
        reading.release()
        go.wait(60)
        return "read"

    def ask() -> None:
        try:
            said.append(limited.read_in_turn(b"x", "x.txt", patience=60))
        except DocumentError as error:
            said.append(error.code)

    monkeypatch.setattr(limited, "read_limited", slow)
    asking = [threading.Thread(target=ask) for _ in range(50)]
    for one in asking:
        one.start()
    for _ in range(limited.AT_ONCE):
        assert reading.acquire(timeout=60)
    end = time.monotonic() + 60
    while len(said) < 47 and time.monotonic() < end:
        time.sleep(0.01)
    assert said == ["busy"] * 47
    go.set()
    for one in asking:
        one.join(60)
    assert sorted(said) == [*["busy"] * 47, *["read"] * 3]
