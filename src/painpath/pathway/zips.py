"""A pathway's folder as one zip, byte for byte, and back. What comes from outside is never unpacked onto a disk."""

import io
import zipfile
import zlib
from collections.abc import Mapping

from painpath.pathway.draft_files import LARGEST, LARGEST_FILE, MOST_FILES, bad_path

LARGEST_ZIP = 5_000_000
_LEFT_OUT = ("__MACOSX/", ".DS_Store", "Thumbs.db")
"""What computers put into folders by themselves."""


class NoFolderError(ValueError):
    """A zip that holds no pathway's folder; `sentence` says why, and what to do."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def packed(name: str, files: Mapping[str, str]) -> bytes:
    """The folder `name` with these files as a zip. The same files give the same bytes."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(files):
            entry = zipfile.ZipInfo(f"{name}/{path}", date_time=(1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, files[path].encode())
    return made.getvalue()


def unpacked(data: bytes) -> dict[str, str]:
    """The files of a pathway's folder in a zip: at its top, or in the one folder that it holds.

    Raises NoFolderError for what is no zip, for names that lead elsewhere, for other kinds of files, for what is not
    text, and for more than a pathway may have, however small the zip is.
    """
    if len(data) > LARGEST_ZIP:
        raise NoFolderError("This file is too large. The zip of a pathway is at most 5 MB.")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _in_one_folder(_read(archive))
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError) as error:
        if isinstance(error, NoFolderError):
            raise
        raise NoFolderError(
            "This is not a zip file that can be read. Make the zip again, without a password."
        ) from None


def _read(archive: zipfile.ZipFile) -> dict[str, str]:
    entries = [one for one in archive.infolist() if not one.is_dir() and not _left_out(one.filename)]
    if len(entries) > MOST_FILES:
        raise NoFolderError(f"The zip holds {len(entries)} files. A pathway has at most {MOST_FILES}.")
    files: dict[str, str] = {}
    whole = 0
    for entry in entries:
        name = entry.filename
        if sentence := bad_path(_inner(name)) or bad_path(name.replace("/", "-")):
            raise NoFolderError(f"“{_short(name)}” cannot be taken: {sentence[:1].lower()}{sentence[1:]}")
        if (entry.external_attr >> 16) & 0o170000 == 0o120000:
            raise NoFolderError(f"“{_short(name)}” is a link to another file. Put the file itself in.")
        if name in files:
            raise NoFolderError(f"“{_short(name)}” is in the zip twice. Keep one of them.")
        with archive.open(entry) as part:
            content = part.read(LARGEST_FILE * 4 + 1)  # what it says of its own size proves nothing
        whole += len(content)
        if len(content) > LARGEST_FILE * 4 or whole > LARGEST * 4:
            raise NoFolderError("The files in the zip are too large for a pathway.")
        try:
            files[name] = content.decode()
        except UnicodeDecodeError:
            raise NoFolderError(f"“{_short(name)}” is not UTF-8 text. A pathway has text files only.") from None
    return files


def _in_one_folder(files: dict[str, str]) -> dict[str, str]:
    if "service.yaml" in files:
        return files
    tops = {path.split("/")[0] for path in files}
    if len(tops) == 1 and f"{(top := tops.pop())}/service.yaml" in files:
        return {path.removeprefix(f"{top}/"): text for path, text in files.items()}
    raise NoFolderError("There is no pathway in this zip: it needs service.yaml at its top, or in its one folder.")


def _inner(name: str) -> str:
    """The name without the folder that may stand around the pathway; one that leads elsewhere stays as it is."""
    top, slash, rest = name.partition("/")
    return rest if slash and rest and top not in ("", ".", "..") else name


def _left_out(name: str) -> bool:
    return name.startswith(_LEFT_OUT[0]) or name.rsplit("/", 1)[-1] in _LEFT_OUT[1:]


def _short(name: str) -> str:
    seen = "".join(one if one.isprintable() else "?" for one in name)
    return seen if len(seen) <= 80 else f"{seen[:80]}…"
