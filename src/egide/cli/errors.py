"""What a person asked of `egide` that cannot be done, in a sentence."""

from __future__ import annotations


class UsageError(Exception):
    """Printed as it is, without a traceback; exit code 2. The text says what to do instead."""
