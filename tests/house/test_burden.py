"""The burden budget holds: each field that hosts must fill in has an owner and a purpose, and no tier asks too much."""

import pytest

from accounts.roles import HOST, Role
from placements import burden
from placements.burden import BUDGETS, TABLE, Tier, counted
from placements.forms.feedback import FeedbackForm
from tests.house.access import TABLE as ACCESS
from tests.house.host_fields import fields_on, required_of


def test_every_required_field_of_a_host_has_an_owner_and_a_purpose_and_no_row_is_stale(cast):
    found = set().union(*(required_of(role) for role in HOST))
    known = {(row.screen, row.field) for row in TABLE}
    assert sorted(found - known) == []
    assert sorted(known - found) == []
    assert len(known) == len(TABLE)


def test_a_field_that_somebody_makes_required_is_noticed(cast, monkeypatch):
    template = ACCESS["placements:host_closing"].template
    assert fields_on(Role.SUPERVISOR, template) == {"tasks", "independence", "phrase", "host_again"}
    monkeypatch.setattr(FeedbackForm.base_fields["remark"], "required", True)
    assert "remark" in fields_on(Role.SUPERVISOR, template)


def test_every_row_says_who_needs_it_and_why():
    assert [row for row in TABLE if row.owner not in Role or not row.purpose.endswith(".")] == []


@pytest.mark.parametrize(("tier", "asked"), [(Tier.LIGHT, 5), (Tier.STANDARD, 6), (Tier.ENHANCED, 7)])
def test_a_tier_asks_no_more_than_its_budget(tier, asked):
    assert len(counted(tier)) == asked <= BUDGETS[tier].fields


def test_the_budgets_are_those_that_hosts_are_promised():
    assert {tier.value: (one.fields, one.minutes) for tier, one in BUDGETS.items()} == {
        "light": (6, 5),
        "standard": (12, 15),
        "enhanced": (20, 30),
    }


def test_the_page_of_the_documentation_is_drawn_from_the_table(settings):
    assert (settings.BASE_DIR / "docs" / "burden.md").read_text(encoding="utf-8") == burden.page()
