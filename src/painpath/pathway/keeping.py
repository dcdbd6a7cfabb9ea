"""What is costly to make, kept in the user's cache folder. A cache that cannot be used costs time, nothing else."""

import hashlib
import os
from functools import cache
from pathlib import Path


@cache
def code_digest(folder: Path) -> str:
    """A digest of the modules of a folder: what another version of the program made is not taken for this one's."""
    code = hashlib.sha256()
    try:
        for module in sorted(folder.glob("*.py")):
            code.update(module.read_bytes())
    except OSError:
        return "unknown"
    return code.hexdigest()[:16]


def kept(name: str) -> bytes:
    """What was kept under this name, whole; nothing when there is nothing, or not as it was written."""
    file = _file(name)
    try:
        content = file.read_bytes() if file else b""
    except OSError:
        return b""
    check, data = content[:64], content[64:]
    return data if check == hashlib.sha256(data).hexdigest().encode() else b""


def keep(name: str, data: bytes) -> None:
    """Keep these bytes under this name, whole or not at all."""
    file = _file(name)
    if not file:
        return
    part = file.with_suffix(f".{os.getpid()}.part")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(hashlib.sha256(data).hexdigest().encode() + data)
        part.replace(file)
    except OSError:
        return


def _file(name: str) -> Path | None:
    try:
        home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    except RuntimeError:
        return None
    return home / "painpath" / name
