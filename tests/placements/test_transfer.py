"""A student changes the host in three actions: nothing is typed again, and the hosts do not learn of each other."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts import links
from accounts.models import Link, Organisation
from accounts.roles import Role
from core.workflow import Refused
from employers.models import Employer, Offer, SchoolEmployer, Site, Supervisor
from placements import workflow
from placements.models import Placement, Signature, WorkEntry
from tests.placements.college import FIRST, LAST, build, member
from tests.placements.garage import work
from tests.placements.test_breaking import FEBRUARY, MONDAY, SYSTEM, break_off, why

pytestmark = pytest.mark.usefixtures("_february")

NEW_FIRST = date(2027, 2, 15)
NEW_LAST = date(2027, 4, 9)


@pytest.fixture
def _february():
    with time_machine.travel(FEBRUARY, tick=False):
        yield


@pytest.fixture
def college(db):
    return build()


@pytest.fixture
def running(college):
    placement = college.agreed()
    workflow.start(placement=placement, by=SYSTEM, at=datetime(2027, 1, 4, 8, tzinfo=UTC))
    return placement


@pytest.fixture
def bakery(college):
    """Another firm of the school with its supervisor and an offer."""
    firm = Organisation.objects.create(kind="employer", name="Rye Bakery")
    employer = Employer.objects.create(name="Rye Bakery", sort_key="rye bakery", identity="rye", organisation=firm)
    SchoolEmployer.objects.create(school=college.school, employer=employer)
    site = Site.objects.create(employer=employer, address="Mill Lane 3", address_key="3 mill lane")
    baker = member("Ruth Asher", Role.SUPERVISOR, firm, domain="rye.test")
    Supervisor.objects.create(person=baker.user.person, site=site)
    return Offer.objects.create(
        school=college.school, site=site, title="Bakehouse", starts_on=NEW_FIRST, ends_on=NEW_LAST, places=1
    )


def desk_of(membership):
    client = Client()
    client.force_login(membership.user)
    return client


def follow(college, placement, offer, **changes):
    values = {
        "placement": placement,
        "site": offer.site,
        "supervisor": offer.site.supervisors.get(),
        "coordinator": college.coordinator.user.person,
        "starts_on": NEW_FIRST,
        "ends_on": NEW_LAST,
        "offer": offer,
        "by": college.office,
        "at": FEBRUARY,
    }
    return workflow.transfer(**(values | changes))


def test_three_actions_lead_from_the_broken_placement_to_a_new_agreement_on_its_way(college, running, bakery):
    desk, actions = desk_of(college.coordinator), 0

    def act(url, data):
        nonlocal actions
        actions += 1
        answer = desk.post(url, data)
        assert answer.status_code == 302, answer.content.decode()
        return answer["Location"]

    early_end = {
        "end_reason": "people", "initiator": "student", "direction": "company", "last_day": MONDAY.isoformat(),
        "last_time": "11:30", "reason": "They did not get on",
    }  # fmt: skip
    place = act(reverse("placements:move", args=[running.public_id, "break"]), early_end)
    assert place == reverse("placements:transfer", args=[running.public_id])
    chosen = f"{place}?offer={bakery.public_id}"
    assert chosen in desk.get(place).content.decode()
    form = desk.get(chosen).context["form"]
    filled = {name: form[name].value() for name in ("key", "starts_on", "ends_on", "supervisor")}
    reading = act(chosen, filled)
    successor = Placement.objects.get(predecessor=running)
    assert reading == reverse("placements:propose", args=[successor.public_id])
    act(reading, {"sign_by": desk.get(reading).context["form"]["sign_by"].value()})
    assert actions == 3
    running.refresh_from_db()
    assert (running.state, running.valid_until) == ("broken", datetime(2027, 2, 8, 11, 30, tzinfo=UTC))
    plan = successor.plan_versions.get()
    assert plan.agreement.state == "proposed"
    assert [row.outcome for row in plan.outcomes.order_by("pk")] == college.outcomes
    assert plan.shifts.count() == 5


def test_a_successor_copies_plan_and_outcomes_and_the_hours_stay_where_they_were_worked(college, running, bakery):
    entry = work(running, date(2027, 1, 11))
    break_off(college, running)
    successor = follow(college, running, bakery)
    assert (successor.predecessor, successor.enrolment, successor.state) == (running, running.enrolment, "planned")
    assert (successor.starts_on, successor.ends_on, successor.offer) == (NEW_FIRST, NEW_LAST, bakery)
    old, new = running.plan_versions.get(), successor.plan_versions.get()
    assert (new.purpose_text, new.rhythm, new.agreement.state) == (old.purpose_text, old.rhythm, "draft")
    assert WorkEntry.objects.get(placement__enrolment=running.enrolment) == entry
    assert entry.placement == running


def test_the_same_transfer_twice_makes_one_placement_and_another_is_refused(college, running, bakery):
    break_off(college, running)
    key = running.public_id.__class__("00000000-0000-4000-8000-000000000001")
    first = follow(college, running, bakery, public_id=key)
    assert follow(college, running, bakery, public_id=key) == first
    with pytest.raises(Refused, match="A new placement follows this one already"):
        follow(college, running, bakery)
    with pytest.raises(Refused, match="A new placement follows this one already"):
        workflow.restore(placement=running, by=college.office, at=FEBRUARY)


def test_offers_in_an_occupation_of_the_programme_come_first_and_none_of_the_old_firm(college, running, bakery):
    break_off(college, running)
    programme = college.enrolment.cohort.version.programme
    programme.occupation_codes = ["7231"]
    programme.save()
    values = {"school": college.school, "site": bakery.site, "places": 1, "starts_on": NEW_FIRST, "ends_on": NEW_LAST}
    fits = Offer.objects.create(title="Vans of the bakery", occupation_codes=["7231"], **values)
    page = desk_of(college.coordinator).get(reverse("placements:transfer", args=[running.public_id]))
    assert list(page.context["offers"]) == [fits, bakery]
    assert list(page.context["page"]) == [bakery.site]


def test_only_a_broken_placement_of_a_student_who_stays_is_transferred(college, running, bakery):
    with pytest.raises(Refused, match="This is no longer possible"):
        follow(college, running, bakery)
    break_off(college, running, why(direction="out"))
    with pytest.raises(Refused, match="The student has left the programme"):
        follow(college, running, bakery)


def test_the_new_placement_begins_after_the_old_one(college, running, bakery):
    break_off(college, running)
    with pytest.raises(Refused, match="begins after the last day of the old one"):
        follow(college, running, bakery, starts_on=MONDAY)
    assert not Placement.objects.filter(predecessor=running).exists()


def test_neither_host_learns_of_the_other(college, running, bakery):
    break_off(college, running)
    successor = follow(college, running, bakery)
    agreement = successor.plan_versions.get().agreement
    workflow.propose(agreement=agreement, sign_by=NEW_FIRST, by=college.office, at=FEBRUARY)
    place = Signature.objects.get(agreement=agreement, party="host")
    values = {"person": place.person, "school": college.school, "at": FEBRUARY}
    _link, token = links.mint(purpose=Link.Purpose.SIGN, subject_id=place.pk, **values)
    old, new = desk_of(college.supervisor), Client()
    new.force_login(place.person.user)
    seen_by_old = [
        old.get(reverse("reports:placement", args=[running.public_id]) + f"?tab={tab}") for tab in ("plan", "people")
    ]
    seen_by_old.append(old.get(reverse("placements:host")))
    assert old.get(reverse("reports:placement", args=[successor.public_id])).status_code == 404
    seen_by_new = [
        new.get(reverse("reports:placement", args=[successor.public_id]) + f"?tab={tab}") for tab in ("plan", "people")
    ]
    seen_by_new.append(Client().get(reverse("placements:link", args=[token])))
    assert new.get(reverse("reports:placement", args=[running.public_id])).status_code == 404
    for answers, secrets in ((seen_by_old, ("Rye", "Asher")), (seen_by_new, ("Novak", "Dock Road"))):
        for answer in answers:
            assert answer.status_code == 200
            assert [word for word in secrets if word in answer.content.decode()] == []


def test_a_wrong_form_comes_back_with_what_was_typed(college, running, bakery):
    desk = desk_of(college.coordinator)
    url = reverse("placements:move", args=[running.public_id, "break"])
    told = {"end_reason": "conduct", "initiator": "host", "direction": "open", "reason": "Came late every day"}
    answer = desk.post(url, told)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "Talk first, with the host and with the student." in text
    assert "Write the last day of work." in text
    assert "Came late every day" in text
    break_off(college, running)
    transfer = reverse("placements:transfer", args=[running.public_id]) + f"?offer={bakery.public_id}"
    answer = desk.post(
        transfer, {"key": str(running.public_id), "starts_on": MONDAY, "ends_on": LAST, "supervisor": ""}
    )
    assert answer.status_code == 422
    assert "Choose a supervisor, or name a new one." in answer.content.decode()
    assert FIRST < MONDAY
