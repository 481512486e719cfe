"""How does a query name thousands of rows, by a subquery or by number (`pk__any_of=…`), and the word of an index (`status__word=…`)?

PostgreSQL makes the array of a subquery first, once, and then reads those rows by key. It grants nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from django.db.models import BigAutoField, Lookup, Q, TextField


def numbered(numbers: Iterable[int], key: str = "pk") -> Q:
    """The rows of these numbers, told in one parameter: a list told one by one costs as much as reading the rows."""
    told = _told(frozenset(numbers))
    return Q(**{f"{key}__any_of": told}) if told else Q(pk__in=[])


@lru_cache(maxsize=8)
def _told(numbers: frozenset[int]) -> str:
    """An array in PostgreSQL's words. As one text: Django and the driver would look at each number by itself.

    Kept: one page names the same thousands two or three times.
    """
    return f"{{{','.join(map(str, sorted(numbers)))}}}" if numbers else ""


@BigAutoField.register_lookup
class AnyOf(Lookup):
    """`pk__any_of=ArraySubquery(…)`: the rows an array names, which PostgreSQL makes first, once, and then reads by key.

    `pk__any_of="{1,2}"`: the rows of these numbers.
    """

    lookup_name = "any_of"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """As `= ANY`: for `IN` it would read every case and look each up."""
        left, left_params = self.process_lhs(compiler, connection)
        if isinstance(self.rhs, str):
            return f"{left} = ANY (%s::bigint[])", (*left_params, self.rhs)
        right, right_params = self.process_rhs(compiler, connection)
        return f"{left} = ANY ({right})", (*left_params, *right_params)


@TextField.register_lookup
class Word(Lookup):
    """`status__word="open"`: the word stands in the statement. A plan that PostgreSQL made once for all values cannot

    know that an index of the open rows alone serves them.
    """

    lookup_name = "word"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """As a literal. Raises ValueError for anything but a word of the code's own."""
        word = str(self.rhs)
        if not (word.isascii() and word.isidentifier()):
            raise ValueError(f"{word!r} is no word of ours: ask for it with = and a parameter")
        left, left_params = self.process_lhs(compiler, connection)
        return f"{left} = '{word}'", tuple(left_params)
