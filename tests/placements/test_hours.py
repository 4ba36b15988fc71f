"""Logging days and confirming weeks: exact minutes, and every word that was said stays."""

import uuid
from datetime import date, time, timedelta

import pytest

from core.workflow import Actor, Refused
from placements.models import Placement, TaskDone
from placements.models.hours import Independence
from placements.queries.hours import Totals, totals
from placements.workflow import hours, weeks
from tests.placements.garage import HOST, MONDAY, STUDENT, answers, at, build, claims, entries, moves, place, work

pytestmark = pytest.mark.django_db
TUESDAY = MONDAY + timedelta(days=1)
FRIDAY = at(MONDAY + timedelta(days=4))


@pytest.fixture
def garage():
    return build()


def confirm(garage, changes=None, when=FRIDAY, by=HOST, placement=None):
    return weeks.confirm_week(
        placement=placement or garage.lina,
        week_starts_on=MONDAY,
        person=garage.marek.person,
        changes=changes,
        by=by,
        at=when,
    )


def words(entry):
    return list(entry.claims.values_list("side", "minutes", "reason"))


def test_a_logged_day_has_its_minutes_its_tasks_a_claim_and_a_line_in_the_log(garage):
    tasks = [(garage.tasks[0], Independence.CHECKED), ("Swept the yard", Independence.ALONE)]
    entry = work(garage.lina, MONDAY, tasks=tasks)
    assert (entry.logged_minutes, entry.confirmed_minutes, entry.state) == (450, None, "logged")
    assert list(entry.tasks.values_list("template__title", "other", "independence")) == [
        ("Brake pads", "", 2),
        (None, "Swept the yard", 3),
    ]
    assert words(entry) == [("student", 450, "")]
    move = moves().get()
    assert (move.noun, move.verb, move.timeline) == ("hours", "log", f"placement:{garage.lina.pk}")
    assert move.details == {"day": "2026-11-16", "minutes": 450}


@pytest.mark.parametrize(("day", "minutes"), [(date(2026, 10, 24), 540), (date(2026, 3, 28), 420)])
def test_a_night_at_the_change_of_the_clock_counts_what_was_worked(day, minutes):
    garage = build("Europe/Paris")
    placement = place(
        garage.school, garage.version, "Nina Night", garage.site, garage.marek, date(2026, 3, 1), date(2026, 12, 1)
    )
    assert work(placement, day, time(22), time(6), 0).logged_minutes == minutes


def test_the_same_form_twice_is_one_day(garage):
    key = uuid.uuid4()
    first, second = (work(garage.lina, MONDAY, public_id=key) for _ in range(2))
    assert first == second
    assert (entries().count(), claims().count(), moves().count()) == (1, 1, 1)


def test_the_key_of_another_placement_gives_nothing_away(garage):
    key = uuid.uuid4()
    work(garage.jonas, MONDAY, public_id=key)
    with pytest.raises(Refused, match="used before"):
        work(garage.lina, MONDAY, public_id=key)


def test_work_at_the_same_time_is_refused_and_nothing_is_written(garage):
    work(garage.lina, MONDAY)
    with pytest.raises(Refused, match="already logged work at this time"):
        work(garage.lina, MONDAY, time(15, 59), time(17), 0)
    assert (entries().count(), claims().count(), moves().count()) == (1, 1, 1)
    work(garage.lina, MONDAY, time(16), time(17), 0)
    assert totals([garage.lina.pk]) == {garage.lina.pk: Totals(510, 0)}


def test_a_day_before_the_start_is_refused(garage):
    with pytest.raises(Refused, match="outside the placement"):
        work(garage.lina, date(2026, 10, 25))


def test_only_a_student_logs_and_only_in_a_placement_that_has_begun(garage):
    with pytest.raises(Refused, match="may not"):
        work(garage.lina, MONDAY, by=HOST)
    garage.lina.state = Placement.State.PLANNED
    with pytest.raises(Refused, match="has not started"):
        work(garage.lina, MONDAY)
    assert not entries().exists()


def test_a_changed_day_keeps_what_was_said_before(garage):
    entry = work(garage.lina, MONDAY)
    hours.change_day(
        entry=entry,
        day=TUESDAY,
        starts_at=time(8),
        ends_at=time(14),
        break_minutes=0,
        tasks=[(garage.tasks[1], Independence.WATCHED)],
        by=STUDENT,
        at=at(TUESDAY),
    )
    entry = entries().get()
    assert (entry.day, entry.logged_minutes, entry.span.lower.isoformat()) == (
        TUESDAY,
        360,
        "2026-11-17T08:00:00+00:00",
    )
    assert words(entry) == [("student", 450, ""), ("student", 360, "")]
    assert TaskDone.objects.get(entry=entry).template == garage.tasks[1]
    assert moves().first().details == {"day": "2026-11-17", "minutes": 360, "before": 450}


def test_a_confirmed_day_can_no_longer_be_changed(garage):
    entry = work(garage.lina, MONDAY)
    confirm(garage)
    with pytest.raises(Refused, match="changed in the meantime"):
        hours.change_day(
            entry=entry,
            day=MONDAY,
            starts_at=time(8),
            ends_at=time(12),
            break_minutes=0,
            tasks=[],
            by=STUDENT,
            at=at(TUESDAY),
        )
    assert entries().get().logged_minutes == 450


def test_a_confirmed_week_counts_to_the_minute(garage):
    work(garage.lina, MONDAY)
    work(garage.lina, TUESDAY, time(8), time(15, 47))
    confirm(garage)
    assert totals([garage.lina.pk, garage.jonas.pk]) == {
        garage.lina.pk: Totals(887, 887),
        garage.jonas.pk: Totals(0, 0),
    }
    assert answers().get().minutes == 887
    move = moves().filter(noun="week").get()
    assert (move.verb, move.to_state, move.details) == (
        "confirm",
        "confirmed",
        {"week": "2026-11-16", "minutes": 887, "logged": 887},
    )


def test_confirming_twice_changes_nothing(garage):
    entry = work(garage.lina, MONDAY)
    first = confirm(garage, {entry.pk: (300, "Left at 14:00, ill")})
    before = (list(claims().values()), moves().count(), entries().values().get())
    later = FRIDAY + timedelta(hours=3)
    again = confirm(garage, {entry.pk: (300, "Left at 14:00, ill")}, when=later)
    plain = confirm(garage, when=later)
    assert first == again == plain
    assert answers().get().answered_at == FRIDAY
    assert before == (list(claims().values()), moves().count(), entries().values().get())


def test_both_values_survive_when_hours_differ_and_the_lower_counts(garage):
    lower, higher = work(garage.lina, MONDAY), work(garage.lina, TUESDAY)
    confirm(garage, {lower.pk: (300, "Left at 14:00, ill"), higher.pk: (480, "No break")})
    lower.refresh_from_db()
    higher.refresh_from_db()
    assert (lower.state, lower.logged_minutes, lower.confirmed_minutes) == ("disputed", 450, 300)
    assert (higher.state, higher.logged_minutes, higher.confirmed_minutes) == ("disputed", 450, 450)
    assert words(lower) == [("student", 450, ""), ("host", 300, "Left at 14:00, ill")]
    assert words(higher) == [("student", 450, ""), ("host", 480, "No break")]
    assert moves().filter(noun="week").get().to_state == "disputed"


def test_a_change_without_a_reason_or_out_of_range_is_refused(garage):
    entry = work(garage.lina, MONDAY)
    for change, message in [((300, " "), "what was different"), ((961, "x"), "between 0"), ((-1, "x"), "between 0")]:
        with pytest.raises(Refused, match=message):
            confirm(garage, {entry.pk: change})
    assert entries().get().state == "logged"


def test_a_day_of_another_student_cannot_be_changed_through_this_week(garage):
    work(garage.lina, MONDAY)
    other = work(garage.jonas, MONDAY)
    with pytest.raises(Refused, match="out of date"):
        confirm(garage, {other.pk: (0, "x")})
    assert not answers().exists()


def test_a_person_who_does_not_guide_the_student_cannot_confirm(garage):
    work(garage.lina, MONDAY)
    with pytest.raises(Refused, match="nothing to confirm"):
        weeks.confirm_week(placement=garage.lina, week_starts_on=MONDAY, person=garage.dora.person, by=HOST, at=FRIDAY)
    with pytest.raises(Refused, match="may not"):
        confirm(garage, by=STUDENT)
    assert not answers().exists()


def test_the_owner_of_the_firm_confirms_for_whoever_guides(garage):
    work(garage.lina, MONDAY)
    weeks.confirm_week(
        placement=garage.lina,
        week_starts_on=MONDAY,
        person=garage.dora.person,
        by=Actor("user", 9, "owner"),
        at=FRIDAY,
    )
    assert entries().get().confirmed_minutes == 450


def test_a_day_logged_after_the_answer_waits_and_the_old_answer_holds(garage):
    first = work(garage.lina, MONDAY)
    confirm(garage, {first.pk: (300, "ill")})
    second = work(garage.lina, TUESDAY, at=FRIDAY)
    assert entries().get(state="logged") == second
    confirm(garage, when=FRIDAY + timedelta(hours=1))
    assert list(entries().values_list("pk", "confirmed_minutes")) == [(first.pk, 300), (second.pk, 450)]
    assert answers().get().minutes == 750


def test_a_wrong_tap_is_undone_for_24_hours_and_stays_in_the_log(garage):
    entry = work(garage.lina, MONDAY)
    confirmation = confirm(garage, {entry.pk: (300, "ill")})
    with pytest.raises(Refused, match="24 hours"):
        weeks.undo_confirmation(confirmation=confirmation, by=HOST, at=FRIDAY + timedelta(hours=24, seconds=1))
    weeks.undo_confirmation(confirmation=confirmation, by=HOST, at=FRIDAY + timedelta(hours=24))
    entry.refresh_from_db()
    assert (entry.state, entry.confirmed_minutes) == ("logged", None)
    assert not answers().exists()
    assert words(entry) == [("student", 450, ""), ("host", 300, "ill")]
    confirm(garage, {entry.pk: (300, "ill")}, when=FRIDAY + timedelta(hours=25))
    entry.refresh_from_db()
    assert (entry.state, entry.confirmed_minutes) == ("disputed", 300)
    assert list(moves().filter(noun="week").values_list("verb", flat=True)) == [
        "confirm",
        "undo",
        "confirm",
    ]


def test_a_second_tap_on_undo_does_not_touch_the_answer_that_came_in_between(garage):
    entry = work(garage.lina, MONDAY)
    first = confirm(garage, {})
    weeks.undo_confirmation(confirmation=first, by=HOST, at=FRIDAY)
    confirm(garage, {})
    weeks.undo_confirmation(confirmation=first, by=HOST, at=FRIDAY)
    entry.refresh_from_db()
    assert (entry.state, entry.confirmed_minutes) == ("confirmed", 450)
    assert answers().exists()


def test_undo_takes_back_only_the_last_answer_of_the_week(garage):
    monday, tuesday = work(garage.lina, MONDAY), work(garage.lina, MONDAY + timedelta(days=1))
    confirm(garage, {monday.pk: (300, "ill")})
    confirm(garage, {monday.pk: (450, "")}, when=FRIDAY + timedelta(hours=2))
    weeks.undo_confirmation(confirmation=answers().get(), by=HOST, at=FRIDAY + timedelta(hours=3))
    monday.refresh_from_db()
    tuesday.refresh_from_db()
    assert (monday.state, monday.confirmed_minutes) == ("disputed", 300)
    assert (tuesday.state, tuesday.confirmed_minutes) == ("confirmed", 450)
    assert (answers().get().answered_at, answers().get().minutes) == (FRIDAY, 750)


def test_totals_of_many_placements_cost_one_query(garage, django_assert_num_queries):
    work(garage.lina, MONDAY)
    with django_assert_num_queries(1):
        totals([garage.lina.pk, garage.jonas.pk, garage.stranger.pk])
