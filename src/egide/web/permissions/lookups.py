"""How does a query name thousands of rows without fetching their numbers? `pk__any_of=ArraySubquery(…)`.

PostgreSQL makes the array first, once, and then reads those rows by key. It grants nothing.
"""

from __future__ import annotations

from typing import Any

from django.db.models import BigAutoField, Lookup


@BigAutoField.register_lookup
class AnyOf(Lookup):
    """`pk__any_of=ArraySubquery(…)`: the rows an array names, which PostgreSQL makes first, once, and then reads by key."""

    lookup_name = "any_of"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """As `= ANY`: for `IN` it would read every case and look each up."""
        left, left_params = self.process_lhs(compiler, connection)
        right, right_params = self.process_rhs(compiler, connection)
        return f"{left} = ANY ({right})", (*left_params, *right_params)
