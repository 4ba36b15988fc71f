"""Every address, for every role of the cast, as insider and as the same role of another school: closed by default."""

import pytest
from django.test import Client
from django.urls import get_resolver

from accounts.roles import Role
from demo.cast import SENTINEL
from tests.house.access import TABLE, Row

OPEN = {200, 302, 303, 409, 410, 422, 429}
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


def ask(client: Client, method: str, row: Row, role: Role):
    return client.get(row.path(role)) if method == "get" else client.post(row.path(role), row.form(role))


def expected(row: Row, method: str, role: Role) -> bool:
    return role in (row.get if method == "get" else row.post)


CASES = [(name, role) for name in sorted(TABLE) for role in Role]


@pytest.mark.parametrize(("name", "role"), CASES)
def test_a_role_of_the_school_gets_in_only_where_the_table_says_so(cast, name, role):
    row = TABLE[name]
    for method in ("get", "post"):
        answer = ask(cast.client(cast.insider(role)), method, row, role)
        wanted = OPEN if expected(row, method, role) else CLOSED
        assert answer.status_code in wanted, method
        assert SENTINEL not in answer.content.decode(errors="replace"), method


@pytest.mark.parametrize(("name", "role"), CASES)
def test_the_same_role_of_another_school_gets_nothing_of_this_one(cast, name, role):
    row = TABLE[name]
    for method in ("get", "post"):
        answer = ask(cast.client(cast.outsider(role)), method, row, role)
        inside = expected(row, method, role) and (row.public or not (row.names_a_thing or row.data))
        assert answer.status_code in (OPEN if inside else CLOSED), method
        text = answer.content.decode(errors="replace")
        assert [name for name in row.secrets if name in text] == [], method


@pytest.mark.parametrize("name", sorted(TABLE))
def test_whoever_is_not_signed_in_is_asked_to_sign_in(cast, name):
    row = TABLE[name]
    for method in ("get", "post"):
        answer = ask(Client(), method, row, Role.COORDINATOR)
        if row.public:
            assert answer.status_code in OPEN | CLOSED, method
        else:
            assert (answer.status_code, answer["Location"][:16]) == (302, "/accounts/login/"), method
