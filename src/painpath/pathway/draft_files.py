"""A pathway that is not on disk yet: its own files as texts, compiled and linted as a folder is.

The files stand in a folder of their own for a moment, beside the shared ones: there is one compiler and one linter.
"""

import logging
import re
import tempfile
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from painpath.pathway.loading import homes, read_files
from painpath.pathway.model import Pathway
from painpath.pathway.problems import FieldPath, PathwayError, Problem
from painpath.pathway.unseen import TURNING

log = logging.getLogger(__name__)

SUFFIXES = frozenset({".yaml", ".json", ".txt", ".typ", ".svg"})
MOST_FILES = 100
LARGEST_FILE = 500_000
LARGEST = 2_000_000
"""Characters, of one file and of all. Our largest pathway has 31 files and 330,000 characters."""
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*(\.[A-Za-z0-9_-]+)*")
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
LONGEST_PATH, DEEPEST_PATH = 120, 4


class Compiled(NamedTuple):
    """What became of a draft. Files in it are named as in its folder; shared ones begin with `shared/`."""

    pathway: Pathway | None
    """The pathway, when its files describe one at all; it may have problems all the same."""
    problems: list[Problem]
    warnings: list[Problem]
    places: dict[FieldPath, tuple[str, int]]
    """The file and the line of every field."""


def files_of(folder: Path) -> dict[str, str]:
    """The files of a pathway's own folder, byte for byte, as relative path -> text.

    Raises PathwayError when the folder is no pathway, or holds what a draft cannot.
    """
    read_files(folder)  # which says when it is none
    files: dict[str, str] = {}
    for file in sorted(folder.rglob("*")):
        if file.is_file() and file.suffix in SUFFIXES:
            try:
                files[file.relative_to(folder).as_posix()] = file.read_bytes().decode()
            except (OSError, UnicodeDecodeError):
                raise PathwayError([Problem(file, 0, "", "The file cannot be read as UTF-8 text.")]) from None
    if problems := unusable(folder.name, files):
        raise PathwayError(problems)
    return files


def unusable(name: str, files: Mapping[str, str]) -> list[Problem]:
    """Why these files cannot be kept as a draft at all: names, kinds and sizes. What they say is not looked at."""
    found: list[Problem] = []
    if not _SLUG.fullmatch(name) or len(name) > 50 or name == "shared":
        found.append(_about("", "The name of a pathway has small letters, digits and single hyphens, at most 50."))
    if len(files) > MOST_FILES:
        found.append(_about("", f"There are {len(files)} files. A pathway has at most {MOST_FILES}."))
    if sum(map(len, files.values())) > LARGEST:
        found.append(_about("", f"The files together are too large. At most {LARGEST:,} characters."))
    lower: dict[str, str] = {}
    for path, text in files.items():
        if sentence := bad_path(path):
            found.append(_about(path, sentence))
        elif len(text) > LARGEST_FILE:
            found.append(_about(path, f"The file is too large. At most {LARGEST_FILE:,} characters."))
        elif _CONTROLS.search(text):
            found.append(_about(path, "The file is not plain text: it has control characters."))
        elif TURNING.search(text):
            found.append(_about(path, "The file has invisible characters that turn the direction of writing."))
        if (other := lower.setdefault(path.lower(), path)) != path:
            found.append(_about(path, f"On some computers this is the same file as {other}. Give it another name."))
    above = {"/".join(path.split("/")[:end]) for path in files for end in range(1, path.count("/") + 1)}
    found += [_about(path, "There is a folder of this name too.") for path in files if path in above]
    return found


def bad_path(path: str) -> str | None:
    """Why no file of a pathway can be called so; None for a good name."""
    parts = path.split("/")
    if not all(_NAME.fullmatch(part) for part in parts):
        return "The names of files and folders have letters, digits, hyphens and dots only."
    if len(path) > LONGEST_PATH or len(parts) > DEEPEST_PATH:
        return f"At most {LONGEST_PATH} characters and {DEEPEST_PATH} levels for the name of a file."
    if Path(path).suffix not in SUFFIXES:
        return f"This is not a kind of file that a pathway has: {', '.join(sorted(SUFFIXES))}."
    return None


def compile_draft(name: str, files: Mapping[str, str]) -> Compiled:
    """The pathway that these files describe, and all that is wrong with it. Never raises, whatever the files say."""
    try:
        if found := unusable(name, files):
            return Compiled(None, found, [], {})
        if "service.yaml" not in files:
            return Compiled(None, [_about("service.yaml", "This file is missing: a pathway begins with it.")], [], {})
        return _compiled(name, tuple(sorted(files.items())), _shared(name), _shared_state(name))
    except Exception:  # a hostile file must never end a page: whatever it does to a parser, it is a file with a mistake
        log.exception("a draft could not be compiled")
        return Compiled(None, [_about("", "These files cannot be read as a pathway. Undo the last change.")], [], {})


@lru_cache(maxsize=8)
def _compiled(name: str, files: tuple[tuple[str, str], ...], shared: Path | None, _: object) -> Compiled:
    from painpath.pathway.compiling import compile_or_explain
    from painpath.pathway.linting import lint_compiled, warnings_of

    with tempfile.TemporaryDirectory(prefix="painpath-draft-") as place:
        folder = Path(place).resolve() / name
        for path, text in files:
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(text.encode())
        if shared is not None:
            (folder.parent / "shared").symlink_to(shared, target_is_directory=True)
        whole, digest = read_files(folder)
        pathway, document, problems = compile_or_explain(folder, whole, digest)
        own = dict(files)
        if pathway is not None and pathway.source.kept_in not in own:
            # Never read: a name that leads out of the folder would show the words of another file of this computer.
            problems.append(Problem(folder / "service.yaml", 0, "source.kept_in", "There is no such file."))
        else:
            problems = lint_compiled(folder, whole, pathway, document, problems)
        warned = [] if pathway is None else warnings_of(folder, pathway, document)
        places = {path: (_relative(at.file, folder), at.line) for path, at in document.places.items()}
        return Compiled(pathway, _told(problems, folder), _told(warned, folder), places)


def _shared(name: str) -> Path | None:
    """The folder of what pathways share: beside the folder of this name, else the first there is."""
    known = list(homes())
    beside = [home for home in known if (home / name / "service.yaml").is_file()]
    return next((home / "shared" for home in (*beside, *known) if (home / "shared").is_dir()), None)


def _shared_state(name: str) -> object:
    shared = _shared(name)
    if shared is None:
        return None
    return tuple((file.as_posix(), file.stat().st_mtime_ns, file.stat().st_size) for file in sorted(shared.rglob("*")))


def _told(problems: list[Problem], folder: Path) -> list[Problem]:
    """The problems with the names of files as the draft has them, in order, each once."""
    named = {one._replace(file=Path(_relative(one.file, folder))) for one in problems}
    return sorted(one._replace(message=one.message.replace(f"{folder}/", "")) for one in named)


def _relative(file: Path, folder: Path) -> str:
    if file.is_relative_to(folder):
        return file.relative_to(folder).as_posix()
    return file.relative_to(folder.parent).as_posix() if file.is_relative_to(folder.parent) else file.name


def _about(path: str, message: str) -> Problem:
    return Problem(Path(path), 0, "", message)
