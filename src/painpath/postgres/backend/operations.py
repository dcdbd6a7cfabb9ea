"""Django's operations of PostgreSQL, with our compiler and joins that are worked out once."""

from functools import lru_cache
from typing import Any

from django.db.backends.postgresql import operations


class DatabaseOperations(operations.DatabaseOperations):
    compiler_module = "painpath.postgres.backend.compiler"

    def prepare_join_on_clause(self, lhs_table: str, lhs_field: Any, rhs_table: str, rhs_field: Any) -> Any:
        """As Django's: whether two columns are of one type is asked of the models, which do not change, and not of the
        database."""
        if not hasattr(self, "_joins"):
            self._joins = lru_cache(maxsize=1024)(super().prepare_join_on_clause)
        return self._joins(lhs_table, lhs_field, rhs_table, rhs_field)
