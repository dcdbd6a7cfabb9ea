"""What would have to change in the tables before they could be spread over several PostgreSQL servers by service, as a
page. Made of the models, so that it cannot be wrong for long:

    python tools/distribution.py > docs/reference/distribution.md
"""

import os
from collections.abc import Iterator, Sequence

import django
from django.apps import apps
from django.db.models import ForeignKey, Model, UniqueConstraint

PAGE = """# Tables by service

Made by `python tools/distribution.py`; a test compares the two. What it means: [scale](../scale.md).

**{own} tables have a `service_id`** and would be distributed by it: {own_names}.

**{apart} belong to no service**: {apart_names}.

**Primary keys**: all {own} are one number. Each becomes (`service_id`, `id`).

**Foreign keys**: {inside} from one distributed table to another; each becomes (`service_id`, ...). {outside} to
tables of no service: {outside_names}. And one from each table to its service.

**Unique without the service, {lone}.** Where a column points to a row of one service, the service has only to be added.
The others, {free}, are unique over all services today, and would be so within each.

| table | columns | held together by a foreign key |
|---|---|---|
{rows}
"""


def tables() -> tuple[list[type[Model]], list[type[Model]]]:
    """Those with a `service_id`, and the others."""
    every = apps.get_models(include_auto_created=True)
    own = [model for model in every if any(field.column == "service_id" for field in model._meta.local_fields)]
    return own, [model for model in every if model not in own]


def keys(model: type[Model]) -> list[ForeignKey]:
    """Its foreign keys, but for the one to its service."""
    fields = model._meta.local_fields
    return [field for field in fields if isinstance(field, ForeignKey) and field.column != "service_id"]


def unique(model: type[Model]) -> Iterator[tuple[str, ...]]:
    """What is unique in a table besides its primary key, as columns."""
    columns = {field.name: field.column for field in model._meta.local_fields}
    for field in model._meta.local_fields:
        if field.unique and not field.primary_key:
            yield (field.column,)
    for constraint in model._meta.constraints:
        if isinstance(constraint, UniqueConstraint):
            yield tuple(columns[name] for name in constraint.fields) or (f"{constraint.name}, an expression",)


def page() -> str:
    """The page."""
    own, apart = tables()
    lone = sorted(
        (model._meta.db_table, columns, any(key.column in columns and key.related_model in own for key in keys(model)))
        for model in own for columns in set(unique(model)) if "service_id" not in columns
    )  # fmt: skip
    inside = [key for model in own for key in keys(model) if key.related_model in own]
    outside = [f"`{model._meta.db_table}.{key.column}`"
               for model in own for key in keys(model) if key.related_model not in own]  # fmt: skip
    return PAGE.format(
        own=len(own), own_names=_names(own), apart=len(apart), apart_names=_names(apart), inside=len(inside),
        outside=len(outside), outside_names=", ".join(sorted(outside)), lone=len(lone),
        free=sum(not held for _, _, held in lone),
        rows="\n".join(
            f"| `{table}` | {', '.join(f'`{one}`' for one in columns)} | {'yes' if held else '**no**'} |"
            for table, columns, held in lone
        ),
    )  # fmt: skip


def _names(models: Sequence[type[Model]]) -> str:
    return ", ".join(sorted(f"`{model._meta.db_table}`" for model in models))


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "painpath.settings")
    django.setup()
    print(page(), end="")
