"""A student says on the phone where from, how far, what is needed and which firms; the matching reads it, no firm."""

from datetime import date

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts.models import Organisation
from core.models import Transition
from core.workflow import Refused
from employers.models import Capacity, Employer, SchoolEmployer, Site
from placements.models import Placement, Wish
from placements.queries.matching import problem_of
from placements.rules.wishing import area_of, areas, counts_until
from placements.workflow import wishing
from placements.workflow.matching import make_matching
from placements.workflow.wishing import Wishes
from tests.placements import college as colleges
from tests.placements.college import NOW, by_party

FIRST, LAST = date(2027, 2, 1), date(2027, 3, 5)
STUDENT = {"by": by_party("student"), "at": NOW}
PAGE, FIND = "/wishes/", "/wishes/firms/"
SAID = {"area": "51.5,-0.12", "most_km": "15", "languages": ["fr", "en"], "needs": ["step_free"], "agrees": "on"}


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def college(db):
    made = colleges.build()
    Site.objects.filter(pk=made.site.pk).update(latitude=51.503, longitude=-0.118)
    return made


@pytest.fixture
def batch(college):
    return make_matching(
        school=college.school, name="February", starts_on=FIRST, ends_on=LAST, enrolments=[college.enrolment],
        person=college.coordinator.user.person, by=college.office, at=NOW,
    )  # fmt: skip


@pytest.fixture
def nia(college) -> Client:
    client = Client()
    client.force_login(college.student.user)
    return client


def firm(college, name: str, **relation) -> Employer:
    made = Employer.objects.create(name=name, sort_key=name.lower(), identity=name)
    SchoolEmployer.objects.create(school=college.school, employer=made, **relation)
    return made


def named(college) -> list[str]:
    wish = Wish.objects.get(enrolment=college.enrolment)
    return list(wish.hosts.order_by("position").values_list("employer__name", flat=True))


# ── Rules ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_wishes_count_until_the_school_begins_to_look_60_days_before_the_first_day():
    assert counts_until(date(2027, 2, 1)) == date(2026, 12, 3)


@pytest.mark.parametrize(
    ("country", "postcode", "area"),
    [("GB", "HB4 1AA", "HB4"), ("GB", "hb14 1aa", "HB14"), ("GB", "SE81QA", "SE8"), ("FR", "75011", "75011")],
)
def test_an_area_is_what_a_postcode_says_of_the_neighbourhood(country, postcode, area):
    assert area_of(country, postcode) == area


def test_an_area_stands_in_the_middle_of_its_sites_and_two_at_one_point_are_one_choice():
    sites = [("GB", "HB4 1AA", 51.50, 0.10), ("GB", "HB4 2AA", 51.52, 0.14), ("GB", "HB5 1AA", 51.511, 0.121)]
    assert areas(sites) == {(51.51, 0.12): "HB4, HB5"}


# ── Verbs ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_what_is_needed_is_kept_only_when_the_student_agrees_and_the_log_says_so(college):
    needs = Wishes(needs=("quiet",))
    with pytest.raises(Refused):
        wishing.tell_wishes(enrolment=college.enrolment, wishes=needs, agrees=False, **STUDENT)
    assert not Wish.objects.exists()
    wish = wishing.tell_wishes(enrolment=college.enrolment, wishes=needs, agrees=True, **STUDENT)
    assert (wish.needs, wish.agreed_at, wish.told_at) == (["quiet"], NOW, NOW)
    assert Transition.objects.get(noun="wish").details == {"needs": 1, "agrees": True}
    again = wishing.tell_wishes(enrolment=college.enrolment, wishes=Wishes(), agrees=True, **STUDENT)
    assert (again.needs, again.agreed_at) == ([], None)


def test_five_firms_may_be_named_and_are_put_first_and_taken_away(college):
    firms = [firm(college, f"Firm {number}") for number in range(6)]
    for one in (*firms[:5], firms[0]):
        wishing.choose_firm(enrolment=college.enrolment, employer=one, **STUDENT)
    with pytest.raises(Refused, match="You have named 5 firms"):
        wishing.choose_firm(enrolment=college.enrolment, employer=firms[5], **STUDENT)
    wishing.prefer_firm(enrolment=college.enrolment, employer=firms[2], **STUDENT)
    wishing.drop_firm(enrolment=college.enrolment, employer=firms[0], **STUDENT)
    assert named(college) == ["Firm 2", "Firm 1", "Firm 3", "Firm 4"]


def test_nobody_but_the_student_tells_the_own_wishes(college):
    with pytest.raises(Refused):
        wishing.tell_wishes(enrolment=college.enrolment, wishes=Wishes(), agrees=False, by=college.office, at=NOW)


# ── Screens ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_what_a_student_says_is_kept_shown_again_and_read_by_the_matching(college, batch, nia):
    page = nia.get(PAGE)
    assert "Your school begins to look on Thursday 3 December; say it before." in page.text
    assert page.context["form"].fields["area"].choices == [("", "Rather not say"), ("51.5,-0.12", "HB1")]
    assert nia.post(PAGE, SAID).status_code == 302
    page = nia.get(PAGE)
    assert "You said this on" in page.text
    assert "You agreed on Tue 24 Nov 2026." in page.text
    assert {name: page.context["form"][name].value() for name in SAID} == {
        "area": "51.5,-0.12", "most_km": 15, "languages": ["en", "fr"], "needs": ["step_free"], "agrees": True,
    }  # fmt: skip
    (seeker,) = problem_of(batch).seekers
    assert (seeker.position, seeker.most_km, seeker.languages, seeker.needs) == (
        (51.5, -0.12), 15, {"en", "fr"}, {"step_free"},
    )  # fmt: skip


def test_needs_without_the_tick_come_back_with_everything_that_was_chosen(college, nia):
    page = nia.post(PAGE, {name: value for name, value in SAID.items() if name != "agrees"})
    assert page.status_code == 422
    assert "Your school may read what you need only if you agree." in page.text
    assert page.context["form"]["most_km"].value() == "15"
    assert not Wish.objects.exists()


def test_a_place_that_nobody_offered_for_choice_is_refused(college, nia):
    assert nia.post(PAGE, SAID | {"area": "48.8,2.3"}).status_code == 422


def test_what_the_school_has_written_down_stays_a_choice(college, nia):
    Wish.objects.create(enrolment=college.enrolment, latitude=52.0, longitude=1.0, most_km=17, languages=["cy"], at=NOW)
    page = nia.get(PAGE)
    assert "Your school has written this down." in page.text
    kept = {"area": "52.0,1.0", "most_km": "17", "languages": ["cy"]}
    assert nia.post(PAGE, kept).status_code == 302
    wish = Wish.objects.get()
    assert (wish.latitude, wish.longitude, wish.most_km, wish.languages) == (52.0, 1.0, 17, ["cy"])


def test_a_firm_is_found_by_a_part_of_its_name_and_named_with_one_tap(college, nia):
    other = Organisation.objects.create(kind="school", name="Other College")
    bakery = firm(college, "Mill Bakery")
    foreign = Employer.objects.create(name="Mill Abroad", sort_key="mill abroad", identity="mill abroad")
    SchoolEmployer.objects.create(school=other, employer=foreign)
    firm(college, "Mill Shut", suspended_at=NOW)
    left = firm(college, "Mill Left")
    Capacity.objects.create(employer=left, left_on=NOW.date(), at=NOW)
    assert [one.name for one in nia.get(FIND, {"q": "mill"}).context["page"]] == ["Mill Bakery"]
    assert nia.post(f"{FIND}{bakery.public_id}/", {"step": "choose"}).status_code == 302
    assert nia.post(f"{FIND}{foreign.public_id}/", {"step": "choose"}).status_code == 404
    assert named(college) == ["Mill Bakery"]
    assert "named" in nia.get(FIND, {"q": "mill"}).text
    nia.post(f"{FIND}{bakery.public_id}/", {"step": "drop"})
    assert named(college) == []


def test_the_first_page_leads_to_the_wishes_while_a_place_is_looked_for(college, batch, nia):
    assert PAGE in nia.get("/").text
    placement = college.placement(starts_on=date(2026, 11, 2), ends_on=date(2026, 12, 18))
    assert PAGE in nia.get("/").text
    Placement.objects.filter(pk=placement.pk).update(starts_on=FIRST, ends_on=LAST)
    assert PAGE not in nia.get("/").text


def test_the_pages_take_few_queries(college, batch, nia, django_assert_max_num_queries):
    for number in range(5):
        wishing.choose_firm(enrolment=college.enrolment, employer=firm(college, f"Firm {number}"), **STUDENT)
    for path in (PAGE, FIND):
        with django_assert_max_num_queries(12):
            nia.get(path)


def test_another_student_and_the_wishes_of_another_school_are_not_touched(college, nia):
    other = colleges.member("Olga Fern", "student", Organisation.objects.create(kind="school", name="Other"))
    stranger = Client()
    stranger.force_login(other.user)
    assert "You are not in a programme now" in stranger.get(PAGE).text
    assert stranger.get(FIND).status_code == 404
    assert stranger.post(PAGE, SAID).status_code == 200
    assert not Wish.objects.exists()


def test_the_school_keeps_all_five_firms_when_it_changes_the_rest(college, batch, client):
    for number in range(5):
        wishing.choose_firm(enrolment=college.enrolment, employer=firm(college, f"Firm {number}"), **STUDENT)
    client.force_login(college.coordinator.user)
    url = reverse("placements:matching_wish", args=[batch.public_id, college.enrolment.public_id])
    page = client.get(url)
    assert "The student said this on Tue 24 Nov 2026" in page.text
    form = page.context["form"]
    client.post(url, {name: form[name].value() or "" for name in form.fields} | {"most_km": "9"})
    assert named(college) == [f"Firm {number}" for number in range(5)]
    assert Wish.objects.get().told_at == NOW
    assert "said by the student on Tue 24 Nov" in client.get(f"/matchings/{batch.public_id}/").text
