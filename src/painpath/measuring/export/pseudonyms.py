"""Keyed pseudonyms: HMAC-SHA256 (RFC 2104) with a key that the service keeps and that is in no database and no export.

The same row has the same pseudonym over time, so that two exports with one key can be joined. Without the key nobody
comes back from a pseudonym to a row, and nobody can try all numbers; a key that is thrown away makes that final.
"""

import base64
import binascii
import hmac
import os
import secrets
from collections.abc import Sequence
from pathlib import Path

from painpath.accounts.models import Service
from painpath.accounts.notify_keys import setting

NAME = "PAINPATH_EXPORT_KEY"
BYTES = 32
_DIGITS = 32
"""128 of the 256 bits: RFC 2104, section 5, asks for half or more."""


class ExportError(Exception):
    """Why there is no export, in a sentence that says what to do."""


def new_key(path: Path) -> None:
    """Write a new key to a file that is not there yet, readable by its owner only. Raises ExportError."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise ExportError(f"The key cannot be written to {path} ({error.strerror}).") from None
    with os.fdopen(descriptor, "w") as file:
        file.write(base64.b64encode(secrets.token_bytes(BYTES)).decode() + "\n")


def key_of(service: Service) -> bytes:
    """The key of this service, from the environment of the site. Raises ExportError for none, and for half of one."""
    said = setting(service, NAME)
    if not said:
        raise ExportError(
            "There is no key for pseudonyms. Make one with `painpath export FILE --new-key`, keep a copy where only "
            f"the service comes to it, and set {NAME}_FILE to that file."
        )
    try:
        key = base64.b64decode(said, validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != BYTES:
        raise ExportError(f"{NAME} is not a key that `painpath export --new-key` has made.")
    return key


class Pseudonyms:
    """Pseudonyms of one service."""

    def __init__(self, service: Service, key: bytes) -> None:
        self._service, self._key = service.slug, key

    def of(self, model: str, pk: object) -> str | None:
        """The pseudonym of a row of this model; None for no row."""
        return self.of_all(model, [pk])[0]

    def of_all(self, model: str, pks: Sequence[object]) -> list[str | None]:
        """The pseudonym of each of these rows; one that comes often is made once."""
        start = f"{self._service}|{model}|"
        made: dict[object, str | None] = {pk: self._made(f"{start}{pk}")[:_DIGITS] for pk in set(pks) - {None}}
        made[None] = None
        return [made[pk] for pk in pks]

    @property
    def key_id(self) -> str:
        """By which one sees that two exports were made with one key; nothing of the key."""
        return self._made("key")[:8]

    def _made(self, words: str) -> str:
        return hmac.digest(self._key, words.encode(), "sha256").hex()
