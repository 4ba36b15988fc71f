"""The address of the database as Django's settings."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from config.database import PLANNER, from_url


def test_an_address_names_server_role_and_database():
    found = from_url("postgres://app:se%40cret@db.example:5433/placements?sslmode=require")
    assert {name: found[name] for name in ("HOST", "PORT", "NAME", "USER", "PASSWORD")} == {
        "HOST": "db.example", "PORT": "5433", "NAME": "placements", "USER": "app", "PASSWORD": "se@cret",
    }  # fmt: skip
    assert (found["OPTIONS"]["sslmode"], found["OPTIONS"]["options"]) == ("require", PLANNER)


@pytest.mark.parametrize(("query", "options"), [("options=", ""), ("options=-c%20jit%3Don", "-c jit=on")])
def test_what_the_address_says_to_the_planner_takes_the_place_of_ours(query, options):
    assert from_url(f"postgres://app@db.example/placements?{query}")["OPTIONS"]["options"] == options


def test_another_kind_of_database_is_refused():
    with pytest.raises(ImproperlyConfigured, match="must begin with postgres"):
        from_url("mysql://app@db.example/placements")
