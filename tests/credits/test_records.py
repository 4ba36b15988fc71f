"""What rules ask about is noted by the school, and the rules see it; past decisions can be read line by line."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse

from accounts.roles import Role
from core.workflow import Refused
from credits.evidence import stored
from credits.models import Decision, Record
from credits.queries import opinion_of
from credits.rules.evaluate import evaluate
from credits.workflow import write_record
from demo.lives import actor
from schools.models import Enrolment, RuleSet
from schools.rule_sets.reading import read_rule_set
from schools.rule_sets.shipped import FOLDER, add_version

NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)
TODAY = date(2026, 11, 24)


@pytest.fixture
def lina(cast) -> Enrolment:
    return Enrolment.objects.get(student__person=cast.insider(Role.STUDENT).user.person)


@pytest.fixture
def visited(lina) -> Enrolment:
    """Her programme asks for a visit beside the hours."""
    content = json.loads((FOLDER / "hours-at-work.json").read_text("utf-8"))
    content |= {"key": "with-a-visit", "general": False, "words": {"visit": {"en": "visit", "fr": "visite"}}}
    match = {"kind": "visit", "by": ["teacher"], "results": ["seen"]}
    label = {"en": "A visit", "fr": "Une visite"}
    content["requirements"].append({"key": "visited", "type": "records", "label": label, "match": match})
    rule_set = RuleSet.objects.create(key="with-a-visit")
    add_version(rule_set, read_rule_set(json.dumps(content)), content, at=NOW)
    version = lina.cohort.version
    version.rule_set = rule_set
    version.save()
    return Enrolment.objects.get(pk=lina.pk)


def state_of_the_visit(enrolment: Enrolment) -> str:
    rows = opinion_of(enrolment, today=TODAY).result.requirements
    return next(row.state for row in rows if row.rule == "visited")


def test_a_visit_that_is_noted_on_the_page_meets_the_rule_that_asks_for_it(visited, cast):
    client, page = cast.client(cast.insider(Role.TEACHER)), reverse("credits:records", args=[visited.public_id])
    assert state_of_the_visit(visited) == "not_met"
    said = {"kind": "visit", "on": "2026-11-20", "party": "teacher", "result": "seen"}
    assert client.post(page, said).status_code == 302
    assert state_of_the_visit(visited) == "met"
    assert "visit" in client.get(page).content.decode()


def test_the_same_record_twice_is_one(visited):
    teacher = visited.teacher
    said = {"kind": "visit", "on": TODAY, "party": "teacher", "person": teacher, "by": actor(Role.TEACHER, teacher)}
    assert write_record(enrolment=visited, **said, at=NOW) == write_record(enrolment=visited, **said, at=NOW)


def test_a_day_to_come_is_refused_and_what_was_typed_stays(visited, cast):
    client, page = cast.client(cast.insider(Role.TEACHER)), reverse("credits:records", args=[visited.public_id])
    answer = client.post(page, {"kind": "visit", "on": "2036-11-20", "result": "seen"})
    assert answer.status_code == 422
    assert answer.context["form"]["result"].value() == "seen"
    with pytest.raises(Refused, match="still to come"):
        write_record(
            enrolment=visited, kind="visit", on=TODAY + timedelta(days=1), person=visited.teacher,
            by=actor(Role.TEACHER, visited.teacher), at=NOW,
        )  # fmt: skip
    assert not Record.objects.exists()


def test_a_record_is_removed_after_one_question_and_the_rule_no_longer_sees_it(visited, cast):
    teacher = visited.teacher
    record = write_record(
        enrolment=visited, kind="visit", on=TODAY, party="teacher", result="seen", person=teacher,
        by=actor(Role.TEACHER, teacher), at=NOW,
    )  # fmt: skip
    client, page = cast.client(cast.insider(Role.TEACHER)), reverse("credits:record_remove", args=[record.public_id])
    assert client.get(page).status_code == 200
    assert Record.objects.count() == 1
    client.post(page)
    assert state_of_the_visit(visited) == "not_met"


def test_rules_that_ask_for_no_papers_say_so(lina, cast):
    page = cast.client(cast.insider(Role.TEACHER)).get(reverse("credits:records", args=[lina.public_id]))
    assert "Nothing to note" in page.content.decode()
    assert page.context["form"] is None


def test_a_past_decision_shows_what_the_rules_said_then_to_the_student_and_the_staff(lina, cast):
    decision = Decision.objects.get(enrolment=lina, state="partly")
    for role in (Role.STUDENT, Role.TEACHER, Role.HEAD):
        page = cast.client(cast.insider(role)).get(reverse("credits:decided", args=[decision.public_id]))
        text = page.content.decode()
        assert "Hours at work: 179 h 30, at least 315 h are asked for. Missing: 135 h 30." in text
        assert decision.ledger_entries.get().hash in text


def test_a_stored_evaluation_gives_its_result_again(lina):
    evaluation = Decision.objects.get(enrolment=lina, state="partly").evaluation
    assert evaluate(stored(evaluation).case).as_data() == evaluation.result
