"""How does a query name thousands of rows without fetching their numbers, or hundreds by number? `pk__any_of=…`.

PostgreSQL makes the array of a subquery first, once, and then reads those rows by key. It grants nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import BigAutoField, Lookup, Q


def numbered(numbers: Iterable[int], key: str = "pk") -> Q:
    """The rows of these numbers, told in one parameter: a list told one by one costs as much as reading the rows."""
    told = sorted(set(numbers))
    return Q(**{f"{key}__any_of": told}) if told else Q(pk__in=[])


@BigAutoField.register_lookup
class AnyOf(Lookup):
    """`pk__any_of=ArraySubquery(…)`: the rows an array names, which PostgreSQL makes first, once, and then reads by key.

    `pk__any_of=[…]`: the rows of these numbers.
    """

    lookup_name = "any_of"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """As `= ANY`: for `IN` it would read every case and look each up."""
        left, left_params = self.process_lhs(compiler, connection)
        if isinstance(self.rhs, list):  # as one text: the driver would look at each of thousands of numbers by itself
            return f"{left} = ANY (%s::bigint[])", (*left_params, f"{{{','.join(map(str, self.rhs))}}}")
        right, right_params = self.process_rhs(compiler, connection)
        return f"{left} = ANY ({right})", (*left_params, *right_params)
