"""A file that cannot be read gives a code and a sentence that says what to do."""

import contextlib
import struct
import zlib
from pathlib import Path

import docx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from painpath import documents
from painpath.documents import DocumentCode, DocumentError, Limits

from . import making

DOC = (Path(__file__).parent / "fixtures" / "letter.doc").read_bytes()
PDF = making.pdf("Dear team")
DOCX = making.docx_bytes(docx.Document())


def protected_odt() -> bytes:
    return making.packed(
        mimetype="application/vnd.oasis.opendocument.text",
        **{"META-INF__manifest_dot_xml": "<manifest:encryption-data/>"},
    )


def protected_doc() -> bytes:
    at = DOC.index(b"\xec\xa5")  # FibBase; fEncrypted is bit 0 of byte 11
    return DOC[: at + 11] + bytes([DOC[at + 11] | 1]) + DOC[at + 12 :]


@pytest.mark.parametrize(
    ("data", "name", "code"),
    [
        (b"", "a.txt", "empty"),
        (b" \r\n", "a.txt", "empty"),
        (bytes(26 * 1024 * 1024), "a.pdf", "too_large"),
        (making.pdf("x", password="secret"), "a.pdf", "password"),
        (making.compound(EncryptedPackage=b"x" * 5000, EncryptionInfo=b"y"), "a.docx", "password"),
        (protected_doc(), "a.doc", "password"),
        (protected_odt(), "a.odt", "password"),
        (PDF[: len(PDF) // 2], "a.pdf", "damaged"),
        (DOCX[: len(DOCX) // 2], "a.docx", "damaged"),
        (DOC[:9000], "a.doc", "damaged"),
        (DOC[:600], "a.doc", "damaged"),
        (making.picture(making.scan())[:2000], "a.png", "damaged"),
        (b"\x01\x02\x03\x04" * 50, "a.pdf", "damaged"),
        (PDF, "a.docx", "wrong_type"),
        (b"Dear team", "a.pdf", "wrong_type"),
        (DOCX, "a.doc", "wrong_type"),
        (making.picture(making.scan("x")), "a.jpg", "wrong_type"),
        (making.packed(a_dot_txt="x"), "a.zip", "unsupported"),
        (making.compound(Workbook=b"x" * 5000), "a.xls", "unsupported"),
        (b"MZ\x90\x00\x03\x00\x00\x00", "a.exe", "unsupported"),
        (b"MZ\x90\x00" + bytes(400), "a.exe", "unsupported"),
        (b"<?xml version='1.0'?><a/>", "a.xml", "unsupported"),
    ],
)
def test_refused(data: bytes, name: str, code: str) -> None:
    with pytest.raises(DocumentError) as refused:
        documents.read(data, name)
    assert refused.value.code == code
    assert refused.value.sentence.endswith(".")
    assert refused.value.__cause__ is None
    assert "a." not in refused.value.sentence.replace("a PDF", "")


def test_a_name_without_a_known_ending_goes_by_content() -> None:
    assert documents.read(PDF, "letter").media_type == "application/pdf"
    assert documents.read(PDF, "LETTER.PDF").text == "Dear team"


@pytest.mark.parametrize("member", ["word__document_dot_xml", "content_dot_xml"])
def test_a_zip_that_unpacks_without_end_is_refused(member: str) -> None:
    bomb = making.packed(mimetype="application/vnd.oasis.opendocument.text", **{member: bytes(201 * 1024 * 1024)})
    with pytest.raises(DocumentError) as refused:
        documents.read(bomb, "bomb")
    assert refused.value.code == DocumentCode.TOO_COMPLEX


def test_entities_of_odt_are_not_expanded() -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><x>&b;</x>'
    data = making.packed(
        mimetype="application/vnd.oasis.opendocument.text",
        content_dot_xml=bomb,
        **{"META-INF__manifest_dot_xml": "<m/>"},
    )
    with pytest.raises(DocumentError) as refused:
        documents.read(data, "a.odt")
    assert refused.value.code == DocumentCode.DAMAGED


def test_limits_on_pages_text_and_pixels() -> None:
    for data, limits in [(making.pdf("a", "b", "c"), Limits(pages=2)), (b"x" * 2000, Limits(characters=1000))]:
        with pytest.raises(DocumentError) as refused:
            documents.read(data, "letter", limits)
        assert refused.value.code == DocumentCode.TOO_COMPLEX
    read = documents.read(making.picture(making.scan()), "a.png", Limits(pixels=1000))
    assert "too large" in read.unread[0].reason or "not installed" in read.unread[0].reason


def test_a_picture_of_a_billion_pixels_is_named_not_opened() -> None:
    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    head = struct.pack(">IIBBBBB", 40_000, 40_000, 8, 0, 0, 0, 0)
    data = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(100)))
    read = documents.read(data, "a.png")
    assert "too large" in read.unread[0].reason


MAGIC = [
    b"",
    b"%PDF-1.7\n",
    b"PK\x03\x04",
    DOC[:1024],
    b"{\\rtf1",
    b"<html>",
    b"MIME-Version: 1.0\nFrom: a\n",
    b"II*\x00",
    b"\xff\xd8\xff",
    b"\x89PNG\r\n\x1a\n",
    b"\xff\xfe",
]


@pytest.mark.filterwarnings("ignore:Corrupt EXIF")
@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(MAGIC),
    st.binary(max_size=400),
    st.sampled_from(["a", "a.pdf", "a.txt", "a.doc", "a.eml", "a.html"]),
)
def test_nothing_but_a_document_error_ever_comes_out(magic: bytes, rest: bytes, name: str) -> None:
    with contextlib.suppress(DocumentError):
        documents.read(magic + rest, name)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(["pdf", "docx", "doc"]), st.integers(0, 10**6), st.binary(min_size=1, max_size=8))
def test_a_file_with_some_bytes_changed_never_breaks_the_reader(kind: str, at: int, change: bytes) -> None:
    data = {"pdf": PDF, "docx": DOCX, "doc": DOC}[kind]
    at %= len(data)
    with contextlib.suppress(DocumentError):
        documents.read(data[:at] + change + data[at + len(change) :], "a")
