"""The active time of a host: from the drawing of a form to its post, without the time in which nobody was there."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import DatabaseError
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from accounts import links
from accounts.models import Link
from accounts.roles import Role
from core.models import Transition
from placements import host_clock
from placements.models import HostTime
from placements.rules.host_time import Figures, active, figures, share
from placements.views import clock
from tests.placements.garage import MONDAY, build, member, work

FRIDAY_NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture
def now():
    with time_machine.travel(FRIDAY_NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def garage(db, now):
    return build()


def link_of(garage, purpose=Link.Purpose.CONFIRM, subject_id=0):
    words = {"person": garage.marek.person, "school": garage.school, "purpose": purpose, "subject_id": subject_id}
    return links.mint(**words, at=FRIDAY_NOON)[1]


@pytest.fixture
def token(garage):
    work(garage.lina, MONDAY)
    return link_of(garage)


def home(token):
    return reverse("placements:link", args=[token])


def confirm_url(token, placement):
    return reverse("placements:link_confirm", args=[token, placement.public_id, MONDAY])


def clock_of(page):
    return re.search(r'name="clock" value="([^"]+)"', page.text)[1]


def rows():
    return list(HostTime.objects.order_by("pk").values_list("placement", "screen", "seconds", "idle_known"))


# ── The rule ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("elapsed", "idle", "seconds"),
    [(48.9, 0, (48, True)), (300, 240, (60, True)), (30, 90, (0, True)), (-5, 0, (0, True)), (4000, 100, (3900, True))],
)
def test_idle_time_is_taken_out_and_never_more_than_there_was(elapsed, idle, seconds):
    assert active(elapsed, idle) == seconds


@pytest.mark.parametrize(("elapsed", "seconds"), [(59, 59), (600, 600), (601, 60), (86_400, 60)])
def test_without_a_script_more_than_ten_minutes_count_as_one(elapsed, seconds):
    assert active(elapsed, None) == (seconds, False)


@given(seconds=st.integers(0, 100_000), parts=st.integers(1, 60))
def test_shared_seconds_are_whole_even_and_add_up(seconds, parts):
    found = share(seconds, parts)
    assert (len(found), sum(found)) == (parts, seconds)
    assert max(found) - min(found) <= 1


def test_figures_of_fewer_than_five_feedbacks_are_not_shown():
    assert figures([40, 50, None, 60, 70]) == Figures(n=4, missing=1, median=None, p90=None)


def test_figures_say_median_p90_and_how_many_are_missing():
    assert figures([10, 20, 30, 40, 50, None]) == Figures(n=5, missing=1, median=30, p90=50)
    assert figures(range(1, 11)) == Figures(n=10, missing=0, median=6, p90=9)


# ── A post ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_every_form_of_a_page_of_a_host_carries_its_clock_and_no_look_counts(garage, token, client):
    page = client.get(home(token))
    forms = re.findall(r"<form[^>]*method=\"post\".*?</form>", page.text.partition("</main>")[0], re.DOTALL)
    assert [form.count('name="clock"') for form in forms] == [1]
    assert 'name="clock"' not in page.text.partition("</main>")[2]
    assert "js/active.js" in page.text
    assert rows() == []


def test_a_post_counts_from_the_drawing_of_its_form_without_idle_time(garage, token, client, now):
    page = client.get(home(token))
    now.shift(timedelta(seconds=140))
    sent = {"seen": seen(page), "clock": clock_of(page), "idle": "95"}
    assert client.post(confirm_url(token, garage.lina), sent).status_code == 302
    assert rows() == [(garage.lina.pk, "home", 45, True)]
    assert HostTime.objects.get().person == garage.marek.person


def seen(page):
    return re.search(r'name="seen" value="([^"]+)"', page.text)[1]


def test_signed_in_the_same_seconds_count(garage, client, now):
    work(garage.lina, MONDAY)
    client.force_login(member(garage.marek.person, garage.firm, Role.SUPERVISOR).user)
    page = client.get(reverse("placements:host"))
    now.shift(timedelta(seconds=20))
    url = reverse("placements:host_confirm", args=[garage.lina.public_id, MONDAY])
    client.post(url, {"seen": seen(page), "clock": clock_of(page), "idle": "0"})
    assert rows() == [(garage.lina.pk, "home", 20, True)]


def test_without_the_script_a_long_stretch_is_cut_and_marked(garage, token, client, now):
    page = client.get(home(token))
    now.shift(timedelta(minutes=40))
    client.post(confirm_url(token, garage.lina), {"seen": seen(page), "clock": clock_of(page)})
    assert rows() == [(garage.lina.pk, "home", 60, False)]


def test_one_form_counts_once_however_often_and_for_whom_it_is_sent(garage, token, client, now):
    work(garage.jonas, MONDAY)
    page = client.get(home(token))
    now.shift(timedelta(seconds=30))
    sent = {"seen": re.findall(r'name="seen" value="([^"]+)"', page.text), "clock": clock_of(page), "idle": "0"}
    for placement in (garage.lina, garage.lina, garage.jonas):
        client.post(confirm_url(token, placement), sent)
        now.shift(timedelta(seconds=30))
    assert rows() == [(garage.lina.pk, "home", 30, True)]


def test_a_post_for_several_students_shares_its_seconds(garage, token, client, now):
    work(garage.jonas, MONDAY)
    page = client.get(home(token))
    now.shift(timedelta(seconds=41))
    url = reverse("placements:link_confirm_all", args=[token, MONDAY])
    sent = {"seen": re.findall(r'name="seen" value="([^"]+)"', page.text), "clock": clock_of(page), "idle": "0"}
    client.post(url, sent)
    assert sorted(rows()) == sorted([(garage.lina.pk, "home", 21, True), (garage.jonas.pk, "home", 20, True)])


def test_a_refused_form_counts_and_the_page_that_comes_back_counts_on(garage, token, client, now):
    url = reverse("placements:link_day", args=[token, garage.lina.public_id])
    page = client.get(url)
    now.shift(timedelta(seconds=25))
    refused = client.post(url, {"clock": clock_of(page), "idle": "0"})
    assert refused.status_code == 422
    assert clock_of(refused) != clock_of(page)
    now.shift(timedelta(seconds=12))
    client.post(url, {"clock": clock_of(refused), "idle": "0"})
    assert rows() == [(garage.lina.pk, "day", 25, True), (garage.lina.pk, "day", 12, True)]


@pytest.mark.parametrize("value", ["", "a.b.c:d", "nonsense", "\x00"])
def test_a_forged_clock_counts_nothing_and_the_answer_stands(garage, token, client, value):
    page = client.get(home(token))
    answer = client.post(confirm_url(token, garage.lina), {"seen": seen(page), "clock": value, "idle": "-1"})
    assert answer.status_code == 302
    assert garage.lina.weeks.count() == 1
    assert rows() == []


def test_the_clock_of_somebody_else_or_of_last_month_counts_nothing(garage, now):
    mine, other = garage.marek.person, garage.dora.person
    value = host_clock.wind("home", mine, at=FRIDAY_NOON)
    assert host_clock.read(value, "0", other, at=FRIDAY_NOON) is None
    assert host_clock.read(value, "0", mine, at=FRIDAY_NOON + timedelta(days=8)) is None
    assert host_clock.read(value, "0", mine, at=FRIDAY_NOON - timedelta(minutes=1)) is None
    assert host_clock.read(value, "12", mine, at=FRIDAY_NOON + timedelta(days=1)).idle == 12


@pytest.mark.parametrize("idle", ["", "-1", "1.5", "x", "1" * 40])
def test_idle_time_that_is_no_number_is_not_known(garage, idle):
    value = host_clock.wind("home", garage.marek.person, at=FRIDAY_NOON)
    assert host_clock.read(value, idle, garage.marek.person, at=FRIDAY_NOON).idle is None


def test_a_database_that_cannot_keep_the_time_loses_no_answer(garage, token, client, monkeypatch):
    def fail(**values):
        raise DatabaseError("no room")

    monkeypatch.setattr(clock, "record_host_time", fail)
    page = client.get(home(token))
    sent = {"seen": seen(page), "clock": clock_of(page)}
    assert client.post(confirm_url(token, garage.lina), sent).status_code == 302
    assert garage.lina.weeks.count() == 1


def test_a_page_that_is_not_found_counts_nothing(garage, token, client):
    page = client.get(home(token))
    answer = client.post(confirm_url(token, garage.stranger), {"clock": clock_of(page), "idle": "0"})
    assert answer.status_code == 404
    assert rows() == []


def test_the_time_leaves_no_row_in_the_log(garage, token, client):
    page = client.get(reverse("placements:link_day", args=[token, garage.lina.public_id]))
    before = Transition.objects.count()
    url = reverse("placements:link_day", args=[token, garage.lina.public_id])
    client.post(url, {"clock": clock_of(page), "idle": "0"})
    assert len(rows()) == 1
    assert Transition.objects.count() == before


def test_closing_feedback_counts_on_its_own_screen_by_its_own_link(garage, client, now):
    token = link_of(garage, Link.Purpose.FEEDBACK, garage.lina.pk)
    page = client.get(home(token))
    now.shift(timedelta(seconds=52))
    answer = client.post(home(token), {"clock": clock_of(page), "idle": "0"})
    assert answer.status_code == 422
    assert rows() == [(garage.lina.pk, "closing", 52, True)]
