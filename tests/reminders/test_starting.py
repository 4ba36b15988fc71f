"""Before a start and on the first day the coordinator is told what is missing, until it is there."""

from datetime import date, time, timedelta

import pytest
from django.core import mail
from django.urls import reverse

from accounts.models import Membership
from accounts.roles import Role
from core.workflow import Actor, Refused
from placements.models import Agreement, Placement, PlannedShift
from placements.workflow import refuse
from placements.workflow.absences import tell_absence
from placements.workflow.agreeing import lapse
from placements.workflow.contacts import tap
from reminders.models import Due, Kind
from schools.models import ProgrammeVersion
from tests.placements.college import NOW, by_party, member, put_name
from tests.reminders.conftest import post, sweep, utc
from tests.reminders.test_sweeping import waiting

FIRST = date(2027, 1, 4)


def decided(kind: Kind, *moments) -> list[tuple[str, str]]:
    """What becomes of the rounds of one kind at these moments."""
    return [one[1:] for now in moments for one in sweep(now) if one[0] == kind]


def letter(subject: str):
    return next(one for one in mail.outbox if one.subject.startswith(subject))


# ── A plan to write, and an agreement that is not in force ───────────────────────────────────────────────────────────


def test_a_plan_that_was_not_sent_is_asked_of_the_coordinator_20_and_15_days_before_the_start(office):
    placement = office.college.placement()
    sweep(NOW)
    assert waiting(Kind.PLAN) == [("D-20", "12-15 08:00"), ("D-15", "12-18 08:00")]
    assert decided(Kind.PLAN, utc(12, 15)) == [("D-20", "send")]
    post(utc(12, 15))
    (sent,) = mail.outbox
    assert (sent.to, sent.subject) == (["cora.diaz@college.test"], "Please write the plan of 1 placement")
    assert (
        "The placement of Nia Berg at Novak Garage begins on Mon 4 Jan, and no plan was sent for signing." in sent.body
    )
    assert reverse("placements:plan", args=[placement.public_id]) in sent.body


def test_a_plan_that_was_sent_is_not_asked_for_until_somebody_refuses_it(office):
    office.college.placement()
    sweep(NOW)
    placement = Placement.objects.get(school=office.college.school)
    places = office.college.asked(placement)
    assert decided(Kind.PLAN, utc(12, 15)) == [("D-20", "done")]
    refuse(signature=places["host"], reason="Too early", by=by_party("host"), at=utc(12, 16))
    assert decided(Kind.PLAN, utc(12, 18)) == [("D-20", "newer"), ("D-15", "send")]


def test_who_has_not_signed_is_told_to_the_coordinator_3_days_and_1_day_before_the_start(office):
    places = office.proposed()
    put_name(places["student"])
    put_name(places["school"])
    assert decided(Kind.UNSIGNED, NOW, utc(12, 31)) == []
    assert decided(Kind.UNSIGNED, utc(1, 1, year=2027)) == [("D-1", "send")]
    post(utc(1, 1, year=2027))
    sent = letter("Please call")
    assert sent.to == ["cora.diaz@college.test"]
    assert sent.subject == "Please call: 1 placement begins soon without an agreement"
    assert "begins on Mon 4 Jan, and its agreement is not in force." in sent.body
    assert "Not signed yet: Parent or guardian and Host." in sent.body


def test_a_placement_without_any_agreement_is_told_as_not_sent(office):
    office.college.placement()
    sweep(NOW)
    assert decided(Kind.UNSIGNED, utc(1, 1, year=2027)) == [("D-1", "send")]
    post(utc(1, 1, year=2027))
    assert "It was not sent for signing. Without an agreement the student cannot start." in letter("Please call").body


def test_an_agreement_in_force_is_not_told_and_a_new_version_of_it_neither(office):
    placement = office.college.agreed()
    sweep(NOW)
    office.college.plan(placement, purpose="Learn more.")
    assert set(Agreement.objects.filter(plan__placement=placement).values_list("state", flat=True)) == {
        "in_force", "draft"
    }  # fmt: skip
    assert decided(Kind.UNSIGNED, utc(1, 1, year=2027)) == []
    assert not Due.objects.filter(kind=Kind.UNSIGNED).exists()


def test_nothing_is_told_about_a_placement_that_was_cancelled(office):
    office.proposed()
    sweep(NOW)
    Placement.objects.filter(school=office.college.school).update(state="cancelled")
    assert {what for _round, what in decided(Kind.UNSIGNED, utc(1, 1, year=2027))} == {"over"}


def test_another_coordinator_is_told_once_the_own_one_has_left_and_nobody_of_another_school(office):
    office.proposed()
    Membership.objects.filter(pk=office.college.coordinator.pk).update(ends_on=date(2026, 12, 1))
    member("Nils Ode", Role.COORDINATOR, office.college.school)
    sweep(NOW + timedelta(days=9))
    sweep(utc(1, 1, year=2027))
    told = Due.objects.filter(kind=Kind.UNSIGNED, state=Due.State.IN_LETTER)
    assert list(told.values_list("person__given_name", flat=True)) == ["Nils"]


# ── An agreement that nobody finishes ────────────────────────────────────────────────────────────────────────────────


def test_an_agreement_lapses_when_it_is_not_in_force_30_days_after_the_first_day(office):
    agreement = office.proposed()["host"].agreement
    sweep(utc(2, 3, 23, 59, year=2027))
    agreement.refresh_from_db()
    assert agreement.state == Agreement.State.PROPOSED
    sweep(utc(2, 4, 0, 1, year=2027))
    agreement.refresh_from_db()
    assert agreement.state == Agreement.State.LAPSED
    move = office.college.moves.get(noun="agreement", verb="lapse")
    assert (move.role, move.details) == ("system", {"version": 1})


def test_a_programme_says_after_how_many_days_it_lapses(office):
    ProgrammeVersion.objects.update(deadlines={"lapse_after": 3})
    agreement = office.proposed()["host"].agreement
    sweep(utc(1, 8, 0, 1, year=2027))
    agreement.refresh_from_db()
    assert agreement.state == Agreement.State.LAPSED


def test_a_new_version_of_an_agreement_in_force_does_not_lapse(office):
    placement = office.running()
    plan = office.college.plan(placement, purpose="Learn more.")
    Agreement.objects.filter(plan=plan).update(state=Agreement.State.PROPOSED)
    sweep(utc(2, 10, year=2027))
    assert Agreement.objects.get(plan=plan).state == Agreement.State.PROPOSED
    with pytest.raises(Refused, match="can still be signed"):
        lapse(agreement=plan.agreement, by=Actor.system(), at=utc(2, 10, year=2027))


# ── The first day ────────────────────────────────────────────────────────────────────────────────────────────────────


def starting(office) -> Placement:
    """Agreed; the sweep of the first night has started it."""
    placement = office.college.agreed()
    sweep(NOW)
    sweep(utc(1, 4, 0, 5, year=2027))
    placement.refresh_from_db()
    assert placement.state == Placement.State.RUNNING
    return placement


def test_a_first_day_of_which_nobody_says_anything_is_told_to_the_coordinator_at_one(office):
    placement = starting(office)
    assert waiting(Kind.ARRIVAL) == [("D", "01-04 13:00")]
    assert decided(Kind.ARRIVAL, utc(1, 4, 12, 59, year=2027)) == []
    assert decided(Kind.ARRIVAL, utc(1, 4, 13, year=2027)) == [("D", "send")]
    post(utc(1, 4, 13, year=2027))
    sent = letter("Please call: nobody has said")
    assert sent.to == ["cora.diaz@college.test"]
    assert "The first day of Nia Berg at Novak Garage has begun." in sent.body
    assert reverse("placements:contacts", args=[placement.public_id]) in sent.body


def test_a_workplace_in_another_zone_is_asked_about_at_its_own_one_o_clock(office):
    office.college.site.time_zone = "America/New_York"
    office.college.site.save()
    office.college.agreed()
    sweep(NOW)
    sweep(utc(1, 4, 6, year=2027))
    assert waiting(Kind.ARRIVAL) == [("D", "01-04 18:00")]


def test_work_that_begins_in_the_afternoon_is_asked_about_four_hours_later(office):
    starting(office)
    PlannedShift.objects.update(starts_at=time(14), ends_at=time(21))
    office.college.plan(Placement.objects.get(school=office.college.school), purpose="Moved.")
    sweep(utc(1, 4, 9, year=2027))
    assert waiting(Kind.ARRIVAL) == [("D", "01-04 18:00")]


@pytest.mark.parametrize("said", ["shown", "logged", "absent"])
def test_one_word_of_the_first_day_is_enough(office, said):
    placement = starting(office)
    at = utc(1, 4, 11, year=2027)
    if said == "shown":
        host = office.college.host.person
        tap(placement=placement, kind="induction", person=host, by=by_party("host"), at=at)
    elif said == "logged":
        office.log(placement, FIRST)
    else:
        person = office.college.student.user.person
        tell_absence(
            placement=placement, day=FIRST, minutes=None, cause="student", person=person, by=by_party("student"), at=at
        )
    assert decided(Kind.ARRIVAL, utc(1, 4, 13, year=2027)) == [("D", "done")]
