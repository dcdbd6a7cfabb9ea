"""The data dictionary of an export, made of the models and of `fields.yaml`: for programs, and for people."""

import json
from typing import Any

from painpath.measuring.export.table import CLASSES, DROPPED, Table, left_out, tables

FORMAT = 1
"""Goes up when a column goes away or means something else; a new column leaves it."""


def as_data() -> dict[str, Any]:
    """Everything that the dictionary says, as plain values."""
    return {
        "format": FORMAT,
        "treatments": CLASSES,
        "tables": [_table(table) for table in tables()],
        "left_out": left_out(),
    }


def _table(table: Table) -> dict[str, Any]:
    return {
        "name": table.name,
        "file": f"{table.name}.parquet",
        "made_of": table.model,
        "meaning": table.meaning,
        "columns": [
            {"name": one.name, "type": one.kind, "treatment": one.treatment, "meaning": one.meaning}
            | ({"values": list(one.values)} if one.values else {})
            | ({"row_of": _row_of(one.of)} if one.of and one.name != "id" else {})
            for one in table.columns
        ],
        "not_exported": {name: DROPPED[treatment] for name, treatment in table.dropped},
    }


def _row_of(model: str) -> str | None:
    return next((table.name for table in tables() if table.model == model), None)


def as_json() -> bytes:
    """As a file of an export."""
    return (json.dumps(as_data(), indent=1, ensure_ascii=False) + "\n").encode()


PAGE = """# What an export of the record has

Made by `python tools/export_dictionary.py` of the models and of `measuring/export/fields.yaml`; a test compares the
three. How an export is made and read: [export](../export.md). Each export carries this page as `dictionary.md`, and the
same for programs as `dictionary.json`.

| what is done with a field | |
|---|---|
{treatments}

{tables}
## Tables of which nothing is exported

{left_out}
"""


def as_markdown() -> str:
    """As a page."""
    data = as_data()
    return PAGE.format(
        treatments="\n".join(f"| {name} | {words} |" for name, words in data["treatments"].items()),
        tables="\n".join(map(_section, data["tables"])),
        left_out="\n".join(f"- {label}: {why}" for label, why in data["left_out"].items()),
    )


def _section(table: dict[str, Any]) -> str:
    rows = [f"| `{one['name']}` | {one['type']} | {one['treatment']} | {_said(one)} |" for one in table["columns"]]
    lines = [f"## {table['name']}", "", table["meaning"].replace("|", "\\|"), "",
             "| column | type | how | meaning |", "|---|---|---|---|", *rows, ""]  # fmt: skip
    if table["not_exported"]:
        by_reason: dict[str, list[str]] = {}
        for name, why in table["not_exported"].items():
            by_reason.setdefault(why.removeprefix("not exported: "), []).append(f"`{name}`")
        said = "; ".join(f"{', '.join(names)} ({why})" for why, names in by_reason.items())
        lines += [f"Not exported: {said}.", ""]
    return "\n".join(lines)


def _said(column: dict[str, Any]) -> str:
    words = [column["meaning"]]
    if of := column.get("row_of"):
        words.append(f"a row of `{of}`")
    if values := column.get("values"):
        words.append(f"one of {', '.join(f'`{value}`' for value in values)}")
    return ". ".join(words).replace("|", "\\|")
