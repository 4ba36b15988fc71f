"""Checks of a workplace by tier: what is asked for, how long it holds, and the approval that follows from it."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse

from accounts.access import actor_of
from accounts.roles import Role
from core.models import Transition
from core.workflow import Refused
from employers.models import Check, Employer, SchoolEmployer
from employers.queries import check_lines
from employers.rules import CHECKS, Standing, Tier, approval, holds_until, standing_of
from employers.workflow import edit_relation, record_check

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
TODAY = NOW.date()
Kind = Check.Kind


@pytest.mark.parametrize(
    ("tier", "kinds", "until"),
    [
        ("light", ["insurance", "hazards"], date(2029, 11, 24)),
        ("standard", ["insurance", "hazards", "visit"], date(2028, 11, 24)),
        ("enhanced", ["insurance", "hazards", "visit", "age_limits"], date(2027, 11, 24)),
    ],
)
def test_a_closer_tier_asks_for_more_and_more_often(tier, kinds, until):
    assert CHECKS[Tier(tier)].kinds == tuple(kinds)
    assert holds_until(Tier(tier), TODAY, None) == until


def test_an_insurance_holds_as_long_as_its_paper_says_and_no_month_is_longer_than_it_is():
    assert holds_until(Tier.LIGHT, TODAY, date(2027, 1, 31)) == date(2027, 1, 31)
    assert holds_until(Tier.ENHANCED, date(2024, 2, 29), None) == date(2025, 2, 28)


@pytest.mark.parametrize(
    ("days", "standing"),
    [(None, "missing"), (-1, "over"), (0, "soon"), (60, "soon"), (61, "holds")],
)
def test_a_check_is_to_be_done_again_60_days_before_its_end(days, standing):
    end = None if days is None else TODAY + timedelta(days=days)
    assert standing_of(end, TODAY) == Standing(standing)


A, B, C = date(2027, 1, 31), date(2027, 6, 30), date(2028, 3, 1)


@pytest.mark.parametrize(
    ("ends", "set_by_hand", "until"),
    [
        ({}, None, None),
        ({}, B, B),
        ({Kind.INSURANCE: A}, None, None),
        ({Kind.INSURANCE: A}, B, A),
        ({Kind.INSURANCE: C}, B, B),
        ({Kind.INSURANCE: C, Kind.HAZARDS: B}, A, B),
        ({Kind.INSURANCE: C, Kind.HAZARDS: B, Kind.VISIT: A}, None, B),
    ],
)
def test_a_firm_is_approved_until_its_first_check_runs_out_and_by_hand_while_one_is_missing(ends, set_by_hand, until):
    assert approval(Tier.LIGHT, ends, set_by_hand) == until


@pytest.fixture
def relation(cast) -> SchoolEmployer:
    """The bakery of the demo world: standard, and approved by hand."""
    return SchoolEmployer.objects.get(
        school=cast.insider(Role.COORDINATOR).organisation, employer__name="Sunrise Bakery"
    )


def record(relation, member, kind, on=TODAY, until=None) -> Check:
    return record_check(
        relation=relation, kind=Kind(kind), done_on=on, valid_until=until, note="", person=member.user.person,
        by=actor_of(member), at=NOW,
    )  # fmt: skip


def approved(relation) -> date | None:
    relation.refresh_from_db()
    return relation.approved_until


def test_with_all_checks_of_its_tier_a_firm_is_approved_until_the_first_runs_out(cast, relation):
    member = cast.insider(Role.TEACHER)
    SchoolEmployer.objects.filter(pk=relation.pk).update(approved_until=None)
    record(relation, member, "insurance", until=C)
    record(relation, member, "hazards")
    assert approved(relation) is None
    record(relation, member, "visit", on=date(2025, 12, 1))
    assert approved(relation) == date(2027, 12, 1)
    record(relation, member, "visit")
    assert approved(relation) == C
    row = Transition.objects.filter(noun="relation", object_id=relation.pk).first()
    assert (row.verb, row.role, row.details) == ("check", "teacher", {"kind": "visit", "on": "2026-11-24"})


def test_another_tier_makes_the_approval_anew(cast, relation):
    member = cast.insider(Role.COORDINATOR)
    values = {"notes": "", "by": actor_of(member), "at": NOW}
    for kind in ("hazards", "visit"):
        record(relation, member, kind)
    record(relation, member, "insurance", until=date(2031, 1, 1))
    assert approved(relation) == date(2028, 11, 24)
    edit_relation(relation=relation, tier="light", approved_until=relation.approved_until, **values)
    assert approved(relation) == date(2029, 11, 24)
    edit_relation(relation=relation, tier="enhanced", approved_until=relation.approved_until, **values)
    assert approved(relation) == date(2027, 11, 24)
    assert [(line.kind, line.standing) for line in check_lines(relation, TODAY)] == [
        ("insurance", "holds"), ("hazards", "holds"), ("visit", "holds"), ("age_limits", "missing"),
    ]  # fmt: skip


def test_a_check_of_a_day_to_come_and_a_paper_that_has_ended_are_refused(cast, relation):
    member = cast.insider(Role.COORDINATOR)
    with pytest.raises(Refused, match="not come yet"):
        record(relation, member, "visit", on=TODAY + timedelta(days=1))
    with pytest.raises(Refused, match="ends before"):
        record(relation, member, "insurance", until=TODAY - timedelta(days=1))
    with pytest.raises(Refused, match="may not"):
        record(relation, cast.insider(Role.HEAD), "visit")
    assert not Check.objects.exists()


def test_a_check_is_recorded_on_its_page_and_the_firm_shows_what_is_done_and_what_is_missing(cast, relation):
    client = cast.client(cast.insider(Role.TEACHER))
    page = reverse("employers:employer", args=[relation.employer.public_id])
    path = reverse("employers:check", args=[relation.employer.public_id, "insurance"])
    assert client.get(page).content.decode().count("Missing") == 3
    assert client.get(path).status_code == 200
    refused = client.post(path, {"done_on": "2026-11-24", "valid_until": "", "note": "Harbour Mutual"})
    assert refused.status_code == 422
    assert "Harbour Mutual" in refused.content.decode()
    sent = {"done_on": "2020-01-02", "valid_until": "2020-12-31", "note": "Harbour Mutual"}
    assert client.post(path, sent)["Location"] == page
    text = client.get(page).content.decode()
    assert "Has run out" in text
    assert "until Thu 31 Dec 2020" in text
    assert "Checked on Thu 2 Jan 2020 by Pär Lind" in text
    assert "Harbour Mutual" in text
    assert text.count("Missing") == 2
    assert client.get(reverse("employers:check", args=[relation.employer.public_id, "nothing"])).status_code == 404


def test_the_day_of_an_approval_is_typed_until_the_first_check_says_it(cast, relation):
    member = cast.insider(Role.COORDINATOR)
    client, path = cast.client(member), reverse("employers:relation", args=[relation.employer.public_id])
    assert 'name="approved_until"' in client.get(path).content.decode()
    record(relation, member, "insurance", until=C)
    until = approved(relation)
    assert 'name="approved_until"' not in client.get(path).content.decode()
    client.post(path, {"tier": "standard", "notes": "", "approved_until": "2040-01-01"})
    assert approved(relation) == until


def test_the_checks_of_a_school_are_read_by_that_school_only(cast, relation):
    record(relation, cast.insider(Role.COORDINATOR), "insurance", until=C)
    Check.objects.update(note="Harbour Mutual")
    page = reverse("employers:employer", args=[relation.employer.public_id])
    Employer.objects.filter(organisation=cast.insider(Role.OWNER).organisation).update(organisation=None)
    Employer.objects.filter(pk=relation.employer_id).update(organisation=cast.insider(Role.OWNER).organisation)
    other = cast.outsider(Role.HEAD)
    SchoolEmployer.objects.create(school=other.organisation, employer=relation.employer)
    for member, sees in [(cast.insider(Role.HEAD), True), (cast.insider(Role.OWNER), False), (other, False)]:
        answer = cast.client(member).get(page)
        assert answer.status_code == 200
        assert ("Harbour Mutual" in answer.content.decode()) == sees
