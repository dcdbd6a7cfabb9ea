"""One table of the record into one Parquet file, batch by batch: memory does not grow with the record."""

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from django.apps import apps
from django.db.models import DateField, DateTimeField, ExpressionWrapper, Model, QuerySet
from django.db.models.functions import TruncDate

from painpath import clock
from painpath.measuring import groups
from painpath.measuring.deprivation import decile_of
from painpath.measuring.export.pseudonyms import Pseudonyms
from painpath.measuring.export.table import Column, Table

BATCH = 20_000
OLDEST = 90
_CODE = re.compile(r"(?!.*\d{6})[A-Za-z0-9][A-Za-z0-9._:+-]{0,59}")
"""An id: no blank, so no name and no sentence; no six digits in a row, so no NHS number, no phone number, no UBRN."""
_TYPES = {"string": pa.string(), "integer": pa.int64(), "boolean": pa.bool_(), "day": pa.date32(),
          "strings": pa.list_(pa.string())}  # fmt: skip


@dataclass
class Written:
    """What one file has: its rows, and how many values of a column were not written as an id and are left empty."""

    rows: int = 0
    refused: dict[str, int] = field(default_factory=dict)


def schema(table: Table) -> pa.Schema:
    """The columns of a file, each with its meaning. It depends on the program alone, never on what is in the record."""
    return pa.schema(
        [pa.field(one.name, _TYPES[one.kind], metadata={"meaning": one.meaning}) for one in table.columns],
        metadata={"meaning": table.meaning},
    )


def write(table: Table, file: Path, pseudonyms: Pseudonyms, service: int, rows: "QuerySet[Model]") -> Written:
    """Write the rows, by their numbers; within a batch by their pseudonyms: their order tells no time of day."""
    written, wanted = Written(), [_asked(one, rows.model) for one in table.columns]
    ages = any(one.treatment == "age" for one in table.columns)
    found = rows.order_by("pk").values_list(*wanted, *([_day("received_at")] if ages else []))
    with pq.ParquetWriter(file, schema(table), compression="zstd") as parquet:
        walk = iter(found.iterator(chunk_size=BATCH))
        while batch := tuple(islice(walk, BATCH)):
            parquet.write_table(_made(table, batch, pseudonyms, service, written), row_group_size=BATCH)
            written.rows += len(batch)
    return written


def _asked(column: Column, model: type[Model]) -> "str | ExpressionWrapper[TruncDate]":
    """What the query asks for: of a moment only its day, which the database tells quicker than a library of zones."""
    moment = column.treatment == "day" and isinstance(model._meta.get_field(column.lookup), DateTimeField)
    return _day(column.lookup) if moment else column.lookup


def _day(moment: str) -> "ExpressionWrapper[TruncDate]":
    """The day in London. Wrapped, for Django looks at each value of a `TruncDate` itself once more."""
    return ExpressionWrapper(TruncDate(moment, tzinfo=clock.LONDON), output_field=DateField())


def _made(
    table: Table, batch: tuple[tuple[Any, ...], ...], pseudonyms: Pseudonyms, service: int, written: Written
) -> pa.Table:
    columns = list(zip(*batch, strict=True))
    received = columns[len(table.columns)] if len(columns) > len(table.columns) else ()
    made = []
    for one, values in zip(table.columns, columns, strict=False):
        instead = _values(one, values, received, pseudonyms, service, written)
        made.append(pa.array(instead, type=_TYPES[one.kind]))
    whole = pa.Table.from_arrays(made, schema=schema(table))
    return whole.sort_by("id")


def _values(
    one: Column, values: Sequence[Any], received: Sequence[date], pseudonyms: Pseudonyms, service: int, out: Written
) -> list[Any]:
    """What the export has instead of these values."""
    if one.treatment == "pseudonym":
        return pseudonyms.of_all(one.of, values)
    if one.treatment == "keep":
        known = frozenset(one.values)
        return _each(values, lambda value: _kept(value, known)) if known else list(values)
    if one.treatment == "code":
        found = iter(_codes(filter(None, values), one, out))
        return [next(found) if value else None for value in values]
    if one.treatment == "codes":
        return [[code for code in _codes(_inside(value, one.inside), one, out) if code] for value in values]
    if one.treatment == "day":
        return list(values)
    if one.treatment == "age":
        return [age(born, at) for born, at in zip(values, received, strict=True)]
    if one.treatment == "decile":
        deciles = decile_of(service, {value for value in values if value})
        return [deciles.get(value) for value in values]
    return _each(values, lambda value: _GROUPS[one.treatment](value or ""))


def _each(values: Sequence[Any], instead: Callable[[Any], Any]) -> list[Any]:
    """What stands instead of each; made once for those that are equal."""
    made = {value: instead(value) for value in set(values)}
    return [made[value] for value in values]


_GROUPS: dict[str, Callable[[str], str]] = {"ethnic group": groups.ethnicity, "language group": groups.language}


def _kept(value: Any, known: Collection[str]) -> Any:
    """One of a fixed list; empty for "" and for what an older program may have kept."""
    return value if str(value) in known else None


def _codes(values: Iterable[Any], column: Column, out: Written) -> list[str | None]:
    found = [value if isinstance(value, str) and _is_code(value) else None for value in values]
    if lost := found.count(None):
        out.refused[column.name] = out.refused.get(column.name, 0) + lost
    return found


@lru_cache(maxsize=10_000)
def _is_code(value: str) -> bool:
    return _CODE.fullmatch(value) is not None


def _inside(value: Any, key: str) -> list[Any]:
    """The values of a JSON field: of a list, of this key in each of a list, or of this key."""
    if key and isinstance(value, dict):
        value = value.get(key)
    elif key and isinstance(value, list):
        value = [one.get(key) for one in value if isinstance(one, dict)]
    given = value if isinstance(value, list) else [value]
    return [one for one in given if one not in (None, "")]


def age(born: date | None, on: date) -> int | None:
    """Whole years on the day of receipt, no more than `OLDEST`; None where the day of birth is not known, or later."""
    if born is None or born > on:
        return None
    return min(OLDEST, on.year - born.year - ((on.month, on.day) < (born.month, born.day)))


def model_of(table: Table) -> type[Model]:
    """The model by its name: those of layers above are never imported."""
    return apps.get_model(table.model)
