"""Documents that come with a table: files one by one, or packed as .zip, which is opened within limits."""

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.conf import settings

from painpath.directory.tables import Fault
from painpath.referrals.arriving.filing import File

MOST_FILES = 5_000
"""Entries of one .zip."""
PLACE = "documents"
_CANNOT_OPEN = (
    zipfile.BadZipFile, zlib.error, struct.error, NotImplementedError, RuntimeError, EOFError, OSError, ValueError,
)  # fmt: skip
"""What the library raises for archives that are torn or made up."""


@dataclass(frozen=True)
class Attached:
    """Documents by the name that the table gives them, in small letters; and what is wrong with what was sent."""

    files: dict[str, File]
    faults: tuple[Fault, ...]

    def get(self, name: str) -> File | None:
        """The document of this name; capitals do not matter, as on the machines that most people use."""
        return self.files.get(name.casefold())


def attached(sent: Sequence[File]) -> Attached:
    """What was sent, with every .zip opened. Never more than `MAX_UPLOAD_BYTES` is unpacked."""
    files: dict[str, File] = {}
    faults: list[Fault] = []
    left = settings.MAX_UPLOAD_BYTES
    for one in sent:
        for found in _unpacked(one, left) if one.name.lower().endswith(".zip") else iter([one]):
            if isinstance(found, Fault):
                faults.append(found)
                continue
            left -= len(found.content)
            if not found.content:
                faults.append(_fault(f"“{found.safe_name}” is empty. Choose it again, or ask the sender for it."))
            elif len(found.content) > settings.MAX_FILE_BYTES:
                faults.append(_too_large(found.safe_name))
            elif found.name.casefold() in files:
                faults.append(_fault(f"There are two documents called “{found.safe_name}”. Give each its own name."))
            files.setdefault(found.name.casefold(), found)
    return Attached(files, tuple(faults))


def _fault(words: str) -> Fault:
    return Fault(0, PLACE, words)


def _too_large(name: str) -> Fault:
    return _fault(f"“{name}” is larger than {settings.MAX_FILE_BYTES // 1024**2} MB. Save it smaller, or split it.")


def _unpacked(packed: File, most: int) -> Iterator[File | Fault]:
    """The files of a .zip, at most `most` bytes together; what its directory claims about sizes is not believed."""
    name = packed.safe_name
    try:
        with zipfile.ZipFile(io.BytesIO(packed.content)) as archive:
            entries = archive.infolist()
            if len(entries) > MOST_FILES:
                yield _fault(f"“{name}” holds {len(entries):,} files; {MOST_FILES:,} are the most. Send it in parts.")
                return
            for entry in entries:
                short = File(entry.filename, b"").safe_name
                if entry.is_dir() or "/" in entry.filename or "\\" in entry.filename:
                    yield _fault(f"“{name}” holds a folder (“{short}”). Pack the files themselves, without a folder.")
                elif entry.filename.lower().endswith(".zip"):
                    yield _fault(f"“{name}” holds another .zip (“{short}”). Unpack that one first.")
                elif entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                    yield _fault(f"“{name}” is packed in an unusual way. Pack the files again as an ordinary .zip.")
                    return
                elif entry.flag_bits & 1:
                    yield _fault(f"“{name}” is protected by a password. Send it without one: this page is encrypted.")
                    return
                else:
                    with archive.open(entry) as stream:
                        content = stream.read(min(settings.MAX_FILE_BYTES, most) + 1)
                    if len(content) > most:
                        total = settings.MAX_UPLOAD_BYTES // 1024**2
                        yield _fault(f"The documents are larger than {total} MB together. Send them in parts.")
                        return
                    most -= len(content)
                    if len(content) > settings.MAX_FILE_BYTES:
                        yield _too_large(short)
                    else:
                        yield File(entry.filename, content)
    except _CANNOT_OPEN:
        yield _fault(f"“{name}” cannot be opened. Pack the files again as an ordinary .zip.")
