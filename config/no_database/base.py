from typing import NoReturn

from django.core.management import CommandError
from django.db import OperationalError
from django.db.backends.postgresql import base


class NoDatabase(OperationalError, CommandError):
    """Both, so that `makemigrations` goes on without a database and other commands end with one line."""


class DatabaseWrapper(base.DatabaseWrapper):
    """Everything about PostgreSQL is known (checks, types, migrations); only connecting is refused."""

    def connect(self) -> NoReturn:
        raise NoDatabase(
            'no database is running. Start it with `make run` in another terminal, or use `make manage ARGS="..."`; '
            "for tests use `make test`. DATABASE_URL names a server of your own."
        )
