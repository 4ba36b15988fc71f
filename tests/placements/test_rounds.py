"""A school asks many firms for places in a period: whom it asks, whom not and why, and what they have said."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.test import Client

from accounts.models import ContactPoint, Organisation, Person
from accounts.roles import Role
from core.models import Transition
from core.workflow import Actor, Refused
from employers.models import Capacity, Employer, Offer, Round, SchoolEmployer, Site, Supervisor
from employers.rules import Stop, Wishes
from employers.workflow import not_this_year
from employers.workflow.rounds import close_round, open_round
from placements.models import HostRequest
from placements.queries.rounds import answers_to, candidates
from placements.rules.rounds import Firm, asking_days, why_not
from tests.placements import college as colleges
from tests.placements.college import NOW, by_party

FIRST, LAST = date(2027, 4, 12), date(2027, 6, 25)
PERIOD = {"starts_on": FIRST, "ends_on": LAST}
TODAY = NOW.date()


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def college(db):
    made = colleges.build()
    Offer.objects.filter(school=made.school).update(withdrawn_at=NOW)
    return made


@pytest.fixture
def desk(college) -> Client:
    client = Client()
    client.force_login(college.coordinator.user)
    return client


def reader(name: str, *, mail: bool = True) -> Person:
    given, family = name.split()
    made = Person.objects.create(given_name=given, family_name=family, sort_key=name.lower())
    if mail:
        ContactPoint.objects.create(person=made, channel="email", address=f"{given.lower()}@firm.test")
    return made


def firm(college, name: str, guide: Person | None = None, **relation) -> Employer:
    made = Employer.objects.create(name=name, sort_key=name.lower(), identity=name)
    SchoolEmployer.objects.create(school=college.school, employer=made, **relation)
    site = Site.objects.create(employer=made, address=name, address_key=name)
    Supervisor.objects.create(person=guide or reader(f"{name} Guide"), site=site)
    return made


def offer(college, employer: Employer, places: int = 2, **more) -> Offer:
    values = {"title": "Places", "places": places, **PERIOD, **more}
    return Offer.objects.create(school=college.school, site=employer.sites.get(), **values)


def opened(college, *firms: Employer, **more) -> Round:
    readers = {one.pk: Supervisor.objects.get(site__employer=one).person_id for one in firms}
    values = {**PERIOD, "public_id": uuid4(), "by": college.office, "at": NOW, **more}
    return open_round(school=college.school, firms=readers, person=college.coordinator.user.person, **values)


def say_no(college, employer: Employer, at=NOW) -> None:
    by = Actor("link", 1, Role.SUPERVISOR)
    not_this_year(school=college.school, employer=employer, reason="time", by=by, at=at)


# ── Rules ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_firms_are_asked_120_105_and_90_days_before_the_period():
    assert asking_days(date(2027, 6, 1), date(2027, 1, 10)) == {
        "D-120": date(2027, 2, 1), "D-105": date(2027, 2, 16), "D-90": date(2027, 3, 3),
    }  # fmt: skip


def test_a_round_that_is_opened_later_asks_at_once_and_again_15_and_30_days_later_but_never_in_the_period():
    assert asking_days(date(2027, 3, 1), date(2027, 1, 10)) == {
        "ask": date(2027, 1, 10), "+15": date(2027, 1, 25), "+30": date(2027, 2, 9),
    }  # fmt: skip
    assert list(asking_days(date(2027, 1, 20), date(2027, 1, 10))) == ["ask"]


@pytest.mark.parametrize(
    ("firm", "why"),
    [
        (Firm(), None),
        (Firm(stop=Stop.CLOSED), "The firm has closed"),
        (Firm(stop=Stop.SUSPENDED), "Ask the safeguarding lead"),
        (Firm(stop=Stop.NOT_APPROVED), "No longer approved"),
        (Firm(wishes=Wishes(left_on=TODAY)), "This host takes no students any more."),
        (
            Firm(wishes=Wishes(paused_until=date(2027, 1, 5))),
            "This host makes a pause. Ask again from Tue 5 Jan 2027.",
        ),
        (
            Firm(wishes=Wishes(quiet_months=frozenset([11]))),
            "This host wants no requests in November. Ask again from Tue 1 Dec 2026.",
        ),
        (Firm(has_offered=True), "Has offered places for these weeks already."),
        (Firm(has_said_no=True), "Has said “not this year”."),
        (Firm(was_asked=True), "Was asked by your school in the last 30 days."),
        (Firm(has_reader=False), "Nobody there can be written to."),
    ],
)
def test_why_a_firm_is_not_asked(firm, why):
    assert why_not(firm, TODAY) == why


# ── Whom to ask ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_every_firm_of_the_school_is_there_with_its_reader_or_with_why_it_is_not_asked(college):
    offered, asked, refused, mute = (firm(college, name) for name in ("Offered", "Requested", "Refused", "Mute"))
    offer(college, offered, offered_by=Supervisor.objects.get(site__employer=offered).person)
    placement = college.placement()
    HostRequest.objects.create(
        placement=placement, site=asked.sites.get(), person=reader("Ida Asked"), asked_at=NOW - timedelta(days=29),
        answer_by=TODAY,
    )  # fmt: skip
    say_no(college, refused, NOW - timedelta(days=100))
    ContactPoint.objects.filter(person__supervisors__site__employer=mute).update(state="bounced")
    stranger = Organisation.objects.create(kind="school", name="Other College")
    foreign = Employer.objects.create(name="Foreign", sort_key="foreign", identity="foreign")
    SchoolEmployer.objects.create(school=stranger, employer=foreign)
    found = candidates(college.school, FIRST, LAST, NOW)
    assert [(one.employer.name, one.reader and one.reader.full_name, one.why_not) for one in found] == [
        ("Mute", None, "Nobody there can be written to."),
        ("Novak Garage", "Milan Novak", None),
        ("Offered", "Offered Guide", "Has offered places for these weeks already."),
        ("Refused", "Refused Guide", "Has said “not this year”."),
        ("Requested", "Requested Guide", "Was asked by your school in the last 30 days."),
    ]


def test_a_quiet_month_counts_on_the_day_of_the_first_letter(college):
    may = firm(college, "May")
    Capacity.objects.create(employer=may, quiet_months=[11], at=NOW)
    late = {one.employer.name: one.why_not for one in candidates(college.school, FIRST, LAST, NOW)}
    assert late["May"] is None
    soon = candidates(college.school, date(2027, 2, 1), LAST, NOW)
    assert {one.employer.name: bool(one.why_not) for one in soon} == {"May": True, "Novak Garage": False}


def test_whoever_offered_last_reads_it_if_still_there(college):
    mill = firm(college, "Mill")
    second = Supervisor.objects.create(person=reader("Zoe Late"), site=mill.sites.get())
    offer(college, mill, starts_on=date(2026, 1, 5), ends_on=date(2026, 3, 5), offered_by=second.person)
    read_by = {one.employer: one.reader for one in candidates(college.school, FIRST, LAST, NOW)}
    assert read_by[mill] == second.person
    second.ends_on = date(2026, 11, 1)
    second.save()
    read_by = {one.employer: one.reader for one in candidates(college.school, FIRST, LAST, NOW)}
    assert read_by[mill] != second.person


# ── Rounds ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_round_is_opened_once_by_a_coordinator_for_weeks_that_are_ahead(college):
    mill, key = firm(college, "Mill"), uuid4()
    made = opened(college, mill, public_id=key)
    assert opened(college, mill, public_id=key) == made
    assert Transition.objects.get(noun="round").details == {"firms": 1}
    for wrong in ({"starts_on": TODAY}, {"ends_on": FIRST - timedelta(days=1)}, {"by": by_party("teacher")}):
        with pytest.raises(Refused):
            opened(college, mill, **wrong)
    with pytest.raises(Refused):
        opened(college)
    close_round(round=made, by=college.office, at=NOW)
    close_round(round=made, by=college.office, at=NOW + timedelta(days=1))
    made.refresh_from_db()
    assert made.closed_at == NOW


def test_an_offer_for_these_weeks_and_a_no_since_are_answers_and_everything_else_is_silence(college):
    gave, refused, before, elsewhere = (firm(college, name) for name in ("Gave", "Refused", "Before", "Elsewhere"))
    say_no(college, before, NOW - timedelta(days=1))
    made = opened(college, gave, refused, before, elsewhere)
    offer(college, gave)
    offer(college, gave, 3, starts_on=LAST, ends_on=LAST)
    offer(college, gave, 9, withdrawn_at=NOW)
    offer(college, elsewhere, starts_on=LAST + timedelta(days=1), ends_on=LAST + timedelta(days=9))
    say_no(college, refused)
    rows = made.firms.select_related("employer").order_by("pk")
    found = answers_to(rows)
    assert [(one.asked.employer.name, one.name, one.places, one.said_no) for one in found] == [
        ("Gave", "offered", 5, ""),
        ("Refused", "no", 0, "No time to guide somebody"),
        ("Before", "silent", 0, ""),
        ("Elsewhere", "silent", 0, ""),
    ]


def test_a_firm_stays_in_the_round_when_the_person_who_was_asked_there_is_erased(college, desk):
    mill = firm(college, "Mill")
    made = opened(college, mill)
    Person.objects.filter(supervisors__site__employer=mill).delete()
    (row,) = made.firms.all()
    assert (row.employer, row.person) == (mill, None)
    assert "nobody any more" in desk.get(f"/rounds/{made.public_id}/").text
    asked_lately = {one.employer.name: one.why_not for one in candidates(college.school, FIRST, LAST, NOW)}
    assert asked_lately["Mill"] == "Was asked by your school in the last 30 days."


# ── Screens ──────────────────────────────────────────────────────────────────────────────────────────────────────────

NEW = "/rounds/new/?starts_on=2027-04-12&ends_on=2027-06-25"


def ticks(page, *firms: Employer) -> dict:
    """What the form sends that is drawn on this page."""
    return {
        "key": page.context["form"]["key"].value(),
        "boxes": page.context["boxes"],
        "firms": [one.public_id for one in firms],
    }


def test_a_coordinator_sees_every_firm_before_it_is_asked_and_un_ticks(college, desk):
    mill, tiny = firm(college, "Mill"), firm(college, "Tiny")
    closed = firm(college, "Shut")
    Employer.objects.filter(pk=closed.pk).update(closed_on=TODAY)
    page = desk.get(NEW)
    form = page.context["form"]
    assert [one.employer.name for one in form.asked.values()] == ["Mill", "Novak Garage", "Tiny"]
    assert form.left_out == set()
    assert "1 firm is not asked: it stands at the end of the list, with why." in page.text
    assert "The firm has closed" in page.text
    assert "Sun 13 Dec 2026" in page.text
    sent = ticks(page, mill, tiny)
    for _tap in range(2):
        done = desk.post(NEW, sent, follow=True)
    assert set(Round.objects.get().firms.values_list("employer", flat=True)) == {mill.pk, tiny.pk}
    assert [(str(label), value) for label, value in done.context["facts"]] == [
        ("Firms asked", 2), ("Places offered", 0), ("Firms that offer", 0), ("Said no", 0), ("Not answered", 2),
    ]  # fmt: skip


def test_nothing_ticked_or_a_firm_that_is_not_asked_comes_back_with_what_was_ticked(college, desk):
    mill = firm(college, "Mill")
    shut = firm(college, "Shut", suspended_at=NOW)
    drawn = desk.get(NEW)
    for nothing in (ticks(drawn), {"key": str(uuid4())}):
        page = desk.post(NEW, nothing)
        assert page.status_code == 422
        assert "Choose at least one firm." in page.text
    page = desk.post(NEW, ticks(drawn, mill, shut))
    assert page.status_code == 422
    assert page.context["form"].left_out == {str(college.site.employer.public_id)}
    assert not Round.objects.exists()


def test_of_300_firms_50_are_drawn_at_a_time_and_what_was_un_ticked_stays_so_over_the_pages(
    college, desk, django_assert_max_num_queries
):
    firms = [firm(college, f"Firm{number:03}") for number in range(299)]
    shut = firm(college, "Almost", suspended_at=NOW)
    with django_assert_max_num_queries(12):
        page = desk.get(NEW)
    first, last = firms[:50], [*firms[250:], college.site.employer]
    assert [one.employer for one in page.context["page"]] == first
    with django_assert_max_num_queries(12):
        page = desk.post(NEW, {**ticks(page, *first[1:]), "turn": 6})
    assert [one.employer for one in page.context["page"]] == last
    page = desk.post(NEW, {**ticks(page, *last[:-1]), "turn": 7})
    assert [(one.employer, one.why_not) for one in page.context["page"]] == [(shut, "Ask the safeguarding lead")]
    page = desk.post(NEW, {**ticks(page), "turn": 1})
    assert [one.employer for one in page.context["page"]] == first
    assert page.context["form"].left_out == {str(one.public_id) for one in (first[0], last[-1])}
    assert not Round.objects.exists()
    # Un-ticked by mistake: with a tick again it is asked.
    desk.post(NEW, ticks(page, *first))
    assert set(Round.objects.get().firms.values_list("employer", flat=True)) == {one.pk for one in firms}


@pytest.mark.parametrize(
    "query", ["starts_on=2026-11-24&ends_on=2027-01-05", "starts_on=2027-05-01&ends_on=2027-04-01"]
)
def test_weeks_that_cannot_be_come_back(desk, query):
    page = desk.get(f"/rounds/new/?{query}")
    assert page.status_code == 422
    assert query.split("&")[0].removeprefix("starts_on=") in page.text


def test_the_page_of_a_round_counts_and_filters_what_firms_have_said(college, desk):
    gave, refused, mute = (firm(college, name) for name in ("Gave", "Refused", "Mute"))
    made = opened(college, gave, refused, mute)
    offer(college, gave, 4)
    say_no(college, refused)
    url = f"/rounds/{made.public_id}/"
    page = desk.get(url)
    assert [value for _label, value in page.context["facts"]] == [3, 4, 1, 1, 1]
    assert page.context["reasons"] == [("No time to guide somebody", 1)]
    shown = desk.get(f"{url}?show=silent").context["page"]
    assert [answer.asked.employer for answer in shown] == [mute]
    desk.post(f"{url}close/")
    assert "Nobody is asked any more since Tue 24 Nov 2026." in desk.get(url).text
    assert "over" in desk.get("/rounds/").text


def test_the_pages_take_few_queries_for_many_firms(college, desk, django_assert_max_num_queries):
    firms = [firm(college, f"Firm{number}") for number in range(60)]
    made = opened(college, *firms)
    Round.objects.update(at=NOW - timedelta(days=60))
    for path in ("/rounds/", NEW, f"/rounds/{made.public_id}/"):
        with django_assert_max_num_queries(12):
            page = desk.get(path)
    assert len(page.context["page"].object_list) == 50


def test_another_school_neither_sees_nor_closes_a_round(college):
    made = opened(college, firm(college, "Mill"))
    other = colleges.member("Olga Fern", Role.COORDINATOR, Organisation.objects.create(kind="school", name="Other"))
    client = Client()
    client.force_login(other.user)
    assert client.get(f"/rounds/{made.public_id}/").status_code == 404
    assert client.post(f"/rounds/{made.public_id}/close/").status_code == 404
    assert "Mill" not in client.get(NEW).text
