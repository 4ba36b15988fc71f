"""Two entries of one person at a firm become one and two again: what is open goes over, what was said stays."""

from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.db import transaction
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts import links
from accounts.models import ContactPoint, Link, Organisation, Person, User
from accounts.people import people_at
from accounts.roles import Role
from core.models import Transition
from core.workflow import Actor, Refused
from employers.duplicates import Guide, Sign, same_person
from employers.merging import OPEN
from employers.models import Offer, PersonMerge, Round, RoundFirm, Supervisor
from employers.rules import UNDO_FOR
from employers.workflow import merge_people, undo_merge, undo_people
from placements.models import HostRequest, Segment, Signature, WeekConfirmation
from reminders.models import Due
from tests.employers.test_merging import DAY, NOW, OFFICE, Pair, changed, firm, person, rows, site
from tests.employers.test_merging import pair as pair
from tests.placements import college as colleges
from tests.placements.college import College

SIGNED: dict[str, Any] = {"by": OFFICE, "at": NOW}


# ── Rules ────────────────────────────────────────────────────────────────────────────────────────────────────────────

HERE, THERE = frozenset({1}), frozenset({2})


@pytest.mark.parametrize(
    ("other", "signs"),
    [
        (Guide("milan NOVÁK", HERE), (Sign.NAME,)),
        (Guide("Novak, Milan", HERE), (Sign.NAME,)),
        (Guide("Milan Novak", THERE), ()),
        (Guide("M. Novak", THERE, phones=("020 7 123456",)), (Sign.PHONE,)),
        (Guide("M. Novak", THERE, emails=("MILAN@garage.test",)), (Sign.EMAIL,)),
        (
            Guide("Milan Novak", HERE, ("milan@garage.test",), ("+44 (0)20 7123456",)),
            (Sign.PHONE, Sign.EMAIL, Sign.NAME),
        ),
        # One address for the whole workshop.
        (Guide("Nia Berg", HERE, ("milan@garage.test",), ("0207123456",)), ()),
        (Guide("M. Berg", HERE, ("milan@garage.test",)), ()),
        (Guide("Milan Berg", HERE), ()),
    ],
)
def test_who_may_be_one_person(other, signs):
    one = Guide("Milan Novak", HERE, ("milan@garage.test",), ("0207123456",))
    assert same_person(one, other) == same_person(other, one) == signs


def test_what_is_still_to_be_done_is_named_by_models_that_are_there():
    for label, waits in OPEN.items():
        assert apps.get_model(label)._base_manager.filter(waits).query


# ── What goes over ───────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def college(db) -> College:
    return colleges.build()


@pytest.fixture
def again(college) -> Supervisor:
    """The supervisor of the garage, written down once more."""
    return Supervisor.objects.create(person=person("Novak"), site=college.site)


def merge(college, again, **changes) -> PersonMerge:
    values = {"school": college.school, "kept": college.host, "gone": again, "person": None, **SIGNED}
    return merge_people(**(values | changes))


def test_students_links_offers_rounds_and_letters_go_over(college, again):
    placement = college.placement(supervisor=again)
    link, _token = links.mint(
        person=again.person, school=college.school, purpose=Link.Purpose.CONFIRM, subject_id=0, at=NOW
    )
    Offer.objects.update(offered_by=again.person)
    asked = RoundFirm.objects.create(
        round=Round.objects.create(school=college.school, starts_on=DAY, ends_on=DAY, at=NOW),
        employer=college.site.employer, person=again.person,
    )  # fmt: skip
    due = Due.objects.create(
        kind="confirm", subject_id=placement.pk, person=again.person, school=college.school, round="D", due_at=NOW,
        reader="host",
    )  # fmt: skip
    ContactPoint.objects.create(person=again.person, channel="phone", address="0207123456")
    merge(college, again)
    kept = college.host.person
    assert placement.segments.get().supervisor == college.host
    for row, field in ((link, "person"), (asked, "person"), (due, "person"), (college.offer, "offered_by")):
        row.refresh_from_db()
        assert getattr(row, field) == kept
    assert "0207123456" in kept.contact_points.values_list("address", flat=True)
    again.refresh_from_db()
    assert again.ends_on == DAY - timedelta(days=1)


def test_what_was_confirmed_or_signed_keeps_the_name_under_which_it_was_given_and_what_is_open_goes_over(
    college, again
):
    placement = college.placement(supervisor=again)
    answers = {"placement": placement, "site": college.site, "person": again.person, "asked_at": NOW, "answer_by": DAY}
    said = HostRequest.objects.create(**answers, state="accepted", answered_at=NOW)
    waits = HostRequest.objects.create(
        **answers | {"placement": college.placement(starts_on=date(2027, 5, 3), ends_on=date(2027, 5, 7))}
    )
    week = WeekConfirmation.objects.create(
        placement=placement, week_starts_on=date(2026, 11, 23), person=again.person, answered_at=NOW, minutes=450
    )
    merge(college, again)
    for row in (said, waits, week):
        row.refresh_from_db()
    assert (said.person, waits.person, week.person) == (again.person, college.host.person, again.person)


def test_the_address_that_both_have_finds_the_entry_that_is_kept(college, again):
    for guide in (again, college.host):
        ContactPoint.objects.get_or_create(person=guide.person, channel="email", address="garage@novak.test")
    merge(college, again)
    assert list(people_at("garage@novak.test")) == [college.host.person]


def test_an_account_goes_over_and_two_accounts_stay_two_entries(college, again):
    user = User.objects.create_user("milan@novak.test")
    Person.objects.filter(pk=college.host.person_id).update(user=None)
    Person.objects.filter(pk=again.person_id).update(user=user)
    made = merge(college, again)
    assert Person.objects.get(user=user) == college.host.person
    undo_people(merge=made, **SIGNED)
    assert Person.objects.get(user=user) == again.person
    Person.objects.filter(pk=college.host.person_id).update(user=User.objects.create_user("office@novak.test"))
    with pytest.raises(Refused, match="account of their own"):
        merge(college, again)


# ── Who may, and when ────────────────────────────────────────────────────────────────────────────────────────────────


def test_merged_twice_is_merged_once_and_a_part_is_not_merged_again(college, again):
    first = merge(college, again)
    before = rows()
    assert merge(college, again) == first
    assert changed(before) == set()
    assert Transition.objects.filter(noun="person_merge").count() == 1
    third = Supervisor.objects.create(person=person("Third"), site=college.site)
    with pytest.raises(Refused, match="by now"):
        merge(college, again, kept=third)


def test_only_a_coordinator_merges_two_people_of_one_firm(college, again):
    with pytest.raises(Refused, match="You may not"):
        merge(college, again, by=Actor(kind="user", id=1, role=Role.TEACHER))
    with pytest.raises(Refused, match="not two people"):
        merge(college, college.host)
    elsewhere = Supervisor.objects.create(person=person("Vale"), site=site(firm("Quay Cars"), "1 Quay"))
    with pytest.raises(Refused, match="not two people"):
        merge(college, elsewhere)


def test_it_is_undone_within_30_days_and_a_later_merge_first(pair: Pair):
    college = pair.college
    again = Supervisor.objects.create(person=person("Novak"), site=college.site)
    third = Supervisor.objects.create(person=person("Third"), site=college.site)
    first = merge(college, again)
    second = merge(college, third)
    with pytest.raises(Refused, match="Undo that first"):
        undo_people(merge=first, **SIGNED)
    undo_people(merge=second, **SIGNED)
    firms = pair.merge()
    with pytest.raises(Refused, match="Undo that first"):
        undo_people(merge=first, **SIGNED)
    undo_merge(merge=firms, **SIGNED)
    with pytest.raises(Refused, match="30 days are over"):
        undo_people(merge=first, by=OFFICE, at=NOW + UNDO_FOR + timedelta(seconds=1))
    assert undo_people(merge=first, by=OFFICE, at=NOW + UNDO_FOR) == 0
    assert undo_people(merge=first, by=OFFICE, at=NOW + 2 * UNDO_FOR) == 0


class World:
    """Four entries of people at the sites of one firm, with anything that may hang on a person."""

    def __init__(self, random: Random, college: College):
        self.random, self.college = random, college
        employer = college.site.employer
        self.sites = [college.site, site(employer, "9 Mill Lane"), site(employer, "1 Quay")]
        self.people = [person(f"Guide {number}") for number in range(4)]
        self.guides = [self._guide(one) for one in self.people]
        if random.random() < 0.5:
            user = User.objects.create_user("guide@firm.test")
            Person.objects.filter(pk=random.choice(self.people).pk).update(user=user)
        for number in range(14):
            self._something(number)

    def _guide(self, one: Person) -> Supervisor:
        where = self.random.sample(self.sites, self.random.choice((1, 2, 3)))
        ends = (None, DAY, DAY - timedelta(days=9))
        made = [Supervisor.objects.create(person=one, site=at, ends_on=self.random.choice(ends)) for at in where]
        return made[0]

    def _something(self, number: int) -> None:
        one = self.random.choice(self.people)
        kind = self.random.choice(("point", "link", "placement", "request", "due", "offer", "round"))
        school = self.college.school
        if kind == "point":
            address = self.random.choice(("a@firm.test", "b@firm.test"))
            ContactPoint.objects.get_or_create(person=one, channel="email", address=address)
        if kind == "link":
            links.mint(person=one, school=school, purpose=Link.Purpose.CONFIRM, subject_id=0, at=NOW)
        if kind == "offer":
            Offer.objects.create(
                school=school, site=self.sites[0], title="Vans", starts_on=DAY, ends_on=DAY, places=1, offered_by=one
            )
        if kind == "round":
            made = Round.objects.create(school=school, starts_on=DAY, ends_on=DAY, at=NOW)
            RoundFirm.objects.create(round=made, employer=self.college.site.employer, person=one)
        if kind == "due":
            Due.objects.get_or_create(
                kind="confirm", subject_id=number % 2, person=one, school=school, round="D", series="",
                defaults={"due_at": NOW, "reader": "host"},
            )  # fmt: skip
        if kind in ("placement", "request"):
            guide = one.supervisors.order_by("pk").first()
            placement = self.college.placement(
                site=guide.site, supervisor=guide, starts_on=DAY + timedelta(days=9 * number),
                ends_on=DAY + timedelta(days=9 * number + 4),
            )  # fmt: skip
            if kind == "request":
                said = self.random.choice(({}, {"state": "accepted", "answered_at": NOW}))
                HostRequest.objects.create(
                    placement=placement, site=guide.site, person=one, asked_at=NOW, answer_by=DAY, **said
                )


ANY_TWO = st.permutations(range(4)).map(lambda order: order[:2])


@pytest.mark.whole
@pytest.mark.django_db
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10_000), pairs=st.lists(ANY_TWO, min_size=1, max_size=4))
def test_any_merges_undone_one_after_the_other_leave_every_row_as_it_was(seed, pairs):
    with transaction.atomic():
        world = World(Random(seed), colleges.build())
        done: list[tuple[PersonMerge, dict]] = []
        for kept, gone in pairs:
            before = everything_else()
            try:
                made = merge(world.college, world.guides[gone], kept=world.guides[kept])
            except Refused:
                assert everything_else() == before
                continue
            if made not in [one for one, _before in done]:
                done.append((made, before))
            nothing_open_is_left_at(made.gone)
        for made, before in reversed(done):
            undo_people(merge=made, **SIGNED)
            assert everything_else() == before
        transaction.set_rollback(True)


def everything_else() -> dict[str, list[tuple]]:
    return {label: found for label, found in rows().items() if label != PersonMerge._meta.label}


def nothing_open_is_left_at(gone: Person) -> None:
    assert not Segment.objects.filter(supervisor__person=gone).exists()
    assert not Link.objects.filter(person=gone).exists()
    assert not Signature.objects.filter(person=gone, signed_at=None).exists()
    assert not HostRequest.objects.filter(person=gone, answered_at=None).exists()
    assert not RoundFirm.objects.filter(person=gone).exists()
    assert not gone.supervisors.filter(ends_on=None).exists()


# ── Screens ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def desk(college) -> Client:
    client = Client()
    client.force_login(college.coordinator.user)
    with time_machine.travel(NOW, tick=False):
        yield client


def page_of(college) -> str:
    return reverse("employers:employer", args=[college.site.employer.public_id])


def both(one: Supervisor, other: Supervisor) -> str:
    return reverse("employers:one_person", args=[one.public_id, other.public_id])


def test_the_page_of_the_firm_proposes_two_entries_and_they_are_made_one_and_two_again(college, desk, again):
    Person.objects.filter(pk=again.person_id).update(given_name="Milan")
    college.placement(supervisor=again)
    page = desk.get(page_of(college))
    assert "Milan Novak and Milan Novak may be one person: the same name." in page.text
    url = both(college.host, again)
    assert url in page.text
    preview = desk.get(url)
    found = {line.label: (line.kept, line.gone, line.after) for line in preview.context["preview"].lines}
    assert found["Placements"] == (["0"], ["1"], ["1"])
    assert not PersonMerge.objects.exists()
    for _tap in range(2):
        page = desk.post(url, follow=True)
    made = PersonMerge.objects.get()
    assert page.request["PATH_INFO"] == page_of(college)
    assert page.context["twins"] == []
    assert [one.person for part in page.context["page"].sites for one in part.supervisors] == [college.host.person]
    assert "It can be undone until Thu 24 Dec 2026." in page.text
    page = desk.post(reverse("employers:one_person_undo", args=[made.public_id]), follow=True)
    assert "They are two entries again, each with what it had." in page.text
    assert len(page.context["twins"]) == 1


def test_two_people_are_said_to_be_two_once_and_can_still_be_put_together(college, desk, again):
    Person.objects.filter(pk=again.person_id).update(given_name="Milan")
    for both_of in ((again, college.host), (college.host, again)):
        assert desk.post(reverse("employers:two_people", args=[one.public_id for one in both_of])).status_code == 302
    assert Transition.objects.filter(noun="not_one_person", verb="say").count() == 1
    page = desk.get(page_of(college))
    assert [twins.said_two for twins in page.context["twins"]] == [True]
    assert "may be one person" not in page.text
    assert "Said to be two people: Milan Novak and Milan Novak." in page.text
    assert desk.post(both(college.host, again)).status_code == 302
    assert desk.get(page_of(college)).context["twins"] == []


def test_two_accounts_are_refused_in_words_on_the_page(college, desk, again):
    for number, guide in enumerate((college.host, again)):
        Person.objects.filter(pk=guide.person_id).update(user=User.objects.create_user(f"g{number}@novak.test"))
    page = desk.post(both(college.host, again))
    assert page.status_code == 422
    assert "Both sign in with an account of their own, so they stay two entries." in page.text


def test_another_school_sees_and_undoes_nothing_of_it(college, desk, again):
    made = merge(college, again)
    school = Organisation.objects.create(kind="school", name="Other College")
    other = colleges.member("Olga Fern", Role.COORDINATOR, school)
    client = Client()
    client.force_login(other.user)
    assert client.get(both(college.host, again)).status_code == 404
    assert client.post(reverse("employers:one_person_undo", args=[made.public_id])).status_code == 404
    made.refresh_from_db()
    assert made.undone_at is None
