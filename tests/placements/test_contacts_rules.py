"""Which contacts are due, of whom and since when (product 4.1 to 4.3)."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from placements.rules.contacts import Due, Facts, Held, due, due_for, recordable

START = date(2027, 1, 11)  # a Monday
GUIDE = 7
WEEKDAYS = [START + timedelta(days=7 * week + day) for week in range(9) for day in range(5)]
MONDAYS = [START + timedelta(days=7 * week) for week in range(32)]
ALL_SHOWN = [Held("induction", START, with_student=True, with_host=True)]


def facts(days=WEEKDAYS, state="running", **more) -> Facts:
    """Seven hours on each of these days, with one supervisor who has read the briefing."""
    planned = dict.fromkeys(days, 420)
    known = {"state": state, "starts_on": days[0], "ends_on": days[-1], "planned": planned, "guides": {GUIDE}, **more}
    return Facts(**known)


def worked(count: int, days=WEEKDAYS) -> dict[date, int]:
    return dict.fromkeys(days[:count], 420)


def only(kind: str, some: Facts, today: date) -> list[tuple[str, date, date]]:
    return [(one.side, one.since, one.by) for one in due(some, today) if one.kind == kind]


def test_the_preparation_is_asked_for_seven_days_before_the_start_and_due_five_days_before():
    planned = facts(state="planned")
    assert only("preparation", planned, date(2027, 1, 3)) == []
    assert only("preparation", planned, date(2027, 1, 4)) == [("school", date(2027, 1, 4), date(2027, 1, 6))]
    (one,) = due(planned, date(2027, 1, 7))
    assert one.is_late(date(2027, 1, 7))
    assert not one.is_late(date(2027, 1, 6))
    assert only("preparation", replace(planned, held=[Held("preparation", START)]), date(2027, 1, 7)) == []


def test_the_briefing_is_due_three_days_before_the_start_from_those_who_have_not_read_it():
    unread = facts(state="planned", unbriefed=frozenset({GUIDE}))
    assert only("briefing", unread, date(2027, 1, 5)) == []
    asked = [one for one in due(unread, date(2027, 1, 6)) if one.kind == "briefing"]
    assert asked == [Due("briefing", "host", date(2027, 1, 6), date(2027, 1, 8), frozenset({GUIDE}))]
    assert only("briefing", facts(state="planned"), date(2027, 1, 8)) == []
    assert only("briefing", replace(unread, state="ended"), date(2027, 3, 20)) == []


def test_the_induction_is_due_on_the_first_day_from_student_and_host_each():
    assert only("induction", facts(state="planned"), START) == []
    assert only("induction", facts(), START) == [("host", START, START), ("student", START, START)]
    shown = facts(held=[Held("induction", START, with_student=True)])
    assert only("induction", shown, START) == [("host", START, START)]
    assert only("induction", facts(held=ALL_SHOWN), START) == []
    assert only("induction", facts(guides=frozenset()), START) == [("student", START, START)]


def test_the_first_week_check_is_asked_on_the_fourth_day_at_work_and_the_school_asks_on_the_fifth():
    wednesday, thursday, friday = (START + timedelta(days=days) for days in (2, 3, 4))
    assert only("first_week", facts(worked=worked(3)), wednesday) == []
    both = [("host", thursday, friday), ("student", thursday, friday)]
    assert only("first_week", facts(worked=worked(4)), thursday) == both
    assert only("first_week", facts(worked=worked(5)), friday) == [
        ("host", thursday, friday), ("school", friday, friday), ("student", thursday, friday)
    ]  # fmt: skip
    told = [Held("first_week", friday, with_student=True), Held("first_week", friday, with_host=True)]
    assert only("first_week", facts(worked=worked(5), held=told), friday) == []
    assert only("first_week", facts(worked=worked(5), held=told[:1]), friday) == [
        ("host", thursday, friday), ("school", friday, friday)
    ]  # fmt: skip


def test_a_student_who_logs_nothing_is_asked_all_the_same_and_a_day_of_absence_moves_the_fifth_day():
    thursday, friday, next_monday = (START + timedelta(days=days) for days in (3, 4, 7))
    assert only("first_week", facts(), thursday)[0] == ("host", thursday, friday)
    absent = facts(absent=frozenset({START}))
    assert only("first_week", absent, thursday) == []
    assert only("first_week", absent, friday)[0] == ("host", friday, next_monday)


def test_one_day_a_week_has_its_first_week_check_in_the_fifth_week():
    assert only("first_week", facts(MONDAYS), MONDAYS[3])[0] == ("host", MONDAYS[3], MONDAYS[4])


def test_nobody_is_asked_for_a_beginning_that_is_over():
    new, settled = facts(worked=worked(10)), facts(worked=worked(11))
    unread = {"unbriefed": frozenset({GUIDE})}
    assert len(only("first_week", new, WEEKDAYS[9])) == 3
    assert only("first_week", settled, WEEKDAYS[10]) == []
    assert len(only("briefing", replace(new, **unread), WEEKDAYS[9])) == 1
    assert only("briefing", replace(settled, **unread), WEEKDAYS[10]) == []


def test_the_review_is_due_between_forty_and_sixty_per_cent_of_the_planned_hours():
    day_18, day_27 = WEEKDAYS[17], WEEKDAYS[26]
    before = facts(worked=worked(17))
    assert only("review", before, WEEKDAYS[16]) == []
    assert only("review", facts(worked=worked(18)), day_18) == [("school", day_18, day_27)]
    late = facts(worked=worked(30))
    assert only("review", late, WEEKDAYS[29]) == [("school", day_18, day_27)]
    assert only("review", replace(late, held=[Held("review", day_27)]), WEEKDAYS[29]) == []


def test_a_student_who_missed_a_week_has_the_review_later():
    days = {day: minutes for day, minutes in worked(24).items() if day not in WEEKDAYS[:5]}
    assert only("review", facts(worked=days), WEEKDAYS[23]) == [("school", WEEKDAYS[22], WEEKDAYS[31])]


def test_a_block_has_a_visit_within_twenty_working_days_and_then_every_twenty():
    by = date(2027, 2, 8)
    assert only("visit", facts(), date(2027, 1, 29)) == []
    assert only("visit", facts(), date(2027, 2, 1)) == [("school", date(2027, 2, 1), by)]
    visited = facts(held=[Held("visit", date(2027, 1, 20))])
    assert only("visit", visited, date(2027, 2, 9)) == []
    assert only("visit", visited, date(2027, 2, 10)) == [("school", date(2027, 2, 10), date(2027, 2, 17))]
    again = facts(held=[Held("visit", date(2027, 1, 20)), Held("review", date(2027, 2, 17))])
    assert only("visit", again, date(2027, 3, 10)) == []


def test_closed_days_of_the_school_move_the_visit_and_one_day_a_week_has_thirty_working_days():
    closed = frozenset(date(2027, 1, 18) + timedelta(days=days) for days in range(5))
    assert only("visit", facts(closed=closed), date(2027, 2, 15))[0][2] == date(2027, 2, 15)
    assert only("visit", facts(MONDAYS), date(2027, 2, 15)) == [("school", date(2027, 2, 15), date(2027, 2, 22))]


def test_a_placement_shorter_than_the_gap_has_one_visit_by_its_last_day():
    fortnight = WEEKDAYS[:10]
    assert only("visit", facts(fortnight), fortnight[4]) == [("school", fortnight[4], fortnight[9])]
    visited = facts(fortnight, held=[Held("visit", fortnight[2])])
    assert only("visit", visited, fortnight[9]) == []


def test_five_days_of_work_need_no_check_no_review_and_no_visit():
    week = facts(WEEKDAYS[:5], worked=worked(5), held=ALL_SHOWN)
    assert due(week, WEEKDAYS[4]) == []


def test_the_debrief_is_due_ten_school_days_after_the_end_and_is_asked_for_as_long_as_it_can_be_written():
    ended = facts(state="ended")
    friday = WEEKDAYS[-1]
    assert friday == date(2027, 3, 12)
    assert only("debrief", ended, date(2027, 3, 16)) == []
    assert only("debrief", ended, date(2027, 3, 17)) == [("school", date(2027, 3, 17), date(2027, 3, 26))]
    assert only("debrief", ended, friday + timedelta(days=121)) == []
    easter = facts(state="ended", closed=frozenset(date(2027, 3, 22) + timedelta(days=days) for days in range(12)))
    assert only("debrief", easter, date(2027, 4, 7))[0][2] == date(2027, 4, 9)


def test_an_early_end_has_a_debrief_where_somebody_worked_and_a_personal_one_asks_nobody():
    broken = facts(state="broken", worked=worked(20))
    assert [one.kind for one in due(broken, date(2027, 3, 17))] == ["debrief"]
    assert due(facts(state="broken"), date(2027, 3, 17)) == []
    assert due(replace(broken, stilled=True), date(2027, 3, 17)) == []
    assert due(facts(state="paused", stilled=True), WEEKDAYS[3]) == []


def test_nothing_is_asked_while_a_placement_pauses_but_what_keeps_people_safe():
    paused = facts(state="paused", worked=worked(20))
    assert {one.kind for one in due(paused, WEEKDAYS[24])} == {"induction"}


def test_a_teacher_at_work_is_shown_the_dangers_and_a_job_is_not_accompanied():
    teacher = facts(purpose="teacher", worked=worked(20), unbriefed=frozenset({GUIDE}))
    assert {one.kind for one in due(teacher, WEEKDAYS[24])} == {"induction"}
    assert due(facts(purpose="job", worked=worked(20)), WEEKDAYS[24]) == []


def test_what_has_to_be_done_first_stands_at_the_top_and_says_why():
    found = due(facts(worked=worked(20)), WEEKDAYS[19])
    assert [one.kind for one in found][:2] == ["induction", "induction"]
    assert [one.by for one in found] == sorted(one.by for one in found)
    assert all(str(one.why) for one in found)
    assert {one.side for one in due_for(facts(worked=worked(20)), "student", WEEKDAYS[19])} == {"student"}


held_at = st.builds(
    Held,
    st.sampled_from(["contact", "visit", "review", "first_week", "induction", "debrief"]),
    st.sampled_from(WEEKDAYS),
    st.booleans(),
    st.booleans(),
)


@given(
    st.lists(held_at, max_size=6),
    held_at,
    st.sampled_from(["planned", "running", "paused", "ended", "broken"]),
    st.integers(0, 45),
    st.integers(-10, 80),
)
def test_one_more_contact_never_makes_more_due_of_its_kind_and_nothing_is_due_before_its_time(
    held, more, state, count, days
):
    today = START + timedelta(days=days)
    some = facts(state=state, held=held, worked=worked(count))
    before, after = due(some, today), due(replace(some, held=[*held, more]), today)
    assert all(one.since <= today and one.since <= one.by for one in before)
    assert len([one for one in after if one.kind == more.kind]) <= len([one for one in before if one.kind == more.kind])
    assert len({(one.kind, one.side) for one in before}) == len(before)


def test_a_contact_belongs_to_a_placement_from_thirty_days_before_to_thirty_after_and_a_debrief_longer():
    assert recordable("visit", START, WEEKDAYS[-1]) == (date(2026, 12, 12), date(2027, 4, 11))
    assert recordable("debrief", START, WEEKDAYS[-1]) == (date(2026, 12, 12), date(2027, 7, 10))
