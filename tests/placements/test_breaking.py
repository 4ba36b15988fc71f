"""When a placement breaks: until when hours count, who reads why, what can be undone, and a start without agreement.

Product 6: E34, E35, E37, E38.
"""

from datetime import UTC, date, datetime, time, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts import links
from accounts.models import Link, Organisation
from accounts.roles import Role
from core.models import Transition
from core.workflow import Actor, Refused
from employers.models import Employer, SchoolEmployer, Supervisor
from employers.queries import has_left
from employers.rules import Stop, stop_of
from employers.workflow import go_on
from placements import workflow
from placements.access import visible_to
from placements.models import Placement, Signature
from placements.queries.hours import sheet
from placements.rules import ending
from placements.workflow import Why
from placements.workflow.stopping import stop_host
from placements.workflow.weeks import confirm_week
from schools.models import Cohort, Enrolment
from tests.placements.college import FIRST, LAST, build, member, put_name
from tests.placements.garage import work

SYSTEM = Actor.system()
HEAD = Actor("user", 1, Role.HEAD)
DAY = timedelta(days=1)
FEBRUARY = datetime(2027, 2, 10, 12, tzinfo=UTC)
MONDAY = date(2027, 2, 8)


@pytest.fixture
def college(db):
    return build()


@pytest.fixture
def running(college):
    placement = college.agreed()
    workflow.start(placement=placement, by=SYSTEM, at=datetime(2027, 1, 4, 8, tzinfo=UTC))
    return placement


def why(end_reason="work", initiator="student", direction="company", **more):
    return Why(end_reason=end_reason, initiator=initiator, direction=direction, text="It did not fit", **more)


def break_off(college, placement, reason=None, at=FEBRUARY, **changes):
    values = {"last_day": MONDAY, "why": reason or why(), "by": college.office, "at": at}
    workflow.break_early(placement=placement, **(values | changes))
    placement.refresh_from_db()
    return placement


# ── Until when work counts ───────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("last_time", "zone", "minute"),
    [
        (time(11, 30), "Europe/London", "2027-02-08T11:30+00:00"),
        (time(11, 30), "Asia/Tokyo", "2027-02-08T02:30+00:00"),
        (None, "Europe/Paris", "2027-02-08T23:00+00:00"),
    ],
)
def test_the_last_valid_minute_is_local_to_the_workplace_and_else_the_end_of_the_day(last_time, zone, minute):
    found = ending.last_valid_minute(MONDAY, last_time, zone)
    assert found.astimezone(UTC).isoformat(timespec="minutes") == minute


def test_an_early_end_keeps_reason_initiator_direction_and_the_last_valid_minute(college, running):
    break_off(college, running, last_time=time(11, 30))
    assert (running.state, running.ends_on) == ("broken", MONDAY)
    assert (running.end_reason, running.end_initiator, running.end_direction) == ("work", "student", "company")
    assert running.valid_until == datetime(2027, 2, 8, 11, 30, tzinfo=UTC)
    row = college.moves.get(verb="break")
    assert row.reason == "It did not fit"
    assert row.details == {
        "last_day": "2027-02-08",
        "planned_end": "2027-03-05",
        "valid_until": "2027-02-08T11:30+00:00",
        "end_reason": "work",
        "initiator": "student",
        "direction": "company",
    }


@pytest.mark.parametrize("last_day", [FIRST - DAY, FEBRUARY.date() + DAY])
def test_an_early_end_is_between_the_first_day_and_today(college, running, last_day):
    with pytest.raises(Refused, match="Choose a last day between the first day and today"):
        break_off(college, running, last_day=last_day)


def test_the_last_minute_cannot_be_in_the_future(college, running):
    with pytest.raises(Refused, match="The last minute is still to come"):
        break_off(college, running, last_day=FEBRUARY.date(), last_time=time(12, 1))


def test_of_a_student_who_never_came_no_minute_counts(college, running):
    break_off(college, running, why("no_show", "host"))
    assert (running.ends_on, running.valid_until) == (FIRST, datetime(2027, 1, 4, tzinfo=UTC))


def test_an_unlawful_reason_of_the_host_is_flagged_without_saying_which(college, running):
    break_off(college, running, why("people", "host", host_said="pregnancy"))
    details = college.moves.get(verb="break").details
    assert details["unlawful"] is True
    assert "pregnancy" not in str(details)
    assert [said for said in ("attendance", "no_time", "") if ending.is_unlawful(said)] == []


# ── Personal reasons ─────────────────────────────────────────────────────────────────────────────────────────────────


def link_to_sign(college, running):
    """A new version waits for the host, who has a link for it."""
    college.plan(running, purpose="More to learn", at=FEBRUARY)
    agreement = running.plan_versions.first().agreement
    workflow.propose(agreement=agreement, sign_by=LAST, by=college.office, at=FEBRUARY)
    place = Signature.objects.get(agreement=agreement, party="host")
    values = {"person": place.person, "school": college.school, "at": FEBRUARY}
    return links.mint(purpose=Link.Purpose.SIGN, subject_id=place.pk, **values)[0]


def test_a_pause_for_a_personal_reason_closes_every_link_at_once(college, running):
    link = link_to_sign(college, running)
    values = {"by": college.office, "at": FEBRUARY}
    workflow.pause(placement=running, reason="In hospital until April", end_reason="personal", **values)
    link.refresh_from_db()
    assert link.revoked_at == FEBRUARY
    assert ending.is_stilled(running)
    row = college.moves.get(verb="pause")
    assert (row.reason, row.details) == ("In hospital until April", {"private": True})
    workflow.resume(placement=running, **values)
    running.refresh_from_db()
    assert (running.state, running.end_reason, ending.is_stilled(running)) == ("running", "", False)


def test_a_usual_pause_closes_no_link(college, running):
    link = link_to_sign(college, running)
    workflow.pause(placement=running, reason="Works holidays", by=HEAD, at=FEBRUARY)
    link.refresh_from_db()
    assert link.revoked_at is None
    assert not ending.is_stilled(running)


def test_what_ends_while_it_is_paused_for_a_personal_reason_stays_still(college, running):
    workflow.pause(placement=running, reason="Died", end_reason="personal", by=college.office, at=FEBRUARY)
    workflow.end(placement=running, by=SYSTEM, at=datetime(2027, 3, 6, 1, tzinfo=UTC))
    assert ending.is_stilled(running)


@pytest.mark.parametrize(
    ("role", "told"),
    [
        (Role.HEAD, "broken"),
        (Role.COORDINATOR, "broken"),
        (Role.SAFEGUARDING, "broken"),
        (Role.TEACHER, "paused"),
        (Role.STUDENT, "paused"),
        (Role.SUPERVISOR, "paused"),
        (Role.GUARDIAN, "paused"),
    ],
)
def test_a_placement_closed_for_a_personal_reason_is_paused_for_most(role, told):
    placement = Placement(state="broken", end_reason="personal")
    assert ending.shown_state(placement, role) == told
    placement.end_reason = "work"
    assert ending.shown_state(placement, role) == "broken"


# ── Undo ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def take_back(college, placement, at):
    workflow.restore(placement=placement, by=college.office, at=at)
    placement.refresh_from_db()
    return placement


def test_an_early_end_is_taken_back_within_a_day_with_its_dates(college, running):
    break_off(college, running)
    take_back(college, running, FEBRUARY + DAY)
    assert (running.state, running.ends_on, running.valid_until) == ("running", LAST, None)
    assert (running.end_reason, running.end_initiator, running.end_direction) == ("", "", "")
    assert college.moves.filter(verb="restore").count() == 1
    with pytest.raises(Refused, match="it has changed in the meantime"):
        take_back(college, running, FEBRUARY + DAY)


def test_after_a_day_nothing_is_undone(college, running):
    break_off(college, running)
    with pytest.raises(Refused, match="more than 24 hours ago"):
        take_back(college, running, FEBRUARY + DAY + timedelta(seconds=1))


def test_an_early_end_out_of_a_pause_leads_back_to_the_pause_and_its_reason(college, running):
    workflow.pause(placement=running, reason="Ill", end_reason="personal", by=college.office, at=FEBRUARY - DAY)
    take_back(college, break_off(college, running), FEBRUARY)
    assert (running.state, running.end_reason) == ("paused", "personal")


def test_a_pause_and_a_cancellation_are_taken_back(college, running):
    workflow.pause(placement=running, reason="Strike", by=college.office, at=FEBRUARY)
    assert take_back(college, running, FEBRUARY).state == "running"
    planned = college.placement(offer=college.offer)
    workflow.cancel(placement=planned, reason="A mistake", by=college.office, at=FEBRUARY)
    assert take_back(college, planned, FEBRUARY).state == "planned"


def test_a_cancellation_is_not_taken_back_when_the_place_is_gone(college):
    planned = college.placement(offer=college.offer)
    workflow.cancel(placement=planned, reason="A mistake", by=college.office, at=FEBRUARY)
    college.placement(offer=college.offer)
    with pytest.raises(Refused, match="All places of this offer are taken"):
        take_back(college, planned, FEBRUARY)


def test_an_early_end_on_which_credit_was_decided_stays(college, running):
    break_off(college, running)
    Transition.objects.create(
        noun="decision", object_id=1, timeline=f"enrolment:{running.enrolment_id}", verb="credit", at=FEBRUARY
    )
    with pytest.raises(Refused, match="Credit has been decided since then"):
        take_back(college, running, FEBRUARY)


# ── A start without agreement ────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("signed_on", "first"), [(6, datetime(2027, 1, 4, tzinfo=UTC)), (7, None)])
def test_the_head_starts_without_agreement_and_hours_count_from_then_when_it_is_agreed_in_two_days(
    college, signed_on, first
):
    places = college.asked()
    placement = places["student"].agreement.plan.placement
    begun = datetime(2027, 1, 4, 8, tzinfo=UTC)
    workflow.start_unagreed(placement=placement, reason="The host signs tomorrow", by=HEAD, at=begun)
    placement.refresh_from_db()
    assert (placement.state, placement.unagreed_since) == ("running", begun)
    signed_at = datetime(2027, 1, signed_on, 9, tzinfo=UTC)
    for place in places.values():
        put_name(place, at=signed_at)
    agreement = college.agreements.get()
    assert (agreement.state, agreement.counts_from) == ("in_force", first or signed_at)


def test_a_start_without_agreement_needs_the_head_a_reason_the_first_day_and_no_agreement(college):
    placement = college.asked()["student"].agreement.plan.placement
    begun = datetime(2027, 1, 4, 8, tzinfo=UTC)
    with pytest.raises(Refused, match="You may not do this"):
        workflow.start_unagreed(placement=placement, reason="x", by=college.office, at=begun)
    with pytest.raises(Refused, match="Please give a reason"):
        workflow.start_unagreed(placement=placement, reason=" ", by=HEAD, at=begun)
    with pytest.raises(Refused, match="The first day has not come yet"):
        workflow.start_unagreed(placement=placement, reason="x", by=HEAD, at=begun - DAY)


def test_an_agreed_placement_starts_as_usual(college):
    placement = college.agreed()
    with pytest.raises(Refused, match="Everybody has signed"):
        workflow.start_unagreed(placement=placement, reason="x", by=HEAD, at=FEBRUARY)


# ── Hours and outcomes are two things (E37, E38) ─────────────────────────────────────────────────────────────────────


def test_a_placement_that_has_all_its_hours_runs_until_its_last_day(college, running):
    with pytest.raises(Refused, match="The last day is not over yet"):
        workflow.end(placement=running, by=SYSTEM, at=FEBRUARY)
    running.refresh_from_db()
    assert running.state == "running"


# ── The host stops ───────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def relation(college):
    return SchoolEmployer.objects.get(school=college.school)


def stop(relation, why=Stop.CLOSED, by=HEAD, since=MONDAY):
    return stop_host(relation=relation, why=why, since=since, by=by, at=FEBRUARY)


def marked(college):
    return list(college.moves.filter(verb="host_stops").order_by("object_id").values_list("object_id", flat=True))


def test_a_firm_that_closes_marks_every_live_placement_there_at_once(college, running, relation):
    planned, over = college.placement(), college.placement()
    workflow.cancel(placement=over, reason="x", by=college.office, at=FEBRUARY)
    assert stop(relation) == [running, planned]
    assert marked(college) == [running.pk, planned.pk]
    assert college.moves.filter(verb="host_stops")[0].details == {"why": "closed", "since": "2027-02-08"}
    assert Employer.objects.get(pk=relation.employer_id).closed_on == MONDAY
    assert stop(relation) == []
    assert marked(college) == [running.pk, planned.pk]


def test_an_approval_is_taken_back_for_one_school_only(college, running, relation):
    other = Organisation.objects.create(kind="school", name="Hillside")
    theirs = SchoolEmployer.objects.create(school=other, employer=relation.employer)
    stop(relation, Stop.NOT_APPROVED, by=college.office)
    for row in (relation, theirs):
        row.refresh_from_db()
    assert (relation.not_approved_since, theirs.not_approved_since) == (MONDAY, None)
    assert marked(college) == [running.pk]
    go_on(relation=relation, by=HEAD, at=FEBRUARY)
    relation.refresh_from_db()
    assert relation.not_approved_since is None


def test_the_office_does_not_decide_for_the_safeguarding_lead_nor_a_teacher_for_the_office(relation):
    with pytest.raises(Refused, match="Only the safeguarding lead decides this"):
        stop(relation, Stop.SUSPENDED)
    with pytest.raises(Refused, match="You may not do this"):
        stop(relation, by=Actor("user", 1, Role.TEACHER))


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        ((None, None, None), None),
        ((MONDAY, MONDAY, FEBRUARY), Stop.CLOSED),
        ((None, MONDAY, FEBRUARY), Stop.NOT_APPROVED),
        ((None, None, FEBRUARY), Stop.SUSPENDED),
    ],
)
def test_what_weighs_most_is_told_and_a_suspension_says_no_reason(facts, told):
    assert stop_of(*facts) == told
    assert Stop.SUSPENDED.label == "Ask the safeguarding lead"


def test_the_page_lists_whose_programme_ends_first_and_marks_with_one_post(college, running, relation):
    cohort = Cohort.objects.create(version=college.enrolment.cohort.version, name="1st year", starts_on=FIRST)
    values = {"student": college.enrolment.student, "cohort": cohort, "starts_on": FIRST}
    later = Enrolment.objects.create(ends_on=date(2029, 6, 1), **values)
    sooner = date(2027, 6, 1)
    Enrolment.objects.filter(pk=college.enrolment.pk).update(ends_on=sooner)
    other = college.placement(enrolment=later)
    url = reverse("placements:host_stops", args=[relation.employer.public_id])
    with time_machine.travel(FEBRUARY, tick=False):
        desk = Client()
        desk.force_login(college.coordinator.user)
        assert "Mark all placements" in desk.get(url).content.decode()
        assert desk.post(url, {"why": "suspended", "since": "2027-02-08"}).status_code == 422
        assert desk.post(url, {"why": "closed", "since": "2027-02-08"}).status_code == 302
        page = desk.get(url)
        assert [row.enrolled_until for row in page.context["rows"]] == [sooner, later.ends_on]
        assert [row.pk for row in page.context["rows"]] == [running.pk, other.pk]
        assert "End and move on" in page.content.decode()
        assert "The firm has closed" in desk.get(relation_page(relation)).content.decode()
        desk.post(reverse("placements:host_goes_on", args=[relation.employer.public_id]))
        assert "Mark all placements" in desk.get(url).content.decode()


def relation_page(relation):
    return reverse("employers:employer", args=[relation.employer.public_id])


def test_a_supervisor_who_was_let_go_may_still_answer_when_the_firm_has_closed(college, running, relation):
    person, today = college.host.person, FEBRUARY.date()
    Supervisor.objects.filter(pk=college.host.pk).update(ends_on=MONDAY)
    with time_machine.travel(FEBRUARY, tick=False):
        assert has_left(person, today)
        assert not visible_to(college.supervisor).exists()
        stop(relation)
        assert not has_left(person, today)
        assert visible_to(college.supervisor).get() == running


@pytest.mark.parametrize(
    ("where", "facts", "words"),
    [
        (Employer, {"closed_on": MONDAY}, "This firm has closed"),
        (SchoolEmployer, {"not_approved_since": MONDAY}, "Your school no longer approves this firm"),
        (SchoolEmployer, {"suspended_at": FEBRUARY}, "Please call the safeguarding lead"),
    ],
)
def test_no_new_placement_at_a_host_that_stops(college, where, facts, words):
    employer = college.site.employer
    where.objects.filter(**({"pk": employer.pk} if where is Employer else {"employer": employer})).update(**facts)
    college.site.refresh_from_db()
    with pytest.raises(Refused, match=words):
        college.placement()


def test_who_answers_after_the_firm_has_closed_is_marked_as_a_former_employee(college, running, relation):
    entry = work(running, date(2027, 1, 11))
    stop(relation)
    host = Actor("link", 1, Role.SUPERVISOR)
    with time_machine.travel(FEBRUARY, tick=False):
        week = {"placement": running, "week_starts_on": entry.day, "person": college.host.person}
        confirm_week(**week, by=host, at=FEBRUARY)
        assert sheet(running).weeks[0].is_by_former
        desk = Client()
        desk.force_login(college.coordinator.user)
        hours = desk.get(reverse("placements:hours", args=[running.public_id])).content.decode()
        assert "By a former employee" in hours
    Employer.objects.update(closed_on=FEBRUARY.date())
    assert not sheet(running).weeks[0].is_by_former


# ── What each role reads ─────────────────────────────────────────────────────────────────────────────────────────────


def page_of(placement, membership):
    client = Client()
    client.force_login(membership.user)
    answer = client.get(reverse("reports:placement", args=[placement.public_id]))
    assert answer.status_code == 200
    return answer.content.decode()


def test_of_a_personal_reason_only_those_who_lead_read_and_the_others_see_a_pause(college, running):
    head = member("Ida Head", Role.HEAD, college.school)
    break_off(college, running, Why("personal", "outside", "Expects a child", direction="out"))
    with time_machine.travel(FEBRUARY, tick=False):
        for knows in (head, college.coordinator):
            text = page_of(running, knows)
            assert "Expects a child" in text
            assert "Ended early" in text
        for told in (college.teacher, college.student, college.guardian, college.supervisor):
            text = page_of(running, told)
            assert "Paused" in text
            assert [word for word in ("child", "Personal", "Ended early") if word in text] == []


def test_the_student_reads_that_it_ended_and_not_why_and_the_staff_that_a_reason_is_unlawful(college, running):
    unlawful = Why("people", "host", "Said that she may get pregnant", host_said="pregnancy")
    break_off(college, running, unlawful)
    with time_machine.travel(FEBRUARY, tick=False):
        text = page_of(running, college.student)
        assert "This placement ended on Mon 8 Feb 2027. Your hours stay." in text
        assert "pregnant" not in text
        assert "Look at the reason of this end" not in text
        text = page_of(running, college.coordinator)
        assert "Said that she may get pregnant" in text
        assert "Look at the reason of this end" in text
        for button in ("Find a new workplace", "Undo"):
            assert button in text


def test_the_staff_sees_on_list_and_page_that_a_host_stops_and_of_a_suspension_no_reason(college, running, relation):
    listing = reverse("reports:placements")
    SchoolEmployer.objects.filter(pk=relation.pk).update(suspended_at=FEBRUARY, notes="A complaint about harassment")
    with time_machine.travel(FEBRUARY, tick=False):
        desk = Client()
        desk.force_login(college.coordinator.user)
        for text in (desk.get(listing).content.decode(), page_of(running, college.coordinator)):
            assert "Ask the safeguarding lead" in text
            assert "harassment" not in text
        for told in (college.student, college.supervisor):
            assert "safeguarding lead" not in page_of(running, told)


def test_a_start_without_agreement_warns_of_the_insurance_before_and_after(college):
    placement = college.asked()["student"].agreement.plan.placement
    head = member("Ida Head", Role.HEAD, college.school)
    url = reverse("placements:move", args=[placement.public_id, "start_unagreed"])
    with time_machine.travel(datetime(2027, 1, 4, 8, tzinfo=UTC), tick=False):
        client = Client()
        client.force_login(head.user)
        assert "an accident may not be insured" in client.get(url).content.decode()
        assert client.post(url, {"reason": ""}).status_code == 422
        assert client.post(url, {"reason": "The host signs tomorrow"}).status_code == 302
        assert "An accident may not be insured" in page_of(placement, head)
        office = Client()
        office.force_login(college.coordinator.user)
        assert office.get(url).status_code == 404
