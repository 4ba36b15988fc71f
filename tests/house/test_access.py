"""Every address, for every role of the cast, as insider and as the same role of another school: closed by default."""

import pytest
from django.test import Client
from django.urls import get_resolver

from accounts.roles import Role
from demo.cast import SENTINEL
from tests.house.access import TABLE, Row, things_of

OPEN = {200, 302, 303, 409, 410, 422, 429}


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


def ask(client: Client, method: str, path: str):
    return client.get(path) if method == "get" else client.post(path)


def expected(row: Row, method: str, role: Role) -> bool:
    return role in (row.get if method == "get" else row.post)


def cases():
    return [(name, role, method) for name, row in sorted(TABLE.items()) for role in Role for method in ("get", "post")]


@pytest.mark.parametrize(("name", "role", "method"), cases())
def test_a_role_of_the_school_gets_in_only_where_the_table_says_so(cast, name, role, method):
    row = TABLE[name]
    answer = ask(cast.client(cast.insider(role)), method, row.path(things_of(cast, role)))
    if expected(row, method, role):
        assert answer.status_code in OPEN
    else:
        assert answer.status_code in {404, 405}
    assert SENTINEL not in answer.content.decode(errors="replace")


@pytest.mark.parametrize(("name", "role", "method"), cases())
def test_the_same_role_of_another_school_gets_nothing_of_this_one(cast, name, role, method):
    row = TABLE[name]
    answer = ask(cast.client(cast.outsider(role)), method, row.path(things_of(cast, role)))
    if (row.names_a_thing and not row.public) or not expected(row, method, role):
        assert answer.status_code in {404, 405}
    else:
        assert answer.status_code in OPEN
    text = answer.content.decode(errors="replace")
    assert not {"Kowal", "Novak", "Marek Motors", "Sunrise Bakery"} & {name for name in row.sentinels if name in text}


@pytest.mark.parametrize("name", sorted(TABLE))
@pytest.mark.parametrize("method", ["get", "post"])
def test_whoever_is_not_signed_in_is_asked_to_sign_in(cast, name, method):
    row = TABLE[name]
    answer = ask(Client(), method, row.path(things_of(cast, Role.COORDINATOR)))
    if row.public:
        assert answer.status_code in OPEN | {404, 405}
    else:
        assert answer.status_code == 302
        assert answer["Location"].startswith("/accounts/login/")
