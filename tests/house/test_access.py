"""Every address, for every role of the cast, as insider and as the same role of another school: closed by default."""

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import get_resolver

from accounts.roles import Role
from demo.cast import SENTINEL
from tests.house.access import TABLE, Row
from tests.house.things import Things

OPEN = {200, 302, 303, 409, 410, 422, 429, 503}
CLOSED = {404, 405}


def names(resolver=None, prefix="") -> set[str]:
    found = set()
    for pattern in (resolver or get_resolver()).url_patterns:
        if hasattr(pattern, "url_patterns"):
            found |= names(pattern, f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix)
        else:
            found.add(f"{prefix}{pattern.name}")
    return found


def test_every_address_has_a_row_and_no_row_is_stale():
    assert sorted(names() - set(TABLE)) == []
    assert sorted(set(TABLE) - names()) == []


def rows(role: Role) -> list[tuple[str, Row]]:
    """What a link opens is the same whoever has signed in on that machine: one role tries it."""
    return [
        (name, row)
        for name, row in sorted(TABLE.items())
        if role == Role.SUPERVISOR or not row.template.startswith("/link/")
    ]


def codes(client: Client, row: Row, things: Things) -> dict[str, HttpResponse]:
    """The answers to GET and POST, of which nothing stays: each address meets the world as it was."""
    cookies = client.cookies.copy()
    with transaction.atomic():
        path = row.path(things)
        answers = {"get": client.get(path), "post": client.post(path, row.form(things))}
        transaction.set_rollback(True)
    client.cookies = cookies
    return answers


def expected(row: Row, method: str, role: Role) -> bool:
    return role in (row.get if method == "get" else row.post)


@pytest.mark.parametrize("role", Role)
def test_a_role_of_the_school_gets_in_only_where_the_table_says_so(cast, role):
    client, things, wrong = cast.client(cast.insider(role)), Things(role), []
    for name, row in rows(role):
        for method, answer in codes(client, row, things).items():
            wanted = OPEN if expected(row, method, role) else CLOSED
            if answer.status_code not in wanted or SENTINEL in answer.content.decode(errors="replace"):
                wrong.append((name, method, answer.status_code))
    assert wrong == []


@pytest.mark.parametrize("role", Role)
def test_the_same_role_of_another_school_gets_nothing_of_this_one(cast, role):
    client, things, wrong = cast.client(cast.outsider(role)), Things(role), []
    for name, row in rows(role):
        for method, answer in codes(client, row, things).items():
            inside = expected(row, method, role) and (row.public or not (row.names_a_thing or row.data))
            text = answer.content.decode(errors="replace")
            leaked = [secret for secret in row.secrets if secret in text]
            if answer.status_code not in (OPEN if inside else CLOSED) or leaked:
                wrong.append((name, method, answer.status_code, leaked))
    assert wrong == []


def test_whoever_is_not_signed_in_is_asked_to_sign_in(cast):
    things, wrong = Things(Role.COORDINATOR), []
    for name, row in sorted(TABLE.items()):
        for method, answer in codes(Client(), row, things).items():
            asked = answer.status_code == 302 and answer["Location"].startswith("/accounts/login/")
            if not (answer.status_code in OPEN | CLOSED if row.public else asked):
                wrong.append((name, method, answer.status_code))
    assert wrong == []
