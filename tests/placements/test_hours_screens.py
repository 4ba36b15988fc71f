"""The learner logs and changes days; everybody with a need sees the hours of a placement."""

from datetime import date, time, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Document
from accounts.roles import Role
from placements.models import Placement, PlannedOutcome, WorkPhoto
from placements.models.hours import Independence
from placements.workflow import weeks
from schools.models import Outcome
from tests.placements.garage import HOST, MONDAY, at, build, claims, entries, member, moves, person, work

pytestmark = pytest.mark.django_db
WEDNESDAY = MONDAY + timedelta(days=2)


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(at(WEDNESDAY), tick=False):
        yield


@pytest.fixture
def garage():
    return build()


@pytest.fixture
def lina(garage, client):
    client.force_login(garage.lina.learner.user)
    return client


def log_url(placement):
    return reverse("placements:log", args=[placement.public_id])


def filled(page, **changed):
    """What a browser would send from the form as it was shown, with some fields changed."""
    form = page.context["form"]
    sent = {name: form[name].value() for name in form.fields}
    sent |= {"tasks": [], "alone": 2, "other": "", "note": "", **changed}
    return {
        name: value.strftime("%H:%M") if isinstance(value, time) else value
        for name, value in sent.items()
        if value not in (None, False)
    }


def test_the_form_begins_with_the_last_planned_day_and_its_times(garage, lina):
    page = lina.get(log_url(garage.lina))
    initial = page.context["form"].initial
    assert (initial["day"], initial["starts_at"], initial["ends_at"], initial["break_minutes"]) == (
        WEDNESDAY,
        time(8),
        time(16),
        30,
    )
    assert page.context["missing"] == [
        MONDAY + timedelta(days=1),
        MONDAY,
        date(2026, 11, 11),
        date(2026, 11, 10),
        date(2026, 11, 9),
    ]
    assert [label for _key, label in page.context["form"].fields["tasks"].choices] == [
        "Brake pads",
        "Tyre change",
        "Brake test",
    ]
    assert not entries().exists()


def test_an_earlier_day_is_named_in_the_question(garage, lina):
    monday = lina.get(f"{log_url(garage.lina)}?day={MONDAY}").text
    assert "What did you do on Mon 16 Nov?" in monday
    assert "What did you do?" in lina.get(log_url(garage.lina)).text


def test_the_tasks_of_the_plan_come_first(garage, lina):
    outcome = Outcome.objects.create(unit=garage.tasks[2].unit, position=1, text="Tests brakes")
    garage.tasks[2].outcomes.add(outcome)
    PlannedOutcome.objects.create(plan=garage.lina.plan_versions.get(), outcome=outcome)
    tasks = lina.get(log_url(garage.lina)).context["form"].fields["tasks"].choices
    assert [label for _key, label in tasks] == ["Brake test", "Brake pads", "Tyre change"]


def test_when_all_planned_days_are_logged_the_first_page_asks_for_nothing(garage, lina):
    assert "Save my day" in lina.get("/").text
    for day in (4, *range(9, 12), *range(16, 19)):
        work(garage.lina, date(2026, 11, day))
    page = lina.get("/").text
    assert "Save my day" not in page
    assert "Nothing to log now" in page
    assert log_url(garage.lina) in page


def test_a_day_is_logged_in_one_post_and_twice_is_once(garage, lina):
    page = lina.get(log_url(garage.lina))
    sent = filled(page, tasks=[garage.tasks[0].pk], other="Swept the yard")
    for _tap in range(2):
        assert lina.post(log_url(garage.lina), sent).status_code == 302
    entry = entries().get()
    assert (entry.day, entry.logged_minutes, entry.state) == (WEDNESDAY, 450, "logged")
    assert [(task.name, task.independence) for task in entry.tasks.all()] == [
        ("Brake pads", Independence.CHECKED),
        ("Swept the yard", Independence.CHECKED),
    ]
    assert (claims().count(), moves().count()) == (1, 1)
    assert moves().get().actor_id == garage.lina.learner.user_id


@pytest.mark.parametrize(
    ("changed", "field", "words"),
    [
        ({"starts_at": "25:00"}, "starts_at", "Write the time like 08:30."),
        ({"break_minutes": "-5"}, "break_minutes", "greater than or equal to 0"),
        ({"break_minutes": "480"}, "break_minutes", "No time is left after the break."),
        ({"day": "2026-11-19"}, "day", "still to come"),
        ({"day": "2026-11-03"}, "late_reason", "more than 14 days ago"),
        ({"day": "2026-02-29"}, "day", "valid date"),
        ({"ends_at": "08:00"}, "ends_at", "Start and end are the same time."),
        ({"starts_at": "-1:00"}, "starts_at", "Write the time like 08:30."),
        ({"ends_at": "21:00"}, "long_day", "more than 12 hours"),
        ({"starts_at": "05:00", "ends_at": "22:00"}, "ends_at", "more than 16 hours"),
        ({"other": ""}, "tasks", "Choose a task"),
        ({"alone": ""}, "alone", "Choose how you did it."),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost(garage, lina, changed, field, words):
    sent = filled(lina.get(log_url(garage.lina)), **{"other": "Swept the yard", "note": "My note", **changed})
    page = lina.post(log_url(garage.lina), sent)
    assert page.status_code == 422
    assert words in str(page.context["form"].errors[field])
    assert "My note" in page.text
    assert not entries().exists()


def test_a_very_long_day_goes_in_with_a_tick(garage, lina):
    sent = filled(lina.get(log_url(garage.lina)), other="Inventory", ends_at="21:00", long_day="on")
    assert lina.post(log_url(garage.lina), sent).status_code == 302
    assert entries().get().logged_minutes == 750


def test_a_time_that_is_logged_already_is_refused_in_the_form(garage, lina):
    work(garage.lina, WEDNESDAY)
    sent = filled(lina.get(log_url(garage.lina) + "?day=2026-11-18"), other="More")
    page = lina.post(log_url(garage.lina), sent)
    assert page.status_code == 422
    assert "There is already logged work at this time." in page.text
    assert entries().count() == 1


def test_a_closed_day_needs_a_note(garage, lina):
    garage.school.closed_days.create(day=WEDNESDAY, name="Staff day")
    page = lina.get(log_url(garage.lina) + "?day=2026-11-18")
    refused = lina.post(log_url(garage.lina), filled(page, other="Brakes"))
    assert "closed day" in str(refused.context["form"].errors["note"])
    assert lina.post(log_url(garage.lina), filled(page, other="Brakes", note="Open day")).status_code == 302


def test_a_closed_day_is_not_asked_for(garage, lina):
    garage.school.closed_days.create(day=WEDNESDAY, name="Staff day")
    garage.firm.closed_days.create(day=MONDAY, name="Stocktaking")
    page = lina.get(log_url(garage.lina))
    assert page.context["form"].initial["day"] == MONDAY + timedelta(days=1)
    assert page.context["missing"][0] == date(2026, 11, 11)


def test_before_the_start_there_is_nothing_to_log(garage, lina):
    Placement.objects.filter(pk=garage.lina.pk).update(state="planned")
    assert "Your placement has not begun" in lina.get(log_url(garage.lina)).text
    lina.post(log_url(garage.lina), {"other": "x"})
    assert not entries().exists()


def test_a_day_can_be_changed_until_the_host_answers(garage, lina):
    entry = work(garage.lina, WEDNESDAY, tasks=[(garage.tasks[1], Independence.ALONE), ("Yard", Independence.ALONE)])
    url = reverse("placements:change_day", args=[entry.public_id])
    form = lina.get(url).context["form"]
    assert (form.initial["tasks"], form.initial["other"], form.initial["alone"]) == ([garage.tasks[1].pk], "Yard", 3)
    sent = {"key": entry.public_id, "other": "Yard", "alone": 1, "day": "2026-11-18", "break_minutes": 0}
    assert lina.post(url, {**sent, "starts_at": "08:00", "ends_at": "12:15"}).status_code == 302
    assert entries().get().logged_minutes == 255
    weeks.confirm_week(
        placement=garage.lina, week_starts_on=MONDAY, person=garage.marek.person, by=HOST, at=at(WEDNESDAY)
    )
    assert "Your supervisor has answered" in lina.get(url).text
    assert lina.post(url, {**sent, "starts_at": "08:00", "ends_at": "13:00"}).status_code == 422
    assert entries().get().logged_minutes == 255


def test_the_hours_of_a_placement_show_both_values_and_why(garage, lina):
    entry = work(garage.lina, MONDAY)
    work(garage.lina, WEDNESDAY)
    weeks.confirm_week(
        placement=garage.lina,
        week_starts_on=MONDAY,
        person=garage.marek.person,
        changes={entry.pk: (300, "Left at 14:00, ill")},
        by=HOST,
        at=at(WEDNESDAY),
    )
    work(garage.lina, WEDNESDAY, time(17), time(18), 0)
    page = lina.get(reverse("placements:hours", args=[garage.lina.public_id]))
    assert (page.context["sheet"].totals.logged, page.context["sheet"].totals.confirmed) == (960, 750)
    for words in ("16 h", "12 h 30", "The host says 5 h: Left at 14:00, ill", "Hours differ", "No answer yet"):
        assert words in page.text


def test_who_may_see_the_hours_and_who_may_not(garage, client):
    work(garage.stranger, MONDAY)
    work(garage.lina, MONDAY)
    own = reverse("placements:hours", args=[garage.lina.public_id])
    other = reverse("placements:hours", args=[garage.stranger.public_id])
    guardian = person("Greta Kowal")
    garage.lina.learner.students.get().guardians.create(person=guardian)
    cast = {
        Role.COORDINATOR: (person("Amina Office"), garage.school),
        Role.HEAD: (person("Ingrid Head"), garage.school),
        Role.GUARDIAN: (guardian, garage.school),
        Role.SUPERVISOR: (garage.marek.person, garage.firm),
        Role.SAFEGUARDING: (person("Sam Guard"), garage.school),
        Role.ADMINISTRATOR: (person("Ada Admin"), garage.school),
    }
    for role, (who, organisation) in cast.items():
        member(who, organisation, role)
        client.force_login(who.user)
        expected = 404 if role in (Role.SAFEGUARDING, Role.ADMINISTRATOR) else 200
        assert client.get(own).status_code == expected, role
        assert client.get(other).status_code == 404, role
        assert client.get(log_url(garage.lina)).status_code == 404, role


def test_a_student_cannot_reach_the_day_or_the_form_of_another(garage, lina):
    entry = work(garage.jonas, MONDAY)
    for url in (log_url(garage.jonas), reverse("placements:change_day", args=[entry.public_id])):
        assert (lina.get(url).status_code, lina.post(url, {}).status_code) == (404, 404)


def test_the_hours_cost_the_same_queries_for_one_day_and_for_more(garage, lina):
    counts = []
    for back in range(3):
        work(garage.lina, WEDNESDAY - timedelta(days=back))
        with CaptureQueriesContext(connection) as queries:
            assert lina.get(reverse("placements:hours", args=[garage.lina.public_id])).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[2] <= 12


def test_a_form_sent_again_with_something_else_in_it_is_a_clear_conflict_e42(garage, lina):
    """E42: the way back in the browser, or a second window of the same form."""
    sent = filled(lina.get(log_url(garage.lina)), other="Swept the yard")
    lina.post(log_url(garage.lina), sent)
    page = lina.post(log_url(garage.lina), sent | {"ends_at": "12:00"})
    assert page.status_code == 422
    assert "This form was sent before, with something else in it." in page.text
    other_window = filled(lina.get(log_url(garage.lina) + "?day=2026-11-18"), other="Swept the yard")
    assert "already logged work at this time" in lina.post(log_url(garage.lina), other_window).text
    assert list(entries().values_list("logged_minutes", flat=True)) == [450]


def test_a_change_in_an_old_window_shows_both_and_is_saved_when_sent_again_e42(garage, lina):
    entry = work(garage.lina, WEDNESDAY)
    url = reverse("placements:change_day", args=[entry.public_id])
    sent = filled(lina.get(url), other="Brake discs")
    for _tap in range(2):
        assert lina.post(url, sent | {"ends_at": "12:00"}).status_code == 302
    assert claims().count() == 2
    page = lina.post(url, sent | {"ends_at": "14:00", "note": "Typed in full"})
    assert page.status_code == 422
    for words in ("This day was changed in another window", "08:00 to 12:00, break 30 min, 3 h 30", "Typed in full"):
        assert words in page.text
    assert entries().get().logged_minutes == 210
    again = sent | {"ends_at": "14:00", "seen": page.context["form"]["seen"].value()}
    assert lina.post(url, again).status_code == 302
    assert entries().get().logged_minutes == 330


def test_a_day_is_taken_back_after_one_question_and_not_once_the_host_has_answered(garage, lina):
    entry = work(garage.lina, WEDNESDAY)
    url = reverse("placements:take_back", args=[entry.public_id])
    assert url in lina.get(reverse("placements:hours", args=[garage.lina.public_id])).text
    assert "You logged 7 h 30: 08:00 to 16:00." in lina.get(url).text
    assert entries().get().state == "logged"
    for _tap in range(2):
        assert lina.post(url).status_code == 302
    assert list(entries().values_list("state", "logged_minutes")) == [("withdrawn", 0)]
    answered = work(garage.lina, MONDAY)
    weeks.confirm_week(
        placement=garage.lina, week_starts_on=MONDAY, person=garage.marek.person, by=HOST, at=at(WEDNESDAY)
    )
    late = reverse("placements:take_back", args=[answered.public_id])
    assert "Your supervisor has answered for this day" in lina.get(late).text
    assert lina.post(late).status_code == 422
    assert claims().filter(entry=answered).count() == 2


def test_the_hours_lead_to_photos_where_they_may_be_taken_or_are(garage, lina, client):
    entry = work(garage.lina, MONDAY)
    hours, photos = (
        reverse("placements:hours", args=[garage.lina.public_id]),
        reverse("placements:photo", args=[entry.public_id]),
    )
    assert f'href="{photos}">Add a photo' in lina.get(hours).text
    garage.site.photos_allowed = False
    garage.site.save()
    assert photos not in lina.get(hours).text
    picture = Document.objects.create(
        organisation=garage.school,
        kind="photo",
        media_type="image/png",
        content=b"-",
        added_by=garage.lina.learner,
        added_at=at(MONDAY),
    )
    WorkPhoto.objects.create(entry=entry, document=picture, consent=True, at=at(MONDAY))
    assert f'href="{photos}">Photos' in lina.get(hours).text
    guardian = person("Greta Kowal")
    garage.lina.learner.students.get().guardians.create(person=guardian)
    for who, organisation, role, sees in (
        (garage.marek.person, garage.firm, Role.SUPERVISOR, True),
        (guardian, garage.school, Role.GUARDIAN, False),
        (person("Ingrid Head"), garage.school, Role.HEAD, False),
    ):
        member(who, organisation, role)
        client.force_login(who.user)
        assert (photos in client.get(hours).text) is sees, role


def test_a_teacher_logs_changes_and_tells_absence_in_an_own_placement_and_nobody_elses(garage, client):
    teacher = person("Tom Teach")
    member(teacher, garage.school, Role.TEACHER)
    Placement.objects.filter(pk=garage.lina.pk).update(purpose="teacher", enrolment=None, learner=teacher)
    Placement.objects.filter(pk=garage.jonas.pk).update(teacher=teacher)
    client.force_login(teacher.user)
    hours = reverse("placements:hours", args=[garage.lina.public_id])
    assert log_url(garage.lina) in client.get(hours).text
    sent = filled(client.get(log_url(garage.lina)), other="Diagnosis with the new tester")
    assert client.post(log_url(garage.lina), sent).url == hours
    entry = entries().get()
    assert (entry.learner, entry.logged_minutes, moves().get().role) == (teacher, 450, "teacher")
    change = reverse("placements:change_day", args=[entry.public_id])
    assert client.post(change, filled(client.get(change), other="Tester", ends_at="12:00")).status_code == 302
    absence = reverse("placements:absence_new", args=[garage.lina.public_id])
    form = client.get(f"{absence}?day={MONDAY}").context["form"]
    told = {name: form[name].value() for name in ("key", "day", "part")} | {"cause": "student"}
    assert client.post(absence, told).status_code == 302
    assert garage.lina.absences.get().side == "student"
    assert client.post(reverse("placements:take_back", args=[entry.public_id])).status_code == 302
    students = work(garage.jonas, MONDAY)
    assert client.get(reverse("placements:hours", args=[garage.jonas.public_id])).status_code == 200
    assert log_url(garage.jonas) not in client.get(reverse("placements:hours", args=[garage.jonas.public_id])).text
    for name, thing in (
        ("log", garage.jonas),
        ("absence_new", garage.jonas),
        ("change_day", students),
        ("take_back", students),
        ("reply", students),
    ):
        url = reverse(f"placements:{name}", args=[thing.public_id])
        assert (client.get(url).status_code, client.post(url).status_code) == (404, 404), name
