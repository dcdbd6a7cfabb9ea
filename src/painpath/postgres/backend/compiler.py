"""Django's SQL, made with less work.

The program asks many small questions of wide tables, and most of what a page costs is the making of their SQL. What is
made here is, letter by letter, what Django makes.
"""

from typing import Any

from django.db.backends.postgresql import compiler
from django.db.backends.postgresql.compiler import (
    SQLAggregateCompiler,
    SQLDeleteCompiler,
    SQLInsertCompiler,
    SQLUpdateCompiler,
)
from django.db.models.expressions import Col

__all__ = ["SQLAggregateCompiler", "SQLCompiler", "SQLDeleteCompiler", "SQLInsertCompiler", "SQLUpdateCompiler"]

_NAMELESS: Any = (None, None, None)


class SQLCompiler(compiler.SQLCompiler):
    """Columns are by far the most of what is selected: they take the short way."""

    def compile(self, node: Any) -> Any:
        """A column of a table is its two names."""
        if type(node) is Col and node.alias:
            table, column = node.alias, str(node.target.column)
            quoted, quote = self.quote_cache.get, self.quote_name_unless_alias
            return f"{quoted(table) or quote(table)}.{quoted(column) or quote(column)}", []
        return super().compile(node)

    def _order_by_pairs(self) -> Any:
        """What is ordered by may be something selected that has a name of its own. Columns without one are left out:
        looking for them by what they are costs as much as all the rest of the ordering, and finds none."""
        pairs: Any = super()._order_by_pairs
        if self.query.combinator or not self.select:
            return pairs()
        selected: Any = self.select
        self.select = [row if row[2] else _NAMELESS for row in selected]
        try:
            return list(pairs())
        finally:
            self.select = selected
