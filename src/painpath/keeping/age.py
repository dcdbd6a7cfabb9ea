"""The file of a backup: a tar archive sealed in the age format (age-encryption.org/v1), written and read as a stream.

age because everybody can open it with a tool of its own, should this program be gone: `age -d -i KEY FILE | tar x`.
ChaCha20-Poly1305 in pieces of 64 KiB, each with its number and a mark on the last, so that a flipped bit, a cut and
pieces in another order are found (the STREAM construction, Hoang and others 2015). It is sealed *to* a public key: the
machine that makes backups need not hold what opens them. Whoever has that public key can make a file too: what a
backup holds is trusted as far as the place where it was kept.
"""

import io
import os
import tarfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

from pyrage import DecryptError, IdentityError, RecipientError, decrypt_io, encrypt_io, x25519

from painpath.keeping.errors import KeepingError

PIECE = 4 * 1024 * 1024
"""Bytes of one member of the archive: a tar member's size stands before it, and that of a dump is not known."""
NO_KEY = (
    "There is no key to seal the backup with. Make one with `painpath backup --new-key FILE`, keep that file away from "
    "this machine, and set PAINPATH_BACKUP_TO to the line that it prints."
)

Part = tuple[str, bytes]


def new_key(path: Path) -> str:
    """Make a key that opens backups, readable by its owner only; gives what backups are sealed to."""
    key = x25519.Identity.generate()
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise KeepingError(f"The key cannot be written to {path} ({error.strerror}).") from None
    with os.fdopen(descriptor, "w") as file:
        file.write(f"# opens backups of Painpath; sealed to: {key.to_public()}\n{key}\n")
    return str(key.to_public())


def opening_key(environ: Mapping[str, str]) -> x25519.Identity:
    """What opens a backup: PAINPATH_BACKUP_KEY, a file of `new_key` with its comment or the key alone.

    Raises KeepingError.
    """
    said = environ.get("PAINPATH_BACKUP_KEY", "")
    words = [line.strip() for line in said.splitlines() if line.strip() and not line.startswith("#")]
    if not words:
        raise KeepingError(
            "There is no key to open the backup with. Set PAINPATH_BACKUP_KEY_FILE to the file that holds it."
        )
    try:
        return x25519.Identity.from_str(words[0])
    except (IdentityError, ValueError):
        raise KeepingError("The key of backups is not understood: it begins with AGE-SECRET-KEY-1.") from None


def sealing_keys(environ: Mapping[str, str]) -> list[x25519.Recipient]:
    """What a backup is sealed to: PAINPATH_BACKUP_TO, one or more; else what belongs to the key that opens it."""
    if to := environ.get("PAINPATH_BACKUP_TO", "").split():
        try:
            return [x25519.Recipient.from_str(one) for one in to]
        except (RecipientError, ValueError):
            raise KeepingError("PAINPATH_BACKUP_TO is not understood: each key in it begins with age1.") from None
    if not environ.get("PAINPATH_BACKUP_KEY"):
        raise KeepingError(NO_KEY)
    return [opening_key(environ).to_public()]


class _Reader(io.RawIOBase):
    """A file to read from, made of what an iterator gives."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces, self._rest = pieces, b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._rest:
            if (piece := next(self._pieces, None)) is None:
                return 0
            self._rest = piece
        count = min(len(buffer), len(self._rest))
        buffer[:count], self._rest = self._rest[:count], self._rest[count:]
        return count


def _archive(parts: Iterator[Part]) -> Iterator[bytes]:
    for name, content in parts:
        info = tarfile.TarInfo(name)
        info.size, info.mode = len(content), 0o600
        yield info.tobuf(tarfile.USTAR_FORMAT)
        for start in range(0, len(content), 65536):
            yield content[start : start + 65536]
        yield b"\0" * (-len(content) % tarfile.BLOCKSIZE)
    yield b"\0" * 2 * tarfile.BLOCKSIZE


def seal(parts: Iterator[Part], file: IO[bytes], keys: list[x25519.Recipient]) -> None:
    """Write the parts, by name and content, sealed to `keys`. What `parts` raises comes out as it is."""
    failed: list[BaseException] = []

    def watched() -> Iterator[bytes]:
        try:
            yield from _archive(parts)
        except BaseException as error:  # it passes through another language, which would keep its words alone
            failed.append(error)
            raise

    try:
        encrypt_io(io.BufferedReader(_Reader(watched()), 65536), file, keys)
    except Exception:
        raise failed[0] if failed else KeepingError("The backup could not be sealed.") from None


@contextmanager
def opened(file: IO[bytes], key: x25519.Identity) -> Iterator[Iterator[Part]]:
    """The parts of a sealed file, one after the other, from its beginning; memory for one of them.

    Raises KeepingError in the block's loop or at its end when the key is another one, or the file is not what was
    sealed: so nothing is settled before the block has ended.
    """
    file.seek(0)
    reading, writing = os.pipe()
    wrong: list[Exception] = []

    def decrypt() -> None:
        try:
            with os.fdopen(writing, "wb") as out:
                decrypt_io(file, out, [key])
        except Exception as error:  # passed on below, where somebody waits
            wrong.append(error)

    thread = threading.Thread(target=decrypt, daemon=True)
    thread.start()
    broken: Exception | None = None
    try:
        with os.fdopen(reading, "rb") as plain:
            try:
                yield _parts(plain)
                while plain.read(65536):  # to the very end, or a cut would not be seen
                    pass
            except tarfile.TarError as error:
                broken = error
            except Exception as error:
                with suppress(OSError):
                    while plain.read(65536):
                        pass
                broken = error
    finally:
        thread.join()
    if wrong:
        raise _refusal(wrong[0])
    if isinstance(broken, tarfile.TarError):
        raise KeepingError("This is sealed as a backup is, and holds something else.")
    if broken is not None:
        raise broken


def _refusal(error: Exception) -> KeepingError:
    if isinstance(error, DecryptError) and "matching keys" in str(error):
        return KeepingError("This backup is sealed to another key. Nothing was changed.")
    return KeepingError("This file is no backup, or is damaged or cut short. Nothing was changed.")


def _parts(plain: IO[bytes]) -> Iterator[Part]:
    with tarfile.open(mode="r|", fileobj=plain) as archive:
        for info in archive:
            if info.size > PIECE or not info.isfile():
                raise tarfile.ReadError("not a part of a backup")
            content = archive.extractfile(info)
            yield info.name, content.read() if content is not None else b""
