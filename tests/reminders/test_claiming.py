"""From what is due to letters: one a day over all schools, and why something is in none. Two schools, one garage."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from accounts.models import Link, Organisation, Person
from core.models import Transition
from employers.models import Capacity, Employer, Site, Supervisor
from placements.models import HostRequest, Placement
from reminders import claiming
from reminders.claiming import claim
from reminders.due import few
from reminders.following import follow
from reminders.models import Due, Kind, MessageClass, Outbox, Reader, Unwanted
from tests.reminders.conftest import settle

TUESDAY = datetime(2026, 11, 24, 9, tzinfo=UTC)
DAY = timedelta(days=1)


def person(name: str) -> Person:
    return Person.objects.create(given_name=name, family_name="Novak", sort_key=f"novak {name.lower()}", language="en")


@dataclass
class Town:
    """Two schools, and a garage with two people who guide students."""

    schools: list[Organisation] = field(default_factory=list)
    people: list[Person] = field(default_factory=list)

    def __post_init__(self):
        settle()
        self.schools = [Organisation.objects.create(kind="school", name=name) for name in ("North", "South")]
        self.firm = Employer.objects.create(name="Garage", sort_key="garage", identity="name:GB:garage of two schools:")
        self.site = Site.objects.create(employer=self.firm, address="Dock Road 1", address_key="1 dock road")
        self.people = [person("Milan"), person("Rosa")]
        for one in self.people:
            Supervisor.objects.create(person=one, site=self.site)

    def ask(self, at: datetime, school: int = 0, guide: int = 0) -> HostRequest:
        """A school asks somebody at the garage whether it takes a student; the answer is due in two weeks."""
        placement = Placement.objects.create(
            school=self.schools[school], learner=person("Nia"), employer=self.firm,
            starts_on=date(2027, 1, 4), ends_on=date(2027, 3, 5),
        )  # fmt: skip
        request = HostRequest.objects.create(
            placement=placement, site=self.site, person=self.people[guide], asked_at=at,
            answer_by=at.date() + timedelta(days=14),
        )  # fmt: skip
        self.tell(placement, at)
        return request

    def tell(self, placement: Placement, at: datetime) -> None:
        """Something has happened to a placement: what is due is looked at again."""
        Transition.objects.create(
            noun="request", object_id=placement.pk, verb="ask", timeline=f"placement:{placement.pk}",
            actor_kind="system", at=at,
        )  # fmt: skip
        follow(now=at)


@pytest.fixture
def town(db) -> Town:
    return Town()


def decided(now: datetime) -> list[tuple[int, str]]:
    """The placement of each row and what became of it."""
    return [(one.row.about_placement_id, str(one.verdict.reason or one.verdict.decision)) for one in claim(now=now)]


def send_off(now: datetime) -> None:
    Outbox.objects.filter(state=Outbox.State.WAITING).update(state=Outbox.State.SENT, sent_at=now)


def waiting(request: HostRequest) -> Due:
    return Due.objects.get(subject_id=request.pk, round="ask")


# ── One a day over all schools ───────────────────────────────────────────────────────────────────────────────────────


def test_of_two_schools_the_one_that_has_waited_longer_writes_and_the_other_the_next_morning(town):
    later = town.ask(TUESDAY + timedelta(minutes=2), school=0)
    first = town.ask(TUESDAY, school=1)
    now = TUESDAY + timedelta(minutes=5)
    assert set(decided(now)) == {(first.placement_id, "send"), (later.placement_id, "one_a_day")}
    assert Outbox.objects.get().school == town.schools[1]
    assert waiting(later).due_at == datetime(2026, 11, 25, 8, tzinfo=UTC)


def test_a_school_that_had_to_wait_goes_first_the_next_day_whatever_the_other_one_asks(town):
    for day in range(3):
        town.ask(TUESDAY + timedelta(days=day), school=0)
        if day == 0:
            held = town.ask(TUESDAY + timedelta(minutes=1), school=1)
        for moment in (TUESDAY.replace(hour=8) + timedelta(days=day), TUESDAY + timedelta(days=day, minutes=2)):
            claim(now=moment)
            send_off(moment)
    schools = Outbox.objects.filter(day__lte=date(2026, 11, 26)).order_by("day").values_list("school__name", flat=True)
    assert list(schools) == ["North", "South", "North"]
    assert waiting(held).outbox.day == date(2026, 11, 25)


def test_what_was_held_up_goes_with_the_first_letter_of_the_next_day(town):
    requests = [town.ask(TUESDAY), town.ask(TUESDAY + timedelta(hours=2))]
    claim(now=TUESDAY)
    send_off(TUESDAY)
    assert decided(TUESDAY + timedelta(hours=2)) == [(requests[1].placement_id, "one_a_day")]
    evening = TUESDAY + timedelta(hours=9)
    third = town.ask(evening)
    assert set(decided(evening)) == {(requests[1].placement_id, "one_a_day"), (third.placement_id, "one_a_day")}
    morning = datetime(2026, 11, 25, 8, tzinfo=UTC)
    assert set(decided(morning)) == {(requests[1].placement_id, "send"), (third.placement_id, "send")}
    assert Outbox.objects.get(day=date(2026, 11, 25)).due.count() == 2


def test_a_letter_that_waits_takes_in_more_of_its_own_school_and_nothing_of_another(town):
    town.ask(TUESDAY, school=0)
    claim(now=TUESDAY)
    now = TUESDAY + timedelta(hours=1)
    own, foreign = town.ask(now, school=0), town.ask(now, school=1)
    assert set(decided(now)) == {(own.placement_id, "send"), (foreign.placement_id, "one_a_day")}
    assert Outbox.objects.get().due.count() == 2


def test_a_letter_of_one_school_that_was_dropped_leaves_its_day_to_the_other(town):
    request = town.ask(TUESDAY, school=0)
    claim(now=TUESDAY)
    message_id = Outbox.objects.get().message_id
    Outbox.objects.update(state=Outbox.State.DROPPED)
    HostRequest.objects.filter(pk=request.pk).update(state="accepted", answered_at=TUESDAY)
    now = TUESDAY + timedelta(hours=1)
    town.ask(now, school=1)
    claim(now=now)
    letter = Outbox.objects.get()
    assert (letter.school, letter.state, letter.message_id) == (town.schools[1], Outbox.State.WAITING, message_id)


def test_a_link_goes_at_once_as_a_letter_of_its_own_beside_the_one_of_the_day(town):
    town.ask(TUESDAY)
    claim(now=TUESDAY)
    send_off(TUESDAY)
    late = TUESDAY.replace(hour=23)
    link = Link.objects.create(
        token_hash="x", person=town.people[0], school=town.schools[0], purpose="confirm", subject_id=0,
        created_at=late, expires_at=late + DAY,
    )  # fmt: skip
    Transition.objects.create(
        noun="link", object_id=link.pk, school_id=link.school_id, verb="renew", actor_kind="link", at=late
    )
    follow(now=late)
    assert [one.verdict.decision for one in claim(now=late)] == ["send"]
    assert sorted(Outbox.objects.values_list("letter", "apart", "day", "employer")) == [
        ("link", True, late.date(), town.firm.pk),
        ("request", False, late.date(), town.firm.pk),
    ]


def test_all_rows_of_a_person_are_decided_on_together_and_the_longest_waiting_person_first(town, monkeypatch):
    monkeypatch.setattr(claiming, "BATCH", 1)
    other = town.ask(TUESDAY + timedelta(minutes=1), guide=1)
    mine = [town.ask(TUESDAY + timedelta(minutes=minute)) for minute in (0, 2, 4)]
    now = TUESDAY + timedelta(minutes=5)
    assert decided(now) == [(request.placement_id, "send") for request in mine]
    assert decided(now) == [(other.placement_id, "send")]
    assert decided(now) == []


# ── What is written down ─────────────────────────────────────────────────────────────────────────────────────────────


def told(request: HostRequest) -> tuple:
    row = waiting(request)
    return row.state, row.reason, row.seen, row.field, row.decided_at


def test_a_row_says_what_was_decided_when_and_in_which_state_of_the_placement(town):
    sent, answered, paused = (town.ask(TUESDAY, guide=guide) for guide in (0, 1, 1))
    HostRequest.objects.filter(pk=answered.pk).update(state="declined", decline="full", answered_at=TUESDAY)
    Placement.objects.filter(pk=paused.placement_id).update(state="cancelled")
    claim(now=TUESDAY)
    field = "request.answered_at"
    assert told(sent) == ("in_letter", "", "planned", field, TUESDAY)
    assert told(answered) == ("skipped", "done", "planned", field, TUESDAY)
    assert told(paused) == ("skipped", "over", "cancelled", field, TUESDAY)


def test_in_the_evening_a_row_waits_for_the_next_working_morning_and_is_not_late_then(town):
    friday = datetime(2026, 11, 27, 21, tzinfo=UTC)
    request = town.ask(friday)
    assert decided(friday) == [(request.placement_id, "quiet")]
    assert told(request) == ("waiting", "quiet", "planned", "request.answered_at", friday)
    monday = datetime(2026, 11, 30, 8, tzinfo=UTC)
    assert waiting(request).due_at == monday
    assert decided(monday) == [(request.placement_id, "send")]


def test_in_its_quiet_months_a_host_is_not_asked_for_a_place_and_afterwards_it_is_while_the_question_stands(town):
    Capacity.objects.create(employer=town.firm, quiet_months=[11], at=TUESDAY)
    request, lapsed = town.ask(TUESDAY), town.ask(TUESDAY, guide=1)
    assert {reason for _placement, reason in decided(TUESDAY)} == {"no_contact"}
    december = datetime(2026, 12, 1, 8, tzinfo=UTC)
    assert waiting(request).due_at == december
    HostRequest.objects.filter(pk=lapsed.pk).update(state="lapsed")
    found = {(placement, reason) for placement, reason in decided(december) if reason != "newer"}
    assert (request.placement_id, "send") in found
    assert (lapsed.placement_id, "done") in found
    assert Outbox.objects.get().person == town.people[0]


def test_what_a_reader_does_without_is_not_in_a_letter_and_what_others_get_is(town):
    Unwanted.objects.create(person=town.people[0], message_class=MessageClass.PLACES, at=TUESDAY)
    mine, other = town.ask(TUESDAY), town.ask(TUESDAY, guide=1)
    assert set(decided(TUESDAY)) == {(mine.placement_id, "not_wanted"), (other.placement_id, "send")}


# ── Caps ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def letters(town: Town, count: int, placement: int | None = None, year: int = 2026, **changes) -> None:
    """Letters that went to the garage from January on, about a placement where one is given."""
    first = date(year, 1, 1)
    values = {
        "person": town.people[1], "school": town.schools[0], "letter": Kind.CONFIRM, "reader": Reader.HOST,
        "employer": town.firm, "state": Outbox.State.SENT, "sent_at": TUESDAY, "next_attempt_at": TUESDAY,
    }  # fmt: skip
    rows = Outbox.objects.bulk_create(
        Outbox(**{**values, **changes}, day=first + timedelta(days=day), message_id=f"<{year} {day} {changes}>")
        for day in range(count)
    )
    Due.objects.bulk_create(
        Due(
            kind=Kind.CONFIRM, subject_id=placement, series=str(row.day), round="ask", person_id=row.person_id,
            school_id=row.school_id, reader=Reader.HOST, about_placement_id=placement, due_at=TUESDAY,
            state=Due.State.IN_LETTER, outbox=row,
        )
        for row in (rows if placement else ())
    )  # fmt: skip


@pytest.mark.parametrize(("before", "reason"), [(29, "send"), (30, "cap_placement")])
def test_a_host_gets_thirty_letters_about_a_placement(town, before, reason):
    request = town.ask(TUESDAY)
    letters(town, before, request.placement_id)
    other = town.ask(TUESDAY + timedelta(minutes=1), guide=1)
    now = TUESDAY + timedelta(minutes=1)
    assert set(decided(now)) == {(request.placement_id, reason), (other.placement_id, "send")}


@pytest.mark.parametrize(("before", "reason"), [(119, "send"), (120, "cap_host")])
def test_a_host_gets_sixty_letters_a_year_for_each_person_who_guides_there(town, before, reason):
    letters(town, before)
    letters(town, 150, year=2025)
    letters(town, 20, apart=True)
    letters(town, 20, person=town.people[0], state=Outbox.State.DROPPED, sent_at=None)
    request = town.ask(TUESDAY)
    assert decided(TUESDAY) == [(request.placement_id, reason)]


def test_letters_of_one_batch_count_too_and_one_letter_about_many_students_counts_once(town, monkeypatch):
    monkeypatch.setattr(few, "A_YEAR", 1)
    Supervisor.objects.filter(person=town.people[1]).delete()
    first = [town.ask(TUESDAY, guide=0) for _student in range(3)]
    second = town.ask(TUESDAY + timedelta(minutes=1), guide=1)
    found = dict(decided(TUESDAY + timedelta(minutes=1)))
    assert found == {**{request.placement_id: "send" for request in first}, second.placement_id: "cap_host"}
    assert Outbox.objects.get().due.count() == 3


def test_more_rows_take_no_more_queries(town):
    numbers = []
    for students in (2, 6):
        for student in range(students):
            town.ask(TUESDAY, school=student % 2, guide=student % 2)
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert len(claim(now=TUESDAY)) == students
        numbers.append(len(captured) - sum('UPDATE "reminders_outbox"' in one["sql"] for one in captured))
        send_off(TUESDAY)
        Outbox.objects.update(day=date(2026, 11, 1) + timedelta(days=students))
    assert numbers[0] == numbers[1]


# ── Whatever happens ─────────────────────────────────────────────────────────────────────────────────────────────────


SEEN: set[str] = set()
"""What was decided, so that a search which gets nowhere is noticed."""


class Claims(RuleBasedStateMachine):
    """Two schools ask, hosts answer, placements pause and go on, letters leave, time passes, sweeps come twice."""

    @initialize()
    def begin(self):
        self.now, self.requests, self.answered = TUESDAY, [], {}
        self.town = Town()
        for guide in (0, 1):
            self.ask(0, guide)

    @precondition(lambda self: len(self.requests) < 6)
    @rule(school=st.integers(0, 1), guide=st.integers(0, 1))
    def ask(self, school, guide):
        self.requests.append(self.town.ask(self.now, school, guide))

    @precondition(lambda self: self.requests)
    @rule(which=st.integers(0, 5))
    def answer(self, which):
        request = self.requests[which % len(self.requests)]
        HostRequest.objects.filter(pk=request.pk).update(state="accepted", answered_at=self.now)
        self.answered.setdefault(request.pk, self.now)
        self.town.tell(request.placement, self.now)

    @precondition(lambda self: self.requests)
    @rule(which=st.integers(0, 5), state=st.sampled_from(["paused", "planned"]))
    def pause(self, which, state):
        placement = self.requests[which % len(self.requests)].placement
        Placement.objects.filter(pk=placement.pk).update(state=state)
        self.town.tell(placement, self.now)

    @rule(hours=st.sampled_from([1, 5, 14, 24, 60]), posts=st.booleans())
    def sweep(self, hours, posts):
        self.now += timedelta(hours=hours)
        while batch := claim(now=self.now):
            SEEN.update(str(one.verdict.reason or one.verdict.decision) for one in batch)
        assert claim(now=self.now) == []
        assert not Due.objects.filter(state=Due.State.WAITING, due_at__lte=self.now).exists()
        if posts:
            send_off(self.now)

    @invariant()
    def few_and_none_after_the_answer(self):
        if not hasattr(self, "town"):
            return  # nothing has begun
        days = list(Outbox.objects.filter(employer=self.town.firm).values_list("person", "day"))
        assert len(days) == len(set(days))
        year = Outbox.objects.filter(employer=self.town.firm).count()
        assert year <= 2 * few.A_YEAR
        for request, at in self.answered.items():
            assert not Due.objects.filter(subject_id=request, state=Due.State.IN_LETTER, decided_at__gt=at).exists()
        for row in Due.objects.filter(state=Due.State.SKIPPED):
            assert row.reason
            assert row.decided_at


@pytest.mark.whole
def test_whatever_happens_letters_are_few_and_nothing_that_is_due_is_forgotten(db, monkeypatch):
    monkeypatch.setattr(few, "A_YEAR", 1)

    class Rolled(Claims):
        """Each run leaves the database as it found it."""

        def __init__(self):
            self.block = transaction.atomic()
            self.block.__enter__()
            super().__init__()

        def teardown(self):
            transaction.set_rollback(True)
            self.block.__exit__(None, None, None)

    run_state_machine_as_test(
        Rolled,
        settings=settings(
            max_examples=12, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
    assert {"send", "one_a_day", "done", "over", "quiet", "cap_host"} <= SEEN
