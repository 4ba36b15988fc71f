"""Absence on screen: told by the learner, the host and the school, taken back, accepted or not; made up by work."""

import re
from datetime import time, timedelta

import pytest
import time_machine
from django.urls import reverse

from accounts import links
from accounts.models import Link
from accounts.roles import Role
from placements.models import Absence
from placements.queries.absences import make_up_of
from placements.workflow import absences, weeks
from tests.placements.garage import HOST, MONDAY, STUDENT, at, build, entries, member, moves, person, work

pytestmark = pytest.mark.django_db
TUESDAY = MONDAY + timedelta(days=1)
WEDNESDAY = MONDAY + timedelta(days=2)
FRIDAY = at(MONDAY + timedelta(days=4))


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(FRIDAY, tick=False):
        yield


@pytest.fixture
def garage():
    return build()


@pytest.fixture
def lina(garage, client):
    client.force_login(garage.lina.learner.user)
    return client


@pytest.fixture
def amina(garage, client):
    who = person("Amina Office")
    member(who, garage.school, Role.COORDINATOR)
    client.force_login(who.user)
    return client


@pytest.fixture
def token(garage):
    _link, token = links.mint(
        person=garage.marek.person, school=garage.school, purpose=Link.Purpose.CONFIRM, subject_id=0, at=FRIDAY
    )
    return token


def tell(garage, day=MONDAY, minutes=None, cause="student", by=STUDENT):
    return absences.tell_absence(
        placement=garage.lina, day=day, minutes=minutes, cause=cause, person=garage.lina.learner, by=by, at=FRIDAY
    )


def url(name, thing, *before):
    return reverse(f"placements:{name}", args=[*before, thing.public_id])


def hours_page(client, garage):
    return client.get(url("hours", garage.lina))


def filled(page, **changed):
    form = page.context["form"]
    sent = {name: form[name].value() for name in form.fields} | {"cause": "student"} | changed
    return {name: value for name, value in sent.items() if value is not None}


def told(garage):
    rows = Absence.objects.filter(placement=garage.lina).order_by("pk")
    return [(row.day, row.minutes, row.cause, row.side, row.withdrawn_at is None) for row in rows]


def test_the_student_tells_a_whole_day_in_one_post_and_twice_is_once_e8_e42(garage, lina):
    """E8: a coded cause; nothing asks for an illness."""
    assert f"{url('absence_new', garage.lina)}?day=2026-11-18" in lina.get(url("log", garage.lina)).text
    page = lina.get(f"{url('absence_new', garage.lina)}?day={MONDAY}")
    assert page.context["form"]["day"].value() == MONDAY
    assert "do not name one here" in page.text
    assert re.findall(r"<textarea|type=\"text\"", page.text) == []
    for _tap in range(2):
        assert lina.post(url("absence_new", garage.lina), filled(page)).status_code == 302
    assert told(garage) == [(MONDAY, 450, "student", "student", True)]
    assert moves().filter(noun="absence").count() == 1


def test_the_same_form_with_something_else_in_it_is_a_clear_conflict_e42(garage, lina):
    page = lina.get(f"{url('absence_new', garage.lina)}?day={MONDAY}")
    lina.post(url("absence_new", garage.lina), filled(page))
    again = lina.post(url("absence_new", garage.lina), filled(page, cause="host"))
    assert again.status_code == 422
    assert "sent before, with something else in it" in again.text
    other_tab = lina.post(
        url("absence_new", garage.lina), filled(lina.get(f"{url('absence_new', garage.lina)}?day={MONDAY}"))
    )
    assert "An absence was told for this day already" in other_tab.text
    assert len(told(garage)) == 1


def test_a_part_of_a_day_counts_as_present_e4(garage, lina):
    """E4: minutes of a day; who worked the rest was there."""
    work(garage.lina, MONDAY, time(9), time(16), 30)
    page = lina.get(f"{url('absence_new', garage.lina)}?day={MONDAY}")
    sent = filled(page, part="part", hours="1", minutes="0", cause="force_majeure")
    assert lina.post(url("absence_new", garage.lina), sent).status_code == 302
    tell(garage, TUESDAY)
    text = hours_page(lina, garage).text
    assert text.count("Worked a part of the day: counts as present.") == 1
    for words in ("Absent; nobody could help it", "Absent, on the student&#x27;s side", "8 h 30"):
        assert words in text.replace("'", "&#x27;")
    assert told(garage)[0] == (MONDAY, 60, "force_majeure", "student", True)


@pytest.mark.parametrize(
    ("wrong", "field", "says"),
    [
        ({"cause": ""}, "cause", "Choose whose cause it is."),
        ({"part": "part", "hours": "", "minutes": ""}, "hours", "at least one minute"),
        ({"part": "part", "hours": "0", "minutes": "0"}, "hours", "at least one minute"),
        ({"part": "part", "hours": "-2", "minutes": ""}, "hours", "greater than or equal to 0"),
        ({"part": "part", "hours": "25", "minutes": ""}, "hours", "less than or equal to 16"),
        ({"part": "part", "hours": "9", "minutes": ""}, "__all__", "More is missing than was planned"),
        ({"day": "2026-02-29"}, "day", "valid date"),
        ({"day": "2026-11-19"}, "__all__", "No work is planned on this day."),
    ],
)
def test_what_cannot_be_is_said_at_its_field_and_nothing_typed_is_lost_e44(garage, lina, wrong, field, says):
    sent = filled(lina.get(f"{url('absence_new', garage.lina)}?day={MONDAY}"), **wrong)
    page = lina.post(url("absence_new", garage.lina), sent)
    assert page.status_code == 422
    assert says in str(page.context["form"].errors[field])
    assert all(str(page.context["form"][name].value()) == str(value) for name, value in sent.items())
    assert told(garage) == []


def test_the_host_tells_and_takes_back_by_link_and_not_what_the_student_told(garage, token, client):
    page = client.get(f"{url('link_absence', garage.lina, token)}?day={MONDAY}")
    assert client.post(url("link_absence", garage.lina, token), filled(page, cause="host")).status_code == 302
    theirs = tell(garage, TUESDAY)
    work(garage.lina, WEDNESDAY)
    own = Absence.objects.get(placement=garage.lina, side="host")
    week = client.get(reverse("placements:link", args=[token])).text
    assert "Absent, on the side of the workplace" in week
    assert url("link_absence_withdraw", own, token) in week
    assert url("link_absence_withdraw", theirs, token) not in week
    refused = client.post(url("link_absence_withdraw", theirs, token))
    assert refused.status_code == 422
    assert "Only who told it, or the school, can take it back." in refused.text
    for _tap in range(2):
        assert client.post(url("link_absence_withdraw", own, token)).status_code == 302
    assert [row[-1] for row in told(garage)] == [False, True]


def test_the_coordinator_tells_judges_and_takes_back(garage, amina):
    page = amina.get(f"{url('absence_new', garage.lina)}?day={MONDAY}")
    amina.post(url("absence_new", garage.lina), filled(page, cause="school"))
    absence = Absence.objects.get(placement=garage.lina)
    assert "Accept or not" in hours_page(amina, garage).text
    for _tap in range(2):
        sent = {"authorised": "yes", "paid": "no"}
        assert amina.post(url("absence_judge", absence), sent).status_code == 302
    absence.refresh_from_db()
    assert (absence.side, absence.authorised, absence.paid) == ("school", True, False)
    assert moves().filter(verb="judge").count() == 1
    text = hours_page(amina, garage).text
    assert ("Accepted by the school" in text, "Not paid" in text) == (True, True)
    assert amina.post(url("absence_judge", absence), {"authorised": "maybe", "paid": ""}).status_code == 422
    amina.post(url("absence_withdraw", absence))
    assert amina.get(url("absence_judge", absence)).status_code == 404
    assert told(garage)[0][-1] is False


def test_the_student_takes_back_what_the_student_told_only(garage, lina):
    own, hosts = tell(garage), tell(garage, TUESDAY, cause="host", by=HOST)
    page = hours_page(lina, garage).text
    assert (url("absence_withdraw", own) in page, url("absence_withdraw", hosts) in page) == (True, False)
    assert "The day is then open again" in lina.get(url("absence_withdraw", own)).text
    assert lina.post(url("absence_withdraw", own)).status_code == 302
    assert lina.post(url("absence_withdraw", hosts)).status_code == 422
    assert [row[-1] for row in told(garage)] == [False, True]


def test_nobody_tells_or_sees_an_absence_of_somebody_elses(garage, client, token):
    absence = tell(garage)
    stranger = garage.stranger.learner.user
    teacher = person("Pia Teach")
    member(teacher, garage.school, Role.TEACHER)
    garage.lina.teacher = teacher
    garage.lina.save()
    for user in (stranger, garage.jonas.learner.user, teacher.user):
        client.force_login(user)
        for name, thing in (("absence_new", garage.lina), ("absence_withdraw", absence), ("absence_judge", absence)):
            assert (client.get(url(name, thing)).status_code, client.post(url(name, thing)).status_code) == (404, 404)
    for name, thing in (("link_absence", garage.stranger), ("link_day", garage.stranger)):
        assert client.get(url(name, thing, token)).status_code == 404
    _link, feedback = links.mint(
        person=garage.marek.person, school=garage.school, purpose="feedback", subject_id=garage.lina.pk, at=FRIDAY
    )
    for name, thing in (
        ("link_absence", garage.lina),
        ("link_day", garage.lina),
        ("link_absence_withdraw", absence),
    ):
        assert client.post(url(name, thing, feedback)).status_code == 404
    assert told(garage) == [(MONDAY, 450, "student", "student", True)]


def test_a_day_that_makes_up_is_ticked_on_the_form_only_while_something_is_missed(garage, lina):
    assert "makes up for work that I missed" not in lina.get(url("log", garage.lina)).text
    tell(garage)
    page = lina.get(url("log", garage.lina) + "?day=2026-11-19")
    assert "makes up for work that I missed" in page.text
    form = page.context["form"]
    sent = {"key": form["key"].value(), "day": "2026-11-19", "starts_at": "08:00", "ends_at": "16:00"}
    sent |= {"break_minutes": 30, "other": "Brakes", "alone": 2, "make_up": "on"}
    assert lina.post(url("log", garage.lina), sent).status_code == 302
    assert entries().get().make_up is True
    weeks.confirm_week(placement=garage.lina, week_starts_on=MONDAY, person=garage.marek.person, by=HOST, at=FRIDAY)
    assert make_up_of(garage.lina).left == 0
    text = hours_page(lina, garage).text
    assert "makes up for missed work" in text
    assert re.findall(r"<dt>([\w ]+)</dt><dd>([\w ]+)</dd>", text)[2:] == [
        ("Missed", "7 h 30"),
        ("Made up", "7 h 30"),
        ("Still to make up", "0 h"),
    ]
