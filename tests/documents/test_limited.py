"""The limited process: the same answer, and no file that takes the machine."""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

import docx
import pytest

from painpath import documents
from painpath.documents import DocumentCode, DocumentError, Limits

from . import making


@pytest.mark.parametrize("name", ["letter.pdf", "Ann Example – “letter”.pdf", "a\nb.pdf"])
def test_the_same_as_in_this_process(name: str) -> None:
    data = making.pdf("Dear team", "Page two")
    assert documents.read_limited(data, name) == documents.read(data, name)


def test_attachments_come_back_byte_for_byte() -> None:
    data = making.eml("see attached", attachments={"a.bin": bytes(range(256)) * 100})
    assert documents.read_limited(data, "m.eml").attachments[0].data == bytes(range(256)) * 100


def test_refusals_come_back_as_they_are() -> None:
    with pytest.raises(DocumentError) as refused:
        documents.read_limited(b"Dear team", "letter.pdf")
    assert refused.value.code == DocumentCode.WRONG_TYPE


def test_a_slow_file_is_stopped_and_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    slow = b"{\\rtf1 " + b"{\\b x}" * 3_000_000
    start = time.monotonic()
    with pytest.raises(DocumentError) as refused:
        documents.read_limited(slow, "slow.rtf", Limits(seconds=1))
    assert refused.value.code == DocumentCode.TOO_SLOW
    assert time.monotonic() - start < 4
    assert not list(tmp_path.iterdir())


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits address space")
def test_a_greedy_file_is_stopped() -> None:
    letter = docx.Document()
    for _ in range(200):
        letter.add_paragraph("word " * 20_000)
    data, roomy = making.docx_bytes(letter), Limits(characters=10**9, seconds=60)
    assert len(documents.read_limited(data, "greedy.docx", roomy).text) > 19_000_000
    limits = Limits(characters=10**9, seconds=60, memory=120 * 1024 * 1024)
    with pytest.raises(DocumentError) as refused:
        documents.read_limited(data, "greedy.docx", limits)
    assert refused.value.code == DocumentCode.TOO_COMPLEX


def test_a_crash_of_a_parser_is_an_error_with_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(DocumentError, match="The reader stopped"):
        documents.read_limited(b"Dear team " * 100_000, "letter.txt")


def test_neither_name_nor_words_reach_arguments_environment_or_errors(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[object] = []
    real = subprocess.Popen

    def watched(*args: object, **options: object) -> object:
        seen.append((args, options.get("env"), options.get("stderr")))
        return real(*args, **options)  # type: ignore[call-overload]

    monkeypatch.setattr(subprocess, "Popen", watched)
    monkeypatch.setenv("SECRET_KEY", "canary-secret")
    documents.read_limited(b"canary-words", "canary-name.txt")
    assert seen
    assert "canary" not in repr(seen)
    assert seen[0][2] == subprocess.DEVNULL  # type: ignore[index]


def test_importing_the_package_and_reading_text_loads_no_reader() -> None:
    code = (
        "import sys; from painpath import documents; documents.read(b'Dear team', 'a.txt');"
        "heavy = 'pypdfium2 docx lxml PIL tesserocr inscriptis oxmsg subprocess zipfile'.split();"
        "print([name for name in heavy if name in sys.modules])"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"
