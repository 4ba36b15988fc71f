"""The active time of a host: from the drawing of a form to its post, without the time in which nobody was there."""

import re
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.db import DatabaseError
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from accounts import links
from accounts.models import Link
from accounts.roles import Role
from core.models import Transition
from employers.models import SchoolEmployer
from placements import host_clock
from placements.models import Feedback, HostTime, Placement
from placements.queries.host_time import closing_figures
from placements.rules.host_time import Figures, active, figures, share
from placements.views import clock
from tests.placements.garage import MONDAY, SCHOOLS, build, member, person, place, work

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


def times():
    """The time of this world only: the demo world stands in the same database."""
    return HostTime.objects.filter(placement__school__name__in=SCHOOLS)


def rows():
    return list(times().order_by("pk").values_list("placement", "screen", "seconds", "idle_known"))


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
    assert {form.count('name="clock"') for form in forms} == {1}
    assert 'name="clock"' not in page.text.partition("</main>")[2]
    assert "js/active.js" in page.text
    assert rows() == []


def test_a_post_counts_from_the_drawing_of_its_form_without_idle_time(garage, token, client, now):
    page = client.get(home(token))
    now.shift(timedelta(seconds=140))
    sent = {"seen": seen(page), "clock": clock_of(page), "idle": "95"}
    assert client.post(confirm_url(token, garage.lina), sent).status_code == 302
    assert rows() == [(garage.lina.pk, "home", 45, True)]
    assert times().get().person == garage.marek.person


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


# ── What it comes to ─────────────────────────────────────────────────────────────────────────────────────────────────


def spend(placement, garage, seconds, screen="home", known=True):
    HostTime.objects.create(
        placement=placement, person=garage.marek.person, screen=screen, seconds=seconds, idle_known=known, key=uuid4(),
        at=FRIDAY_NOON,
    )  # fmt: skip


def tier(garage, value):
    SchoolEmployer.objects.create(school=garage.school, employer=garage.employer, tier=value)


def coordinator(garage, role=Role.COORDINATOR):
    client = Client()
    client.force_login(member(person("Amina Berg"), garage.school, role).user)
    return client


@pytest.mark.parametrize(("value", "minutes"), [("light", 5), ("standard", 15), ("enhanced", 30)])
def test_the_host_reads_its_time_and_the_promise_of_its_tier_on_its_first_page(garage, token, client, value, minutes):
    tier(garage, value)
    assert "We promise" not in client.get(home(token)).text
    spend(garage.lina, garage, 140)
    spend(garage.lina, garage, 60)
    page = client.get(home(token)).text
    assert f"So far 3 min 20 s for Lina. We promise no more than {minutes} min." in page


def test_of_several_students_the_host_reads_the_sum(garage, token, client):
    spend(garage.lina, garage, 100)
    spend(garage.jonas, garage, 20)
    spend(garage.stranger, garage, 999)
    page = client.get(home(token)).text
    assert "So far 2 min for your 2 students. We promise no more than 15 min for each." in page


def test_the_school_reads_the_time_beside_the_budget_and_too_much_is_marked(garage):
    tier(garage, "light")
    spend(garage.lina, garage, 300)
    client, url = coordinator(garage), reverse("reports:placement", args=[garage.lina.public_id])
    page = client.get(url).text
    assert "5 min, promised at most 5 min" in page
    assert "Too much" not in page
    spend(garage.lina, garage, 1)
    page = client.get(url).text
    assert "5 min 1 s, promised at most 5 min" in page
    assert "Too much" in page


def test_students_and_hosts_do_not_read_it_on_the_page_of_the_placement(garage, client):
    spend(garage.lina, garage, 300)
    url = reverse("reports:placement", args=[garage.lina.public_id])
    client.force_login(garage.lina.learner.user)
    assert "Time of the workplace" not in client.get(url).text
    client.force_login(member(garage.marek.person, garage.firm, Role.SUPERVISOR).user)
    assert "Time of the workplace" not in client.get(url).text


def test_the_page_of_the_firm_adds_up_its_students_at_this_school_only(garage):
    tier(garage, "standard")
    spend(garage.lina, garage, 900)
    spend(garage.lina, garage, 1)
    spend(garage.jonas, garage, 45)
    spend(garage.stranger, garage, 3000)
    page = coordinator(garage, Role.HEAD).get(reverse("placements:employer_time", args=[garage.employer.public_id]))
    assert words_of(page, "All students together") == "15 min 46 s"
    assert words_of(page, "Closing feedback, median") == "Too few to say: 0 of 5"
    assert page.text.count("Too much") == 1
    assert "Zenobia" not in page.text


def words_of(page, label):
    return re.search(rf"<dt>{label}</dt>\s*<dd>(.*?)</dd>", page.text, re.DOTALL)[1].strip()


def test_the_median_of_closing_feedback_counts_its_own_screen_once_for_each_student(garage):
    tier(garage, "standard")
    rows = [place(garage.school, garage.version, f"Given{n} Family{n}", garage.site, garage.marek) for n in range(6)]
    for number, placement in enumerate(rows):
        Feedback.objects.create(
            placement=placement, person=garage.marek.person, independence=2, observed="Asks.", host_again="yes",
            given_at=FRIDAY_NOON,
        )  # fmt: skip
        spend(placement, garage, 1000)
        if number < 5:
            spend(placement, garage, 10 * number, "closing")
            spend(placement, garage, 20, "closing")
    found = closing_figures(Placement.objects.filter(pk__in=[one.pk for one in rows]))
    assert found == Figures(n=5, missing=1, median=40, p90=60)
    page = coordinator(garage).get(reverse("placements:employer_time", args=[garage.employer.public_id]))
    assert words_of(page, "Closing feedback, median") == "40 s"
