"""Looking through a backup before anything is done with it. Reads no settings: they would make a secret key."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import IO

import msgspec

from painpath.keeping import age
from painpath.keeping.errors import KeepingError
from painpath.keeping.manifest import FORMAT, Manifest


def look_through(file: IO[bytes], environ: Mapping[str, str]) -> tuple[Manifest, str]:
    """Read a backup to its end: what it says of itself, and the secret key when it holds one. Raises KeepingError for
    a file that is not whole, not sealed to our key, or no backup."""
    parts: list[age.Part] = []
    with age.opened(file, age.opening_key(environ)) as found:
        for number, (name, content) in enumerate(found):
            if number < 2 and not name.startswith("database/"):
                parts.append((name, content))
    said = dict(parts)
    try:
        of = msgspec.json.decode(said.get("manifest.json", b""), type=Manifest)
    except msgspec.DecodeError:
        raise KeepingError("This is sealed as a backup is, and is none of this program. Nothing was changed.") from None
    if of.format != FORMAT:
        raise KeepingError("This backup was made by a later version of Painpath: restore it with that one.")
    return of, said.get("secret-key", b"").decode()


def keep_key(home: Path, secret: str) -> bool:
    """Before the settings are read: put the secret key of a backup where a new installation would make its own.
    Whether that was done: not where the environment gives one, or one is kept already."""
    path = home / "secret-key"
    if not secret or os.environ.get("PAINPATH_SECRET_KEY") or path.exists():
        return False
    home.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(secret)
    return True
