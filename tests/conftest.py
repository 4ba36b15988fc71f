"""Shared by all tests: the demo world's cast, a frozen day, and templates that fail on undefined variables."""

from dataclasses import dataclass
from datetime import date

import pytest
from django.db import connection
from django.db.backends.postgresql.operations import DatabaseOperations
from django.test import Client
from django.test.utils import setup_databases, teardown_databases

from accounts.models import Membership
from demo import cast as demo_cast
from demo.world import load

TODAY = date(2026, 11, 24)
OPEN = "SET LOCAL session_replication_role = replica"
# A connection that somebody left open, in a thread or a loop of its own, would keep the database from being dropped.
OTHERS = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


class UndefinedVariable(str):
    """Django's own tests of `string_if_invalid` compare with it; any use in a page is an error."""

    def __mod__(self, name):
        raise AssertionError(f"undefined template variable: {name}")

    def __contains__(self, text):
        return text == "%s"


@pytest.fixture(autouse=True, scope="session")
def undefined_template_variables_fail():
    from django.template import engines

    engines["django"].engine.string_if_invalid = UndefinedVariable("%s")


@pytest.fixture(autouse=True, scope="session")
def a_flush_passes_the_triggers():
    """What refuses TRUNCATE is switched off for the one transaction of a flush; only the tests' superuser may."""
    with pytest.MonkeyPatch.context() as patch:
        flush = DatabaseOperations.sql_flush
        patch.setattr(DatabaseOperations, "sql_flush", lambda *args, **options: [OPEN, *flush(*args, **options)])
        yield


def pytest_terminal_summary(terminalreporter):
    """What a test has counted is to be seen also where it passes."""
    for report in terminalreporter.getreports("passed"):
        for name, value in report.user_properties:
            if name == "counted":
                terminalreporter.write_line(value)


@dataclass(frozen=True)
class Cast:
    """Members of the demo world by role, insiders and their outsiders at the other school."""

    today: date

    def insider(self, role: str) -> Membership:
        return demo_cast.member(role)

    def outsider(self, role: str) -> Membership:
        return demo_cast.member(role, demo_cast.WESTGATE)

    def client(self, member: Membership) -> Client:
        client = Client()
        client.force_login(member.user)
        return client


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment, django_db_modify_db_settings, django_db_blocker, django_db_keepdb, django_db_createdb
):
    """The small demo world is in the test database once; each test sees it inside its own transaction.

    pytest-django's own fixture makes no test database when only browser tests run, and would then use the real one.
    """
    with django_db_blocker.unblock():
        made = setup_databases(
            verbosity=0, interactive=False, aliases={"default"}, keepdb=django_db_keepdb and not django_db_createdb
        )
        load(today=TODAY, crowd=False)
    yield
    if not django_db_keepdb:
        with django_db_blocker.unblock():
            with connection.cursor() as cursor:
                cursor.execute(OTHERS)
            teardown_databases(made, verbosity=0)


@pytest.fixture
def cast(db) -> Cast:
    return Cast(today=TODAY)
