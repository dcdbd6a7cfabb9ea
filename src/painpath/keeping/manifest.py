"""What a backup says of itself: the first part of its archive, and what a restore is held against."""

import hashlib
import hmac
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper

FORMAT = 1


class Table(msgspec.Struct, frozen=True):
    """One table: how many rows, what they add up to, and how many policies keep services apart in it."""

    rows: int
    digest: str
    policies: int


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """`kept_key`: the secret key is in the backup, because it was kept beside the database; else it came from the
    environment, and only its fingerprint is here. `settings`: names of the settings that were set, without values."""

    format: int = FORMAT
    made_at: str
    version: str
    server: int
    program: int
    kept_key: bool
    key: str
    migrations: list[str]
    tables: dict[str, Table]
    sequences: dict[str, int]
    settings: list[str]


def fingerprint(secret: str) -> str:
    """Tells one secret key from another, and nothing of it: 64 bits of an HMAC of a key with 384 bits."""
    return hmac.new(secret.encode(), b"painpath.keeping", hashlib.sha256).hexdigest()[:16]


_SAME_WORDS = (
    "SET LOCAL timezone = 'UTC'; SET LOCAL datestyle = 'ISO, MDY'; SET LOCAL intervalstyle = 'postgres';"
    " SET LOCAL bytea_output = 'hex'; SET LOCAL extra_float_digits = 1"
)


def tables(cursor: "CursorWrapper") -> dict[str, Table]:
    """Every table of the record with its rows, in the caller's transaction: the sum of a hash of each row, so that the
    order does not matter. Found anew in another cluster as it was: each row is compared as PostgreSQL writes it."""
    cursor.execute(_SAME_WORDS)
    cursor.execute(
        "SELECT relname, CASE WHEN relrowsecurity THEN (SELECT count(*) FROM pg_policy WHERE polrelid = c.oid)"
        " ELSE 0 END FROM pg_class c WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace ORDER BY 1"
    )
    found = {}
    for name, policies in cursor.fetchall():
        quoted = '"' + name.replace('"', '""') + '"'
        cursor.execute(
            f"SELECT count(*), coalesce(sum(hashtextextended(t::text, 0)), 0)::text FROM public.{quoted} t"  # noqa: S608 a table's own name, quoted
        )
        rows, digest = cursor.fetchone()
        found[name] = Table(rows, digest, policies)
    return found


def sequences(cursor: "CursorWrapper") -> dict[str, int]:
    """Where each sequence stands."""
    cursor.execute("SELECT sequencename, coalesce(last_value, 0) FROM pg_sequences WHERE schemaname = 'public'")
    return dict(cursor.fetchall())
