"""What is digested of the audit, and how: plain functions, the same for sealing, verifying and an export.

An entry's content is JSON as RFC 8785 writes it: one object, keys in order, no white space, UTF-8, moments in UTC with
six decimals. Its digest is SHA-256 (FIPS 180-4). Its number stands beside the digest, not in it, so that an entry that
was put in another's place is known again.
"""

import hashlib
import json
from datetime import UTC, datetime
from typing import Any, NamedTuple

_NUMBER = 8
LEAF = _NUMBER + hashlib.sha256().digest_size


class Entry(NamedTuple):
    """One row of the audit; the fields are the columns."""

    id: int
    at: datetime
    service_id: int
    by_id: int | None
    process: str
    action: str
    subject_type: str
    subject_id: str
    detail: Any
    written_in: int | None
    written_on: int | None


def canonical(value: Any) -> bytes:
    """`value` as the one JSON text that it has. Raises ValueError for what JSON cannot hold, such as NaN."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


def moment(at: datetime) -> str:
    """A moment as text, in UTC."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def content(entry: Entry) -> dict[str, Any]:
    """What is digested of `entry`, as JSON values: every column but its number."""
    said = {**entry._asdict(), "at": moment(entry.at)}
    del said["id"]
    return said


def digest(entry: Entry) -> bytes:
    """The digest of what `entry` says."""
    return hashlib.sha256(canonical(content(entry))).digest()


def leaf(entry: Entry) -> bytes:
    """What a seal holds of `entry`."""
    return entry.id.to_bytes(_NUMBER, "big") + digest(entry)


def parted(leaves: bytes) -> dict[int, bytes]:
    """Number of the entry -> its digest, of what a seal holds. What is no whole leaf at the end is left out."""
    starts = range(0, len(leaves) - LEAF + 1, LEAF)
    return {int.from_bytes(leaves[at : at + _NUMBER], "big"): leaves[at + _NUMBER : at + LEAF] for at in starts}


class Head(NamedTuple):
    """What the digest of a seal is made of: all of its columns but the digest and its signature."""

    service_id: int
    number: int
    made_at: datetime
    written_on: int | None
    since: int | None
    until: int | None
    leaves: bytes
    previous: str

    def digest(self) -> str:
        """In hexadecimal. The leaves go in as their own SHA-256."""
        said = {
            **self._asdict(),
            "made_at": moment(self.made_at),
            "leaves": hashlib.sha256(self.leaves).hexdigest(),
        }
        return hashlib.sha256(canonical(said)).hexdigest()
