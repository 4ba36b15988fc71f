"""Days on which the sides differ, on screen: answer by the learner and the host, decision by the school (E3, E42)."""

import re
from datetime import time, timedelta

import pytest
import time_machine
from django.urls import reverse

from accounts import links
from accounts.models import Link
from accounts.roles import Role
from core.workflow import Actor
from placements.models import WorkEntry
from placements.workflow import settling, weeks
from tests.placements.garage import HOST, MONDAY, STUDENT, at, build, claims, member, moves, person, work

pytestmark = pytest.mark.django_db
COORDINATOR = Actor("user", 7, Role.COORDINATOR)
TUESDAY = MONDAY + timedelta(days=1)
FRIDAY = at(MONDAY + timedelta(days=4))


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(FRIDAY, tick=False) as clock:
        yield clock


@pytest.fixture
def garage():
    return build()


@pytest.fixture
def token(garage):
    _link, token = links.mint(
        person=garage.marek.person, school=garage.school, purpose=Link.Purpose.CONFIRM, subject_id=0, at=FRIDAY
    )
    return token


def as_(client, who, organisation, role):
    member(who, organisation, role)
    client.force_login(who.user)
    return client


@pytest.fixture
def amina(garage, client):
    return as_(client, person("Amina Office"), garage.school, Role.COORDINATOR)


@pytest.fixture
def lina(garage, client):
    client.force_login(garage.lina.learner.user)
    return client


def differing(garage, minutes=300, reason="Left early", placement=None):
    """A Monday of which the student says 7 h 30 and the host less."""
    entry = work(placement or garage.lina, MONDAY)
    weeks.confirm_week(
        placement=placement or garage.lina,
        week_starts_on=MONDAY,
        person=garage.marek.person,
        changes={entry.pk: (minutes, reason)},
        by=HOST,
        at=FRIDAY,
    )
    return entry


def student_says(entry, minutes=450, reason="I was in the store room"):
    settling.reply(entry=entry, agrees=False, minutes=minutes, reason=reason, by=STUDENT, at=FRIDAY)


def url(name, entry, *before):
    return reverse(f"placements:{name}", args=[*before, entry.public_id])


def hours_page(client, placement):
    return client.get(reverse("placements:hours", args=[placement.public_id]))


def sent(page, **chosen):
    return {"seen": page.context["form"]["seen"].value(), "hours": "", "minutes": "", "reason": "", **chosen}


def stand(entry):
    row = WorkEntry.objects.get(pk=entry.pk)
    return row.state, row.logged_minutes, row.confirmed_minutes


def words(entry):
    return list(entry.claims.values_list("side", "minutes", "reason"))


# ── The learner answers ──────────────────────────────────────────────────────────────────────────────────────────────


def test_the_hours_page_leads_to_the_answer_with_one_main_button(garage, lina):
    entry = differing(garage)
    page = hours_page(lina, garage.lina).text
    assert "Hours differ on 1 day" in page
    assert f'<a class="btn btn-primary" href="{url("reply", entry)}">Answer: Mon 16 Nov</a>' in page
    assert "The host says 5 h: Left early" in page


def test_the_student_keeps_the_hours_and_writes_why_once_however_often_it_is_sent_e42(garage, lina):
    entry = differing(garage)
    page = lina.get(url("reply", entry))
    assert [label for _key, label in page.context["form"].fields["which"].choices] == [
        "5 h, as the host says",
        "7 h 30, as I wrote",
        "Another time, written below",
    ]
    answer = sent(page, which="student", reason="I was in the store room")
    for _tap in range(2):
        assert lina.post(url("reply", entry), answer).status_code == 302
    assert stand(entry) == ("disputed", 450, 300)
    assert words(entry)[-1] == ("student", 450, "I was in the store room")
    assert (entry.claims.count(), moves().filter(verb="reply").count()) == (3, 1)
    assert "btn-primary btn-sm" not in hours_page(lina, garage.lina).text


def test_the_student_agrees_in_one_tap_without_a_reason(garage, lina):
    entry = differing(garage)
    assert lina.post(url("reply", entry), sent(lina.get(url("reply", entry)), which="host")).status_code == 302
    assert stand(entry) == ("confirmed", 300, 300)


@pytest.mark.parametrize(
    ("wrong", "field", "says"),
    [
        ({"which": "", "reason": "Typed in full"}, "which", "Choose one."),
        ({"which": "student"}, "reason", "Say in a few words why."),
        ({"which": "other", "reason": "Typed in full"}, "hours", "Write the hours that are right."),
        ({"which": "other", "hours": "17", "reason": "Typed in full"}, "hours", "less than or equal to 16"),
        ({"which": "other", "hours": "-1", "reason": "Typed in full"}, "hours", "greater than or equal to 0"),
        ({"which": "other", "minutes": "60", "reason": "Typed in full"}, "minutes", "less than or equal to 59"),
        ({"which": "other", "hours": "16", "minutes": "1", "reason": "Typed in full"}, "__all__", "between 0 and 16"),
    ],
)
def test_an_answer_that_cannot_be_is_said_at_its_field_and_nothing_typed_is_lost_e44(garage, lina, wrong, field, says):
    entry = differing(garage)
    page = lina.post(url("reply", entry), sent(lina.get(url("reply", entry)), **wrong))
    assert page.status_code == 422
    assert says in str(page.context["form"].errors[field])
    assert ("Typed in full" in page.text) is ("reason" in wrong)
    assert stand(entry) == ("disputed", 450, 300)


def test_an_answer_to_hours_that_the_host_has_changed_meanwhile_shows_the_new_ones_e42(garage, lina):
    entry = differing(garage)
    old = sent(lina.get(url("reply", entry)), which="host", reason="Typed in full")
    weeks.confirm_week(
        placement=garage.lina,
        week_starts_on=MONDAY,
        person=garage.marek.person,
        changes={entry.pk: (360, "Left a bit early")},
        by=HOST,
        at=FRIDAY + timedelta(minutes=1),
    )
    page = lina.post(url("reply", entry), old)
    assert page.status_code == 422
    for text in ("The host has changed the hours in the meantime", "6 h, as the host says", "Typed in full"):
        assert text in page.text
    assert stand(entry) == ("disputed", 450, 360)
    again = {name: page.context["form"][name].value() or "" for name in page.context["form"].fields}
    assert lina.post(url("reply", entry), again).status_code == 302
    assert stand(entry) == ("confirmed", 360, 360)


def test_a_day_that_only_the_host_wrote_can_be_answered(garage, lina):
    entry = weeks.add_day(
        placement=garage.lina,
        day=TUESDAY,
        starts_at=time(8),
        ends_at=time(16),
        break_minutes=30,
        tasks=[],
        person=garage.marek.person,
        by=HOST,
        at=FRIDAY,
    )
    page = hours_page(lina, garage.lina).text
    assert "Written down by the host" in page
    assert "Not right?" in page
    page = lina.get(url("reply", entry))
    assert lina.post(url("reply", entry), sent(page, which="other", hours=5, reason="I left")).status_code == 302
    assert stand(entry) == ("disputed", 300, 300)


def test_a_day_without_an_answer_or_that_is_settled_cannot_be_answered(garage, lina):
    settled = differing(garage)
    unanswered = work(garage.lina, TUESDAY)
    settling.settle(
        entry=settled, minutes=400, reason="Clock card", person=garage.lina.learner, by=COORDINATOR, at=FRIDAY
    )
    for entry, why in (
        (unanswered, "The host has not said anything of this day yet."),
        (settled, "The school has settled this day."),
    ):
        assert why in lina.get(url("reply", entry)).text
        assert lina.post(url("reply", entry), {"which": "host", "seen": 300}).status_code == 422
    assert "The school settled 6 h 40: Clock card" in hours_page(lina, garage.lina).text
    assert (stand(settled), stand(unanswered)) == (("confirmed", 450, 400), ("logged", 450, None))


# ── The host answers ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_hosts_week_shows_what_the_student_answers_and_one_button_leads_there(garage, token, client, clock):
    entry = differing(garage)
    home = reverse("placements:link", args=[token])
    assert "Answer for" not in client.get(home).text
    student_says(entry)
    clock.move_to(FRIDAY + timedelta(days=9))
    page = client.get(home).text
    assert "A student has answered you" in page
    assert "Mon 16 Nov: the student says 7 h 30: I was in the store room" in page
    assert (
        f'<a class="btn btn-primary btn-lg" href="{url("link_reply", entry, token)}">Answer for Mon 16 Nov</a>' in page
    )


def test_the_host_keeps_its_hours_with_a_reason_or_gives_way_by_link_e42(garage, token, client):
    kept = differing(garage)
    student_says(kept)
    page = client.get(url("link_reply", kept, token))
    refused = client.post(url("link_reply", kept, token), sent(page, which="host"))
    assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["reason"])
    answer = sent(page, which="host", reason="The store room was locked")
    for _tap in range(2):
        assert client.post(url("link_reply", kept, token), answer).status_code == 302
    assert (stand(kept), words(kept)[-1]) == (("disputed", 450, 300), ("host", 300, "The store room was locked"))
    assert kept.claims.count() == 4
    assert client.post(url("link_reply", kept, token), sent(page, which="student")).status_code == 302
    assert stand(kept) == ("confirmed", 450, 450)


def test_the_host_answers_signed_in_and_for_nobody_elses_students(garage, client):
    entry, other = differing(garage), work(garage.stranger, MONDAY)
    student_says(entry)
    as_(client, garage.marek.person, garage.firm, Role.SUPERVISOR)
    assert url("host_reply", entry) in hours_page(client, garage.lina).text
    old = sent(client.get(url("host_reply", entry)), which="student")
    student_says(entry, 440, "I looked again")
    page = client.post(url("host_reply", entry), old)
    assert page.status_code == 422
    assert "The student has changed this week" in page.text
    assert client.post(url("host_reply", entry), sent(page, which="student")).status_code == 302
    assert stand(entry) == ("confirmed", 440, 440)
    assert client.get(url("host_reply", other)).status_code == 404


def test_a_link_for_something_else_or_of_another_school_answers_nothing(garage, client):
    entry = differing(garage)
    for who, school, purpose in (
        (garage.marek.person, garage.school, Link.Purpose.FEEDBACK),
        (garage.dora.person, garage.school, Link.Purpose.CONFIRM),
        (garage.marek.person, garage.other_school, Link.Purpose.CONFIRM),
    ):
        _link, token = links.mint(person=who, school=school, purpose=purpose, subject_id=garage.lina.pk, at=FRIDAY)
        page = client.get(url("link_reply", entry, token))
        assert (page.status_code, "Kowal" in page.text) == (404, False)
        assert client.post(url("link_reply", entry, token), {"which": "student", "seen": 450}).status_code == 404
    assert stand(entry) == ("disputed", 450, 300)


# ── The school settles ───────────────────────────────────────────────────────────────────────────────────────────────


def test_the_coordinator_sees_both_values_who_said_what_and_until_when_e3(garage, amina):
    """E3: decided with a reason within five working days of the school."""
    garage.school.closed_days.create(day=MONDAY + timedelta(days=8), name="Staff day")
    entry = differing(garage)
    student_says(entry)
    assert (
        f'<a class="btn btn-primary" href="{url("settle", entry)}">Settle: Mon 16 Nov</a>'
        in hours_page(amina, garage.lina).text
    )
    page = amina.get(url("settle", entry))
    assert "The sides differ since Fri 20 Nov. Please decide by Monday 30 November." in page.text
    for text in ("Left early", "I was in the store room", "Lina Kowal", "Marek Novak"):
        assert text in page.text
    times = re.findall(r"(\w{3} \d+ Nov, \d\d:\d\d) · (Student|Host)", page.text)
    assert times == [("Mon 16 Nov, 18:00", "Student"), ("Fri 20 Nov, 18:00", "Host"), ("Fri 20 Nov, 18:00", "Student")]


@pytest.mark.parametrize(
    ("chosen", "minutes"),
    [({"which": "student"}, 450), ({"which": "host"}, 300), ({"which": "other", "hours": 6, "minutes": 40}, 400)],
)
def test_the_school_decides_for_one_of_the_values_or_another_with_a_reason(garage, amina, chosen, minutes):
    entry = differing(garage)
    page = amina.get(url("settle", entry))
    refused = amina.post(url("settle", entry), sent(page, **chosen))
    assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["reason"])
    for _tap in range(2):
        decision = sent(page, **chosen, reason="The clock card shows it")
        assert amina.post(url("settle", entry), decision).status_code == 302
    assert stand(entry) == ("confirmed", 450, minutes)
    assert words(entry)[-1] == ("school", minutes, "The clock card shows it")
    assert (claims().filter(side="school").count(), moves().filter(verb="settle").count()) == (1, 1)


def test_what_was_said_meanwhile_is_read_before_it_is_settled_e42(garage, amina):
    entry = differing(garage)
    old = sent(amina.get(url("settle", entry)), which="host", reason="Typed in full")
    student_says(entry)
    page = amina.post(url("settle", entry), old)
    assert page.status_code == 422
    for text in ("More was said of this day in the meantime", "I was in the store room", "Typed in full"):
        assert text in page.text
    assert amina.post(url("settle", entry), old | {"seen": page.context["form"]["seen"].value()}).status_code == 302
    assert stand(entry) == ("confirmed", 450, 300)


def test_the_school_corrects_what_it_settled_until_credit_rests_on_it(garage, amina):
    entry = differing(garage)
    amina.post(url("settle", entry), sent(amina.get(url("settle", entry)), which="host", reason="Clock card"))
    page = amina.get(url("settle", entry))
    amina.post(url("settle", entry), sent(page, which="student", reason="The card was of another day"))
    assert (stand(entry), entry.claims.count()) == (("confirmed", 450, 450), 4)
    settling.lock_hours(enrolment=garage.lina.enrolment, at=FRIDAY)
    late = amina.post(url("settle", entry), sent(page, which="host", reason="Again"))
    assert late.status_code == 422
    assert "Credit was decided on this day" in late.text
    assert stand(entry) == ("confirmed", 450, 450)


def test_only_the_coordinator_of_the_school_settles(garage, amina):
    own, other = differing(garage), work(garage.stranger, MONDAY)
    assert amina.get(url("settle", other)).status_code == 404
    for role, who in ((Role.TEACHER, person("Pia Teach")), (Role.HEAD, person("Ina Head"))):
        as_(amina, who, garage.school, role)
        assert amina.get(url("settle", own)).status_code == 404
    assert stand(own) == ("disputed", 450, 300)
