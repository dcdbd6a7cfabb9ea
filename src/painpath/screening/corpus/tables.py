"""The rows of a run as one file: JSON lines, CSV or Parquet. A batch at a time, so that memory stays flat."""

import csv
import io
import os
from collections.abc import Callable, Iterable
from pathlib import Path

import msgspec

from painpath.pathway.model import Pathway
from painpath.screening.corpus.batch import Row

Write = Callable[[Path, Iterable[bytes], Pathway], None]


def columns(pathway: Pathway) -> list[str]:
    """The columns of CSV and Parquet: one row for each file, one column for the state of each criterion."""
    states = [criterion.id for criterion in pathway.criteria]
    return ["document", "error", "written_on", "writer", *states, "evidence", "alerts", "unread"]


def write(out: Path, batches: Iterable[bytes], pathway: Pathway) -> None:
    """Write the result as its name says, whole or not at all.

    `batches` are rows as JSON lines. KeyError for a name that `KINDS` does not know.
    """
    part = out.with_name(f"{out.name}.{os.getpid()}.writing")
    try:
        KINDS[out.suffix.lower()](part, batches, pathway)
        part.replace(out)
    finally:
        part.unlink(missing_ok=True)


def _jsonl(out: Path, batches: Iterable[bytes], pathway: Pathway) -> None:
    head = {"pathway": pathway.name, "version": pathway.version, "digest": pathway.digest}
    with out.open("wb") as file:
        for batch in batches:
            for line in batch.splitlines():
                row = msgspec.json.decode(line)
                if row["error"]:
                    row = {"document": row["document"], "error": row["error"]}
                else:
                    row = {"document": row["document"], **head} | {
                        key: row[key] for key in ("criteria", "alerts", "unread")
                    }
                file.write(msgspec.json.encode(row) + b"\n")


def _csv(out: Path, batches: Iterable[bytes], pathway: Pathway) -> None:
    names = columns(pathway)
    with out.open("wb") as raw, io.TextIOWrapper(raw, encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, names, lineterminator="\n")
        table.writeheader()
        for batch in batches:
            table.writerows(_flat(line) for line in batch.splitlines())


def _parquet(out: Path, batches: Iterable[bytes], pathway: Pathway) -> None:
    import pyarrow
    from pyarrow import parquet

    about = {"pathway": pathway.name, "version": pathway.version, "digest": pathway.digest}
    schema = pyarrow.schema([(name, pyarrow.string()) for name in columns(pathway)], metadata=about)
    with parquet.ParquetWriter(out, schema, compression="zstd") as table:
        for batch in batches:
            table.write_table(pyarrow.Table.from_pylist([_flat(line) for line in batch.splitlines()], schema=schema))


def _flat(line: bytes) -> dict[str, str | None]:
    """A row of the flat tables: states by criterion; evidence, alerts and unread pages as JSON."""
    row = msgspec.json.decode(line, type=Row)
    flat: dict[str, str | None] = {
        "document": row.document,
        "error": row.error,
        "written_on": row.written_on.isoformat() if row.written_on else None,
        "writer": row.writer,
    }
    if row.error is None:
        flat |= {one.id: one.state.value for one in row.criteria}
        flat["evidence"] = msgspec.json.encode({one.id: one.evidence for one in row.criteria if one.evidence}).decode()
        flat["alerts"] = msgspec.json.encode(row.alerts).decode()
        flat["unread"] = msgspec.json.encode(row.unread).decode()
    return flat


KINDS: dict[str, Write] = {".jsonl": _jsonl, ".csv": _csv, ".parquet": _parquet}
