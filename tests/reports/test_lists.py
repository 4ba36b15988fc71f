"""Lists that people come back to: filters, and saved views of one's own."""

from datetime import date
from uuid import uuid4

import pytest
from django.urls import reverse

from accounts.models import Person
from accounts.roles import Role
from reports.models import SavedView
from reports.saved_views import MOST
from tests.placements import college

LIST = "reports:placements"


@pytest.fixture
def school(db):
    return college.build()


@pytest.fixture
def office(client, school):
    client.force_login(school.coordinator.user)
    return client


@pytest.fixture
def colleague(school) -> Person:
    return college.member("Paz Ito", Role.COORDINATOR, school.school).user.person


def found(office, **query) -> int:
    return office.get(reverse(LIST), query).context["page"].paginator.count


# ── Filters ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_placements_are_chosen_by_coordinator_cohort_programme_host_and_first_day(school, office, colleague):
    placement = school.placement(starts_on=date(2027, 1, 4))
    cohort = school.enrolment.cohort
    fitting = {
        "coordinator": school.coordinator.user.person.public_id,
        "cohort": cohort.public_id,
        "programme": cohort.version.programme.public_id,
        "host": placement.employer.public_id,
        "from": "2027-01-04",
        "to": "2027-01-04",
        "state": "agreeing",
        "q": "BÉRG",
        "mine": "1",
    }
    other = {
        "coordinator": colleague.public_id, "cohort": uuid4(), "programme": uuid4(), "host": uuid4(),
        "from": "2027-01-05", "to": "2027-01-03", "state": "running", "q": "bergg",
    }  # fmt: skip
    assert found(office, **fitting) == 1
    assert {name: found(office, **(fitting | {name: value})) for name, value in other.items()} == dict.fromkeys(
        other, 0
    )


def test_what_is_no_filter_is_passed_over(school, office):
    school.placement()
    assert found(office, coordinator="nobody", cohort="x", programme="1", host="-", state="odd", to="soon") == 1


def test_the_page_keeps_what_was_chosen(school, office):
    school.placement()
    host = school.site.employer
    page = office.get(reverse(LIST), {"from": "2027-01-04", "host": host.public_id}).content.decode()
    assert 'name="from" value="2027-01-04"' in page
    assert f'name="host" value="{host.public_id}"' in page
    assert "Only placements at Novak Garage." in page
    assert '<details class="more-filters" open>' in page


# ── Saved views ──────────────────────────────────────────────────────────────────────────────────────────────────────


def save(client, name: str, query: str, list: str = "placements"):
    url = reverse("reports:saved_view_new", args=[list])
    return client.post(url, {"name": name, "query": query}, follow=True)


def test_filters_are_saved_under_a_name_and_open_again(school, office):
    school.placement()
    page = save(office, "Not yet agreed", "state=agreeing&q=&page=3")
    assert page.redirect_chain == [(f"{reverse(LIST)}?state=agreeing", 302)]
    assert "Saved as “Not yet agreed”." in page.content.decode()
    (view,) = office.get(reverse(LIST)).context["views"]
    assert (view["url"], view["current"]) == (f"{reverse(LIST)}?state=agreeing", False)
    assert office.get(view["url"]).context["views"][0]["current"] is True


def test_the_same_name_again_replaces_the_filters(school, office):
    save(office, "Mine", "mine=1")
    save(office, "Mine", "mine=1&state=ready")
    assert [view.query for view in SavedView.objects.filter(school=school.school)] == ["mine=1&state=ready"]


def test_each_list_has_views_of_its_own(school, office):
    save(office, "Mine", "mine=1")
    save(office, "Mine", "without=1", list="students")
    assert [one["view"].query for one in office.get(reverse("reports:students")).context["views"]] == ["without=1"]
    assert len(office.get(reverse("reports:saved_views")).context["rows"]) == 2


def test_a_view_of_the_firms_is_kept_and_leads_to_their_list(school, office):
    url = reverse("employers:employers")
    answer = office.post(reverse("reports:saved_view_new", args=["employers"]), {"name": "Ours", "query": "tier=light"})
    assert answer["Location"] == f"{url}?tier=light"
    text = office.get(url).content.decode()
    assert f'href="{url}?tier=light"' in text
    assert reverse("reports:export", args=["employers", "xlsx"]) in text


def test_a_view_is_renamed_and_deleted(school, office):
    save(office, "Mine", "mine=1")
    save(office, "Ready", "state=ready")
    view = SavedView.objects.get(school=school.school, name="Mine")
    url = reverse("reports:saved_view", args=[view.public_id])
    taken = office.post(url, {"name": "Ready"})
    assert taken.status_code == 422
    assert "Another view of this list has this name." in taken.content.decode()
    assert office.post(url, {"name": "My own"}).status_code == 302
    office.post(reverse("reports:saved_view_delete", args=[view.public_id]))
    assert [one.name for one in SavedView.objects.filter(school=school.school)] == ["Ready"]


def test_a_colleague_sees_and_changes_no_view_of_mine(school, office, colleague, client):
    save(office, "Mine", "mine=1")
    view = SavedView.objects.get(school=school.school)
    client.force_login(colleague.user)
    assert client.get(reverse("reports:saved_views")).context["rows"] == []
    for name in ("saved_view", "saved_view_delete"):
        assert client.post(reverse(f"reports:{name}", args=[view.public_id]), {"name": "X"}).status_code == 404
    assert SavedView.objects.get(pk=view.pk).name == "Mine"


@pytest.mark.parametrize("name", ["", " ", "x" * 61])
def test_a_view_without_a_fitting_name_is_not_saved_and_the_list_stays(school, office, name):
    page = save(office, name, "mine=1")
    assert page.redirect_chain == [(f"{reverse(LIST)}?mine=1", 302)]
    assert "The view needs a name of at most 60 letters." in page.content.decode()


def test_of_views_there_are_no_more_than_a_menu_holds(school, office):
    for number in range(MOST + 1):
        page = save(office, f"View {number}", "")
    assert SavedView.objects.filter(school=school.school).count() == MOST
    assert f"You have {MOST} saved views." in page.content.decode()
