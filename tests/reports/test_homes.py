"""The first page of each role, and the pages behind it."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.roles import Role
from placements.models import Placement
from schools.models import Student


def text_of(client, path, status=200):
    answer = client.get(path)
    assert answer.status_code == status
    return answer.content.decode()


@pytest.fixture
def lina(cast) -> Placement:
    return Placement.objects.get(learner=cast.insider(Role.STUDENT).user.person)


@pytest.fixture
def as_role(cast, time_machine):
    time_machine.move_to("2026-11-24 10:00:00+00:00")
    return lambda role: cast.client(cast.insider(role))


def test_a_visitor_reads_what_it_is_and_finds_the_way_in(db):
    page = text_of(Client(), "/")
    assert reverse("account_login") in page
    assert reverse("demo:people") in page


def test_the_coordinator_sees_what_needs_her_and_one_next_step_for_each(as_role):
    answer = as_role(Role.COORDINATOR).get("/")
    items = answer.context["day"].items
    assert [(item.title, item.label, item.step.label) for item in items] == [
        ("Jonas Ritter at Harbour Hotel", "Host wants to talk", "Read and call"),
        ("Mina Said at Northgate Clinic", "Nobody guides", "Choose a supervisor"),
        ("Tom Osei at Quayside Joinery", "Did not come", "Call the student"),
        ("Ada Brandt at Sunrise Bakery", "Unsigned", "Call the host"),
        ("Jonas Ritter at Harbour Hotel", "Unsigned", "Read and sign"),
        ("Mina Said at Northgate Clinic", "Hours differ", "Compare"),
        ("Tom Osei at Quayside Joinery", "Not confirmed", "Call the host"),
        ("Per Ek at Delta Electric", "No feedback", "Call the host"),
    ]
    assert items[5].why == "Student logged 42 h 30, host confirmed 38 h. 2 days differ."
    assert items[3].why == "Starts Fri 27 Nov. Not signed yet: Host; asked on Fri 6 Nov."
    assert items[4].why == "Starts Fri 27 Nov. All others have signed; your signature is missing."
    client = as_role(Role.COORDINATOR)
    assert {client.get(item.step.url).status_code for item in items} == {200}


def test_the_strip_counts_own_placements_by_where_they_stand(as_role):
    day = as_role(Role.COORDINATOR).get("/").context["day"]
    assert {phase.value: count for phase, count in day.phases.items()} == {
        "agreeing": 2, "ready": 0, "running": 4, "ended": 0, "waiting": 1,
    }  # fmt: skip
    assert day.total == Placement.objects.filter(school__name="Harbour Vocational College").count()


def test_a_coordinator_with_nothing_to_do_is_told_so(as_role):
    Placement.objects.update(coordinator=None)
    page = text_of(as_role(Role.COORDINATOR), "/")
    assert "Nothing needs you" in page
    assert "All is in order" in page


def test_the_student_sees_where_what_to_bring_and_the_three_numbers(as_role):
    page = text_of(as_role(Role.STUDENT), "/")
    for words in (
        "Today at Marek Motors",
        "Dock Road 12",
        "Bring: Safety shoes.",
        "Ask for Marek Novak.",
        "08:00 to 16:00",
    ):
        assert words in page
    for number in ("140 h", "179 h 30", "186 h 30"):
        assert number in page
    assert "Logged, but the workplace has not confirmed it yet: 7 h on 1 day." in page
    assert "Save my day" in page


def test_a_student_without_a_placement_sees_what_comes_next(as_role, lina):
    Placement.objects.filter(pk=lina.pk).update(state=Placement.State.CANCELLED)
    assert "Your school is looking for a place" in text_of(as_role(Role.STUDENT), "/")


def test_the_student_reads_why_the_numbers_are_different(as_role):
    page = text_of(as_role(Role.STUDENT), reverse("reports:my_credit"))
    assert "39 h 30" in page
    assert "The first four weeks are assessed; the rest follows at the end." in page
    assert "186 h 30" in text_of(as_role(Role.STUDENT), reverse("reports:my_hours"))


def test_the_teacher_sees_who_is_at_work_and_who_waits_for_credit(as_role):
    answer = as_role(Role.TEACHER).get("/")
    rows = {row.placement.learner.full_name: (row.logged, row.before) for row in answer.context["rows"]}
    assert rows["Lina Kowal"] == (0, 36 * 60 + 30)
    assert [enrolment.student.person.full_name for enrolment in answer.context["waiting"]] == ["Per Ek"]


def test_each_number_of_the_head_opens_a_list_of_that_length(as_role):
    client = as_role(Role.HEAD)
    answer = client.get("/")
    assert answer.context["total"] == 7
    for part in answer.context["parts"]:
        assert client.get(part["url"]).context["page"].paginator.count == part["count"]
    for row in answer.context["programmes"]:
        for phase, count in row.phases:
            url = f"{reverse('reports:placements')}?state={phase.value}&programme={row.public_id}"
            assert client.get(url).context["page"].paginator.count == count
    url = f"{reverse('reports:students')}?without=1"
    assert client.get(url).context["page"].paginator.count == answer.context["without"]


def test_hosts_go_straight_to_their_week(as_role):
    for role in (Role.SUPERVISOR, Role.OWNER):
        assert as_role(role).get("/")["Location"] == reverse("placements:host")


def test_the_guardian_follows_the_child_and_nothing_else(as_role, lina):
    page = text_of(as_role(Role.GUARDIAN), "/")
    assert reverse("reports:placement", args=[lina.public_id]) in page
    assert "Jonas" not in page


@pytest.mark.parametrize("role", [Role.GUARDIAN, Role.SUPERVISOR])
@pytest.mark.parametrize("name", ["reports:placement", "placements:hours"])
def test_whoever_has_no_tabs_finds_the_way_back(as_role, lina, role, name):
    assert '<a href="/">Today</a>' in text_of(as_role(role), reverse(name, args=[lina.public_id]))


@pytest.mark.parametrize(
    ("role", "heading"), [(Role.SAFEGUARDING, "Nobody waits for you"), (Role.ADMINISTRATOR, "What you look after")]
)
def test_the_others_have_a_home_too(as_role, role, heading):
    assert f"<h1>{heading}</h1>" in text_of(as_role(role), "/")


def test_placements_are_found_without_accents_and_by_workplace(as_role):
    client = as_role(Role.COORDINATOR)
    for q in ("kowal", "MAREK mot"):
        page = client.get(reverse("reports:placements"), {"q": q}).context["page"]
        assert "Lina Kowal" in [row.learner.full_name for row in page]
    assert "No placement found" in text_of(client, f"{reverse('reports:placements')}?q=zzz")


def test_the_placement_tells_what_is_missing_what_happened_and_what_comes_next(as_role, lina):
    page = text_of(as_role(Role.COORDINATOR), reverse("reports:placement", args=[lina.public_id]))
    for words in (
        "Lina Kowal at Marek Motors",
        "Hours at work: 179 h 30, at least 315 h are asked for. Missing: 135 h 30.",
        "A decision on 39 h 30.",
        "A part was credited: 140 h.",
        "Everybody has signed: plan version 1 is agreed.",
        "Pause",
        "End early…",
    ):
        assert words in page


def test_each_role_sees_its_part_of_a_placement(as_role, lina):
    url = reverse("reports:placement", args=[lina.public_id])
    assert "Still missing for credit" in text_of(as_role(Role.GUARDIAN), url)
    host = text_of(as_role(Role.SUPERVISOR), url)
    assert "Still missing for credit" not in host
    assert "What happened" not in host
    people = text_of(as_role(Role.SUPERVISOR), f"{url}?tab=people")
    assert "mailto:" not in people
    assert "mailto:" in text_of(as_role(Role.TEACHER), f"{url}?tab=people")
    assert as_role(Role.OWNER).get(url).status_code == 404
    assert as_role(Role.ADMINISTRATOR).get(url).status_code == 404


def test_a_page_of_a_student_shows_enrolment_placement_and_credit(as_role, lina):
    student = Student.objects.get(person=lina.learner)
    page = text_of(as_role(Role.TEACHER), reverse("reports:student", args=[student.public_id]))
    for words in ("Lina Kowal", "Marek Motors", "140 h", "Ewa Kowal"):
        assert words in page


def pages(lina) -> list[tuple[str, str]]:
    placement = reverse("reports:placement", args=[lina.public_id])
    student = reverse("reports:student", args=[Student.objects.get(person=lina.learner).public_id])
    credit = reverse("credits:decision", args=[lina.enrolment.public_id])
    staff = [reverse("reports:placements"), reverse("reports:students"), student, credit, "/"]
    tabs = [f"{placement}?tab={tab}" for tab in ("happened", "plan", "people")]
    found = [(role, url) for role in (Role.COORDINATOR, Role.TEACHER, Role.HEAD) for url in [*staff, *tabs]]
    found += [(role, url) for role in (Role.STUDENT, Role.GUARDIAN, Role.SUPERVISOR) for url in tabs]
    own = ["/", reverse("reports:my_hours"), reverse("reports:my_credit")]
    found += [(Role.STUDENT, url) for url in own] + [(Role.TEACHER, reverse("credits:to_decide"))]
    return found + [(role, "/") for role in (Role.GUARDIAN, Role.SAFEGUARDING, Role.ADMINISTRATOR)]


def test_no_page_needs_more_than_twelve_queries(as_role, lina):
    over = {}
    for role, url in pages(lina):
        client = as_role(role)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(url).status_code == 200, (role, url)
        if len(captured) > 12:
            over[role, url] = len(captured)
    assert over == {}
