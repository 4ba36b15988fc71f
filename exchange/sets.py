"""Statements that compare all lines of a file with what is known, in one go."""

from typing import Any

from django.db import connection, transaction


def execute(statements: list[str], values: dict[str, Any]) -> None:
    """Run statements over the lines of one run.

    A table that was just filled has no statistics yet: PostgreSQL takes it for empty, and a loop in a loop over
    3,000 lines lasts for minutes. So it is told not to nest loops. The plans that are left look expensive to it, and
    it must not compile them either: that takes seconds.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_nestloop = off")
        cursor.execute("SET LOCAL jit = off")
        for statement in statements:
            cursor.execute(statement, values)
        cursor.execute("SET LOCAL enable_nestloop TO DEFAULT")
        cursor.execute("SET LOCAL jit TO DEFAULT")
