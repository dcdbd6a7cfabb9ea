"""Find a pathway, load it, keep a version of it for the record."""

import hashlib
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Lock

import msgspec

from painpath.pathway import keeping
from painpath.pathway.model import Pathway
from painpath.pathway.problems import PathwayError, Problem

COMPANIONS = frozenset({"seed-coverage.yaml"})
"""YAML files of a pathway's folder that are about the pathway and not part of it."""


def find(name: str) -> Path:
    """The folder of the pathway with this name.

    Looked for in `PAINPATH_PATHWAYS` when that is set, else in the checkout's `pathways`, else in the installed
    package's share. Raises PathwayError when no folder has that name.
    """
    known = folders()
    if name not in known:
        there = f"Pathways here: {', '.join(sorted(known))}." if known else "No pathway is installed."
        raise PathwayError([Problem(Path(name), 0, "", f"There is no pathway of this name. {there}")])
    return known[name]


def folders() -> dict[str, Path]:
    """Every pathway that can be found, by name."""
    found: dict[str, Path] = {}
    for home in homes():
        for file in sorted(home.glob("*/service.yaml")):
            found.setdefault(file.parent.name, file.parent)
    return found


def looks(name: str) -> Path:
    """The folder with the layout of the letters of this pathway: its own, else the first that has one.

    A pathway that was made in the browser has no folder, and layouts are programs that come with a release. Raises
    PathwayError when no folder has one.
    """
    known = folders()
    for folder in ([known[name]] if name in known else []) + list(known.values()):
        if (folder / "letters" / "letter.typ").is_file():
            return folder
    return find(name)


_DECODER = msgspec.json.Decoder(Pathway)
"""Made while the module is imported, which one thread does: two threads that learn types at the same time end the
process with a segmentation fault (msgspec 0.22). Every type that the web's threads read is learnt so."""
_one_at_a_time = Lock()
_loaded: dict[Path, tuple[Pathway, "Listing | None"]] = {}
"""By folder: what was loaded there last, and how its files were listed before they were read. Frozen data, so that
everybody may have the same."""

Listing = tuple[tuple[str, int, int, int, int], ...]
"""Of every file of a pathway: its path, size, inode, and when its content and its inode last changed."""
SETTLED = 2_000_000_000
"""Nanoseconds. A file that changed less than this ago may change again within one tick of the file system's clock, and
be listed the same: FAT has the longest ticks, of two seconds."""


def load(folder: Path) -> Pathway:
    """The pathway in this folder.

    Its files are listed every time, so a change is noticed at once; they are read when the listing is another one than
    before, and only new content is decoded. Compiled once per content into the user's cache folder, so that a second
    load parses no YAML. Raises PathwayError, with every problem found, when the files do not describe a usable pathway.
    """
    listing = _listing(folder)
    last = _loaded.get(folder)
    if last is not None and listing is not None and last[1] == listing:
        return last[0]
    files, digest = read_files(folder)
    with _one_at_a_time:
        last = _loaded.get(folder)
        pathway = last[0] if last is not None and last[0].digest == digest else _compiled(folder, files, digest)
        _loaded[folder] = pathway, listing
    return pathway


def _listing(folder: Path) -> Listing | None:
    """How the files of the pathway are listed; None where a change could go unseen, so that they must be read."""
    rows: list[tuple[str, int, int, int, int]] = []
    now = time.time_ns()  # the file system's clock, which is never held at a moment as `painpath.clock` is
    try:
        whole = _list_into(rows, str(folder))
        if (shared := folder.parent / "shared").is_dir():
            whole = _list_into(rows, str(shared)) and whole
    except OSError:
        return None
    settled = all(max(content, inode) < now - SETTLED for *_, content, inode in rows)
    return tuple(sorted(rows)) if whole and settled else None


def _list_into(rows: list[tuple[str, int, int, int, int]], folder: str) -> bool:
    """Whether everything could be listed: what lies behind a link to a folder is not."""
    whole = True
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                whole = _list_into(rows, entry.path) and whole
            elif entry.is_dir():
                whole = False
            else:
                file = entry.stat()
                rows.append((entry.path, file.st_size, file.st_ino, file.st_mtime_ns, file.st_ctime_ns))
    return whole


def _compiled(folder: Path, files: dict[Path, bytes], digest: str) -> Pathway:
    name = f"pathways/{digest[:32]}-{keeping.code_digest(Path(__file__).parent)}.json"
    if pathway := _kept(name, digest):
        return pathway
    from painpath.pathway.compiling import compile_files  # parses YAML: 70 ms that a warm load does not pay

    pathway = compile_files(folder, files, digest)
    keeping.keep(name, encode(pathway))
    return pathway


def read_files(folder: Path) -> tuple[dict[Path, bytes], str]:
    """The files that make up the pathway, those of the folder `shared` beside it first, and their digest.

    They are YAML, and JSON files of a folder `questionnaires`: the pathway's own instead of a shared one of its name.

    Raises PathwayError when the folder is not a pathway, or a file cannot be read.
    """
    if not (folder / "service.yaml").is_file():
        raise PathwayError([Problem(folder, 0, "", "This is not a pathway's folder: it has no service.yaml.")])
    shared = sorted((folder.parent / "shared").rglob("*.yaml"))
    own = [file for file in sorted(folder.rglob("*.yaml")) if file.name not in COMPANIONS]
    asked = {file.name: file for home in (folder.parent / "shared", folder) for file in _questionnaires(home)}
    files = {file: _read(file) for file in (*shared, *own, *asked.values())}
    return files, _digest(folder, files)


def encode(pathway: Pathway) -> bytes:
    """The pathway as JSON, whole, for pinning a version in the record."""
    return msgspec.json.encode(pathway)


def decode(data: bytes) -> Pathway:
    """The pathway that `encode` wrote. Raises PathwayError when the bytes are not one."""
    try:
        return _DECODER.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise PathwayError([Problem(Path("pathway.json"), 0, "", f"This is not a kept pathway: {error}.")]) from None


def _questionnaires(home: Path) -> list[Path]:
    return sorted((home / "questionnaires").glob("*.json"))


def homes() -> Iterator[Path]:
    """The folders in which pathways are looked for, in this order."""
    if setting := os.environ.get("PAINPATH_PATHWAYS"):
        yield Path(setting)
    else:
        yield Path(__file__).parents[3] / "pathways"
        yield Path(sys.prefix) / "share" / "painpath" / "pathways"


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise PathwayError([Problem(file, 0, "", f"The file cannot be read: {error.strerror}.")]) from None


def _digest(folder: Path, files: dict[Path, bytes]) -> str:
    digest = hashlib.sha256(folder.name.encode())
    for file, content in files.items():
        name = file.relative_to(folder.parent).as_posix().encode()
        digest.update(b"\0%d %s\0%d " % (len(name), name, len(content)) + content)
    return digest.hexdigest()


def _kept(name: str, digest: str) -> Pathway | None:
    try:
        pathway = decode(keeping.kept(name))
    except PathwayError:
        return None
    return pathway if pathway.digest == digest else None
