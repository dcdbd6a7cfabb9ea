"""The rows of a run as one file: JSON lines, CSV or Parquet. A batch at a time, so that memory stays flat."""

import csv
import io
import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from painpath.pathway.model import Pathway
from painpath.screening.corpus.batch import Compared, Row

Flat = dict[str, str | None]


class Table(NamedTuple):
    """How rows as JSON become a table."""

    columns: list[str]
    """Of CSV and Parquet."""
    about: dict[str, str]
    """What a Parquet file says of itself."""
    flat: Callable[[bytes], Iterator[Flat]]
    """The rows of CSV and Parquet that a line makes."""
    line: Callable[[dict[str, Any]], dict[str, Any]]
    """The object of JSON lines that a line makes."""


def screened(pathway: Pathway) -> Table:
    """One row for each file, one column for the state of each criterion; evidence, alerts and unread pages as JSON."""
    states = [criterion.id for criterion in pathway.criteria]
    head = _head(pathway)

    def line(row: dict[str, Any]) -> dict[str, Any]:
        return {"document": row["document"], **head} | {key: row[key] for key in ("criteria", "alerts", "unread")}

    columns = ["document", "error", "written_on", "writer", *states, "evidence", "alerts", "unread"]
    return Table(columns, head, _screened, line)


def compared(before: Pathway, after: Pathway) -> Table:
    """One row for each alert that is lost, new or of another certainty, for each criterion of each letter that changes
    its state, and for each file that could not be read. The alerts of a letter come first.

    As JSON lines, one for each file, whether something changes or not.
    """
    heads = {"before": _head(before), "after": _head(after)}
    about = {f"{side}_{key}": value for side, head in heads.items() for key, value in head.items()}

    def line(row: dict[str, Any]) -> dict[str, Any]:
        return {"document": row["document"], **heads} | {key: row[key] for key in ("alerts", "changes", "unread")}

    columns = [
        "document", "error", "written_on", "alert", "criterion", "before", "after", "quotes_before", "quotes_after",
        "unread",
    ]  # fmt: skip
    return Table(columns, about, _compared, line)


def _head(pathway: Pathway) -> dict[str, str]:
    return {"pathway": pathway.name, "version": pathway.version, "digest": pathway.digest}


def write(out: Path, batches: Iterable[bytes], table: Table) -> None:
    """Write the result as its name says, whole or not at all.

    `batches` are rows as JSON lines. KeyError for a name that `KINDS` does not know.
    """
    part = out.with_name(f"{out.name}.{os.getpid()}.writing")
    try:
        KINDS[out.suffix.lower()](part, batches, table)
        part.replace(out)
    finally:
        part.unlink(missing_ok=True)


def _jsonl(out: Path, batches: Iterable[bytes], table: Table) -> None:
    with out.open("wb") as file:
        for batch in batches:
            for line in batch.splitlines():
                row = msgspec.json.decode(line)
                bad = {"document": row["document"], "error": row["error"]}
                file.write(msgspec.json.encode(bad if row["error"] else table.line(row)) + b"\n")


def _csv(out: Path, batches: Iterable[bytes], table: Table) -> None:
    with out.open("wb") as raw, io.TextIOWrapper(raw, encoding="utf-8", newline="") as file:
        rows = csv.DictWriter(file, table.columns, lineterminator="\n")
        rows.writeheader()
        for batch in batches:
            rows.writerows(row for line in batch.splitlines() for row in table.flat(line))


def _parquet(out: Path, batches: Iterable[bytes], table: Table) -> None:
    import pyarrow
    from pyarrow import parquet

    schema = pyarrow.schema([(name, pyarrow.string()) for name in table.columns], metadata=table.about)
    with parquet.ParquetWriter(out, schema, compression="zstd") as file:
        for batch in batches:
            rows = [row for line in batch.splitlines() for row in table.flat(line)]
            if rows:
                file.write_table(pyarrow.Table.from_pylist(rows, schema=schema))


def _screened(line: bytes) -> Iterator[Flat]:
    row = msgspec.json.decode(line, type=Row)
    flat: Flat = {
        "document": row.document,
        "error": row.error,
        "written_on": row.written_on.isoformat() if row.written_on else None,
        "writer": row.writer,
    }
    if row.error is None:
        flat |= {one.id: one.state.value for one in row.criteria}
        flat["evidence"] = _json({one.id: one.evidence for one in row.criteria if one.evidence})
        flat["alerts"] = _json(row.alerts)
        flat["unread"] = _json(row.unread)
    yield flat


def _compared(line: bytes) -> Iterator[Flat]:
    row = msgspec.json.decode(line, type=Compared)
    if row.error is not None:
        yield {"document": row.document, "error": row.error}
    whole: Flat = {
        "document": row.document,
        "written_on": row.written_on.isoformat() if row.written_on else None,
        "unread": _json(row.unread),
    }
    for alert in row.alerts:
        before, after = alert.certainties
        yield whole | {
            "alert": alert.kind,
            "before": before,
            "after": after,
            "quotes_before": _json((alert.before,) if alert.before else ()),
            "quotes_after": _json((alert.after,) if alert.after else ()),
        }
    for change in row.changes:
        yield whole | {
            "criterion": change.criterion,
            "before": change.before,
            "after": change.after,
            "quotes_before": _json(change.quotes.before),
            "quotes_after": _json(change.quotes.after),
        }


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()


KINDS: dict[str, Callable[[Path, Iterable[bytes], Table], None]] = {
    ".jsonl": _jsonl,
    ".csv": _csv,
    ".parquet": _parquet,
}
