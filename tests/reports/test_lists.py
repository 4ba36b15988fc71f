"""Lists that people come back to: filters, saved views of one's own, and many placements given on at once."""

from datetime import date
from uuid import uuid4

import pytest
from django.urls import reverse

from accounts.models import Person
from accounts.roles import Role
from core.workflow import Refused
from placements.models import Placement, Signature
from placements.workflow.caseload import hand_on
from reports.models import SavedView
from reports.saved_views import MOST
from tests.placements import college
from tests.placements.college import NOW

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


# ── Many at once ─────────────────────────────────────────────────────────────────────────────────────────────────────


def give(office, colleague, *placements, **query):
    url = f"{reverse('reports:hand_on')}?to={colleague.public_id}"
    return office.post(url, {"chosen": [placement.public_id for placement in placements]})


def test_the_preview_shows_the_list_as_filtered_with_what_becomes_of_each(school, office, colleague):
    mine, theirs = school.placement(), school.placement(coordinator=colleague)
    cancelled = school.placement()
    Placement.objects.filter(pk=cancelled.pk).update(state="cancelled")
    page = office.get(reverse("reports:hand_on"), {"to": colleague.public_id, "q": "berg"})
    said = {line.placement.pk: (line.now, line.why_not) for line in page.context["rows"]}
    assert said == {
        mine.pk: ("Cora Diaz", ""),
        theirs.pk: ("Paz Ito", "Has it already."),
        cancelled.pk: ("Cora Diaz", "It was cancelled."),
    }
    assert page.context["ticked"] == {str(mine.public_id)}
    assert office.get(reverse("reports:hand_on"), {"to": colleague.public_id, "q": "x"}).context["rows"] == []


def test_only_what_is_ticked_is_given_and_the_answer_says_so(school, office, colleague):
    first, second = school.placement(), school.placement()
    page = give(office, colleague, first)
    assert "Paz Ito looks after 1 placement." in page.content.decode()
    for placement, owner in ((first, colleague), (second, school.coordinator.user.person)):
        placement.refresh_from_db()
        assert placement.coordinator == owner
    (move,) = school.moves.filter(verb="hand_on")
    assert move.details == {"from": school.coordinator.user.person.pk, "to": colleague.pk}


def test_what_cannot_be_given_is_told_with_its_reason_and_the_others_are_done(school, office, colleague):
    good, cancelled = school.placement(), school.placement()
    Placement.objects.filter(pk=cancelled.pk).update(state="cancelled")
    page = give(office, colleague, good, cancelled)
    assert [one.pk for one in page.context["done"]] == [good.pk]
    assert [(one.pk, why) for one, why in page.context["refused"]] == [
        (cancelled.pk, "This is no longer possible: it has changed in the meantime.")
    ]


def test_sent_twice_it_moves_once(school, office, colleague):
    placement = school.placement()
    assert [len(give(office, colleague, placement).context["done"]) for _time in range(2)] == [1, 1]
    assert school.moves.filter(verb="hand_on").count() == 1


def test_whom_nothing_is_ticked_for_gets_nothing(school, office, colleague):
    school.placement()
    page = give(office, colleague)
    assert page.status_code == 422
    assert "Tick at least one student." in page.content.decode()


def test_the_new_coordinator_is_asked_for_the_signature_that_the_school_still_owes(school, office, colleague):
    places = school.asked()
    give(office, colleague, places["school"].agreement.plan.placement)
    assert Signature.objects.get(pk=places["school"].pk).person == colleague
    assert Signature.objects.get(pk=places["student"].pk).person == school.student.user.person


def test_what_the_school_has_signed_keeps_its_name(school, office, colleague):
    placement = school.agreed()
    give(office, colleague, placement)
    signed = Signature.objects.get(agreement__plan__placement=placement, party="school")
    assert signed.person == school.coordinator.user.person


@pytest.mark.parametrize("role", [Role.TEACHER, Role.HEAD])
def test_nobody_but_a_coordinator_of_the_school_gets_them(school, role):
    placement = school.placement()
    other = college.member("Ona Lux", role, school.school).user.person
    with pytest.raises(Refused, match="Only a coordinator of the school"):
        hand_on(placements=[placement], to=other, by=school.office, at=NOW)


def test_a_coordinator_of_another_school_gets_none(cast, school):
    elsewhere = cast.insider(Role.COORDINATOR).user.person
    with pytest.raises(Refused, match="Only a coordinator of the school"):
        hand_on(placements=[school.placement()], to=elsewhere, by=school.office, at=NOW)


def test_placements_of_another_school_are_not_there(cast, school, colleague):
    stranger = cast.client(cast.outsider(Role.COORDINATOR))
    placement = school.placement()
    give(stranger, colleague, placement)
    placement.refresh_from_db()
    assert placement.coordinator == school.coordinator.user.person
