"""The host's week by link and signed in: two taps, undone for a day, and nothing of other people's students."""

import gzip
import re
from datetime import date, timedelta
from pathlib import Path

import pytest
import time_machine
from django.contrib.staticfiles import finders
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts import links
from accounts.models import Link
from accounts.roles import Role
from placements.models import Segment
from tests.placements.garage import MONDAY, answers, at, build, claims, entries, member, moves, person, place, work

pytestmark = pytest.mark.django_db
TUESDAY = MONDAY + timedelta(days=1)
FRIDAY = at(MONDAY + timedelta(days=4))


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(FRIDAY, tick=False) as clock:
        yield clock


@pytest.fixture
def garage():
    return build()


def token_of(person, school, purpose=Link.Purpose.CONFIRM, subject_id=0):
    _link, token = links.mint(person=person, school=school, purpose=purpose, subject_id=subject_id, at=FRIDAY)
    return token


@pytest.fixture
def token(garage):
    return token_of(garage.marek.person, garage.school)


@pytest.fixture
def marek(garage, client):
    member(garage.marek.person, garage.firm, Role.SUPERVISOR)
    client.force_login(garage.marek.person.user)
    return client


def by_link(name, token, placement, monday=MONDAY):
    return reverse(f"placements:link_{name}", args=[token, placement.public_id, monday])


def signed_in(name, placement, monday=MONDAY):
    return reverse(f"placements:host_{name}", args=[placement.public_id, monday])


def home(token):
    return reverse("placements:link", args=[token])


def seen(page, placement):
    """What the button of this student sends."""
    return next(card["week"].seen for card in cards(page) if card["week"].placement.pk == placement.pk)


def cards(page):
    return [card for group in page.context["groups"] for card in group["cards"]]


def state():
    """All that a confirmation could change."""
    return list(entries().order_by("pk").values()), list(claims().values()), list(answers().values()), moves().count()


def test_one_page_shows_all_students_of_the_person_with_days_hours_and_tasks(garage, token, client):
    work(garage.lina, MONDAY)
    work(garage.lina, TUESDAY)
    work(garage.jonas, MONDAY - timedelta(days=7), at=at(MONDAY))
    page = client.get(home(token))
    assert page.status_code == 200
    weeks = [(card["week"].placement.pk, card["week"].week_starts_on) for card in cards(page)]
    assert weeks == [(garage.lina.pk, MONDAY), (garage.jonas.pk, MONDAY - timedelta(days=7))]
    for words in (
        "Lina Kowal",
        "2 days, 15 h",
        "Jonas Ritter",
        "1 day, 7 h 30",
        "Brake discs: alone, checked",
        "Garage School",
    ):
        assert words in page.text
    assert page.headers["Referrer-Policy"] == "same-origin"
    assert "no-store" in page.headers["Cache-Control"]


def test_yes_all_right_confirms_one_student_and_one_week(garage, token, client):
    work(garage.lina, MONDAY)
    work(garage.lina, TUESDAY)
    work(garage.jonas, MONDAY)
    page = client.get(home(token))
    answer = client.post(by_link("confirm", token, garage.lina), {"seen": seen(page, garage.lina)})
    assert (answer.status_code, answer.url) == (302, home(token))
    assert list(entries().filter(placement=garage.lina).values_list("confirmed_minutes", flat=True)) == [450, 450]
    assert entries().get(placement=garage.jonas).confirmed_minutes is None
    confirmation = answers().get()
    assert (confirmation.person, confirmation.minutes, confirmation.answered_at) == (garage.marek.person, 900, FRIDAY)
    page = client.get(home(token))
    assert "Undo (until Sat 21 Nov, 18:00)" in page.text
    before = state()
    client.post(by_link("confirm", token, garage.lina), {"seen": seen(page, garage.lina)})
    assert state() == before


def test_what_the_student_changes_meanwhile_is_not_confirmed_unseen(garage, token, client):
    work(garage.lina, MONDAY)
    old = seen(client.get(home(token)), garage.lina)
    work(garage.lina, TUESDAY)
    page = client.post(by_link("confirm", token, garage.lina), {"seen": old}, follow=True)
    assert "The student has changed this week." in page.text
    assert not answers().exists()


def test_something_was_different_keeps_both_values(garage, token, client):
    entry = work(garage.lina, MONDAY)
    other = work(garage.lina, TUESDAY)
    url = by_link("week", token, garage.lina)
    form = client.get(url).context["form"]
    sent = {name: form[name].value() for name in form.fields}
    sent |= {f"hours_{entry.pk}": 5, f"minutes_{entry.pk}": 0}
    refused = client.post(url, sent)
    assert refused.status_code == 422
    assert list(refused.context["form"].errors) == [f"reason_{entry.pk}"]
    assert entries().filter(state="logged").count() == 2
    sent[f"reason_{entry.pk}"] = "Left earlier"
    assert client.post(url, sent).status_code == 302
    entry.refresh_from_db()
    other.refresh_from_db()
    assert (entry.state, entry.logged_minutes, entry.confirmed_minutes) == ("disputed", 450, 300)
    assert (other.state, other.confirmed_minutes) == ("confirmed", 450)
    before = state()
    assert client.post(url, sent).status_code == 302
    assert state() == before


def test_a_day_on_which_credit_was_decided_is_shown_and_not_asked_for(garage, token, client):
    work(garage.lina, MONDAY)
    client.post(by_link("confirm", token, garage.lina), {"seen": seen(client.get(home(token)), garage.lina)})
    entries().update(locked_at=FRIDAY)
    other = work(garage.lina, TUESDAY)
    url = by_link("week", token, garage.lina)
    page = client.get(url)
    form = page.context["form"]
    assert list(form.fields) == ["seen", *(f"{name}_{other.pk}" for name in ("hours", "minutes", "reason"))]
    assert "Credit was decided on this day." in page.text
    sent = {name: form[name].value() for name in form.fields}
    sent |= {f"hours_{other.pk}": 5, f"minutes_{other.pk}": 0, f"reason_{other.pk}": "Left earlier"}
    assert client.post(url, sent).status_code == 302
    assert entries().get(pk=other.pk).confirmed_minutes == 300


@pytest.mark.parametrize("wrong", ["-1", "17", "7.5", "", "x"])
def test_hours_that_cannot_be_are_refused_and_what_was_typed_stays(garage, token, client, wrong):
    entry = work(garage.lina, MONDAY)
    url = by_link("week", token, garage.lina)
    sent = {"seen": f"{entry.pk}:450", f"minutes_{entry.pk}": 0, f"reason_{entry.pk}": "Typed in full"}
    page = client.post(url, {**sent, f"hours_{entry.pk}": wrong})
    assert page.status_code == 422
    assert "Typed in full" in page.text
    assert not answers().exists()


def test_a_wrong_tap_is_undone_within_a_day(garage, token, client, clock):
    work(garage.lina, MONDAY)
    sent = {"seen": seen(client.get(home(token)), garage.lina)}
    client.post(by_link("confirm", token, garage.lina), sent)
    client.post(by_link("undo", token, garage.lina))
    assert entries().get().state == "logged"
    client.post(by_link("undo", token, garage.lina))
    client.post(by_link("confirm", token, garage.lina), sent)
    clock.move_to(FRIDAY + timedelta(hours=25))
    page = client.post(by_link("undo", token, garage.lina), follow=True)
    assert "more than 24 hours ago" in page.text
    assert "Undo (until" not in page.text
    assert entries().get().state == "confirmed"


def test_opening_pages_writes_nothing(garage, token, client):
    work(garage.lina, MONDAY)
    before = state()
    for url in (home(token), by_link("week", token, garage.lina)):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        assert not [row["sql"] for row in queries if re.match(r"(INSERT|UPDATE|DELETE)", row["sql"])]
    for name in ("confirm", "undo"):
        assert client.get(by_link(name, token, garage.lina)).status_code == 405
    assert state() == before


def test_nothing_of_other_supervisors_or_schools_is_seen_or_changed(garage, client):
    """Dora guides a student of the other school, and none of Marek's."""
    work(garage.lina, MONDAY)
    work(garage.stranger, MONDAY)
    before = state()
    for school in (garage.school, garage.other_school):
        token = token_of(garage.dora.person, school)
        text = client.get(home(token)).text
        assert "Kowal" not in text
        assert ("Sentinel" in text) is (school == garage.other_school)
        for name in ("week", "confirm", "undo"):
            assert client.post(by_link(name, token, garage.lina), {"seen": "1:450"}).status_code == 404
    assert client.get(by_link("week", token_of(garage.dora.person, garage.school), garage.stranger)).status_code == 404
    assert state() == before


def test_a_link_of_one_school_does_not_show_students_of_another_at_the_same_supervisor(garage, client):
    second = place(
        garage.other_school, garage.stranger.enrolment.cohort.version, "Omar Elsewhere", garage.site, garage.marek
    )
    work(second, MONDAY)
    token = token_of(garage.marek.person, garage.school)
    assert "Elsewhere" not in client.get(home(token)).text
    assert client.post(by_link("confirm", token, second), {"seen": ""}).status_code == 404
    assert not answers().exists()


def test_a_link_for_another_purpose_expired_or_revoked_opens_no_week(garage, client, clock):
    work(garage.lina, MONDAY)
    feedback = token_of(garage.marek.person, garage.school, Link.Purpose.FEEDBACK, garage.lina.pk)
    sign = token_of(garage.marek.person, garage.school, Link.Purpose.SIGN, 1)
    revoked = token_of(garage.marek.person, garage.school)
    links.revoke(links.find(revoked), at=FRIDAY)
    expired = token_of(garage.marek.person, garage.school)
    clock.move_to(FRIDAY + links.LIFETIME)
    for token in (feedback, sign, revoked, expired, "nonsense"):
        for name in ("week", "confirm", "undo"):
            assert client.post(by_link(name, token, garage.lina), {"seen": ""}).status_code in (404, 410)
        assert client.get(by_link("week", token, garage.lina)).status_code in (404, 410)
    assert not answers().exists()


def test_a_supervisor_who_has_left_the_firm_reaches_no_student_any_more(garage, token, marek):
    entry = work(garage.lina, MONDAY)
    garage.marek.ends_on = FRIDAY.date()
    garage.marek.save()
    assert "Kowal" in marek.get(reverse("placements:host")).text
    assert "Kowal" in marek.get(home(token)).text
    garage.marek.ends_on = FRIDAY.date() - timedelta(days=1)
    garage.marek.save()
    new = token_of(garage.marek.person, garage.school)
    feedback = token_of(garage.marek.person, garage.school, Link.Purpose.FEEDBACK, garage.lina.pk)
    for url in (reverse("placements:host"), home(token), home(new), home(feedback), by_link("week", new, garage.lina)):
        assert "Kowal" not in marek.get(url).text
    assert marek.get(home(new)).status_code == 404
    seen = {"seen": f"{entry.pk}:450"}
    assert marek.post(by_link("confirm", new, garage.lina), seen).status_code == 404
    assert marek.post(signed_in("confirm", garage.lina), seen).status_code == 404
    assert marek.post(reverse("placements:link_renew", args=[new])).status_code == 404
    assert not answers().exists()


def test_a_date_that_is_no_monday_or_no_date_is_not_found(garage, token, client):
    work(garage.lina, MONDAY)
    assert client.get(by_link("week", token, garage.lina, TUESDAY)).status_code == 404
    assert client.get(by_link("week", token, garage.lina, date(2026, 11, 9))).status_code == 404
    assert client.get(by_link("week", token, garage.lina).replace("2026-11-16", "2026-13-45")).status_code == 404


def test_a_supervisor_who_signs_in_has_the_same_screens(garage, marek):
    entry = work(garage.lina, MONDAY)
    work(garage.stranger, MONDAY)
    page = marek.get(reverse("placements:host"))
    assert [card["week"].placement.pk for card in cards(page)] == [garage.lina.pk]
    assert marek.post(signed_in("confirm", garage.lina), {"seen": f"{entry.pk}:450"}).url == "/host/"
    assert entries().get(pk=entry.pk).confirmed_minutes == 450
    assert marek.get(signed_in("week", garage.lina)).status_code == 200
    marek.post(signed_in("undo", garage.lina))
    assert entries().get(pk=entry.pk).confirmed_minutes is None
    for name in ("week", "confirm", "undo"):
        assert marek.post(signed_in(name, garage.stranger), {"seen": ""}).status_code == 404


def test_the_owner_sees_and_confirms_for_all_of_the_firm(garage, client):
    member(garage.dora.person, garage.firm, Role.OWNER)
    client.force_login(garage.dora.person.user)
    work(garage.lina, MONDAY)
    work(garage.stranger, MONDAY)
    page = client.get(reverse("placements:host"))
    assert {card["week"].placement.pk for card in cards(page)} == {garage.lina.pk, garage.stranger.pk}
    client.post(signed_in("confirm", garage.lina), {"seen": seen(page, garage.lina)})
    assert answers().get().person == garage.dora.person


def test_days_that_a_colleague_guides_are_not_asked_of_this_person(garage, token, client):
    work(garage.lina, MONDAY)
    Segment.objects.filter(placement=garage.lina).update(ends_on=MONDAY)
    Segment.objects.create(
        placement=garage.lina,
        site=garage.site,
        supervisor=garage.dora,
        starts_on=TUESDAY,
        ends_on=garage.lina.ends_on,
    )
    work(garage.lina, TUESDAY)
    page = client.get(home(token))
    assert "1 day, 7 h 30" in page.text
    client.post(by_link("confirm", token, garage.lina), {"seen": seen(page, garage.lina)})
    assert list(entries().values_list("confirmed_minutes", flat=True)) == [450, None]


def test_no_hours_is_an_empty_page_that_says_what_comes(garage, token, client):
    page = client.get(home(token)).text
    assert "No hours to look at" in page
    assert "All weeks are answered" not in page
    assert "send this to a colleague" not in page


def test_the_page_costs_the_same_queries_for_one_student_and_for_more(garage, token, client):
    counts = []
    for placement in (garage.lina, garage.jonas):
        for day in (MONDAY, TUESDAY):
            work(placement, day)
        with CaptureQueriesContext(connection) as queries:
            client.get(home(token))
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 12


def test_who_needs_help_writes_to_the_coordinator_with_one_tap(garage, token, client):
    garage.lina.coordinator = person("Amina Office")
    garage.lina.save()
    work(garage.lina, MONDAY)
    assert 'href="mailto:amina.office@example.test"' in client.get(home(token)).text


def test_the_first_page_of_a_host_is_under_100_kb_with_all_it_loads(garage, token, client):
    for placement in (garage.lina, garage.jonas):
        for day in (MONDAY, TUESDAY):
            work(placement, day)
    page = client.get(home(token)).text
    sizes = {"page": len(gzip.compress(page.encode()))}
    for name in re.findall(r'(?:href|src)="/static/([^"]+)"', page):
        sizes[name] = len(gzip.compress(Path(finders.find(name)).read_bytes()))
    assert len(sizes) >= 4
    assert sum(sizes.values()) < 100_000, sizes


def test_a_colleague_with_a_forwarded_link_answers_in_own_name_for_these_students_only(garage, token, client):
    work(garage.lina, MONDAY)
    work(garage.stranger, MONDAY)
    colleague = person("Jurek Journeyman")
    _link, forwarded = links.mint(
        person=colleague,
        school=garage.school,
        purpose=Link.Purpose.CONFIRM,
        subject_id=0,
        at=FRIDAY,
        forwarded_from=links.find(token),
    )
    page = client.get(home(forwarded))
    assert [card["week"].placement.pk for card in cards(page)] == [garage.lina.pk]
    client.post(by_link("confirm", forwarded, garage.lina), {"seen": seen(page, garage.lina)})
    assert answers().get().person == colleague
    assert claims().get(side="host").person == colleague
    assert client.post(by_link("confirm", forwarded, garage.stranger), {"seen": ""}).status_code == 404


# ── A day that is missing, and all students at once ──────────────────────────────────────────────────────────────────


def students_url(name, placement, token=None):
    args = [token, placement.public_id] if token else [placement.public_id]
    return reverse(f"placements:{'link' if token else 'host'}_{name}", args=args)


def day_sent(page, **changed):
    form = page.context["form"]
    sent = {name: form[name].value() for name in form.fields} | {"ends_at": "16:00", "starts_at": "08:00", **changed}
    return {name: value for name, value in sent.items() if value not in (None, False)}


def test_the_host_adds_a_day_that_the_student_never_logged_by_link_once_e31_e42(garage, token, client):
    """E31: the host's confirmation alone carries hours; the page offers it though nothing was ever logged."""
    assert f'href="students/{garage.lina.public_id}/day/"' in client.get(home(token)).text
    page = client.get(students_url("day", garage.lina, token))
    assert page.context["form"].initial["day"] == MONDAY + timedelta(days=2)
    assert page.context["missing"][:2] == [TUESDAY, MONDAY]
    sent = day_sent(client.get(f"{students_url('day', garage.lina, token)}?day={MONDAY}"), note="Stocktaking")
    for _tap in range(2):
        assert client.post(students_url("day", garage.lina, token), sent).url == home(token)
    entry = entries().get()
    assert (entry.day, entry.origin, entry.state, entry.confirmed_minutes) == (MONDAY, "host", "confirmed", 450)
    assert (entry.note, claims().get().person) == ("Stocktaking", garage.marek.person)
    page = client.post(students_url("day", garage.lina, token), sent | {"ends_at": "12:00"})
    assert (page.status_code, "sent before, with something else" in page.text) == (422, True)
    assert entries().get().confirmed_minutes == 450


@pytest.mark.parametrize(
    ("wrong", "field", "says"),
    [
        ({"starts_at": "25:00"}, "starts_at", "Write the time like 08:30."),
        ({"ends_at": "08:00"}, "ends_at", "Start and end are the same time."),
        ({"break_minutes": "-5"}, "break_minutes", "greater than or equal to 0"),
        ({"starts_at": "04:00", "ends_at": "21:00"}, "ends_at", "more than 16 hours"),
        ({"ends_at": "21:00"}, "long_day", "more than 12 hours"),
        ({"day": "2026-02-29"}, "day", "valid date"),
        ({"day": "2026-11-21"}, "day", "still to come"),
        ({"day": "2026-10-20"}, "day", "outside the placement"),
        ({"day": "2026-11-02"}, "late_reason", "more than 14 days ago"),
    ],
)
def test_a_day_of_the_host_that_cannot_be_is_said_at_its_field_and_nothing_typed_is_lost_e44(
    garage, token, client, wrong, field, says
):
    sent = day_sent(client.get(f"{students_url('day', garage.lina, token)}?day={MONDAY}"), note="Typed in full")
    page = client.post(students_url("day", garage.lina, token), sent | wrong)
    assert page.status_code == 422
    assert says in str(page.context["form"].errors[field])
    assert "Typed in full" in page.text
    assert not entries().exists()


def test_the_host_adds_days_signed_in_and_none_of_somebody_elses_student(garage, marek):
    sent = day_sent(marek.get(f"{students_url('day', garage.lina)}?day={MONDAY}"))
    assert marek.post(students_url("day", garage.lina), sent).url == "/host/"
    assert entries().get().confirmed_minutes == 450
    for name in ("day", "absence"):
        url = students_url(name, garage.stranger)
        assert (marek.get(url).status_code, marek.post(url, sent).status_code) == (404, 404)
    assert "Sentinel" not in marek.get("/host/").text


def all_of(page, monday=MONDAY):
    """What the button for all students of a week sends."""
    return {"seen": [week.seen for group in page.context["groups"] for week in group["waiting"]]}


def all_url(token=None, monday=MONDAY):
    return reverse("placements:link_confirm_all", args=[token, monday]) if token else f"/host/week/{monday}/confirm/"


def test_all_right_for_all_confirms_every_student_of_the_week_in_one_post(garage, token, client):
    work(garage.lina, MONDAY - timedelta(days=7), at=at(MONDAY))
    for placement in (garage.lina, garage.jonas, garage.stranger):
        work(placement, MONDAY)
    page = client.get(home(token))
    assert page.text.count("All right for all 2 students") == 1
    sent = all_of(page)
    for _tap in range(2):
        assert client.post(all_url(token), sent).url == home(token)
    assert {row.placement_id for row in answers()} == {garage.lina.pk, garage.jonas.pk}
    assert list(entries().order_by("day", "pk").values_list("state", flat=True)) == [
        "logged",
        "confirmed",
        "confirmed",
        "logged",
    ]
    assert moves().filter(verb="confirm").count() == 2
    assert "Confirmed for 2 students." in client.get(home(token)).text


def test_all_right_for_all_leaves_out_who_has_changed_the_week_meanwhile_e42(garage, marek):
    for placement in (garage.lina, garage.jonas):
        work(placement, MONDAY)
    sent = all_of(marek.get("/host/"))
    work(garage.jonas, TUESDAY)
    page = marek.post(all_url(), sent, follow=True)
    assert "A student has changed this week in the meantime." in page.text
    assert answers().get().placement == garage.lina
    assert set(entries().filter(placement=garage.jonas).values_list("state", flat=True)) == {"logged"}


def test_thirty_students_cost_ten_queries_and_less_than_100_kb(garage, token, marek):
    """By link and signed in; the two statements around a request are the test's own savepoint."""
    rows = [
        place(garage.school, garage.version, f"Given{number} Family{number}", garage.site, garage.marek)
        for number in range(28)
    ]
    for placement in (garage.lina, garage.jonas, *rows):
        for day in range(5):
            work(placement, MONDAY + timedelta(days=day), tasks=[(task, 2) for task in garage.tasks[:2]], at=FRIDAY)
    for client, url in ((Client(), home(token)), (marek, reverse("placements:host"))):
        with CaptureQueriesContext(connection) as queries:
            page = client.get(url)
        assert page.text.count("Yes, all right") == 30
        assert len([row for row in queries if "SAVEPOINT" not in row["sql"]]) <= 10
        assert len(page.content) < 100_000
