"""Any moves in any order by anybody: what the tables do not allow is refused, and no invariant breaks on the way."""

from datetime import datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from accounts.roles import Role
from core.models import Transition
from core.workflow import SYSTEM, Actor, Refused, Workflow
from credits.models import Correction, Decision
from credits.queries import balances, opinion_of
from credits.workflow import ask_correction, decide, uphold
from placements import workflow
from placements.models import Agreement, Placement, PlanVersion, Signature, WeekConfirmation, WorkEntry
from placements.models.placements import Setting
from placements.workflow import breaking, hours, settling, weeks
from placements.workflow.requesting import REQUEST
from placements.workflow.tables import AGREEMENT, PLACEMENT
from tests.placements.college import EIGHT, FIRST, HALF_PAST_THREE, Pattern
from tests.variants.story import fresh
from tests.variants.test_variants import firm, world

DAY = timedelta(days=1)
LAST = FIRST + 60 * DAY
TABLES: dict[str, Workflow] = {table.noun: table for table in (PLACEMENT, AGREEMENT, REQUEST)}
REASON = "Because it is so."
ANYBODY = [Role.COORDINATOR, Role.HEAD, Role.TEACHER, Role.STUDENT, Role.GUARDIAN, Role.SUPERVISOR, SYSTEM]


def mostly(role: str):
    """The one whose move it is, and now and then anybody."""
    return st.sampled_from([role] * len(ANYBODY) + ANYBODY)


DONE: set[str] = set()
"""Verbs that were carried out, so that a search which gets nowhere is noticed."""


class Placing(RuleBasedStateMachine):
    """One student, two workplaces; the clock only goes forward."""

    @initialize(runs=st.sampled_from([True, True, False]))
    def begin(self, runs):
        self.college = world()
        self.crane = firm(self.college, "Crane")
        self.now = datetime.combine(FIRST - 14 * DAY, time(20), ZoneInfo("Europe/London"))
        self.last = 0
        self.placements = [self.college.placement(starts_on=FIRST, ends_on=LAST)]
        self.people = {
            Role.TEACHER: self.college.teacher, Role.STUDENT: self.college.student,
            Role.COORDINATOR: self.college.coordinator, Role.SUPERVISOR: self.college.supervisor,
            Role.GUARDIAN: self.college.guardian,
        }  # fmt: skip
        if runs:
            self.everybody_signs()
            self.go(Role.COORDINATOR, "start", False)

    # ── How a move is made ───────────────────────────────────────────────────────────────────────────────────────────

    def actor(self, role: str) -> Actor:
        if role == SYSTEM:
            return Actor.system()
        member = self.people.get(Role(role))
        return Actor("user", member.user_id if member else 1, role)

    @property
    def newest(self) -> Placement:
        return Placement.objects.get(pk=self.placements[-1].pk)

    def agreements(self):
        return Agreement.objects.filter(plan__placement=self.newest).order_by("-plan__number")

    def attempt(self, table: Workflow | None, obj, verb: str, role: str, act) -> None:
        """What the table allows may be refused by a check; what it does not allow must be, and changes nothing."""
        move = table.move(verb) if table else None
        allowed = move is None or (role in move.roles and (not move.sources or obj.state in move.sources))
        before = Transition.objects.count()
        try:
            with transaction.atomic():
                act(self.actor(role))
        except Refused:
            assert Transition.objects.count() == before
        else:
            assert allowed, f"{role} did {verb} from {obj.state}"
            DONE.add(verb)

    # ── Moves ────────────────────────────────────────────────────────────────────────────────────────────────────────

    @rule(days=st.integers(1, 6))
    def wait(self, days):
        self.now += days * DAY

    @rule(role=mostly(Role.COORDINATOR), weekdays=st.sets(st.integers(0, 4), min_size=1))
    def plan(self, role, weekdays):
        shifts = [Pattern(day, EIGHT, HALF_PAST_THREE, 30) for day in sorted(weekdays)]
        self.attempt(
            PLACEMENT, self.newest, "plan", role,
            lambda by: workflow.set_plan(
                placement=self.newest, shifts=shifts, outcomes=self.college.outcomes, purpose_text="Learn.",
                rhythm=PlanVersion.Rhythm.WEEKLY, by=by, at=self.now,
            ),
        )  # fmt: skip

    @rule(role=mostly(Role.COORDINATOR))
    def propose(self, role):
        if agreement := self.agreements().first():
            self.attempt(
                AGREEMENT, agreement, "propose", role,
                lambda by: workflow.propose(
                    agreement=agreement, sign_by=(self.now + 20 * DAY).date(), by=by, at=self.now
                ),
            )  # fmt: skip

    @rule(role=st.sampled_from(ANYBODY), number=st.integers(0, 3))
    def sign(self, role, number):
        places = list(Signature.objects.filter(agreement__in=self.agreements()).order_by("-pk"))
        if places:
            place = places[number % len(places)]
            if place.signed_at is None:
                self.attempt(
                    AGREEMENT, place.agreement, "sign", role,
                    lambda by: workflow.sign(signature=place, name_typed="A. Name", ip=None, by=by, at=self.now),
                )  # fmt: skip

    @rule()
    def everybody_signs(self):
        """The usual way, so that the search gets past the agreement."""
        if self.agreements().first() is None and self.newest.state in Placement.LIVE:
            self.plan(Role.COORDINATOR, {0, 1, 2, 3, 4})
        self.propose(Role.COORDINATOR)
        for role in (Role.STUDENT, Role.GUARDIAN, Role.SUPERVISOR, Role.COORDINATOR):
            for number in range(4):
                self.sign(role, number)
        self.now = max(self.now, datetime.combine(self.newest.starts_on, time(20), self.now.tzinfo))

    @rule()
    def work_a_week(self):
        """Each day of the plan is logged on its evening as far as it is possible, and the host confirms."""
        for _day in range(7):
            self.log(Role.STUDENT, 0, 8, 7, False)
            self.now += DAY
        self.confirm(1 if self.now.weekday() == 0 else 0, 0)

    @rule(role=mostly(Role.SUPERVISOR))
    def refuse(self, role):
        if place := Signature.objects.filter(agreement__in=self.agreements(), signed_at=None).first():
            self.attempt(
                AGREEMENT, place.agreement, "refuse", role,
                lambda by: workflow.refuse(signature=place, reason=REASON, by=by, at=self.now),
            )  # fmt: skip

    @rule(role=mostly(Role.COORDINATOR), number=st.integers(0, 2))
    def withdraw(self, role, number):
        agreements = list(self.agreements())
        if agreements:
            agreement = agreements[number % len(agreements)]
            self.attempt(
                AGREEMENT, agreement, "lapse", role,
                lambda by: workflow.withdraw(agreement=agreement, by=by, at=self.now),
            )  # fmt: skip

    @rule(role=mostly(Role.COORDINATOR), verb=st.sampled_from(["start", "resume", "end"]), old=st.booleans())
    def go(self, role, verb, old):
        placement = Placement.objects.get(pk=self.placements[0].pk) if old else self.newest
        act = {"start": workflow.start, "resume": workflow.resume, "end": workflow.end}[verb]
        self.attempt(PLACEMENT, placement, verb, role, lambda by: act(placement=placement, by=by, at=self.now))

    @rule(role=mostly(Role.COORDINATOR), verb=st.sampled_from(["start_unagreed", "pause", "cancel"]))
    def say_why(self, role, verb):
        placement = self.newest
        act = {"start_unagreed": workflow.start_unagreed, "pause": workflow.pause, "cancel": workflow.cancel}[verb]
        self.attempt(
            PLACEMENT, placement, verb, role, lambda by: act(placement=placement, reason=REASON, by=by, at=self.now)
        )

    @rule(role=mostly(Role.COORDINATOR), back=st.integers(0, 5))
    def break_early(self, role, back):
        placement, why = self.newest, breaking.Why("people", "host", REASON)
        last = self.now.date() - back * DAY
        self.attempt(
            PLACEMENT, placement, "break", role,
            lambda by: breaking.break_early(placement=placement, why=why, last_day=last, by=by, at=self.now),
        )  # fmt: skip

    @rule(role=mostly(Role.COORDINATOR))
    def undo(self, role):
        placement = self.newest
        if verb := breaking.restoring(placement):
            self.attempt(
                PLACEMENT, placement, verb, role, lambda by: breaking.restore(placement=placement, by=by, at=self.now)
            )

    @rule(role=mostly(Role.COORDINATOR))
    def transfer(self, role):
        placement = self.newest
        if len(self.placements) < 3:
            first = max(self.now.date(), placement.ends_on + DAY)
            made: list[Placement] = []
            self.attempt(
                PLACEMENT, placement, "transfer", role,
                lambda by: made.append(breaking.transfer(
                    placement=placement, site=self.crane.site, supervisor=self.crane,
                    coordinator=self.college.coordinator.user.person, starts_on=first, ends_on=first + 20 * DAY,
                    by=by, at=self.now,
                )),
            )  # fmt: skip
            self.placements += made

    # ── Hours ────────────────────────────────────────────────────────────────────────────────────────────────────────

    @rule(
        role=mostly(Role.STUDENT),
        back=st.integers(0, 6),
        starts=st.integers(6, 14),
        long=st.integers(1, 9),
        old=st.booleans(),
    )
    def log(self, role, back, starts, long, old):
        placement = Placement.objects.get(pk=self.placements[0].pk) if old else self.newest
        values = {"starts_at": time(starts), "ends_at": time(starts + long), "break_minutes": 0, "late_reason": REASON}
        self.attempt(
            hours.HOURS, placement, "log", role,
            lambda by: hours.log_day(
                placement=placement, day=self.now.date() - back * DAY, tasks=[], by=by, at=self.now, **values
            ),
        )  # fmt: skip

    @rule(back=st.integers(0, 2), less=st.sampled_from([0, 0, 30]))
    def confirm(self, back, less):
        placement = self.newest
        guide = placement.segments.get().supervisor.person
        monday = self.now.date() - self.now.weekday() * DAY - back * 7 * DAY
        entries = WorkEntry.objects.filter(placement=placement, day__range=(monday, monday + 6 * DAY), locked_at=None)
        changes = {entry.pk: (entry.logged_minutes - less, REASON) for entry in entries if less}
        self.attempt(
            None, placement, "confirm", Role.SUPERVISOR,
            lambda by: weeks.confirm_week(
                placement=placement, week_starts_on=monday, person=guide, changes=changes, by=by, at=self.now
            ),
        )  # fmt: skip

    @rule()
    def take_confirmation_back(self):
        if held := WeekConfirmation.objects.filter(placement=self.newest).first():
            self.attempt(
                None, held, "undo", Role.SUPERVISOR,
                lambda by: weeks.undo_confirmation(confirmation=held, by=by, at=self.now),
            )  # fmt: skip

    @rule(role=mostly(Role.COORDINATOR), verb=st.sampled_from(["take_back", "settle"]), number=st.integers(0, 9))
    def answer(self, role, verb, number):
        entries = list(WorkEntry.objects.filter(learner=self.newest.learner).order_by("pk"))
        if not entries:
            return
        entry = entries[number % len(entries)]
        person = self.college.coordinator.user.person
        acts = {
            "take_back": lambda by: hours.take_back(entry=entry, by=by, at=self.now),
            "settle": lambda by: settling.settle(
                entry=entry, minutes=60, reason=REASON, person=person, by=by, at=self.now
            ),
        }
        self.attempt(None if entry.state == WorkEntry.State.WITHDRAWN else hours.HOURS, entry, verb, role, acts[verb])

    # ── Credit ───────────────────────────────────────────────────────────────────────────────────────────────────────

    @rule(role=mostly(Role.TEACHER))
    def credit(self, role):
        enrolment = fresh(self.college.enrolment)
        result = opinion_of(enrolment, today=self.now.date()).result
        if result and result.proposed_minutes:
            outcome = "partly" if result.missing_minutes else "credited"
            self.attempt(
                None, self.newest, "decide", role,
                lambda by: decide(
                    enrolment=enrolment, outcome=outcome, minutes=result.proposed_minutes, reason=REASON,
                    person=self.college.teacher.user.person, by=by, at=self.now,
                ),
            )  # fmt: skip

    @rule()
    def correct(self):
        decided = Decision.objects.filter(enrolment=self.college.enrolment, state__in=Decision.DECIDED)
        if (decision := decided.order_by("-pk").first()) and not Correction.objects.filter(state="asked").exists():
            student, teacher = self.college.student.user.person, self.college.teacher.user.person

            def act(by: Actor) -> None:
                asked = ask_correction(
                    decision=decision, text=REASON, person=student, by=self.actor(Role.STUDENT), at=self.now
                )
                uphold(correction=asked, answer=REASON, person=teacher, by=by, at=self.now)

            self.attempt(None, decision, "correct", Role.TEACHER, act)

    # ── What always holds ────────────────────────────────────────────────────────────────────────────────────────────

    @invariant()
    def no_invariant_is_broken(self):
        if hasattr(self, "college"):
            entries = list(WorkEntry.objects.filter(learner=self.placements[0].learner))
            result = opinion_of(fresh(self.college.enrolment), today=self.now.date()).result
            self.no_credit_without_an_agreement_that_was_in_force(result)
            self.minutes_by_setting_sum_to_the_total(entries, result)
            self.nobody_is_at_two_places_at_once(entries)
            self.every_move_is_in_the_table()
            self.the_ledger_is_the_sum_of_the_decisions_that_stand()

    def no_credit_without_an_agreement_that_was_in_force(self, result):
        agreed = Agreement.objects.filter(plan__placement__in=self.placements, in_force_at__isnull=False)
        if not agreed.exists():
            assert (result.counted_minutes, self.balance) == (0, 0)

    @property
    def balance(self) -> int:
        return balances([self.college.enrolment.pk])[self.college.enrolment.pk]

    def minutes_by_setting_sum_to_the_total(self, entries, result):
        confirmed = {setting: 0 for setting in Setting}
        for entry in entries:
            confirmed[entry.setting] += entry.confirmed_minutes or 0
        assert min(confirmed.values()) >= 0
        assert sum(confirmed.values()) == sum(entry.confirmed_minutes or 0 for entry in entries)
        assert result.counted_minutes <= sum(confirmed.values())

    def nobody_is_at_two_places_at_once(self, entries):
        worked = [entry for entry in entries if entry.state != WorkEntry.State.WITHDRAWN]
        spans = sorted((entry.span.lower, entry.span.upper) for entry in worked)
        assert all(first[1] <= then[0] for first, then in pairwise(spans))

    def every_move_is_in_the_table(self):
        rows = Transition.objects.filter(school_id=self.college.school.pk, noun__in=TABLES, pk__gt=self.last)
        for row in rows.order_by("pk"):
            self.last = row.pk
            if row.from_state:
                move = TABLES[row.noun].move(row.verb)
                assert row.from_state in move.sources, (row.noun, row.verb, row.from_state)
                assert row.role in move.roles, (row.noun, row.verb, row.role)
                assert row.to_state == (move.target or row.from_state)

    def the_ledger_is_the_sum_of_the_decisions_that_stand(self):
        standing = Decision.objects.filter(enrolment=self.college.enrolment, state__in=Decision.CREDITING)
        assert self.balance == sum(decision.credited_minutes for decision in standing)


def test_no_sequence_of_moves_breaks_an_invariant(db):
    class Rolled(Placing):
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
            max_examples=12, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
    assert {"plan", "propose", "sign", "start"} <= DONE
