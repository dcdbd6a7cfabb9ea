"""Find a pathway, load it, keep a version of it for the record."""

import hashlib
import os
import sys
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
    for home in _homes():
        for file in sorted(home.glob("*/service.yaml")):
            found.setdefault(file.parent.name, file.parent)
    return found


_DECODER = msgspec.json.Decoder(Pathway)
"""Made while the module is imported, which one thread does: two threads that learn types at the same time end the
process with a segmentation fault (msgspec 0.22). Every type that the web's threads read is learnt so."""
_one_at_a_time = Lock()
_loaded: dict[Path, Pathway] = {}
"""By folder: what was loaded there last. Frozen data, so that everybody may have the same."""


def load(folder: Path) -> Pathway:
    """The pathway in this folder.

    Its files are read every time, so a change is noticed at once; only new content is decoded. Compiled once per
    content into the user's cache folder, so that a second load parses no YAML. Raises PathwayError, with every problem
    found, when the files do not describe a usable pathway.
    """
    files, digest = read_files(folder)
    with _one_at_a_time:
        last = _loaded.get(folder)
        if last is None or last.digest != digest:
            last = _loaded[folder] = _compiled(folder, files, digest)
    return last


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


def _homes() -> Iterator[Path]:
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
