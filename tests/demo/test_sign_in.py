"""Signing in as one of the cast: one POST, also from a script."""

import pytest
from django.test import Client

from accounts.roles import Role
from demo.cast import address


@pytest.mark.parametrize("role", Role)
def test_one_post_signs_in_as_a_role_of_the_cast(cast, role):
    client = Client(enforce_csrf_checks=True)
    answer = client.post("/demo/sign-in/", {"as": role.value})
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert client.get("/").wsgi_request.user.email == address(role)


def test_nobody_else_can_be_signed_in_as(cast):
    for name in ("", "somebody", "Coordinator"):
        assert Client().post("/demo/sign-in/", {"as": name}).status_code == 404
