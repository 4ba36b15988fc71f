"""Rows of the ledger are written one after the other, never changed, and taken back at most once."""

from datetime import UTC, datetime, timedelta
from importlib import import_module

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.db.models import Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.roles import Role
from core.models import Transition
from credits import ledger
from credits.models import Decision, Evaluation, LedgerEntry
from placements.models import HourClaim
from schools.models import Enrolment, RuleSetVersion, Unit
from schools.queries import version_in_force

NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)
AWARDS = st.lists(st.tuples(st.integers(-3000, 30_000), st.integers(-5000, 60_000)), max_size=8)
in_one_transaction = settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture
def lina(cast) -> Enrolment:
    """140 h are credited to her in row 1."""
    return Enrolment.objects.get(student__person=cast.insider(Role.STUDENT).user.person)


def decision_on(enrolment: Enrolment) -> Decision:
    evaluation = Evaluation.objects.create(
        enrolment=enrolment,
        rule_set_version=version_in_force(enrolment, NOW.date()),
        evidence={},
        evidence_hash="",
        result={},
        at=NOW,
    )
    return Decision.objects.create(
        enrolment=enrolment,
        evaluation=evaluation,
        state="credited",
        decided_by=enrolment.teacher,
        decided_at=NOW,
    )


def given_to(enrolment: Enrolment, *awards: tuple[int, int]) -> list[LedgerEntry]:
    decision = decision_on(enrolment)
    return [
        ledger.append(
            decision=decision, award=f"award-{number}", measure="credit", minutes=minutes, credit=credit, at=NOW
        )
        for number, (minutes, credit) in enumerate(awards)
    ]


def balance(enrolment: Enrolment) -> tuple[int, int]:
    sums = LedgerEntry.objects.filter(enrolment=enrolment).aggregate(minutes=Sum("minutes"), credit=Sum("credit"))
    return sums["minutes"], sums["credit"]


def chain_of(enrolment: Enrolment) -> list[LedgerEntry]:
    return list(LedgerEntry.objects.filter(student=enrolment.student).order_by("sequence"))


def test_each_award_of_a_decision_is_a_row_that_holds_the_hash_of_the_row_before(lina):
    unit = Unit.objects.filter(version=lina.cohort.version).first()
    decision = decision_on(lina)
    first = ledger.append(decision=decision, award="hours", measure="hours", minutes=90, at=NOW)
    second = ledger.append(decision=decision, award="unit", measure="credit", minutes=0, credit=1500, unit=unit, at=NOW)
    assert (first.sequence, second.sequence, second.previous) == (2, 3, first.hash)
    assert (second.unit, second.credit, second.measure, second.award) == (unit, 1500, "credit", "unit")
    assert (second.evaluation, second.rule_set_version) == (
        decision.evaluation,
        decision.evaluation.rule_set_version,
    )
    assert list(ledger.problems(chain_of(lina))) == []


def test_a_row_that_is_taken_back_is_mirrored_by_one_further_row(lina):
    [award] = given_to(lina, (90, 1500))
    later = NOW + timedelta(days=3)
    row = ledger.reverse(entry=award, decision=award.decision, at=later)
    assert (row.sequence, row.reverses, row.minutes, row.credit, row.at) == (3, award, -90, -1500, later)
    assert [getattr(row, name) for name in ledger.MIRRORED] == [getattr(award, name) for name in ledger.MIRRORED]
    assert ledger.reverse(entry=award, decision=award.decision, at=later + timedelta(days=1)) == row
    assert [row.sequence for row in chain_of(lina)] == [1, 2, 3]


def test_what_takes_back_is_not_taken_back_and_no_decision_takes_back_the_row_of_another(lina):
    [award], [other] = given_to(lina, (90, 0)), given_to(lina, (60, 0))
    row = ledger.reverse(entry=award, decision=award.decision, at=NOW)
    for entry, decision in ((row, row.decision), (other, award.decision)):
        with pytest.raises(ValueError, match="is no award of"):
            ledger.reverse(entry=entry, decision=decision, at=NOW)
    assert len(chain_of(lina)) == 4


def test_the_same_award_of_a_decision_is_never_written_twice(lina):
    [award] = given_to(lina, (90, 0))
    with pytest.raises(IntegrityError, match="ledger_award_once"), transaction.atomic():
        ledger.append(decision=award.decision, award=award.award, measure="credit", minutes=90, at=NOW)
    assert [row.minutes for row in chain_of(lina)] == [140 * 60, 90]


@in_one_transaction
@given(awards=AWARDS)
def test_the_ledger_is_the_sum_of_its_awards(lina, awards):
    with transaction.atomic():
        given_to(lina, *awards)
        assert balance(lina) == (140 * 60 + sum(one[0] for one in awards), sum(one[1] for one in awards))
        transaction.set_rollback(True)


@in_one_transaction
@given(awards=AWARDS, data=st.data())
def test_awards_that_are_taken_back_leave_the_balance_as_before_and_the_chain_holds(lina, awards, data):
    with transaction.atomic():
        given_to(lina, (30, 100))
        before = balance(lina)
        rows = given_to(lina, *awards)
        for row in data.draw(st.permutations(rows)):
            ledger.reverse(entry=row, decision=row.decision, at=NOW)
        assert balance(lina) == before
        assert list(ledger.problems(chain_of(lina))) == []
        transaction.set_rollback(True)


def run(statement: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE credits_ledgerentry SET minutes = 600",
        "DELETE FROM credits_ledgerentry",
        "TRUNCATE credits_ledgerentry",
        "TRUNCATE credits_decision CASCADE",
    ],
)
def test_the_database_refuses_to_change_or_remove_what_was_credited(lina, statement):
    with pytest.raises(IntegrityError, match="append-only"):
        run(statement)
    assert [row.minutes for row in chain_of(lina)] == [140 * 60]


@pytest.mark.parametrize(
    "change",
    ["side = 'school'", "minutes = 1", "reason = 'no'", "entry_id = 0", "person_id = 0", "at = now()", "id = 0"],
)
def test_what_a_side_said_of_an_hour_is_never_said_differently(db, change):
    before = list(HourClaim.objects.order_by("pk").values_list())
    for statement in (f"UPDATE placements_hourclaim SET {change}", "TRUNCATE placements_hourclaim"):
        with pytest.raises(IntegrityError, match="append-only"):
            run(statement)
    assert before
    assert list(HourClaim.objects.order_by("pk").values_list()) == before


def test_a_confirmation_that_is_undone_keeps_its_claims(db):
    claims = HourClaim.objects.exclude(confirmation=None)
    count = HourClaim.objects.count()
    assert claims.update(confirmation=None) > 0
    assert HourClaim.objects.count() == count


@pytest.mark.parametrize(
    "column", [field.column for field in Transition._meta.concrete_fields if field.column != "reason"]
)
def test_a_move_in_the_log_stays_as_it_was_but_for_its_free_words(db, column):
    moves = Transition.objects.count()
    with pytest.raises(IntegrityError, match="append-only"):
        run(f"UPDATE core_transition SET {column} = {column}")
    with pytest.raises(IntegrityError, match="append-only"):
        run("TRUNCATE core_transition")
    assert Transition.objects.update(reason="") == moves > 0


def test_the_migration_takes_the_rights_to_change_rows_from_everybody_but_the_owner(db):
    take_back = import_module("credits.migrations.0005_ledger_rights").Migration.operations[1]
    run('CREATE ROLE "The site"; GRANT ALL ON credits_ledgerentry TO "The site" WITH GRANT OPTION')
    run("GRANT UPDATE (minutes), DELETE ON credits_ledgerentry TO PUBLIC")
    run(take_back.sql)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT may FROM unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE']) AS may "
            "WHERE has_table_privilege('The site', 'credits_ledgerentry', may)"
        )
        assert cursor.fetchall() == [("SELECT",), ("INSERT",)]
        cursor.execute("SELECT has_any_column_privilege('The site', 'credits_ledgerentry', 'UPDATE')")
        assert cursor.fetchone() == (False,)


def test_a_flush_between_tests_passes_the_triggers(lina):
    call_command("flush", interactive=False, verbosity=0, inhibit_post_migrate=True)
    assert not LedgerEntry.objects.exists()


def test_neither_an_evaluation_nor_a_wording_of_the_rules_can_be_changed(lina):
    evaluation = Evaluation.objects.filter(enrolment=lina).latest("pk")
    for rows, change in (
        (Evaluation.objects.filter(pk=evaluation.pk), {"evidence": {}}),
        (RuleSetVersion.objects.filter(pk=evaluation.rule_set_version_id), {"content": {}}),
    ):
        with pytest.raises(IntegrityError, match="is never changed"), transaction.atomic():
            rows.update(**change)


def test_the_chain_covers_the_evidence_of_each_decision(lina):
    entry = LedgerEntry.objects.filter(student=lina.student).first()
    assert entry.evidence_hash == entry.evaluation.evidence_hash
    entry.evidence_hash = "0" * 64
    assert ledger.row_hash(entry) != entry.hash
