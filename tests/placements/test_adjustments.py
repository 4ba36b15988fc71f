"""What a student needs at work (product 6, E27): own words, chosen readers, versions, and what a host says to it."""

import pytest
import time_machine

from accounts.roles import Role
from core.workflow import Refused
from placements.models import Adjustment
from placements.queries.adjustments import needs_for_host, needs_of, refused, texts_for_teacher
from placements.workflow.adjustments import (
    answer_adjustment,
    change_adjustment,
    withdraw_adjustment,
    write_adjustment,
)
from tests.placements.garage import HOST, MONDAY, STUDENT, at, build, member, moves, person

pytestmark = pytest.mark.django_db
NOW = at(MONDAY)
FOR_HOST, FOR_TEACHER, FOR_NOBODY = "Ten minutes' rest every hour.", "Larger print.", "I have epilepsy."


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def garage():
    return build()


def write(garage, text=FOR_HOST, *, for_host=True, for_teacher=False, **more) -> Adjustment:
    return write_adjustment(
        student=garage.lina.enrolment.student, text=text, for_host=for_host, for_teacher=for_teacher, by=STUDENT,
        at=NOW, **more,
    )  # fmt: skip


def answer(garage, row: Adjustment, said: str, text: str = ""):
    return answer_adjustment(
        adjustment=row, placement=garage.lina, answer=said, text=text, person=garage.marek.person, by=HOST, at=NOW
    )


def test_each_reader_gets_what_the_student_chose_for_them(garage):
    write(garage)
    write(garage, FOR_TEACHER, for_host=False, for_teacher=True)
    write(garage, FOR_NOBODY, for_host=False)
    assert [need.adjustment.text for need in needs_for_host(garage.lina)] == [FOR_HOST]
    assert [row.text for row in texts_for_teacher(garage.lina)] == [FOR_TEACHER]
    assert [need.adjustment.text for need in needs_of(garage.lina.enrolment.student)] == [
        FOR_HOST,
        FOR_TEACHER,
        FOR_NOBODY,
    ]
    assert (needs_for_host(garage.jonas), list(texts_for_teacher(garage.jonas))) == ([], [])


def test_a_change_is_a_new_row_and_nobody_reads_the_old_one(garage):
    first = write(garage)
    second = change_adjustment(
        adjustment=first, text="Five minutes", for_host=True, for_teacher=True, by=STUDENT, at=NOW
    )
    assert [need.adjustment for need in needs_for_host(garage.lina)] == [second]
    first.refresh_from_db()
    assert (first.text, first.withdrawn_at) == (FOR_HOST, NOW)
    with pytest.raises(Refused, match="in the meantime"):
        answer(garage, first, "agreed")
    with pytest.raises(Refused, match="in the meantime"):
        change_adjustment(adjustment=first, text="x", for_host=True, for_teacher=False, by=STUDENT, at=NOW)
    withdraw_adjustment(adjustment=second, by=STUDENT, at=NOW)
    withdraw_adjustment(adjustment=second, by=STUDENT, at=NOW)
    assert needs_for_host(garage.lina) == []
    assert [move.verb for move in moves().order_by("pk")] == ["write", "change", "withdraw"]


def test_no_row_of_the_log_holds_a_word_of_it_or_stands_on_a_page(garage):
    row = write(garage)
    assert write(garage, "Twice", public_id=row.public_id) == row
    answer(garage, row, "refused", "Our line cannot stop.")
    kept = list(moves().order_by("pk"))
    assert [(move.verb, move.timeline) for move in kept] == [("write", ""), ("answer", "")]
    assert kept[1].details == {"answer": "refused"}
    for move in kept:
        assert FOR_HOST not in str(vars(move))
        assert "cannot stop" not in str(vars(move))


def test_a_refusal_stays_on_the_file_and_is_the_coordinators_to_solve_until_it_is_solved(garage):
    coordinator = member(person("Cora Office"), garage.school, Role.COORDINATOR)
    row = write(garage)
    first = answer(garage, row, "refused")
    assert answer(garage, row, "refused") == first
    assert list(refused(coordinator)) == [first]
    answer(garage, row, "otherwise", "A stool at the bench.")
    assert list(refused(coordinator)) == []
    assert [one.answer for one in row.answers.all()] == ["refused", "otherwise"]
    (need,) = needs_of(garage.lina.enrolment.student)
    assert ([one.text for one in need.answers], need.is_refused) == (["A stool at the bench."], False)


def test_a_need_that_is_withdrawn_or_of_another_school_is_nothing_to_solve(garage):
    row = write(garage)
    answer(garage, row, "refused")
    for number, (school, role) in enumerate(
        [(garage.other_school, Role.COORDINATOR), (garage.school, Role.HEAD), (garage.school, Role.TEACHER)]
    ):
        assert list(refused(member(person(f"Some Body{number}"), school, role))) == []
    coordinator = member(person("Cora Office"), garage.school, Role.COORDINATOR)
    assert refused(coordinator).count() == 1
    withdraw_adjustment(adjustment=row, by=STUDENT, at=NOW)
    assert list(refused(coordinator)) == []


def test_a_host_answers_only_what_is_shared_with_it(garage):
    hidden = write(garage, FOR_NOBODY, for_host=False)
    with pytest.raises(Refused):
        answer(garage, hidden, "agreed")
    shared = write(garage)
    with pytest.raises(Refused):
        answer_adjustment(
            adjustment=shared, placement=garage.jonas, answer="agreed", text="", person=garage.marek.person,
            by=HOST, at=NOW,
        )  # fmt: skip
    with pytest.raises(Refused, match="how"):
        answer(garage, shared, "otherwise")
    with pytest.raises(Refused):
        write_adjustment(
            student=garage.lina.enrolment.student, text="x", for_host=True, for_teacher=True, by=HOST, at=NOW
        )
