"""A pathway that somebody names on a command line, in whatever form they have it."""

from pathlib import Path

from painpath.pathway.loading import decode, find, load
from painpath.pathway.model import Pathway
from painpath.pathway.problems import PathwayError, Problem


def folder_of(name: str) -> Path:
    """The folder that is meant: a folder itself, else the one of the pathway with this name. Raises PathwayError."""
    return Path(name).resolve() if (Path(name) / "service.yaml").is_file() else find(name)


def load_given(name: str) -> Pathway:
    """The pathway of a name, a folder, or a file that `encode` wrote. Raises PathwayError."""
    file = Path(name)
    if not file.is_file():
        return load(folder_of(name))
    try:
        return decode(file.read_bytes())
    except OSError as error:
        raise PathwayError([Problem(file, 0, "", f"The file cannot be read: {error.strerror}.")]) from None
