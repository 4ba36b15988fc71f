"""The log of contacts on the screen: two minutes on a phone for a teacher, one tap for student and host."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.urls import reverse

from accounts import links
from accounts.models import ContactPoint, Link
from accounts.roles import Role
from placements.models import Concern, Contact, Placement, PlannedOutcome, PlanVersion
from schools.models import Outcome, Unit
from tests.placements.garage import MONDAY, at, build, member, person, work

pytestmark = pytest.mark.django_db
FIRST = date(2026, 10, 26)
SEEN = "Forgets the wheel chock."
LEARNED = "They scan the fault memory before every brake job."
AGREED = "Two brake jobs a week."


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(at(MONDAY), tick=False):
        yield


@pytest.fixture
def garage():
    found = build()
    found.teacher = member(person("Tom Hale"), found.school, Role.TEACHER)
    found.office = member(person("Cora Diaz"), found.school, Role.COORDINATOR)
    ContactPoint.objects.create(person=found.office.user.person, channel="phone", address="+44 20 7946 0000")
    Placement.objects.filter(pk=found.lina.pk).update(
        teacher=found.teacher.user.person, coordinator=found.office.user.person
    )
    member(found.marek.person, found.firm, Role.SUPERVISOR)
    found.lina.refresh_from_db()
    return found


def page(garage, name: str, *args) -> str:
    return reverse(f"placements:{name}", args=[garage.lina.public_id, *args])


def by_link(garage, name: str) -> str:
    _link, token = links.mint(
        person=garage.marek.person, school=garage.school, purpose=Link.Purpose.CONFIRM, subject_id=0, at=at(MONDAY)
    )
    return reverse(f"placements:link_{name}", args=[token, garage.lina.public_id])


def visit(**changes) -> dict:
    words = {"seen": SEEN, "learned": LEARNED, "agreed": AGREED}
    known = {"key": uuid4(), "method": "in_person", "on": "2026-11-12", "people": ["student", "host"]}
    return known | words | changes


def test_a_teacher_chooses_the_kind_and_meets_only_its_fields(garage, client):
    client.force_login(garage.teacher.user)
    chosen = client.get(page(garage, "contact_new")).text
    assert page(garage, "contact_form", "visit") in chosen
    assert "The host does not answer?" in chosen
    fields = list(client.get(page(garage, "contact_form", "debrief")).context["form"].fields)
    assert fields == ["key", "method", "on", "learned", "agreed"]
    fields = list(client.get(page(garage, "contact_form", "first_week")).context["form"].fields)
    assert fields == ["key", "method", "on", "mood_student", "mood_host", "seen", "agreed"]
    assert client.get(page(garage, "contact_form", "party")).status_code == 404


def test_a_visit_is_written_corrected_and_read_by_each_side_as_far_as_it_is_theirs(garage, client):
    client.force_login(garage.teacher.user)
    form = page(garage, "contact_form", "visit")
    empty = client.post(form, visit(people=[], seen="Kept."))
    assert empty.status_code == 422
    assert "Choose who was there." in empty.text
    assert "Kept." in empty.text
    sent = visit()
    for _tap in range(2):
        assert client.post(form, sent)["Location"] == page(garage, "contacts")
    written = Contact.objects.get(placement=garage.lina)
    log = client.get(page(garage, "contacts")).text
    assert all(text in log for text in (SEEN, LEARNED, AGREED, "Tom Hale"))
    correct = reverse("placements:contact_correct", args=[written.public_id])
    assert correct in log
    assert client.post(correct, visit(seen="All in order.")).status_code == 302

    for user in (garage.marek.person.user, garage.lina.learner.user):
        client.force_login(user)
        log = client.get(page(garage, "contacts")).text
        assert AGREED in log
        assert LEARNED not in log
        assert "All in order." not in log
        assert client.get(correct).status_code == 404
    client.force_login(garage.marek.person.user)
    assert "Tom Hale" not in client.get(page(garage, "contacts")).text
    client.force_login(garage.office.user)
    assert client.get(correct).status_code == 404


def test_a_correction_after_a_day_keeps_what_was_typed_and_says_why_not(garage, client):
    client.force_login(garage.teacher.user)
    client.post(page(garage, "contact_form", "visit"), visit())
    correct = reverse("placements:contact_correct", args=[Contact.objects.get(placement=garage.lina).public_id])
    with time_machine.travel(at(MONDAY) + timedelta(hours=25)):
        late = client.post(correct, visit(seen="Too late."))
        assert correct not in client.get(page(garage, "contacts")).text
    assert late.status_code == 422
    assert "Too late." in late.text
    assert "more than 24 hours ago" in late.text


def test_the_log_says_what_is_due_filters_by_kind_and_leads_from_a_review_to_the_plan(garage, client):
    for day in range(4):
        work(garage.lina, FIRST + timedelta(days=day))
    client.force_login(garage.office.user)
    log = client.get(page(garage, "contacts")).text
    assert "To do now" in log
    assert "Late since Mon 26 Oct" in log
    assert page(garage, "contact_form", "induction") in log
    client.post(page(garage, "contact_form", "review"), {**visit(), "on": "2026-11-13"})
    client.post(page(garage, "contact_form", "contact"), visit(agreed="Call on Friday."))
    log = client.get(page(garage, "contacts")).text
    assert log.index("Three-way review, Fri 13 Nov 2026") < log.index("Contact, Thu 12 Nov 2026")
    assert page(garage, "plan") in log
    only = client.get(page(garage, "contacts") + "?kind=contact").text
    assert "Call on Friday." in only
    assert AGREED not in only


def test_a_student_says_how_it_goes_in_one_tap_and_the_host_never_reads_it(garage, client):
    client.force_login(garage.lina.learner.user)
    url = page(garage, "first_week")
    assert "2 Not so good" in client.get(url).text
    for _tap in range(2):
        assert client.post(url, {"mood": "2"})["Location"] == url
    assert "You said: 2 Not so good" in client.get(url).text
    assert client.post(url, {"mood": "9"}).status_code == 422
    assert client.post(url, {}).status_code == 422
    answer = Contact.objects.get(placement=garage.lina)
    assert (answer.kind, answer.mood_student, answer.side) == ("first_week", 2, "student")
    client.force_login(garage.marek.person.user)
    assert "Not so good" not in client.get(page(garage, "contacts")).text
    client.force_login(garage.teacher.user)
    assert "2 Not so good" in client.get(page(garage, "contacts")).text


def test_a_host_answers_by_link_and_may_ask_for_a_call_which_the_student_never_reads(garage, client):
    url = by_link(garage, "first_week")
    assert "How does it go with Lina Kowal?" in client.get(url).text
    assert client.post(url, {}).status_code == 422
    for _tap in range(2):
        assert client.post(url, {"mood": "1", "call_me": "on"}).status_code == 302
    assert "You said: 1 Bad" in client.get(url).text
    assert Contact.objects.get(placement=garage.lina).mood_host == 1
    asked = Concern.objects.get(placement=garage.lina)
    assert (asked.kind, asked.state, asked.person) == ("help", "open", garage.marek.person)
    client.force_login(garage.lina.learner.user)
    assert "Bad" not in client.get(page(garage, "contacts")).text


def test_both_say_in_one_tap_that_the_dangers_were_shown(garage, client):
    client.force_login(garage.lina.learner.user)
    url = page(garage, "induction")
    assert "I was shown all of this" in client.get(url).text
    assert client.post(url).status_code == 302
    assert "Written down on Mon 16 Nov 2026" in client.get(url).text
    by_host = by_link(garage, "induction")
    assert "I have shown all of this" in client.get(by_host).text
    client.post(by_host)
    assert set(Contact.objects.filter(placement=garage.lina).values_list("kind", "side")) == {
        ("induction", "student"), ("induction", "host")
    }  # fmt: skip
    Placement.objects.filter(pk=garage.lina.pk).update(state="planned")
    Contact.objects.all().delete()
    early = client.post(url)
    assert early.status_code == 422
    assert "This placement has not started." in early.text


def test_the_supervisor_reads_four_cards_before_the_student_comes(garage, client):
    unit = Unit.objects.create(version=garage.version, position=2, title="Tyres")
    outcome = Outcome.objects.create(unit=unit, position=1, text="Change a tyre")
    PlannedOutcome.objects.create(plan=PlanVersion.objects.get(placement=garage.lina), outcome=outcome)
    Placement.objects.filter(pk=garage.lina.pk).update(state="planned")
    url = by_link(garage, "briefing")
    cards = client.get(url).text
    for text in ("Lina Kowal</span>, Motor vehicles", "Change a tyre", "Every week", "Cora Diaz", "+44 20 7946 0000"):
        assert text in cards
    assert not Contact.objects.filter(placement=garage.lina).exists()
    assert client.post(url).status_code == 302
    assert "Read on Mon 16 Nov 2026" in client.get(url).text
    client.force_login(garage.marek.person.user)
    assert "Read on Mon 16 Nov 2026" in client.get(page(garage, "host_briefing")).text
    client.force_login(garage.dora.person.user)
    assert client.get(page(garage, "host_briefing")).status_code == 404
    Placement.objects.filter(pk=garage.lina.pk).update(state="cancelled")
    assert client.get(url).status_code == 404


def test_the_first_page_of_a_host_has_one_line_for_the_next_thing_and_only_when_it_is_due(garage, client):
    home = reverse("placements:link", args=[by_link(garage, "briefing").split("/")[2]])
    lina = {"placement": garage.lina, "kind": "induction", "method": "message", "on": MONDAY, "at": at(MONDAY)}
    said = {"school": garage.school, "person": garage.marek.person, "side": "host", "with_host": True}
    assert client.get(home).text.count("four short cards") == 2
    Placement.objects.filter(pk=garage.jonas.pk).update(state="ended")
    Contact.objects.create(**lina | said | {"kind": "briefing"})
    assert "Did Lina Kowal see the fire exit" in client.get(home).text
    Contact.objects.create(**lina | said)
    page = client.get(home).text
    assert not any(text in page for text in ("four short cards", "fire exit", "How does it go"))
    for day in range(4):
        work(garage.lina, FIRST + timedelta(days=day))
    assert "How does it go with Lina Kowal? One tap" in client.get(home).text


def test_a_host_writes_down_a_review_and_nothing_else(garage, client):
    client.force_login(garage.marek.person.user)
    form = page(garage, "contact_form", "review")
    assert list(client.get(form).context["form"].fields) == ["key", "method", "on", "agreed"]
    assert client.post(form, visit()).status_code == 302
    review = Contact.objects.get(placement=garage.lina)
    assert (review.agreed, review.seen, review.learned) == (AGREED, "", "")
    assert client.get(page(garage, "contact_form", "visit")).status_code == 404
    assert client.get(page(garage, "contact_new")).status_code == 404


def test_what_teachers_learned_is_found_by_everybody_who_teaches_there_and_by_nobody_else(garage, client):
    client.force_login(garage.teacher.user)
    client.post(page(garage, "contact_form", "visit"), visit())
    colleague = member(person("Otto Weit"), garage.school, Role.TEACHER)
    client.force_login(colleague.user)
    found = client.get("/learned/?q=fault").text
    assert LEARNED in found
    assert "Marek Motors" in found
    assert not any(text in found for text in ("Lina", SEEN, AGREED))
    assert "Nothing found" in client.get("/learned/?q=gearbox").text
    stranger = member(person("Zita Fern"), garage.other_school, Role.TEACHER)
    client.force_login(stranger.user)
    empty = client.get("/learned/").text
    assert "Nothing is written down yet" in empty
    assert LEARNED not in empty
