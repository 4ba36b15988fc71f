"""Days that a phone kept come in one by one: each is stored once, and nothing that stands is written over."""

from datetime import time, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.urls import reverse

from placements.models import WorkEntry
from placements.models.hours import Independence
from placements.queries.hours import fingerprint
from placements.workflow import weeks
from placements.workflow.absences import tell_absence
from placements.workflow.hours import take_back
from tests.placements.garage import HOST, MONDAY, STUDENT, at, build, claims, entries, moves, work

pytestmark = pytest.mark.django_db
TUESDAY, WEDNESDAY = MONDAY + timedelta(days=1), MONDAY + timedelta(days=2)
QUEUE = "/my/queue/"


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(at(WEDNESDAY), tick=False) as moving:
        yield moving


@pytest.fixture
def garage():
    return build()


@pytest.fixture
def lina(garage, client):
    client.force_login(garage.lina.learner.user)
    return client


def row(garage, day=TUESDAY, **changed):
    """A day as the phone sends it."""
    sent = {
        "user": garage.lina.learner.public_id, "placement": garage.lina.public_id, "key": uuid4(), "day": day,
        "starts_at": "08:00", "ends_at": "16:00", "break_minutes": 30, "tasks": [garage.tasks[0].pk], "alone": 2,
    }  # fmt: skip
    return {name: value for name, value in (sent | changed).items() if value is not None}


def change_of(garage, entry, **changed):
    known = {"entry": entry.public_id, "placement": None, "key": entry.public_id, "seen": fingerprint(entry)}
    return row(garage, entry.day, **known | changed)


def host_writes(garage, day=TUESDAY, starts_at=time(8), ends_at=time(14), break_minutes=0):
    return weeks.add_day(
        placement=garage.lina, tasks=[], person=garage.marek.person, day=day, starts_at=starts_at, ends_at=ends_at,
        break_minutes=break_minutes, by=HOST, at=at(WEDNESDAY),
    )  # fmt: skip


def host_confirms(garage, entry, minutes):
    weeks.confirm_week(
        placement=garage.lina, week_starts_on=MONDAY, person=garage.marek.person,
        changes={entry.pk: (minutes, "Left at 14:00")}, by=HOST, at=at(WEDNESDAY),
    )  # fmt: skip


def host_tells_absence(garage, minutes=None):
    tell_absence(
        placement=garage.lina, day=TUESDAY, minutes=minutes, cause="student", person=garage.marek.person, by=HOST,
        at=at(WEDNESDAY),
    )  # fmt: skip


def state(answer):
    return answer.status_code, answer.json()["state"]


# ── What the phone keeps ─────────────────────────────────────────────────────────────────────────────────────────────


def test_the_phone_keeps_tasks_planned_times_and_logged_days_of_the_weeks_around_today(garage, lina):
    entry = work(garage.lina, MONDAY, tasks=[(garage.tasks[1], Independence.ALONE), ("Yard", Independence.ALONE)])
    given = lina.get(QUEUE)
    assert given["Cache-Control"] == "max-age=0, no-cache, no-store, must-revalidate, private"
    kept = given.json()
    assert kept["user"] == str(garage.lina.learner.public_id)
    (placement,) = kept["placements"]
    assert (placement["id"], placement["host"]) == (str(garage.lina.public_id), "Marek Motors")
    assert [task["title"] for task in placement["tasks"]] == ["Brake pads", "Tyre change", "Brake test"]
    assert [placement["days"][place]["day"] for place in (0, -1)] == ["2026-11-11", "2026-12-02"]
    assert len(placement["days"]) == 7 + 1 + 14
    days = {one["day"]: (one["name"], one["planned"]) for one in placement["days"]}
    assert days["2026-11-17"] == ("Tue 17 Nov", {"starts_at": "08:00", "ends_at": "16:00", "break_minutes": 30})
    assert days["2026-11-19"] == ("Thu 19 Nov", None)
    (logged,) = placement["entries"]
    assert (logged["id"], logged["seen"], logged["may_change"]) == (str(entry.public_id), fingerprint(entry), True)
    assert (logged["tasks"], logged["other"], logged["alone"]) == ([garage.tasks[1].pk], "Yard", 3)


def test_the_phone_keeps_nothing_of_others(garage, lina):
    work(garage.jonas, MONDAY)
    work(garage.stranger, MONDAY)
    text = lina.get(QUEUE).text
    for name in ("Lina", "Kowal", "Jonas", "Ritter", "Zenobia", "Novak", "Garage School"):
        assert name not in text


# ── New days ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_day_is_stored_once_however_often_it_is_sent(garage, lina):
    sent = row(garage, other="Swept the yard")
    assert state(lina.post(QUEUE, sent)) == (200, "saved")
    assert state(lina.post(QUEUE, sent)) == (200, "known")
    entry = entries().get()
    assert (entry.public_id, entry.day, entry.logged_minutes, entry.origin) == (sent["key"], TUESDAY, 450, "learner")
    assert [task.name for task in entry.tasks.all()] == ["Brake pads", "Swept the yard"]
    assert (claims().count(), moves().count()) == (1, 1)


def test_a_day_whose_answer_was_lost_is_known_weeks_later_and_after_the_host_answered(garage, lina, clock):
    sent = row(garage)
    lina.post(QUEUE, sent)
    host_confirms(garage, entries().get(), 360)
    clock.move_to(at(WEDNESDAY + timedelta(days=20)))
    lina.force_login(garage.lina.learner.user)
    assert state(lina.post(QUEUE, sent)) == (200, "known")
    assert entries().get().confirmed_minutes == 360


def test_a_day_that_was_taken_back_in_the_meantime_does_not_come_back(garage, lina):
    sent = row(garage)
    lina.post(QUEUE, sent)
    take_back(entry=entries().get(), by=STUDENT, at=at(WEDNESDAY))
    answer = lina.post(QUEUE, sent)
    assert state(answer) == (409, "conflict")
    assert answer.json()["stands"] == ["You took this day back."]
    assert entries().get().state == "withdrawn"


def test_the_same_form_with_something_else_in_it_is_a_conflict(garage, lina):
    sent = row(garage)
    lina.post(QUEUE, sent)
    answer = lina.post(QUEUE, {**sent, "ends_at": "15:00"})
    assert state(answer) == (409, "conflict")
    assert answer.json()["stands"] == ["You: 08:00 to 16:00, break 30 min, 7 h 30."]
    assert answer.json()["way"] == "change"
    assert entries().get().logged_minutes == 450


@pytest.mark.parametrize(
    ("changed", "field", "words"),
    [
        ({"starts_at": "25:00"}, "starts_at", "Write the time like 08:30."),
        ({"day": "2026-11-19"}, "day", "still to come"),
        ({"day": "2026-11-03"}, "late_reason", "more than 14 days ago"),
        ({"ends_at": "21:00"}, "long_day", "more than 12 hours"),
        ({"tasks": []}, "tasks", "Choose a task"),
        ({"alone": None}, "alone", "Choose how you did it."),
        ({"key": "x"}, "key", "UUID"),
    ],
)
def test_what_the_form_refuses_stays_on_the_phone_with_the_same_words(garage, lina, changed, field, words):
    answer = lina.post(QUEUE, row(garage, **changed))
    assert state(answer) == (422, "refused")
    assert field in answer.json()["wrong"]
    assert words in " ".join(answer.json()["messages"])
    assert not entries().exists()


@pytest.mark.parametrize("named", [{"placement": "x"}, {"placement": None}, {"entry": "x"}])
def test_a_day_that_does_not_say_where_it_belongs_is_refused(garage, lina, named):
    assert state(lina.post(QUEUE, row(garage, **named))) == (422, "refused")


def test_another_students_placement_and_day_are_not_there(garage, lina):
    entry = work(garage.jonas, MONDAY)
    assert lina.post(QUEUE, row(garage, placement=garage.jonas.public_id)).status_code == 404
    assert lina.post(QUEUE, row(garage, placement=None, entry=entry.public_id)).status_code == 404
    assert entries().count() == 1


def test_a_day_of_somebody_else_on_this_phone_is_not_taken(garage, lina):
    assert state(lina.post(QUEUE, row(garage, user=garage.jonas.learner.public_id))) == (409, "other")
    assert not entries().exists()


def test_whoever_is_signed_out_is_sent_to_sign_in(garage, client):
    assert client.post(QUEUE, row(garage)).status_code == 302
    assert not entries().exists()


# ── Written differently in the meantime ──────────────────────────────────────────────────────────────────────────────


def test_a_day_that_the_host_wrote_in_the_meantime_is_shown_beside_it(garage, lina):
    there = host_writes(garage)
    answer = lina.post(QUEUE, row(garage))
    assert state(answer) == (409, "conflict")
    assert answer.json()["stands"] == ["Your supervisor: 08:00 to 14:00, break 0 min, 6 h."]
    assert (answer.json()["way"], answer.json()["open"]) == (
        "reply",
        reverse("placements:reply", args=[there.public_id]),
    )
    assert entries().get().logged_minutes == 360


def test_another_time_of_a_day_that_the_host_wrote_is_asked_about_and_then_goes_in(garage, lina):
    there = host_writes(garage)
    sent = row(garage, starts_at="15:00", ends_at="17:00", break_minutes=0)
    answer = lina.post(QUEUE, sent)
    assert (state(answer), answer.json()["way"]) == ((409, "conflict"), "anyway")
    assert state(lina.post(QUEUE, {**sent, "anyway": "1"})) == (200, "saved")
    again = row(garage, starts_at="18:00", ends_at="19:00", break_minutes=0, knew=there.public_id)
    assert state(lina.post(QUEUE, again)) == (200, "saved")
    assert sorted(entries().values_list("logged_minutes", flat=True)) == [60, 120, 360]


def test_two_stretches_of_one_day_from_the_same_phone_both_go_in(garage, lina):
    for start, end in (("08:00", "10:00"), ("11:00", "14:00")):
        assert state(lina.post(QUEUE, row(garage, starts_at=start, ends_at=end, break_minutes=0))) == (200, "saved")
    assert sorted(entries().values_list("logged_minutes", flat=True)) == [120, 180]


def test_the_students_own_day_from_elsewhere_is_shown_beside_it(garage, lina):
    there = work(garage.lina, TUESDAY, time(9), time(15), 0)
    answer = lina.post(QUEUE, row(garage))
    assert answer.json()["stands"] == ["You: 09:00 to 15:00, break 0 min, 6 h."]
    assert (answer.json()["way"], answer.json()["open"]) == (
        "change",
        reverse("placements:change_day", args=[there.public_id]),
    )


def test_an_absence_that_the_host_told_is_shown_beside_it(garage, lina):
    host_tells_absence(garage)
    answer = lina.post(QUEUE, row(garage))
    assert state(answer) == (409, "conflict")
    assert answer.json()["stands"] == ["Your supervisor: you were absent, 7 h 30."]
    assert answer.json()["way"] == "look"
    assert not entries().exists()


def test_work_beside_a_part_that_was_missed_goes_in(garage, lina):
    host_tells_absence(garage, minutes=120)
    assert state(lina.post(QUEUE, row(garage, ends_at="14:00"))) == (200, "saved")
    assert entries().get().logged_minutes == 330


# ── Days that were logged before ─────────────────────────────────────────────────────────────────────────────────────


def test_a_change_goes_in_and_twice_is_once(garage, lina):
    sent = change_of(garage, work(garage.lina, TUESDAY), ends_at="15:00")
    for _again in range(2):
        assert state(lina.post(QUEUE, sent)) == (200, "saved")
    assert entries().get().logged_minutes == 390
    assert claims().count() == 2


def test_a_change_of_a_day_that_the_host_answered_shows_both(garage, lina):
    entry = work(garage.lina, TUESDAY)
    sent = change_of(garage, entry, ends_at="15:00")
    host_confirms(garage, entry, 360)
    answer = lina.post(QUEUE, sent)
    assert state(answer) == (409, "conflict")
    assert answer.json()["stands"] == [
        "You: 08:00 to 16:00, break 30 min, 7 h 30.",
        "Your supervisor: 6 h.",
        "Your supervisor wrote: Left at 14:00",
    ]
    assert (answer.json()["way"], answer.json()["open"]) == (
        "reply",
        reverse("placements:reply", args=[entry.public_id]),
    )
    assert (entries().get().logged_minutes, entries().get().confirmed_minutes) == (450, 360)


def test_a_change_of_a_day_that_was_changed_elsewhere_shows_both_and_opens_the_page_filled_in(garage, lina):
    entry = work(garage.lina, TUESDAY)
    sent = change_of(garage, entry, ends_at="15:00")
    WorkEntry.objects.filter(pk=entry.pk).update(note="From the other phone")
    answer = lina.post(QUEUE, sent)
    assert (state(answer), answer.json()["way"]) == ((409, "conflict"), "change")
    page = lina.post(answer.json()["open"], sent)
    assert page.status_code == 422
    assert "This day was changed in another window" in page.text
    assert 'value="15:00"' in page.text
    assert entries().get().note == "From the other phone"


def test_a_late_change_asks_why(garage, lina, clock):
    sent = change_of(garage, work(garage.lina, TUESDAY), ends_at="15:00")
    clock.move_to(at(WEDNESDAY + timedelta(days=4)))
    answer = lina.post(QUEUE, sent)
    assert (state(answer), answer.json()["wrong"]) == ((422, "refused"), ["late_reason"])
    assert state(lina.post(QUEUE, {**sent, "late_reason": "No network at the yard"})) == (200, "saved")


def test_a_change_that_runs_into_another_day_shows_that_day(garage, lina):
    work(garage.lina, TUESDAY, time(17), time(19), 0)
    sent = change_of(garage, work(garage.lina, TUESDAY), ends_at="18:00")
    answer = lina.post(QUEUE, sent)
    assert answer.json()["stands"] == ["You: 17:00 to 19:00, break 0 min, 2 h."]


# ── The empty page ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_page_without_a_network_holds_nothing_of_the_one_who_is_signed_in(garage, lina, client):
    page = lina.get("/offline/").text
    assert "Save my day" in page
    for words in ("Lina", "Kowal", "Marek Motors", "Brake pads", "csrf", str(garage.lina.public_id)):
        assert words not in page
    client.logout()
    assert client.get("/offline/").text == page


def test_the_worker_names_the_files_of_its_language_and_other_bytes_for_another(client):
    english, french = (client.get(f"/sw.js?language={code}") for code in ("en", "fr"))
    assert english["Service-Worker-Allowed"] == "/"
    assert english["Cache-Control"] == "no-cache"
    assert english["Content-Type"] == "text/javascript"
    assert "/offline/?language=en" in english.text
    assert "/static/js/offline.js" in english.text
    assert "/offline/?language=fr" in french.text
    assert client.get("/sw.js?language=xx").text == english.text


def test_the_app_can_be_installed_by_students_only(garage, lina, client):
    assert "/manifest.webmanifest" in lina.get("/").text
    facts = lina.get("/manifest.webmanifest").json()
    assert (facts["start_url"], facts["display"], facts["dir"]) == ("/", "standalone", "ltr")
    assert [icon["purpose"] for icon in facts["icons"]] == ["any", "any", "maskable"]
    client.force_login(garage.marek.person.user)
    for words in ("/manifest.webmanifest", "queue.js"):
        assert words not in client.get("/").text
