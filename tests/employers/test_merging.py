"""Two entries of one firm become one and two again: nothing is lost on either way."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

import pytest
from django.apps import apps
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Membership, Organisation, Person, User
from accounts.roles import Role
from core.models import Transition
from core.workflow import Actor, Refused
from employers.models import (
    Capacity,
    Check,
    Employer,
    Merge,
    NotSame,
    Offer,
    SchoolEmployer,
    Shutdown,
    Site,
    Supervisor,
)
from employers.rules import UNDO_FOR
from employers.workflow import ask_again, merge_employers, register_employer, say_two, undo_merge
from placements.models import Contact, Placement, Segment, WishedHost
from tests.placements.college import College, build

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
DAY = date(2026, 11, 24)
OFFICE = Actor(kind="user", id=1, role=Role.COORDINATOR)
SIGNED: dict[str, Any] = {"by": OFFICE, "at": NOW}


def firm(name: str, number: str = "", **values) -> Employer:
    return Employer.objects.create(
        name=name, sort_key=name.casefold(), register_number=number, identity=f"test:{name}:{number}", **values
    )


def site(employer: Employer, address: str, **values) -> Site:
    return Site.objects.create(employer=employer, address=address, address_key=address.casefold(), **values)


def person(name: str) -> Person:
    return Person.objects.create(given_name="", family_name=name, sort_key=name.casefold(), language="en")


def rows() -> dict[str, list[tuple]]:
    """Everything that stands in the database, but the log and the merges themselves."""
    models = [model for model in apps.get_models(include_auto_created=True) if model not in (Transition, Merge)]
    return {model._meta.label: list(model._base_manager.order_by("pk").values_list()) for model in models}


def changed(before: dict[str, list[tuple]]) -> set[str]:
    now = rows()
    return {label for label in before if before[label] != now[label]}


@dataclass
class Pair:
    """The firm of a college and the same firm as somebody typed it again."""

    college: College
    kept: Employer
    gone: Employer

    def merge(self, **changes) -> Merge:
        values = {"school": self.college.school, "kept": self.kept, "gone": self.gone, "person": None, **SIGNED}
        return merge_employers(**(values | changes))


@pytest.fixture
def pair(db) -> Pair:
    college = build()
    kept = college.site.employer
    assert kept
    gone = firm("Novak Garage Ltd", "03107561")
    SchoolEmployer.objects.create(school=college.school, employer=gone)
    return Pair(college, kept, gone)


# ── What goes over ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_branch_becomes_a_site_of_the_one_firm_with_its_people_offers_and_days(pair):
    branch = site(pair.gone, "9 Mill Lane")
    guide = Supervisor.objects.create(person=person("Vale"), site=branch)
    pair.merge()
    branch.refresh_from_db()
    assert branch.employer == pair.kept
    assert list(pair.kept.sites.order_by("pk")) == [pair.college.site, branch]
    assert list(branch.supervisors.all()) == [guide]
    assert Employer.objects.get(pk=pair.gone.pk).merged_into == pair.kept
    assert Employer.objects.get(pk=pair.kept.pk).register_number == "03107561"


def test_a_site_at_the_same_address_is_folded_into_the_one_that_is_there(pair):
    college = pair.college
    again = site(pair.gone, "12 Dock Rd", postcode="HB1 1AA", phone="020 7123456", photos_allowed=False)
    host = Supervisor.objects.create(person=college.host.person, site=again, ends_on=DAY)
    new = Supervisor.objects.create(person=person("Vale"), site=again)
    offer = Offer.objects.create(school=college.school, site=again, title="Vans", starts_on=DAY, ends_on=DAY, places=1)
    Shutdown.objects.create(site=again, starts_on=DAY, ends_on=DAY)
    placement = college.placement(site=again, supervisor=host)
    pair.merge()
    assert list(pair.kept.sites.all()) == [college.site]
    segment = placement.segments.get()
    assert (segment.site, segment.supervisor) == (college.site, college.host)
    placement.refresh_from_db()
    offer.refresh_from_db()
    assert (placement.employer, offer.site) == (pair.kept, college.site)
    assert set(college.site.supervisors.all()) == {college.host, new}
    college.site.refresh_from_db()
    assert (college.site.phone, college.site.photos_allowed, college.site.shutdowns.count()) == (
        "020 7123456",
        False,
        1,
    )
    college.host.refresh_from_db()
    assert college.host.ends_on is None


def test_what_a_school_keeps_of_both_is_joined_and_the_stricter_word_stands(pair):
    of = SchoolEmployer.objects.filter(school=pair.college.school)
    owner = person("Okafor")
    of.filter(employer=pair.kept).update(notes="Ring first.", tier="light", approved_until=date(2027, 7, 31))
    of.filter(employer=pair.gone).update(
        notes="Has a dog.", tier="enhanced", approved_until=date(2027, 3, 31), suspended_at=NOW, owner=owner
    )
    pair.merge()
    one = of.get(employer=pair.kept)
    assert one.notes == "Ring first.\n\nHas a dog."
    assert (one.tier, one.approved_until, one.suspended_at, one.owner) == (
        "enhanced", date(2027, 3, 31), NOW, owner,
    )  # fmt: skip


def test_what_was_checked_at_either_entry_was_checked_at_the_firm_and_goes_back_with_it(pair):
    of = SchoolEmployer.objects.filter(school=pair.college.school)
    kept, gone = of.get(employer=pair.kept), of.get(employer=pair.gone)
    of.filter(pk=gone.pk).update(recognised_on=DAY)
    Check.objects.create(relation=kept, kind="visit", done_on=DAY, at=NOW)
    Check.objects.create(relation=gone, kind="hazards", done_on=DAY, at=NOW)
    merge = pair.merge()
    kept.refresh_from_db()
    assert kept.recognised_on == DAY
    assert set(kept.checks.values_list("kind", flat=True)) == {"visit", "hazards"}
    undo_merge(merge=merge, **SIGNED)
    kept.refresh_from_db()
    assert kept.recognised_on is None
    assert list(kept.checks.values_list("kind", flat=True)) == ["visit"]


def test_the_limits_of_both_are_joined_and_the_stricter_one_stands(pair):
    Capacity.objects.create(employer=pair.kept, at_once=3, quiet_months=[8], at=NOW)
    Capacity.objects.create(employer=pair.gone, at_once=2, a_year=5, quiet_months=[7], paused_until=DAY, at=NOW)
    pair.merge()
    one = Capacity.objects.get(employer=pair.kept)
    assert (one.at_once, one.a_year, one.quiet_months, one.paused_until) == (2, 5, [7, 8], DAY)


def test_the_firm_of_another_school_keeps_all_that_this_school_has_with_it(pair):
    elsewhere = Organisation.objects.create(kind="school", name="Elsewhere")
    theirs = SchoolEmployer.objects.create(school=elsewhere, employer=pair.gone, notes="Ours.")
    branch = site(pair.gone, "9 Mill Lane")
    offer = Offer.objects.create(school=elsewhere, site=branch, title="Vans", starts_on=DAY, ends_on=DAY, places=1)
    pair.merge()
    theirs.refresh_from_db()
    assert (theirs.employer, theirs.notes) == (pair.kept, "Ours.")
    assert list(Offer.objects.filter(school=elsewhere, site__employer=pair.kept)) == [offer]


def test_the_account_of_the_firm_goes_over_and_two_accounts_are_used_as_one(pair):
    account = Organisation.objects.create(kind="employer", name="Novak Garage Ltd")
    user = User.objects.create_user("boss@novak.test")
    Employer.objects.filter(pk=pair.gone.pk).update(organisation=account)
    boss = Membership.objects.create(user=user, organisation=account, role=Role.OWNER)
    pair.merge()
    boss.refresh_from_db()
    assert boss.organisation == pair.kept.organisation
    merge_employers(school=pair.college.school, kept=second_firm(pair), gone=pair.kept, person=None, **SIGNED)
    assert Employer.objects.get(name="Third").organisation == boss.organisation


def second_firm(pair: Pair) -> Employer:
    third = firm("Third")
    SchoolEmployer.objects.create(school=pair.college.school, employer=third)
    return third


def test_an_entry_that_comes_again_leads_to_the_firm_that_is_kept(pair):
    school = pair.college.school
    values: dict[str, Any] = {"name": "Dock Cars", "register_number": "777", "address": "1 Quay", "postcode": "HB1 9ZZ"}
    values |= {"email": "", "phone": "", "owner": None}
    relation, _new = register_employer(school=school, **values, **SIGNED)
    pair.merge(gone=relation.employer)
    again, new = register_employer(school=school, **values, **SIGNED)
    assert (again.employer, new) == (pair.kept, False)
    assert pair.kept.sites.count() == 2


# ── Who may, and when ────────────────────────────────────────────────────────────────────────────────────────────────


def test_merged_twice_is_merged_once(pair):
    first = pair.merge()
    before = rows()
    assert pair.merge() == first
    assert changed(before) == set()
    assert Transition.objects.filter(noun="merge").count() == 1


def test_a_school_merges_only_firms_that_it_works_with(pair):
    SchoolEmployer.objects.filter(employer=pair.gone).delete()
    with pytest.raises(Refused, match="does not work with both"):
        pair.merge()
    with pytest.raises(Refused):
        pair.merge(gone=pair.kept)


def test_nobody_but_a_coordinator_merges_or_undoes(pair):
    teacher = Actor(kind="user", id=1, role=Role.TEACHER)
    with pytest.raises(Refused, match="You may not"):
        pair.merge(by=teacher)
    with pytest.raises(Refused, match="You may not"):
        undo_merge(merge=pair.merge(), by=teacher, at=NOW)


def test_a_firm_that_is_part_of_another_is_not_merged_again(pair):
    pair.merge()
    third = second_firm(pair)
    with pytest.raises(Refused, match="by now"):
        pair.merge(kept=third)
    with pytest.raises(Refused, match="by now"):
        pair.merge(kept=pair.gone, gone=pair.kept)


def test_two_firms_are_two_and_it_can_be_asked_again(pair):
    said = say_two(one=pair.gone, other=pair.kept, person=None, **SIGNED)
    assert say_two(one=pair.kept, other=pair.gone, person=None, **SIGNED) == said
    with pytest.raises(Refused):
        say_two(one=pair.kept, other=pair.kept, person=None, **SIGNED)
    ask_again(pair=said, **SIGNED)
    assert not NotSame.objects.exists()
    assert [row.verb for row in Transition.objects.filter(noun="not_same").order_by("pk")] == ["say", "take_back"]


# ── The way back ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_wrong_merge_is_undone_within_30_days_and_not_later(pair):
    merge = pair.merge()
    with pytest.raises(Refused, match="30 days are over"):
        undo_merge(merge=merge, by=OFFICE, at=NOW + UNDO_FOR + timedelta(seconds=1))
    assert undo_merge(merge=merge, by=OFFICE, at=NOW + UNDO_FOR) == 0
    assert undo_merge(merge=merge, by=OFFICE, at=NOW + 2 * UNDO_FOR) == 0
    assert Employer.objects.get(pk=pair.gone.pk).merged_into is None
    assert pair.merge() != merge


def test_a_later_merge_is_undone_first(pair):
    first = pair.merge()
    second = pair.merge(kept=second_firm(pair), gone=pair.kept)
    assert Employer.objects.get(pk=pair.gone.pk).merged_into.name == "Third"
    with pytest.raises(Refused, match="Undo that first"):
        undo_merge(merge=first, **SIGNED)
    undo_merge(merge=second, **SIGNED)
    undo_merge(merge=first, **SIGNED)
    assert (
        not Employer.objects.filter(name__in=["Third", pair.gone.name, pair.kept.name])
        .exclude(merged_into=None)
        .exists()
    )


def test_what_was_added_or_changed_since_stays_as_it_is(pair):
    branch = site(pair.gone, "9 Mill Lane")
    relation = SchoolEmployer.objects.get(school=pair.college.school, employer=pair.kept)
    SchoolEmployer.objects.filter(employer=pair.gone).update(notes="Has a dog.")
    merge = pair.merge()
    SchoolEmployer.objects.filter(pk=relation.pk).update(notes="Has a dog and a cat.")
    branch.refresh_from_db()
    added = site(pair.kept, "1 New Street")
    there = pair.college.placement(site=branch, supervisor=Supervisor.objects.create(person=person("V"), site=branch))
    here = pair.college.placement(starts_on=date(2027, 4, 5), ends_on=date(2027, 4, 30))
    assert there.employer == pair.kept
    assert undo_merge(merge=merge, **SIGNED) == 1
    relation.refresh_from_db()
    for row in (added, there, here, branch):
        row.refresh_from_db()
    assert relation.notes == "Has a dog and a cat."
    assert (added.employer, here.employer) == (pair.kept, pair.kept)
    # Who works at a site that is the other firm's again works for the other firm.
    assert (branch.employer, there.employer) == (pair.gone, pair.gone)


def test_a_school_that_planned_at_a_site_since_knows_the_firm_that_has_it_again(pair):
    branch = site(pair.gone, "9 Mill Lane")
    merge = pair.merge()
    other, owner = Organisation.objects.create(kind="school", name="Elsewhere"), person("Lund")
    SchoolEmployer.objects.create(
        school=other, employer=pair.kept, owner=owner, tier="enhanced", approved_until=DAY, notes="Has a dog."
    )
    branch.refresh_from_db()
    there = pair.college.placement(site=branch, supervisor=Supervisor.objects.create(person=person("V"), site=branch))
    Placement.objects.filter(pk=there.pk).update(school=other)
    undo_merge(merge=merge, **SIGNED)
    knows = SchoolEmployer.objects.get(school=other, employer=pair.gone)
    assert (knows.owner, knows.tier, knows.approved_until, knows.notes) == (owner, "enhanced", DAY, "")


@dataclass
class World:
    """Four firms of two schools with anything that may hang on a firm, drawn from few enough names to clash."""

    random: Random
    college: College
    firms: list[Employer] = field(default_factory=list)

    def __post_init__(self):
        self.people = [person(name) for name in ("Vale", "Okafor", "Lund")]
        self.schools = [self.college.school, Organisation.objects.create(kind="school", name="Elsewhere")]
        self.firms = [self._firm(number) for number in range(4)]
        self.wish = self._wish()
        for number in range(12):
            self._something(number)

    def some(self, things):
        return self.random.choice(list(things))

    def _firm(self, number: int) -> Employer:
        account = Organisation.objects.create(kind="employer", name=f"Firm {number}") if self.some((0, 1)) else None
        made = firm(f"Firm {number}", self.some(("", "1", "2")), organisation=account)
        known = SchoolEmployer.objects.create(
            school=self.schools[0], employer=made, notes=self.some(("", "Ring.", "Dog.")),
            tier=self.some(("light", "enhanced")), recognised_on=self.some((None, DAY)),
            approved_until=self.some((None, DAY)), suspended_at=self.some((None, NOW)),
        )  # fmt: skip
        for kind in self.random.sample(["visit", "hazards"], self.some((0, 1, 2))):
            Check.objects.create(relation=known, kind=kind, done_on=DAY, at=NOW)
        if self.some((0, 1)):
            SchoolEmployer.objects.create(school=self.schools[1], employer=made, owner=self.some(self.people))
        if self.some((0, 1)):
            Capacity.objects.create(employer=made, at_once=self.some((None, 1, 2)), quiet_months=[8], at=NOW)
        for address in self.random.sample(["1 Quay", "2 Mill Lane", "7 Hill", ""], self.some((0, 1, 2, 3))):
            made_site = site(made, address, phone=self.some(("", "1")), photos_allowed=self.some((True, False)))
            for guide in self.random.sample(self.people, self.some((0, 1, 2))):
                Supervisor.objects.create(person=guide, site=made_site, ends_on=self.some((None, DAY)))
        return made

    def _wish(self):
        return apps.get_model("placements.Wish").objects.create(enrolment=self.college.enrolment, at=NOW)

    def _something(self, number: int) -> None:
        employer = self.some(self.firms)
        where = list(employer.sites.all())
        kind = self.some(("contact", "wish", "offer", "placement", "closed", "account"))
        if kind == "contact":
            Contact.objects.create(
                school=self.some(self.schools), employer=employer, method="phone", on=DAY, at=NOW,
                person=self.some(self.people),
            )  # fmt: skip
        if kind == "wish":
            WishedHost.objects.get_or_create(wish=self.wish, employer=employer, defaults={"position": number})
        if kind == "account" and employer.organisation:
            user = User.objects.get_or_create(email=f"{self.some('ab')}@firm.test")[0]
            Membership.objects.get_or_create(user=user, organisation=employer.organisation, role=Role.OWNER)
        if where and kind == "offer":
            Offer.objects.create(
                school=self.schools[0], site=self.some(where), title="Vans", starts_on=DAY, ends_on=DAY, places=1
            )
        if where and kind == "closed":
            Shutdown.objects.create(site=self.some(where), starts_on=DAY, ends_on=DAY)
        if where and kind == "placement":
            self._placement(employer, self.some(where))

    def _placement(self, employer: Employer, where: Site) -> None:
        dates = {"starts_on": DAY, "ends_on": DAY}
        placement = Placement.objects.create(
            school=self.some(self.schools), learner=self.some(self.people), employer=employer,
            lead_employer=self.some((None, *self.firms)), **dates,
        )  # fmt: skip
        Segment.objects.create(placement=placement, site=where, supervisor=where.supervisors.first(), **dates)


ANY_TWO = st.permutations(range(4)).map(lambda order: order[:2])


@pytest.mark.whole
@pytest.mark.django_db
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    seed=st.integers(0, 10_000),
    pairs=st.lists(ANY_TWO, min_size=1, max_size=4),
)
def test_any_merges_undone_one_after_the_other_leave_every_row_as_it_was(seed, pairs):
    with transaction.atomic():
        world = World(Random(seed), build())
        done: list[tuple[Merge, dict]] = []
        for kept, gone in pairs:
            before = rows()
            try:
                merge = merge_employers(
                    school=world.schools[0], kept=world.firms[kept], gone=world.firms[gone], person=None, **SIGNED
                )
            except Refused:
                assert changed(before) == set()
                continue
            if merge not in [one for one, _before in done]:
                done.append((merge, before))
            nothing_is_left_at(world.firms[gone])
        for merge, before in reversed(done):
            undo_merge(merge=merge, **SIGNED)
            assert changed(before) == set()
        transaction.set_rollback(True)


def nothing_is_left_at(gone: Employer) -> None:
    """Only what the firm that is kept has, too, stays behind, and nobody works there."""
    assert not Placement.objects.filter(employer=gone).exists()
    assert not Placement.objects.filter(lead_employer=gone).exists()
    assert not Segment.objects.filter(site__employer=gone).exists()
    assert not Segment.objects.filter(supervisor__site__employer=gone).exists()
    assert not Offer.objects.filter(site__employer=gone).exists()
    assert not Shutdown.objects.filter(site__employer=gone).exists()
    assert not Contact.objects.filter(employer=gone).exists()
    kept = Employer.objects.get(pk=gone.pk).merged_into
    assert kept
    assert kept.merged_into is None
    assert set(gone.school_employers.values_list("school")) <= set(kept.school_employers.values_list("school"))
    behind = set(gone.sites.values_list("address_key", flat=True))
    assert behind <= set(kept.sites.values_list("address_key", flat=True))
