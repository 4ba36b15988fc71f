"""What the program gathers as evidence when a placement's life is not straight (product 6)."""

import json
from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from credits.models import Record
from credits.queries import Opinion, opinion_of
from credits.replay import cases
from credits.rules.evaluate import evaluate
from employers.models import SchoolEmployer
from placements.models import (
    Absence,
    Agreement,
    Contact,
    Demonstration,
    DemonstrationPart,
    EarlierWork,
    Placement,
    PlanVersion,
    WorkEntry,
)
from placements.workflow import hours, weeks
from schools.models import Enrolment, Outcome, RuleSet, RuleSetVersion, Unit
from schools.rule_sets.reading import read_rule_set
from schools.rule_sets.shipped import add_version
from tests.credits.rules.builders import rule, rule_set, words
from tests.placements.garage import HOST, MONDAY, STUDENT, Garage, at, build, work

TODAY = date(2026, 11, 24)
NOW = at(TODAY)
TUESDAY, WEDNESDAY = MONDAY + timedelta(days=1), MONDAY + timedelta(days=2)


@pytest.fixture
def garage(db) -> Garage:
    found = build()
    agree(found.lina)
    return found


def agree(placement: Placement, at: datetime = datetime(2026, 10, 1, tzinfo=UTC), **more) -> Agreement:
    plan = placement.plan_versions.get()
    return Agreement.objects.create(plan=plan, state="in_force", in_force_at=at, counts_from=at, **more)


def confirm(garage: Garage, placement: Placement, person=None) -> None:
    guide = garage.marek.person
    weeks.confirm_week(
        placement=placement, week_starts_on=MONDAY, person=person or guide, guide=guide, by=HOST, at=at(WEDNESDAY, 20)
    )  # fmt: skip


def asks(garage: Garage, **content) -> RuleSetVersion:
    """The garage's programme has this rule set."""
    kept = RuleSet.objects.create(key=f"try-{RuleSet.objects.count()}")
    said = rule_set(**content)
    version, _new = add_version(kept, read_rule_set(json.dumps(said)), said, at=NOW)
    garage.version.rule_set = kept
    garage.version.save()
    return version


def opinion(placement: Placement) -> Opinion:
    found = Enrolment.objects.select_related("cohort__version", "student__school").get(pk=placement.enrolment_id)
    return opinion_of(found, today=TODAY)


def evidence(placement: Placement):
    return opinion(placement).gathered.evidence


def cuts(placement: Placement) -> dict[str, int]:
    return {line.reason: line.cut_minutes for line in opinion(placement).result.steps if line.cut_minutes}


def shift(placement: Placement, **values) -> None:
    Placement.objects.filter(pk=placement.pk).update(**values)


def second_place(garage: Garage, old: Placement, **values) -> Placement:
    """Another placement of the same enrolment at the same site, agreed."""
    segment = old.segments.get()
    new = Placement.objects.create(
        school=old.school, learner=old.learner, enrolment=old.enrolment, employer=old.employer,
        **{"state": "running", "starts_on": old.starts_on, "ends_on": old.ends_on, **values},
    )  # fmt: skip
    segment.pk, segment.placement, segment._state.adding = None, new, True
    segment.save()
    PlanVersion.objects.create(placement=new)
    return new


# ── Hours that stand and hours that do not ───────────────────────────────────────────────────────────────────────────


def test_a_day_that_was_taken_back_is_no_evidence(garage):
    work(garage.lina, MONDAY)
    hours.take_back(entry=work(garage.lina, TUESDAY), by=STUDENT, at=at(TUESDAY))
    assert [one.since[:10] for one in evidence(garage.lina).work] == [MONDAY.isoformat()]


def test_hours_of_both_hosts_count_once_after_an_early_end_e1(garage):
    """E1: the old host's minutes until the last valid one carry to the requirement; nothing is counted twice."""
    work(garage.lina, MONDAY)
    work(garage.lina, TUESDAY)
    confirm(garage, garage.lina)
    noon = datetime(2026, 11, 17, 12, tzinfo=UTC)
    shift(garage.lina, state="broken", end_reason="people", end_initiator="host", end_direction="company")
    shift(garage.lina, ends_on=TUESDAY, valid_until=noon)
    successor = second_place(garage, garage.lina, predecessor=garage.lina, starts_on=WEDNESDAY)
    agree(successor)
    work(successor, WEDNESDAY)
    confirm(garage, successor)
    result = opinion(garage.lina).result
    assert (result.worked_minutes, result.counted_minutes) == (3 * 450, 450 + 210 + 450)
    assert cuts(garage.lina) == {"after_end": 240}
    assert opinion(successor).result == result


@pytest.mark.parametrize(
    ("ratified", "counted"), [(None, 0), (at(TUESDAY, 7), 450), (datetime(2026, 11, 16, 8, tzinfo=UTC), 900)]
)
def test_a_start_without_agreement_counts_only_from_when_it_holds_e34(garage, ratified, counted):
    """E34, whatever the rule set says: time before is not eligible unless it was ratified in time."""
    asks(garage, activities={"placement": words("placement")})
    placement = garage.jonas
    shift(placement, unagreed_since=datetime(2026, 11, 16, 8, tzinfo=UTC))
    work(placement, MONDAY)
    work(placement, TUESDAY)
    if ratified:
        signed = agree(placement, at(WEDNESDAY))
        Agreement.objects.filter(pk=signed.pk).update(counts_from=ratified)
    assert opinion(placement).result.counted_minutes == counted
    assert cuts(placement) == ({"no_agreement": 900 - counted} if counted < 900 else {})


def test_hours_that_a_former_employee_of_a_closed_host_confirmed_count_e9(garage):
    """E9: the host has closed and lost its approval since; the work of then counts, at a host that was recognised."""
    asks(
        garage,
        steps=[rule("confirmed", "confirmed")],
        requirements=[rule("recognised", "hosts", are={"recognised": True})],
    )
    relation = SchoolEmployer.objects.create(
        school=garage.school, employer=garage.employer, approved_until=date(2026, 11, 20)
    )
    work(garage.lina, MONDAY)
    shift(garage.lina, state="broken", end_reason="closed", end_initiator="host", end_direction="company")
    shift(garage.lina, ends_on=WEDNESDAY)
    garage.marek.ends_on = WEDNESDAY
    garage.marek.save()
    confirm(garage, garage.lina)
    result = opinion(garage.lina).result
    assert (result.counted_minutes, result.requirements[0].state) == (450, "met")
    relation.approved_until = MONDAY
    relation.save()
    assert opinion(garage.lina).result.requirements[0].state == "not_met"


# ── Earlier work and what was missed ─────────────────────────────────────────────────────────────────────────────────


def earlier(garage: Garage, purpose: str = "prior_work", **said) -> EarlierWork:
    placement = second_place(
        garage, garage.lina, purpose=purpose, state="planned", starts_on=date(2026, 3, 2), ends_on=date(2026, 4, 30)
    )
    values = {"starts_on": date(2026, 3, 2), "ends_on": date(2026, 4, 30), "days": 20, "minutes": 9000}
    return EarlierWork.objects.create(placement=placement, relevance="A garage.", **{**values, **said})


def test_earlier_work_counts_when_it_is_confirmed_and_talked_through_e18(garage):
    """E18: no daily log is needed; it may lie before the enrolment; nothing is granted by itself."""
    row = earlier(garage, before_enrolment=True)
    assert cuts(garage.lina) == {"no_word": 9000}
    EarlierWork.objects.filter(pk=row.pk).update(confirmed_minutes=8400, confirmed_by="M. Novak", confirmed_at=NOW)
    assert cuts(garage.lina) == {"no_talk": 9000}
    EarlierWork.objects.filter(pk=row.pk).update(talked_on=TODAY)
    result = opinion(garage.lina).result
    assert [(one.activity, one.minutes) for one in result.counted] == [("prior_learning", 8400)]
    assert cuts(garage.lina) == {"no_word": 600}
    assert (result.credited_minutes, result.proposed_minutes) == (0, 8400)


def test_a_job_keeps_its_sum_and_its_days_apart_e18(garage):
    """A job that goes on: days that are already in the sum of before do not count again."""
    asks(garage, activities={"job": words("job")})
    earlier(
        garage, "job", ends_on=MONDAY, days=100, minutes=9000, confirmed_minutes=9000, confirmed_at=NOW, talked_on=TODAY
    )
    job = Placement.objects.get(enrolment=garage.lina.enrolment, purpose="job")
    shift(job, state="running", ends_on=date(2026, 12, 18))
    job.refresh_from_db()
    job.segments.update(activity="job", starts_on=job.starts_on, ends_on=job.ends_on)
    for day in (MONDAY, TUESDAY):
        work(job, day)
    assert cuts(garage.lina) == {"in_sum": 450}
    assert opinion(garage.lina).result.counted_minutes == 9000 + 450
    assert all(one.paid for one in evidence(garage.lina).work)


def test_missed_time_is_made_up_where_the_rule_set_asks_for_it(garage):
    asks(
        garage,
        requirements=[
            rule("made-up", "time", where={"make_up": True}, at_least={"share": "100%", "of": "missed"}),
            rule("own", "time", at_least={"share": "100%", "of": "missed", "causes": ["student"]}),
        ],
    )
    said = {"placement": garage.lina, "side": "student", "person": garage.lina.learner, "at": NOW}
    Absence.objects.create(**said, day=MONDAY, minutes=450, cause="student")
    Absence.objects.create(**said, day=TUESDAY, minutes=90, cause="host")
    Absence.objects.create(**said, day=WEDNESDAY, minutes=450, cause="student", withdrawn_at=NOW)
    work(garage.lina, date(2026, 11, 19), make_up=True)
    [made_up, own] = opinion(garage.lina).result.requirements
    assert [(line.comparisons[0].value, line.comparisons[0].target) for line in (made_up, own)] == [
        (450, 540),
        (450, 450),
    ]


# ── Papers ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def contact(garage: Garage, kind: str, **more) -> Contact:
    said = {"method": "in_person", "on": MONDAY, "person": garage.marek.person, "at": NOW, **more}
    return Contact.objects.create(school=garage.school, placement=garage.lina, kind=kind, **said)


def test_contacts_are_the_records_that_a_rule_set_asks_for(garage):
    asks(
        garage,
        requirements=[
            rule("visited", "records", match={"kind": "visit", "by": ["school"], "results": ["in_person"]}),
            rule("safe", "records", match={"kind": "induction", "by": ["host"], "same": ["placement"]}),
        ],
    )
    contact(garage, "visit", method="phone", seen="Zenobia Sentinel is ill.")
    contact(garage, "induction", side="host")
    found = opinion(garage.lina)
    assert [line.state for line in found.result.requirements] == ["not_met", "met"]
    contact(garage, "visit")
    assert [line.state for line in opinion(garage.lina).result.requirements] == ["met", "met"]
    assert "Zenobia" not in str(evidence(garage.lina))


@pytest.mark.parametrize("stands_in", ["observation", "oral", "statement"])
def test_a_silent_host_does_not_fail_the_student_e10(garage, stands_in):
    """E10: what the school saw stands in for the feedback, marked as such; a rule set may still insist on the host."""
    asks(
        garage,
        requirements=[
            rule("voice", "records", match={"kind": "feedback", "same": ["placement"]}, each=["placement"]),
            rule("host", "records", match={"kind": "feedback", "by": ["host"]}),
        ],
    )
    work(garage.lina, MONDAY)
    assert [line.state for line in opinion(garage.lina).result.requirements] == ["not_met", "not_met"]
    contact(garage, stands_in, seen="Changed two tyres alone.")
    assert [line.state for line in opinion(garage.lina).result.requirements] == ["met", "not_met"]
    [record] = evidence(garage.lina).records[1:]
    assert (record.kind, record.by, record.result) == ("feedback", "school", stands_in)


def test_a_demonstration_over_two_hosts_is_seen_by_both_assessors_e2(garage):
    """E2: begun at one host, finished at another; it is evidence once it is finished."""
    unit = Unit.objects.get(version=garage.version)
    outcome = Outcome.objects.create(unit=unit, position=1, text="Change a tyre")
    asks(garage, requirements=[rule("shown", "outcomes", sources_at_least=2)])
    other = second_place(garage, garage.lina)
    shown = Demonstration.objects.create(student=garage.lina.enrolment.student, outcome=outcome)
    for placement, assessor in ((garage.lina, garage.marek.person), (other, garage.dora.person)):
        DemonstrationPart.objects.create(
            demonstration=shown, placement=placement, assessor=assessor, side="host", on=MONDAY, seen="Alone.", at=NOW
        )
    assert opinion(garage.lina).result.requirements[0].state == "not_met"
    Demonstration.objects.filter(pk=shown.pk).update(finished_at=NOW)
    assert opinion(garage.lina).result.requirements[0].state == "met"
    people = sorted(f"person:{one.person_id}" for one in (garage.marek, garage.dora))
    assert [one.shown_to for one in evidence(garage.lina).outcomes] == [people]


# ── One and many ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_all_of_it_takes_two_queries_and_is_the_same_among_many(garage):
    earlier(garage, confirmed_minutes=9000, confirmed_at=NOW, talked_on=TODAY)
    contact(garage, "visit")
    Absence.objects.create(
        placement=garage.lina, day=TUESDAY, minutes=90, cause="host", side="student", person=garage.lina.learner, at=NOW
    )
    Record.objects.create(
        enrolment=garage.lina.enrolment, kind="plan", on=MONDAY, written_by=garage.marek.person, at=NOW
    )
    work(garage.lina, MONDAY, make_up=False, ends_at=time(12))
    confirm(garage, garage.lina)
    opinion(garage.lina)
    enrolment = Enrolment.objects.select_related("cohort__version", "student__school").get(pk=garage.lina.enrolment_id)
    with CaptureQueriesContext(connection) as captured:
        found = opinion_of(enrolment, today=TODAY)
    assert len(captured) == 2
    version = RuleSetVersion.objects.get(pk=found.gathered.wording.pk)
    [(_key, case)] = cases(version, Enrolment.objects.filter(pk=enrolment.pk), today=TODAY)
    assert case.absences == found.gathered.case.absences
    assert case.records == found.gathered.case.records
    assert evaluate(case).as_data()["counted"] == found.result.as_data()["counted"]
    assert WorkEntry.objects.filter(placement__enrolment=enrolment).count() == 1
