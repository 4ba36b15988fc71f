"""A batch of students, what is settled of them, and runs that a worker does; nothing is sent by itself."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse

from accounts.models import Person
from accounts.roles import Role
from core.models import Transition
from core.workflow import Actor, Refused
from employers.models import Capacity, Employer, Offer, SchoolEmployer, Site
from placements import finding
from placements.matching.problem import Grade
from placements.matching.stored import as_json, from_json
from placements.models import HostRequest, MatchingStudent, MatchRun, Pin, Placement, Wish
from placements.queries.matching import problem_of
from placements.views import matching as views
from placements.workflow import matching as verbs
from placements.workflow.matching import SILENT
from placements.workflow.wishing import Wishes
from reminders.models import Outbox
from schools.models import Enrolment, Student
from tests.placements import college as colleges
from tests.placements.college import NOW
from tests.placements.matching_worlds import world

FIRST, LAST = date(2027, 1, 11), date(2027, 3, 5)
NORTH, EAST = 51.5, -0.1
KM = 1 / 111.195


@pytest.fixture
def college(db):
    return colleges.build()


@pytest.fixture
def office(college) -> dict:
    return {"by": Actor("user", college.coordinator.user_id, Role.COORDINATOR), "at": NOW}


@pytest.fixture
def students(college) -> list[Enrolment]:
    """Three students of the cohort of the college, the first of them its own."""
    first = college.enrolment
    found = [first]
    for name in ("Ben", "Cleo"):
        person = Person.objects.create(given_name=name, family_name="Ash", sort_key=f"ash {name}")
        pupil = Student.objects.create(person=person, school=college.school, birth_date=date(2009, 5, 1))
        found.append(Enrolment.objects.create(student=pupil, cohort=first.cohort, starts_on=first.starts_on))
    return found


@pytest.fixture
def offers(college) -> list[Offer]:
    """Two firms with one place each, one and nine kilometres to the north."""
    Offer.objects.filter(school=college.school).update(withdrawn_at=NOW)
    return [new_offer(college, name, away) for name, away in (("Near & Co", 1), ("Far & Co", 9))]


def new_offer(college, name: str, away: float, **more) -> Offer:
    firm = Employer.objects.create(name=name, sort_key=name.lower(), identity=name)
    SchoolEmployer.objects.create(school=college.school, employer=firm)
    site = Site.objects.create(
        employer=firm, address=name, address_key=name, latitude=NORTH + away * KM, longitude=EAST
    )
    values = {"title": f"Places at {name}", "starts_on": FIRST, "ends_on": LAST, "places": 1, **more}
    return Offer.objects.create(school=college.school, site=site, **values)


@pytest.fixture
def batch(college, students, office):
    return verbs.make_matching(
        school=college.school,
        name="January",
        starts_on=FIRST,
        ends_on=LAST,
        enrolments=students,
        person=college.coordinator.user.person,
        **office,
    )


def wish(batch, enrolment, office, **wishes) -> Wish:
    row = batch.students.get(enrolment=enrolment)
    return verbs.say_wish(row=row, wishes=Wishes(position=(NORTH, EAST), **wishes), priority=False, **office)


def run_of(batch, college, office) -> MatchRun:
    run = verbs.start_run(matching=batch, person=college.coordinator.user.person, **office)
    finding.find_places(run.pk)
    run.refresh_from_db()
    return run


def found(run: MatchRun) -> dict[int, int]:
    return {row["seeker"]: row["place"] for row in run.result["matches"]}


# ── What is known ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_batch_knows_its_students_and_the_offers_that_stand_for_all_its_days(
    batch, students, offers, college, office
):
    new_offer(college, "Too short", 2, ends_on=LAST - timedelta(days=1))
    wish(batch, students[1], office, most_km=5, languages=("en",), needs=("quiet",), hosts=(offers[1].site.employer,))
    problem = problem_of(batch)
    assert {seeker.key for seeker in problem.seekers} == {one.pk for one in students}
    assert [place.key for place in problem.places] == [offer.pk for offer in offers]
    ben = problem.seeker_of[students[1].pk]
    assert (ben.position, ben.most_km, ben.needs, ben.wanted) == (
        (NORTH, EAST), 5, {"quiet"}, (offers[1].site.employer_id,),
    )  # fmt: skip
    assert ben.age == 17


def test_a_firm_that_is_suspended_closed_or_has_no_room_by_its_own_limits_is_left_out(batch, offers, college):
    Capacity.objects.create(employer=offers[0].site.employer, at_once=0, at=NOW)
    SchoolEmployer.objects.filter(employer=offers[1].site.employer).update(suspended_at=NOW)
    problem = problem_of(batch)
    assert [place.key for place in problem.places] == [offers[0].pk]
    assert problem.room == {offers[0].site.employer_id: 0}


def test_a_position_is_kept_to_about_a_kilometre(batch, students, office):
    row = batch.students.get(enrolment=students[0])
    kept = verbs.say_wish(row=row, wishes=Wishes(position=(51.50341, -0.12763)), priority=True, **office)
    assert (kept.latitude, kept.longitude) == (51.5, -0.13)
    row.refresh_from_db()
    assert row.priority


def test_a_problem_is_stored_and_read_again_as_it_was():
    problem = world(12, 6, seed=3)
    assert from_json(as_json(problem)) == problem


# ── Runs ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_run_finds_the_best_way_and_says_why_and_what_would_help(batch, students, offers, college, office):
    for one in students:
        wish(batch, one, office, most_km=5)
    run = run_of(batch, college, office)
    assert (run.state, run.progress, run.result["proven"]) == ("done", 100, True)
    assert list(found(run).values()) == [offers[0].pk]
    assert len(run.result["unmatched"]) == 2
    ways = {way["change"] for one in run.result["unmatched"] for way in one["ways"]}
    assert ways <= {"place", "farther"}
    assert {"change": "farther", "place": offers[1].pk, "km": 9} in run.result["unmatched"][0]["ways"]


def test_nothing_is_sent_and_nothing_is_planned_by_a_run(batch, offers, college, office):
    before = Placement.objects.count(), HostRequest.objects.count(), Outbox.objects.count()
    run_of(batch, college, office)
    assert (Placement.objects.count(), HostRequest.objects.count(), Outbox.objects.count()) == before


def test_what_a_person_settles_holds_in_the_next_run_until_it_is_left_open_again(
    batch, students, offers, college, office
):
    for one in students:
        wish(batch, one, office)
    person = college.coordinator.user.person
    verbs.pin(matching=batch, enrolment=students[2], offer=offers[1], verdict="keep", person=person, **office)
    verbs.pin(matching=batch, enrolment=students[0], offer=offers[0], verdict="never", person=person, **office)
    assert found(run_of(batch, college, office)) == {students[2].pk: offers[1].pk, students[1].pk: offers[0].pk}
    verbs.unpin(matching=batch, enrolment=students[2], **office)
    assert set(batch.pins.values_list("enrolment", flat=True)) == {students[0].pk}


def test_a_student_is_kept_at_one_place_at_a_time(batch, students, offers, college, office):
    for offer in offers:
        verbs.pin(
            matching=batch, enrolment=students[0], offer=offer, verdict="keep",
            person=college.coordinator.user.person, **office,
        )  # fmt: skip
    assert [pin.offer_id for pin in Pin.objects.filter(verdict="keep")] == [offers[1].pk]


def test_a_student_of_another_batch_is_not_settled_here(batch, offers, college, office):
    stranger = Enrolment.objects.exclude(pk__in=batch.students.values("enrolment")).first()
    assert stranger is not None
    with pytest.raises(Refused):
        verbs.pin(
            matching=batch, enrolment=stranger, offer=offers[0], verdict="keep",
            person=college.coordinator.user.person, **office,
        )  # fmt: skip


def test_while_a_run_is_open_it_is_the_one(batch, college, office):
    person = college.coordinator.user.person
    first = verbs.start_run(matching=batch, person=person, **office)
    assert verbs.start_run(matching=batch, person=person, **office) == first
    verbs.cancel_run(run=first, **office)
    assert verbs.start_run(matching=batch, person=person, **office).number == 2


def test_a_run_that_is_stopped_is_not_finished_by_its_worker(batch, students, offers, college, office, monkeypatch):
    run = verbs.start_run(matching=batch, person=college.coordinator.user.person, **office)
    tell = finding._tell

    def stop_then_tell(worker_run, progress):
        verbs.cancel_run(run=MatchRun.objects.get(pk=run.pk), **office) if progress == 0 else None
        tell(worker_run, progress)

    monkeypatch.setattr(finding, "_tell", stop_then_tell)
    finding.find_places(run.pk)
    run.refresh_from_db()
    assert (run.state, run.result) == ("cancelled", None)
    finding.find_places(run.pk)
    run.refresh_from_db()
    assert run.state == "cancelled"


def test_a_run_can_come_twice_and_is_done_once(batch, offers, college, office):
    run = run_of(batch, college, office)
    finished = run.finished_at
    finding.find_places(run.pk)
    run.refresh_from_db()
    assert run.finished_at == finished
    assert Transition.objects.filter(noun="match_run", object_id=run.pk, verb="finish").count() == 1


def test_a_run_whose_worker_has_died_is_taken_by_another_one(batch, offers, college, office):
    run = verbs.start_run(matching=batch, person=college.coordinator.user.person, **office)
    now = datetime.now(UTC)
    assert finding._begin(run.pk, now) is not None
    assert finding._begin(run.pk, now + SILENT / 2) is None
    assert not MatchRun.objects.filter(finding.stopped(now + SILENT / 2), pk=run.pk).exists()
    assert MatchRun.objects.filter(finding.stopped(now + SILENT * 2), pk=run.pk).exists()
    assert finding._begin(run.pk, now + SILENT * 2) is not None


def test_more_students_settled_at_a_place_than_it_takes_is_said(batch, students, offers, college, office):
    for one in students[:2]:
        verbs.pin(
            matching=batch, enrolment=one, offer=offers[0], verdict="keep",
            person=college.coordinator.user.person, **office,
        )  # fmt: skip
    assert run_of(batch, college, office).state == "failed"


# ── What becomes of it ───────────────────────────────────────────────────────────────────────────────────────────────


def test_ticked_matches_become_planned_placements_once_and_no_host_hears_of_it(
    batch, students, offers, college, office
):
    run = run_of(batch, college, office)
    (chosen,) = list(found(run))[:1]
    coordinator = college.coordinator.user.person
    for _turn in range(2):
        planned = verbs.plan_matches(run=run, enrolments=[chosen], coordinator=coordinator, **office)
        assert (len(planned.placements), planned.refused) == (1, {})
    made = Placement.objects.get(enrolment=chosen, starts_on=FIRST)
    assert (made.state, made.offer_id, made.ends_on) == ("planned", found(run)[chosen], LAST)
    assert not HostRequest.objects.filter(placement=made).exists()


def test_a_match_whose_place_is_gone_in_the_meantime_is_refused_and_the_others_go_on(
    batch, students, offers, college, office
):
    run = run_of(batch, college, office)
    Offer.objects.filter(pk=offers[0].pk).update(withdrawn_at=NOW)
    planned = verbs.plan_matches(
        run=run, enrolments=list(found(run)), coordinator=college.coordinator.user.person, **office
    )
    assert [made.offer_id for made in planned.placements.values()] == [offers[1].pk]
    assert list(planned.refused.values()) == ["The host has taken this offer back."]


# ── Screens ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def desk(client, college):
    client.force_login(college.coordinator.user)
    return client


def test_a_coordinator_makes_a_batch_looks_for_places_and_plans_them(desk, college, students, offers, office):
    choose = desk.get(reverse("placements:matching_new"), {"cohort": college.enrolment.cohort.public_id})
    assert set(choose.context["form"].fields["students"].queryset) == set(students)
    sent = {"name": "January", "starts_on": FIRST, "ends_on": LAST, "students": [one.public_id for one in students[:2]]}
    made = desk.post(f"{choose.request['PATH_INFO']}?cohort={college.enrolment.cohort.public_id}", sent)
    page = desk.get(made.url)
    assert [row["enrolment"] for row in page.context["rows"]] == sorted(
        students[:2], key=lambda one: one.student.person.sort_key
    )
    started = desk.post(reverse("placements:match", args=[page.context["matching"].public_id]))
    waiting = desk.get(started.url)
    assert "Waiting for a free worker" in waiting.text
    run = MatchRun.objects.get()
    finding.find_places(run.pk)
    done = desk.get(started.url)
    assert [(tab["label"], tab["count"]) for tab in done.context["tabs"]] == [
        ("Without a place", 0),
        ("With a place", 2),
    ]
    assert "There is no better way" in done.text
    plan = reverse("placements:match_plan", args=[run.public_id])
    ticked = [match.enrolment.public_id for match in desk.get(plan).context["rows"]]
    told = desk.post(plan, {"enrolment": ticked[:1]}, follow=True)
    assert "1 placement is planned." in told.text


def test_the_part_that_is_asked_for_is_the_same_as_in_the_whole_page(desk, batch, offers, college, office):
    run = run_of(batch, college, office)
    url = reverse("placements:match_run", args=[run.public_id])
    part = desk.get(url, headers={"HX-Request": "true"}).text.strip()
    assert part in desk.get(url).text


def test_another_place_is_chosen_by_hand_with_what_speaks_against_it(desk, batch, students, offers, college, office):
    wish(batch, students[0], office, most_km=5)
    run = run_of(batch, college, office)
    page = desk.get(reverse("placements:match_choose", args=[run.public_id, students[0].public_id]))
    assert [(choice.offer, choice.way, choice.against) for choice in page.context["choices"]] == [
        (offers[0], "1.0 km", ""),
        (offers[1], "9.0 km", "too far away"),
    ]
    settle = reverse("placements:matching_pin", args=[batch.public_id, students[0].public_id])
    desk.post(settle, {"offer": offers[1].public_id, "keep": ""})
    assert found(run_of(batch, college, office))[students[0].pk] == offers[1].pk


@pytest.mark.parametrize("offer", [{}, {"offer": "nothing"}])
def test_no_place_chosen_settles_nothing_and_says_so(desk, batch, students, offer):
    settle = reverse("placements:matching_pin", args=[batch.public_id, students[0].public_id])
    page = desk.post(settle, offer, follow=True)
    assert [str(message) for message in page.context["messages"]] == ["Choose a place."]
    assert not batch.pins.exists()


def test_two_runs_are_compared(desk, batch, students, offers, college, office):
    for one in students:
        wish(batch, one, office, most_km=5)
    before = run_of(batch, college, office)
    (first,) = found(before)
    person = college.coordinator.user.person
    someone = Enrolment.objects.get(pk=first)
    verbs.pin(matching=batch, enrolment=someone, offer=offers[0], verdict="never", person=person, **office)
    after = run_of(batch, college, office)
    page = desk.get(reverse("placements:match_compare", args=[after.public_id, before.public_id]))
    row = page.context["rows"][0]
    assert (row.enrolment.pk, row.better) == (first, False)
    assert [(str(label), old, new) for label, old, new in page.context["totals"]] == [
        ("Students who look", "3", "3"),
        ("Have a place", "1", "1"),
        ("Go where they most want", "0", "0"),
        ("Go to a firm that they named", "0", "0"),
        ("All ways together, in km", "1.0", "1.0"),
        ("Settled by you", "0", "0"),
    ]
    assert "1 is worse off, 1 is better off" in page.text
    assert before.result["matches"][0]["grade"] == Grade.NEAR


def test_a_large_run_is_shown_50_at_a_time_with_as_many_queries_and_little_to_load(
    desk, batch, offers, college, office, django_assert_max_num_queries
):
    first = college.enrolment
    people = Person.objects.bulk_create(
        Person(given_name="Ann", family_name=f"Ash {number:03}", sort_key=f"ash {number:03} ann")
        for number in range(120)
    )
    pupils = Student.objects.bulk_create(Student(person=person, school=college.school) for person in people)
    found = Enrolment.objects.bulk_create(
        Enrolment(student=pupil, cohort=first.cohort, starts_on=first.starts_on) for pupil in pupils
    )
    MatchingStudent.objects.bulk_create(MatchingStudent(matching=batch, enrolment=one) for one in found)
    Offer.objects.filter(pk=offers[1].pk).update(places=60)
    runs = [run_of(batch, college, office) for _turn in range(2)]
    url = reverse("placements:match_run", args=[runs[1].public_id])
    for path, rows in (
        (reverse("placements:matching", args=[batch.public_id]), 50),
        (url, 50),
        (f"{url}?show=without&page=2", 12),
        (f"{url}?show=with", 50),
        (reverse("placements:match_plan", args=[runs[1].public_id]), 50),
        (reverse("placements:match_choose", args=[runs[1].public_id, first.public_id]), 2),
        (reverse("placements:match_compare", args=[runs[1].public_id, runs[0].public_id]), 0),
    ):
        with django_assert_max_num_queries(12):
            page = desk.get(path)
        assert len(page.context["page"].object_list) == rows, path
        assert len(page.content) < 100_000, path


def test_a_page_of_matches_is_planned_and_the_next_one_comes(
    desk, batch, students, offers, college, office, monkeypatch
):
    monkeypatch.setattr(views, "ROWS", 1)
    plan = reverse("placements:match_plan", args=[run_of(batch, college, office).public_id])
    (first,) = desk.get(plan).context["rows"]
    assert desk.post(plan, {"enrolment": [first.enrolment.public_id]}).url == plan
    (second,) = desk.get(plan).context["rows"]
    assert second.enrolment != first.enrolment
    desk.post(plan, {"enrolment": [second.enrolment.public_id]})
    assert "All these students have a place by now" in desk.get(plan).text


def test_the_school_chooses_an_area_a_distance_and_languages_and_types_nothing(desk, batch, students, offers):
    for number, offer in enumerate(offers, 1):
        Site.objects.filter(pk=offer.site_id).update(postcode=f"HB{number} 1AA")
    url = reverse("placements:matching_wish", args=[batch.public_id, students[0].public_id])
    form = desk.get(url).context["form"]
    assert form.fields["area"].choices == [("", "Not known"), ("51.51,-0.1", "HB1"), ("51.58,-0.1", "HB2")]
    said = {"area": "51.58,-0.1", "most_km": "15", "languages": ["fr", "en"], "needs": ["quiet"], "priority": "on"}
    assert desk.post(url, said | {"area": "48.8,2.3"}).status_code == 422
    assert desk.post(url, said).status_code == 302
    wish = Wish.objects.get(enrolment=students[0])
    assert (wish.latitude, wish.longitude, wish.most_km, wish.languages, wish.needs) == (
        51.58, -0.1, 15, ["en", "fr"], ["quiet"],
    )  # fmt: skip
    assert batch.students.get(enrolment=students[0]).priority
    again = desk.get(url).context["form"]
    kept = {name: again[name].value() for name in said}
    assert kept == {**said, "most_km": 15, "languages": ["en", "fr"], "priority": True}
