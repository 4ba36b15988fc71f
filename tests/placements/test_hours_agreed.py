"""Three sides of an hour: the host may start, the learner answers, the school settles, a decision on credit locks."""

import uuid
from datetime import date, time, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.roles import Role
from core.workflow import Actor, Refused
from placements.models import Placement, Segment, WorkEntry
from placements.models.hours import Independence
from placements.queries.hours import fingerprint, sheet, totals
from placements.workflow import hours, settling, weeks
from tests.placements.garage import HOST, MONDAY, STUDENT, at, build, claims, entries, moves, person, place, work

pytestmark = pytest.mark.django_db
TUESDAY = MONDAY + timedelta(days=1)
FRIDAY = at(MONDAY + timedelta(days=4))
COORDINATOR = Actor("user", 7, Role.COORDINATOR)


@pytest.fixture
def garage():
    return build()


def add(garage, day=MONDAY, starts_at=time(8), ends_at=time(16), pause=30, **more):
    values = {"tasks": [], "person": garage.marek.person, "by": HOST, "at": FRIDAY, "placement": garage.lina, **more}
    return weeks.add_day(day=day, starts_at=starts_at, ends_at=ends_at, break_minutes=pause, **values)


def confirm(garage, changes=None, when=FRIDAY, **more):
    values = {"placement": garage.lina, "person": garage.marek.person, "by": HOST, **more}
    return weeks.confirm_week(week_starts_on=MONDAY, changes=changes, at=when, **values)


def reply(entry, minutes=0, reason="", *, agrees=False, when=FRIDAY, **more):
    return settling.reply(entry=entry, agrees=agrees, minutes=minutes, reason=reason, by=STUDENT, at=when, **more)


def settle(entry, minutes, reason="The clock card shows it", **more):
    values = {"person": entry.learner, "by": COORDINATOR, "at": FRIDAY, **more}
    return settling.settle(entry=entry, minutes=minutes, reason=reason, **values)


def change(entry, ends_at=time(15), when=None, tasks=(("Brake discs", Independence.CHECKED),), **more):
    times = {"day": entry.day, "starts_at": time(8), "ends_at": ends_at, "break_minutes": 30}
    return hours.change_day(entry=entry, tasks=list(tasks), by=STUDENT, at=when or at(entry.day, 20), **(times | more))


def stand(entry):
    row = WorkEntry.objects.get(pk=entry.pk)
    return row.state, row.logged_minutes, row.confirmed_minutes


def words(entry):
    return list(entry.claims.values_list("side", "minutes", "reason"))


# ── The host starts (E31) ────────────────────────────────────────────────────────────────────────────────────────────


def test_a_day_that_the_host_writes_down_counts_though_the_student_never_logs_e31(garage):
    """E31: the host's confirmation alone can carry hours."""
    entry = add(garage)
    assert (entry.origin, stand(entry)) == ("host", ("confirmed", 450, 450))
    assert words(entry) == [("host", 450, "")]
    assert totals([garage.lina.pk])[garage.lina.pk].confirmed == 450
    assert list(moves().order_by("pk").values_list("noun", "verb", "role")) == [
        ("hours", "add", "supervisor"),
        ("week", "confirm", "supervisor"),
    ]


def test_the_student_agrees_or_says_something_else_of_a_day_that_the_host_wrote(garage):
    agreed, other = add(garage), add(garage, TUESDAY)
    reply(agreed, agrees=True)
    assert (stand(agreed), words(agreed)) == (("confirmed", 450, 450), [("host", 450, ""), ("student", 450, "")])
    with pytest.raises(Refused, match="Say in a few words why"):
        reply(other, 300)
    reply(other, 300, "I left at 13:30")
    assert stand(other) == ("disputed", 300, 300)
    assert words(other) == [("host", 450, ""), ("student", 300, "I left at 13:30")]
    before = claims().count(), moves().count()
    reply(other, 300, "I left at 13:30")
    assert (claims().count(), moves().count()) == before


def test_the_host_writes_a_day_down_once_however_often_the_form_is_sent(garage):
    key = uuid.uuid4()
    first = add(garage, public_id=key)
    assert add(garage, public_id=key) == first
    with pytest.raises(Refused, match="sent before, with something else"):
        add(garage, public_id=key, ends_at=time(12))
    assert (entries().count(), claims().count()) == (1, 1)


def test_the_host_adds_no_day_of_somebody_else_or_at_a_time_that_is_logged(garage):
    work(garage.lina, MONDAY)
    with pytest.raises(Refused, match="already logged"):
        add(garage, starts_at=time(15), ends_at=time(18), pause=0)
    with pytest.raises(Refused, match="Somebody else guides"):
        add(garage, TUESDAY, person=garage.dora.person)
    with pytest.raises(Refused, match="more than 14 days ago"):
        add(garage, date(2026, 11, 2))
    with pytest.raises(Refused, match="may not"):
        add(garage, TUESDAY, by=STUDENT)
    assert add(garage, date(2026, 11, 2), late_reason="The student forgot").late_reason == "The student forgot"
    assert entries().count() == 2


def test_a_day_that_the_host_takes_back_within_24_hours_is_withdrawn_and_its_time_is_free(garage):
    entry = add(garage)
    weeks.undo_confirmation(confirmation=entry.placement.weeks.get(), by=HOST, at=FRIDAY + timedelta(hours=1))
    assert stand(entry) == ("withdrawn", 0, 0)
    assert words(entry) == [("host", 450, "")]
    assert sheet(garage.lina).weeks == []
    assert add(garage).state == "confirmed"


# ── The learner corrects and takes back ──────────────────────────────────────────────────────────────────────────────


def test_a_change_more_than_72_hours_after_logging_needs_a_reason_and_keeps_both_values(garage):
    entry = work(garage.lina, MONDAY)
    later = at(MONDAY) + timedelta(hours=72, seconds=1)
    with pytest.raises(Refused, match="more than 3 days ago"):
        change(entry, when=later)
    change(entry, when=later - timedelta(seconds=1))
    change(entry, time(14), when=later, late_reason="I read the clock wrong")
    assert stand(entry) == ("logged", 330, None)
    assert words(entry) == [("student", 450, ""), ("student", 390, ""), ("student", 330, "I read the clock wrong")]


def test_a_change_seen_in_an_old_window_is_a_conflict_and_the_same_change_twice_is_one_e42(garage):
    """E42: two tabs."""
    entry = work(garage.lina, MONDAY)
    seen = fingerprint(entry)
    change(entry, seen=seen)
    before = claims().count(), moves().count()
    change(entry, seen=seen)
    assert (claims().count(), moves().count()) == before
    with pytest.raises(Refused, match="changed in the meantime"):
        change(entry, time(12), seen=seen)
    assert stand(entry) == ("logged", 390, None)


def test_a_day_is_taken_back_until_the_host_answers_and_twice_is_once(garage):
    entry, answered = work(garage.lina, MONDAY), work(garage.lina, TUESDAY)
    hours.take_back(entry=entry, by=STUDENT, at=FRIDAY)
    hours.take_back(entry=entry, by=STUDENT, at=FRIDAY)
    assert (stand(entry), words(entry)) == (("withdrawn", 0, 0), [("student", 450, ""), ("student", 0, "")])
    assert [move.verb for move in moves().filter(object_id=entry.pk, noun="hours").order_by("pk")] == [
        "log",
        "take_back",
    ]
    assert work(garage.lina, MONDAY).pk != entry.pk
    confirm(garage)
    with pytest.raises(Refused, match="changed in the meantime"):
        hours.take_back(entry=answered, by=STUDENT, at=FRIDAY)
    assert stand(answered) == ("confirmed", 450, 450)


# ── They differ (E3) ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_dispute_keeps_both_values_with_their_words_and_the_school_settles_with_a_reason_e3(garage):
    """E3."""
    entry = work(garage.lina, MONDAY)
    confirm(garage, {entry.pk: (300, "Left early")})
    assert stand(entry) == ("disputed", 450, 300)
    reply(entry, 450, "I was in the store room")
    assert stand(entry) == ("disputed", 450, 300)
    with pytest.raises(Refused, match="give a reason"):
        settle(entry, 400, reason=" ")
    with pytest.raises(Refused, match="may not"):
        settle(entry, 400, by=HOST)
    settle(entry, 400)
    settle(entry, 400)
    assert stand(entry) == ("confirmed", 450, 400)
    assert words(entry) == [
        ("student", 450, ""),
        ("host", 300, "Left early"),
        ("student", 450, "I was in the store room"),
        ("school", 400, "The clock card shows it"),
    ]
    for late in (lambda: reply(entry, 460, "No"), lambda: confirm(garage, {entry.pk: (100, "No")})):
        with pytest.raises(Refused, match="settled"):
            late()
    assert stand(entry) == ("confirmed", 450, 400)


def test_who_gives_way_ends_the_dispute(garage):
    monday, tuesday = work(garage.lina, MONDAY), work(garage.lina, TUESDAY)
    confirm(garage, {monday.pk: (300, "Left early"), tuesday.pk: (300, "Left early")})
    reply(monday, agrees=True)
    assert stand(monday) == ("confirmed", 300, 300)
    confirm(garage, {tuesday.pk: (450, "")})
    assert stand(tuesday) == ("confirmed", 450, 450)
    with pytest.raises(Refused, match="Both sides say the same"):
        settle(tuesday, 400)


def test_the_host_keeps_its_hours_and_says_why(garage):
    entry = work(garage.lina, MONDAY)
    confirm(garage, {entry.pk: (300, "Left early")})
    reply(entry, 450, "I was in the store room")
    confirm(garage, {entry.pk: (300, "The store room was locked")}, when=FRIDAY + timedelta(hours=1))
    assert stand(entry) == ("disputed", 450, 300)
    assert words(entry)[-1] == ("host", 300, "The store room was locked")


def test_an_answer_to_a_word_that_has_changed_is_a_conflict_e42(garage):
    """E42: a stale version of either side."""
    entry = work(garage.lina, MONDAY)
    confirm(garage, {entry.pk: (300, "Left early")})
    read = entry.claims.latest("pk").pk
    confirm(garage, {entry.pk: (360, "Left a bit early")}, when=FRIDAY + timedelta(hours=1))
    with pytest.raises(Refused, match="host has changed"):
        reply(entry, agrees=True, seen=300)
    with pytest.raises(Refused, match="More was said"):
        settle(entry, 450, seen=read)
    assert stand(entry) == ("disputed", 450, 360)


def test_the_host_confirms_only_what_was_seen_e42(garage):
    """E42: the student changed a day and added another while the host looked."""
    entry = work(garage.lina, MONDAY)
    change(entry)
    work(garage.lina, TUESDAY)
    with pytest.raises(Refused, match="student has changed"):
        confirm(garage, seen={entry.pk: 450})
    confirm(garage, seen={entry.pk: 390})
    assert list(entries().order_by("day").values_list("state", "confirmed_minutes")) == [
        ("confirmed", 390),
        ("logged", None),
    ]


# ── Locked by a decision ─────────────────────────────────────────────────────────────────────────────────────────────


def test_after_a_decision_nobody_changes_the_hours_until_it_is_taken_back(garage):
    confirmed, disputed, logged = (work(garage.lina, MONDAY + timedelta(days=number)) for number in range(3))
    confirm(garage, {disputed.pk: (300, "Left early")}, seen={confirmed.pk: 450, disputed.pk: 450})
    assert settling.lock_hours(enrolment=garage.lina.enrolment, at=FRIDAY) == 2
    assert stand(logged) == ("logged", 450, None)
    late = (
        lambda: reply(disputed, agrees=True),
        lambda: reply(confirmed, 300, "No"),
        lambda: settle(disputed, 400),
        lambda: confirm(garage, {confirmed.pk: (100, "No")}),
        lambda: weeks.undo_confirmation(confirmation=garage.lina.weeks.get(), by=HOST, at=FRIDAY),
    )
    for verb in late:
        with pytest.raises(Refused, match="Credit was decided on this day"):
            verb()
    assert (stand(confirmed), stand(disputed)) == (("confirmed", 450, 450), ("disputed", 450, 300))
    assert settling.unlock_hours(enrolment=garage.lina.enrolment) == 2
    reply(disputed, agrees=True)
    assert stand(disputed) == ("confirmed", 300, 300)


# ── Overlaps, nights, a teacher ──────────────────────────────────────────────────────────────────────────────────────


def test_one_learner_is_not_at_two_hosts_at_once(garage):
    second = place(garage.school, garage.version, "Marta Twin", garage.site, garage.dora)
    Placement.objects.filter(pk=second.pk).update(learner=garage.lina.learner)
    second.refresh_from_db()
    entry = work(garage.lina, MONDAY)
    with pytest.raises(Refused, match="already logged"):
        work(second, MONDAY, time(12), time(18), 0)
    work(second, MONDAY, time(16), time(20), 0)
    hours.take_back(entry=entry, by=STUDENT, at=FRIDAY)
    assert work(second, MONDAY, time(9), time(12), 0).state == "logged"


def test_the_second_half_past_two_of_a_night_is_another_time_than_the_first_e20():
    """E20: the clock in Paris shows 02:00 to 03:00 twice on 25 October 2026."""
    garage = build("Europe/Paris")
    night = date(2026, 10, 25)
    placement = place(garage.school, garage.version, "Nina Night", garage.site, garage.marek, date(2026, 10, 1))
    with pytest.raises(Refused, match="twice on that night"):
        work(placement, night, time(2, 30), time(6), 0)
    first = work(placement, night, time(2), time(2, 45), 0, starts_again=False, ends_again=False)
    second = work(placement, night, time(2, 30), time(6), 0, starts_again=True)
    assert (first.logged_minutes, second.logged_minutes) == (45, 210)
    assert [row.span.lower.strftime("%H:%M") for row in (first, second)] == ["00:00", "01:30"]


def test_of_two_workplaces_on_one_day_the_time_tells_which_one(garage):
    morning = garage.lina.segments.get()
    afternoon = Segment.objects.create(
        placement=garage.lina,
        site=garage.site,
        supervisor=garage.dora,
        setting="workshop",
        realism="simulated",
        starts_on=garage.lina.starts_on,
        ends_on=garage.lina.ends_on,
    )
    plan = garage.lina.plan_versions.get()
    plan.shifts.update(ends_at=time(12), break_minutes=0)
    plan.shifts.create(
        segment=afternoon,
        weekday=0,
        starts_at=time(13),
        ends_at=time(17),
        starts_on=garage.lina.starts_on,
        ends_on=garage.lina.ends_on,
    )
    early, late = work(garage.lina, MONDAY, time(8), time(12), 0), work(garage.lina, MONDAY, time(13), time(17), 0)
    assert (early.segment, late.segment) == (morning, afternoon)
    assert (late.setting, late.realism) == ("workshop", "simulated")


def test_a_teacher_logs_in_an_own_placement(garage):
    Placement.objects.filter(pk=garage.lina.pk).update(purpose="teacher", enrolment=None, learner=person("Tom Teach"))
    garage.lina.refresh_from_db()
    entry = work(garage.lina, MONDAY, by=Actor("user", 3, Role.TEACHER))
    confirm(garage)
    assert stand(entry) == ("confirmed", 450, 450)


# ── For whatever order ───────────────────────────────────────────────────────────────────────────────────────────────

steps = st.lists(
    st.tuples(st.sampled_from(["host", "learner", "agree", "settle", "undo"]), st.integers(0, 600)), max_size=7
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps)
def test_whatever_the_order_of_claims_no_more_counts_than_was_said_and_every_word_is_still_there(garage, said):
    """Property of E3: each word that was accepted is a claim, and what counts is at most the most that was said."""
    WorkEntry.objects.filter(placement=garage.jonas).delete()
    entry = work(garage.jonas, MONDAY)
    accepted = [450]
    for number, (verb, minutes) in enumerate(said):
        when = FRIDAY + timedelta(minutes=number)
        tries = {
            "host": lambda m=minutes, w=when: confirm(garage, {entry.pk: (m, f"H{m}")}, w, placement=garage.jonas),
            "learner": lambda m=minutes, w=when: reply(entry, m, f"L{m}", when=w),
            "agree": lambda w=when: reply(entry, agrees=True, when=w),
            "settle": lambda m=minutes, w=when: settle(entry, m, at=w),
            "undo": lambda w=when: weeks.undo_confirmation(confirmation=garage.jonas.weeks.get(), by=HOST, at=w),
        }
        before = entry.claims.count()
        try:
            tries[verb]()
        except (Refused, garage.jonas.weeks.model.DoesNotExist):
            assert entry.claims.count() == before
            continue
        if verb in ("host", "learner", "settle") and entry.claims.count() > before:
            accepted.append(minutes)
    kept = list(entry.claims.values_list("minutes", flat=True))
    assert set(accepted) <= set(kept)
    _state, _logged, counts = stand(entry)
    assert counts is None or counts <= max(kept)
    assert counts is None or counts in kept
