"""A teacher decides once; the ledger keeps it in a chain."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.roles import Role
from core.models import Transition
from core.workflow import Refused
from credits import ledger
from credits.models import Decision, LedgerEntry
from credits.queries import balances, opinion_of
from credits.workflow import decide, propose
from demo.lives import actor
from placements.models import Placement, WorkEntry
from schools.models import Enrolment

TODAY = date(2026, 11, 24)
NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)


@pytest.fixture
def per(cast) -> Enrolment:
    """His placement ended; everything is confirmed and nothing decided."""
    return Enrolment.objects.get(student__person__given_name="Per", student__person__family_name="Ek")


@pytest.fixture
def lina(cast) -> Enrolment:
    return Enrolment.objects.get(student__person=cast.insider(Role.STUDENT).user.person)


def as_teacher(enrolment, **said):
    return decide(enrolment=enrolment, person=enrolment.teacher, by=actor(Role.TEACHER, enrolment.teacher), **said)


def test_lina_has_the_numbers_of_the_spec(lina):
    result = opinion_of(lina, today=TODAY).result
    done = (result.worked_minutes, result.counted_minutes, result.credited_minutes)
    open_now = (result.required_minutes, result.missing_minutes, result.proposed_minutes)
    assert done == (186 * 60 + 30, 179 * 60 + 30, 140 * 60)
    assert open_now == (315 * 60, 135 * 60 + 30, 39 * 60 + 30)
    assert [(cut.rule, cut.reason, cut.cut_minutes, cut.entry_count) for cut in result.steps] == [
        ("confirmed", "not_confirmed", 420, 1)
    ]


def test_a_decision_writes_one_ledger_entry_and_one_move(per):
    minutes = opinion_of(per, today=TODAY).result.proposed_minutes
    decision = as_teacher(per, outcome="partly", minutes=minutes, at=NOW)
    assert LedgerEntry.objects.get(decision=decision).minutes == minutes
    assert balances([per.pk]) == {per.pk: minutes}
    moves = Transition.objects.filter(noun="decision", object_id=decision.pk).order_by("pk")
    assert [(move.verb, move.to_state, move.timeline) for move in moves] == [
        ("propose", "proposed", f"enrolment:{per.pk}"),
        ("credit_partly", "partly", f"enrolment:{per.pk}"),
    ]


def test_deciding_twice_on_the_same_page_credits_once(per):
    opinion = opinion_of(per, today=TODAY)
    said = {"outcome": "partly", "minutes": opinion.result.proposed_minutes, "seen": opinion.seen}
    as_teacher(per, **said, at=NOW)
    with pytest.raises(Refused, match="changed since you opened"):
        as_teacher(per, **said, at=NOW)
    assert LedgerEntry.objects.filter(enrolment=per).count() == 1


def test_proposing_twice_on_the_same_evidence_keeps_one_evaluation(per):
    by = actor(Role.TEACHER, per.teacher)
    first, second = (propose(enrolment=per, by=by, at=NOW).decision for _ in range(2))
    assert first == second
    assert per.evaluations.count() == 1


@pytest.mark.parametrize("more", [-1, 1, 10_000])
def test_other_minutes_than_proposed_need_a_reason(per, more):
    minutes = opinion_of(per, today=TODAY).result.proposed_minutes + more
    with pytest.raises(Refused, match="give a reason"):
        as_teacher(per, outcome="partly", minutes=minutes, reason=" ", at=NOW)
    assert as_teacher(per, outcome="partly", minutes=minutes, reason="We saw it.", at=NOW).reason == "We saw it."


def test_not_yet_credits_nothing(per):
    decision = as_teacher(per, outcome="not_yet", minutes=0, reason="The report is missing.", at=NOW)
    assert decision.state == Decision.State.NOT_YET
    assert not LedgerEntry.objects.filter(enrolment=per).exists()


def test_only_an_assessor_decides(per, cast):
    other = cast.insider(Role.HEAD).user.person
    for role, person in ((Role.TEACHER, other), (Role.COORDINATOR, per.teacher)):
        with pytest.raises(Refused, match="may not"):
            decide(enrolment=per, outcome="partly", minutes=60, person=person, by=actor(role, person), at=NOW)


def test_decisions_one_after_the_other_leave_a_chain_that_holds(lina):
    for number in range(3):
        as_teacher(lina, outcome="partly", minutes=60, reason="A part.", at=NOW + timedelta(minutes=number))
    rows = list(LedgerEntry.objects.filter(student=lina.student).order_by("sequence"))
    assert [row.sequence for row in rows] == [1, 2, 3, 4]
    assert list(ledger.problems(rows)) == []


def test_a_teacher_decides_on_the_page_and_sees_what_was_decided(per, cast):
    client = cast.client(cast.insider(Role.TEACHER))
    page = reverse("credits:decision", args=[per.public_id])
    assert page in client.get(reverse("credits:to_decide")).content.decode()
    proposed = opinion_of(per, today=TODAY).result.proposed_minutes
    form = client.get(page).context["form"]
    answer = client.post(page, {name: form[name].value() or "" for name in form.fields})
    assert (answer.status_code, answer["Location"]) == (302, page)
    assert balances([per.pk])[per.pk] == proposed
    assert page not in client.get(reverse("credits:to_decide")).content.decode()
    assert "Credited" in client.get(page).content.decode() or "Partly" in client.get(page).content.decode()


def test_a_difference_without_a_reason_comes_back_with_what_was_typed(per, cast):
    client = cast.client(cast.insider(Role.TEACHER))
    answer = client.post(
        reverse("credits:decision", args=[per.public_id]), {"outcome": "partly", "hours": "3", "rest": "20"}
    )
    assert answer.status_code == 422
    assert answer.context["form"]["rest"].value() == "20"


def test_the_coordinator_and_the_head_read_without_deciding(per, cast):
    page = reverse("credits:decision", args=[per.public_id])
    for role in (Role.COORDINATOR, Role.HEAD):
        client = cast.client(cast.insider(role))
        assert client.get(page).context["form"] is None
        assert client.post(page, {"outcome": "not_yet"}).status_code == 404


def test_a_teacher_who_accompanies_the_placement_may_decide(per, cast):
    head = cast.insider(Role.HEAD).user.person
    Placement.objects.filter(enrolment=per).update(teacher=head)
    minutes = opinion_of(per, today=TODAY).result.proposed_minutes
    decision = decide(
        enrolment=per, outcome="partly", minutes=minutes, person=head, by=actor(Role.TEACHER, head), at=NOW
    )
    assert decision.decided_by == head


def test_the_rules_are_asked_in_two_queries_however_many_days_a_student_worked(lina, per):
    assert (
        WorkEntry.objects.filter(placement__enrolment=lina).count()
        != WorkEntry.objects.filter(placement__enrolment=per).count()
    )
    for enrolment in Enrolment.objects.filter(pk__in=[lina.pk, per.pk]).select_related(
        "cohort__version", "student__school"
    ):
        with CaptureQueriesContext(connection) as captured:
            opinion_of(enrolment, today=TODAY)
        assert len(captured) == 2
