"""The relationship with one firm: what was asked of it, how long it took, and one log of all that happened there."""

from collections import Counter
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from accounts.access import actor_of
from accounts.models import Link, Membership, Organisation
from accounts.roles import Role
from core.workflow import Actor
from employers.models import Check, SchoolEmployer
from employers.workflow import not_this_year, offer_places, recognise, record_check, suspend_employer
from employers.workflow.rounds import open_round
from placements.models import Contact, Feedback, HostTime, Placement
from placements.rules.requesting import Asked, answers
from placements.workflow import requesting
from placements.workflow.appointments import Arrangement, plan_appointment
from placements.workflow.contacts import Words, note_contact, record_contact
from placements.workflow.tables import PLACEMENT
from reminders.models import Kind, Outbox
from reports.queries.relationship import Firm, Part, firm_of, lines_of, log_of
from tests.placements import college as colleges
from tests.placements.college import FIRST, NOW, College, member

pytestmark = pytest.mark.django_db
TODAY = NOW.date()
SEEN = "The yard is tidy, the lift is new."


@pytest.fixture
def college() -> College:
    return colleges.build()


def firm(college: College, reader: Membership | None = None) -> Firm:
    found = firm_of(reader or college.coordinator, college.site.employer.public_id, now=NOW)
    assert found
    return found


def told(college: College, part: str = "", reader: Membership | None = None) -> list[tuple[str, str]]:
    reader = reader or college.coordinator
    found = firm(college, reader)
    return [(line.event.text, line.who) for line in lines_of(found, log_of(found, part), today=TODAY, viewer=reader)]


def page_of(college: College) -> str:
    return reverse("reports:relationship", args=[college.site.employer.public_id])


def client_of(reader: Membership) -> Client:
    client = Client()
    client.force_login(reader.user)
    return client


def relation(college: College) -> SchoolEmployer:
    return SchoolEmployer.objects.get(school=college.school, employer=college.site.employer)


def visited(college: College, placement: Placement) -> Contact:
    words = Words(TODAY, "in_person", with_host=True, seen=SEEN)
    Placement.objects.filter(pk=placement.pk).update(starts_on=TODAY)
    placement.refresh_from_db()
    return record_contact(
        placement=placement, kind=Contact.Kind.VISIT, words=words, person=college.teacher.user.person,
        by=actor_of(college.teacher), at=NOW,
    )  # fmt: skip


def called(college: College, seen: str = "They look for two people.") -> Contact:
    return note_contact(
        school=college.school, employer=college.site.employer, on=TODAY, method="phone", seen=seen, learned="",
        person=college.coordinator.user.person, public_id=uuid4(), by=college.office, at=NOW,
    )  # fmt: skip


def asked(college: College, placement: Placement):
    return requesting.ask(placement=placement, site=college.site, person=college.host.person, by=college.office, at=NOW)


def by_link(college: College) -> Actor:
    link = Link.objects.create(
        token_hash=str(uuid4()), person=college.host.person, school=college.school, purpose="request", subject_id=1,
        created_at=NOW, expires_at=NOW + timedelta(days=9),
    )  # fmt: skip
    return Actor("link", link.pk, Role.SUPERVISOR)


# ── The log ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_all_that_happened_with_a_firm_stands_in_one_log_with_who_did_it(college):
    placement = college.placement()
    person = college.coordinator.user.person
    record_check(
        relation=relation(college), kind=Check.Kind.VISIT, done_on=TODAY, note="", person=person, by=college.office,
        at=NOW,
    )  # fmt: skip
    recognise(relation=relation(college), reason="Two of ours stayed.", by=college.office, at=NOW)
    request = asked(college, placement)
    requesting.decline(request=request, reason="full", by=by_link(college), at=NOW)
    not_this_year(
        school=college.school, employer=college.site.employer, reason="time", by=actor_of(college.supervisor), at=NOW
    )
    offer_places(
        school=college.school, site=college.site, title="Garage", starts_on=FIRST, ends_on=FIRST, places=2,
        occupation_codes=[], by=college.office, at=NOW,
    )  # fmt: skip
    open_round(
        school=college.school, starts_on=FIRST, ends_on=FIRST + timedelta(days=30),
        firms={college.site.employer.pk: college.host.person.pk}, person=person, public_id=uuid4(), by=college.office,
        at=NOW,
    )  # fmt: skip
    visited(college, placement)
    plan_appointment(
        placement=placement,
        words=Arrangement(Contact.Kind.VISIT, "in_person", NOW + timedelta(days=7), 30, college.teacher.user.person),
        by=actor_of(college.teacher),
        at=NOW,
    )
    called(college)
    assert told(college) == [
        ("School and workplace were in contact on Tue 24 Nov.", "Cora Diaz"),
        ("A visit or talk was planned for Tue 1 Dec.", "Tom Hale"),
        ("The school visited the workplace on Tue 24 Nov.", "Tom Hale"),
        ("The school asked for places in a period.", "Cora Diaz"),
        ("Places were offered: 2.", "Cora Diaz"),
        ("No places this year: No time to guide somebody.", "Milan Novak"),
        ("The host cannot take this student.", "Milan Novak"),
        ("The host was asked to take this student, with an answer by Tue 1 Dec.", "Cora Diaz"),
        ("The school recognises this host.", "Cora Diaz"),
        ("Checked on Tue 24 Nov: Visit of the workplace.", "Cora Diaz"),
    ]
    assert Counter({part: len(told(college, part)) for part in Part}) == {
        Part.CONTACTS: 2, Part.REQUESTS: 2, Part.OFFERS: 3, Part.APPOINTMENTS: 1, Part.PLACEMENTS: 0, Part.CHECKS: 2,
    }  # fmt: skip


def test_a_request_stays_with_the_firm_that_was_asked_when_the_student_goes_elsewhere(college):
    placement = college.placement()
    requesting.decline(request=asked(college, placement), reason="full", by=by_link(college), at=NOW)
    Placement.objects.filter(pk=placement.pk).update(employer=None)
    found = firm(college)
    lines = lines_of(found, log_of(found, "requests"), today=TODAY, viewer=college.coordinator)
    assert [line.placement for line in lines] == [placement, placement]


def test_the_page_shows_words_and_links_and_the_reason_and_nothing_of_a_suspension(college):
    placement = college.placement()
    visited(college, placement)
    recognise(relation=relation(college), reason="Two of ours stayed.", by=college.office, at=NOW)
    lead = member("Sia Lund", Role.SAFEGUARDING, college.school)
    suspend_employer(school=college.school, employer=college.site.employer, by=actor_of(lead), at=NOW)
    text = client_of(college.coordinator).get(page_of(college)).content.decode()
    assert SEEN in text
    assert "Two of ours stayed." in text
    assert reverse("reports:placement", args=[placement.public_id]) in text
    assert "Nia Berg" in text
    assert "Sia Lund" not in text
    assert len(told(college)) == 2


def test_a_teacher_reads_of_own_students_and_of_the_firm_and_not_of_others(college):
    other = member("Olga Stern", Role.TEACHER, college.school)
    placement = college.placement()
    visited(college, placement)
    asked(college, placement)
    called(college)
    assert [text for text, _who in told(college, reader=other)] == [
        "School and workplace were in contact on Tue 24 Nov."
    ]
    text = client_of(other).get(page_of(college)).content.decode()
    assert SEEN not in text
    assert "Nia Berg" not in text
    assert len(told(college, reader=college.teacher)) == 3


def test_another_school_reads_nothing_of_it(college):
    placement = college.placement()
    visited(college, placement)
    called(college)
    elsewhere = Organisation.objects.create(kind="school", name="Other College")
    head = member("Otto Weit", Role.HEAD, elsewhere)
    assert client_of(head).get(page_of(college)).status_code == 404
    SchoolEmployer.objects.create(school=elsewhere, employer=college.site.employer)
    assert told(college, reader=head) == []
    text = client_of(head).get(page_of(college)).content.decode()
    assert "Nothing here yet" in text
    assert "They look for two people." not in text


def test_the_log_is_cut_into_pages_and_costs_the_same_with_one_row_and_many(college, django_assert_num_queries):
    placement, client = college.placement(), client_of(college.coordinator)
    visited(college, placement)
    asked(college, placement)
    with django_assert_num_queries(12):
        client.get(page_of(college))
    for number in range(30):
        called(college, seen=f"Call {number:02}.")
    with django_assert_num_queries(12):
        text = client.get(page_of(college)).content.decode()
    assert text.count("Call ") == 25
    second = client.get(page_of(college), {"page": "2", "part": "contacts"}).content.decode()
    assert second.count("Call ") == 5
    assert "part=contacts" in second


def test_an_early_end_for_a_private_reason_is_a_pause_for_a_teacher(college):
    placement = college.placement(teacher=college.teacher.user.person)
    PLACEMENT.log(
        placement, "break", by=college.office, at=NOW, reason="Burnout.",
        details={"last_day": "2026-11-24", "private": True},
    )  # fmt: skip
    assert told(college) == [("Ended early; the last day is Tue 24 Nov.", "Cora Diaz")]
    assert told(college, reader=college.teacher) == [("Paused.", "Cora Diaz")]
    text = client_of(college.teacher).get(page_of(college)).content.decode()
    assert "Nia Berg" in text
    assert "Burnout." not in text


# ── What was asked of it ─────────────────────────────────────────────────────────────────────────────────────────────


def test_half_of_the_answers_came_within_so_many_days():
    def row(state, days):
        return Asked(state, NOW, None if days is None else NOW + timedelta(days=days))

    found = answers([row("accepted", 1), row("declined", 2), row("accepted", 9), row("lapsed", None)])
    assert (found.asked, found.states["accepted"], found.states["lapsed"], found.days) == (4, 2, 1, 2)
    assert answers([row("open", None)]).days is None


def test_a_request_that_the_school_took_back_is_no_silence_of_the_firm(college):
    requesting.take_back(request=asked(college, college.placement()), by=college.office, at=NOW)
    later = college.placement(starts_on=date(2027, 9, 1), ends_on=date(2027, 9, 30))
    requesting.decline(request=asked(college, later), reason="full", by=by_link(college), at=NOW + timedelta(days=3))
    found = firm(college).answers(NOW + timedelta(days=4))
    assert (found.asked, found.states["declined"], found.states["lapsed"], found.days) == (2, 1, 0, 3)


def letter(college: College, day: date, **changes) -> None:
    values = {"state": Outbox.State.SENT, "sent_at": NOW, "reader": "host", "school": college.school}
    Outbox.objects.create(
        person=college.host.person, employer=college.site.employer, day=day, letter=Kind.CONFIRM,
        message_id=f"<{uuid4()}@test>", next_attempt_at=NOW, **values | changes,
    )  # fmt: skip


def test_letters_forms_and_minutes_of_one_year_and_one_school_are_counted(college):
    placement, elsewhere = college.placement(), Organisation.objects.create(kind="school", name="Other College")
    letter(college, TODAY)
    letter(college, TODAY - timedelta(days=1), state=Outbox.State.DROPPED, sent_at=None)
    letter(college, TODAY - timedelta(days=2), reader="school")
    letter(college, TODAY - timedelta(days=400), sent_at=NOW - timedelta(days=400))
    letter(college, TODAY - timedelta(days=3), school=elsewhere)
    post = uuid4()
    second = college.placement(starts_on=date(2027, 9, 1), ends_on=date(2027, 9, 30))
    for seconds, when, key, whose in (
        (60, NOW, post, placement),
        (30, NOW, post, second),
        (45, NOW, uuid4(), placement),
        (999, NOW - timedelta(days=400), uuid4(), placement),
    ):
        HostTime.objects.create(
            placement=whose, person=college.host.person, screen="week", seconds=seconds, idle_known=True, key=key,
            at=when,
        )  # fmt: skip
    found = firm(college).relation
    assert (found.letters, found.forms, found.seconds) == (1, 2, 135)


def test_students_of_two_years_are_counted_with_what_the_firm_said_last_about_hosting_again(college):
    days = [date(2025, 9, 1), date(2026, 2, 2), date(2026, 9, 7), date(2026, 12, 1)]
    made = [college.placement(starts_on=day, ends_on=day + timedelta(days=20)) for day in days]
    Placement.objects.filter(pk__in=[one.pk for one in made[:3]]).update(state="ended")
    for one, again, when in ((made[1], "yes", NOW - timedelta(days=99)), (made[2], "maybe", NOW)):
        Feedback.objects.create(
            placement=one, person=college.host.person, independence=2, observed="Brakes.", host_again=again,
            given_at=when,
        )  # fmt: skip
    found = firm(college)
    assert (found.hosted(TODAY).last_year, found.hosted(TODAY).this_year) == (1, 2)
    assert found.again
    assert found.again.host_again == "maybe"
    assert "Perhaps, on Tue 24 Nov 2026" in client_of(college.coordinator).get(page_of(college)).content.decode()
