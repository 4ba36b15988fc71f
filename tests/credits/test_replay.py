"""A replay of many students says of each what the student's own page says; what is stored gives its result again."""

import json
import random
from datetime import UTC, date, datetime, time, timedelta
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Organisation
from accounts.roles import Role
from credits import replay
from credits.evidence import read
from credits.models import Evaluation, Record
from credits.queries import opinion_of
from credits.rules.grain import grain_of
from credits.rules.result import Result
from credits.workflow import propose
from demo.lives import actor
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
from schools.models import Enrolment, Outcome, ProgrammeVersion, RuleSet, RuleSetVersion, Unit
from schools.rule_sets.reading import read_rule_set
from schools.rule_sets.shipped import FOLDER, add_version
from tests.credits.rules.builders import rule, rule_set, words

TODAY = date(2026, 11, 24)
NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)
LONDON = ZoneInfo("Europe/London")
HOURS = {"hours": 30}
BEFORE_AGREEMENT = rule(
    "agreed", "exclude", where={"none": [{"after_record": {"kind": "agreement", "same": ["placement"]}}]}
)
REQUIRED = {"facts": {"required_minutes": {"label": words("Minutes")}}}
WEEKS = rule_set(
    **REQUIRED,
    steps=[
        BEFORE_AGREEMENT,
        rule("confirmed", "confirmed"),
        rule("few", "threshold", at_least={"hours": 6}, each=["week", "unit"]),
    ],
    requirements=[
        rule("hours", "time", at_least={"fact": "required_minutes"}),
        rule("places", "time", at_most=HOURS, each=["placement", "activity"], where={"none": [{"remote": True}]}),
        rule("units", "number", of="units", at_least=2),
        rule("week", "weekly_average", over="all_weeks", at_least=HOURS),
        rule("agreements", "records", match={"kind": "agreement", "same": ["placement"]}, each=["placement"]),
    ],
    awards=[rule("award", "steps", measure="credit", step=HOURS, give="1")],
)
ENTRIES = rule_set(
    **REQUIRED,
    steps=[BEFORE_AGREEMENT, rule("confirmed", "confirmed"), rule("some", "cap", at_most={"hours": 5}, each=["month"])],
    requirements=[
        rule("days", "number", of="days", at_least=20),
        rule("ends", "dates", not_after={"date": "2026-11-02"}),
        rule("free", "time", at_most=HOURS, where={"periods": ["holiday"]}),
        rule("signed", "records", match={"kind": "agreement", "signed_by": ["student", "host"]}, each=["placement"]),
        rule("shown", "outcomes", share="50%"),
    ],
    working_time=[rule("long", per_day={"hours": 7}, rest_between_days={"hours": 12})],
)  # fmt: skip


@pytest.fixture
def lina(cast) -> Enrolment:
    return Enrolment.objects.get(student__person=cast.insider(Role.STUDENT).user.person)


@pytest.fixture
def busy(lina) -> Enrolment:
    """Beside her own work: 180 odd pieces in three placements, and everything else that evidence is made of.

    One is agreed in the middle of a week and ends early in the middle of a day, one is noted on a day, one started
    without an agreement that was ratified too late.
    """
    first, second, third = (a_placement(lina, firm) for firm in range(3))
    agreed = PlanVersion.objects.create(placement=first, planned_minutes=9000)
    Agreement.objects.create(
        plan=agreed, state="in_force", in_force_at=datetime(2026, 1, 7, 12, tzinfo=UTC), sign_by=date(2026, 1, 5)
    )
    Record.objects.create(
        enrolment=lina, placement=second, kind="agreement", on=date(2026, 1, 15), written_by=lina.teacher, at=NOW
    )
    chance = random.Random(7)
    units = [Unit.objects.filter(version=lina.cohort.version_id).order_by("pk")[0], None]
    Unit.objects.filter(pk=units[0].pk).update(code="U1")
    for number in range(160):
        a_piece(chance, units, first if number % 2 else second, number)
    for number in range(160, 180):
        a_piece(chance, units, third, number)
    Placement.objects.filter(pk=first.pk).update(valid_until=datetime(2026, 1, 26, 8, 20, tzinfo=UTC))
    started_unagreed(third, since=datetime(2026, 1, 30, 8, tzinfo=UTC), counts_from=datetime(2026, 2, 4, 8, tzinfo=UTC))
    other_evidence(lina, second)
    return lina


def started_unagreed(placement: Placement, *, since: datetime, counts_from: datetime) -> None:
    Placement.objects.filter(pk=placement.pk).update(unagreed_since=since)
    plan = PlanVersion.objects.create(placement=placement, planned_minutes=600)
    later = counts_from + timedelta(days=1)
    Agreement.objects.create(plan=plan, state="in_force", in_force_at=later, counts_from=counts_from)


def other_evidence(lina: Enrolment, placement: Placement) -> None:
    """Absences, a visit, two demonstrations of which one is finished, earlier work, and a day that was taken back."""
    said = {"placement": placement, "side": "student", "person": placement.learner, "at": NOW}
    for number, (cause, withdrawn) in enumerate((("student", None), ("host", None), ("host", NOW))):
        Absence.objects.create(**said, day=date(2026, 1, 8 + number), minutes=90, cause=cause, withdrawn_at=withdrawn)
    Contact.objects.create(
        school=placement.school, placement=placement, kind="visit", method="in_person", on=date(2026, 1, 9),
        person=lina.teacher, at=NOW,
    )  # fmt: skip
    outcomes = Outcome.objects.filter(unit__version=lina.cohort.version_id).order_by("pk")
    for outcome, finished in zip(outcomes, (NOW, None), strict=False):
        shown = Demonstration.objects.create(student=lina.student, outcome=outcome, finished_at=finished)
        for place, person in ((placement, lina.teacher), (lina.placements.order_by("pk")[0], placement.learner)):
            seen = {"assessor": person, "side": "school", "on": date(2026, 2, 1), "seen": "Alone.", "at": NOW}
            DemonstrationPart.objects.create(demonstration=shown, placement=place, **seen)
    earlier = a_placement(lina, 3)
    Placement.objects.filter(pk=earlier.pk).update(purpose="prior_work")
    EarlierWork.objects.create(
        placement=earlier, starts_on=date(2025, 3, 3), ends_on=date(2025, 4, 4), days=20, minutes=9000,
        confirmed_minutes=8000, talked_on=date(2026, 1, 5), relevance="A garage.",
    )  # fmt: skip
    taken_back = WorkEntry.objects.filter(placement=placement).latest("span")
    WorkEntry.objects.filter(pk=taken_back.pk).update(state="withdrawn", logged_minutes=0, confirmed_minutes=0)


def a_placement(enrolment: Enrolment, firm: int) -> Placement:
    old = enrolment.placements.order_by("pk").first()
    segment = old.segments.order_by("pk").first()
    placement = Placement.objects.get(pk=old.pk)
    placement.pk, placement.public_id, placement._state.adding = (
        None,
        f"00000000-0000-4000-8000-00000000000{firm}",
        True,
    )
    placement.employer_id = old.employer_id if firm else None
    placement.save()
    segment.pk, segment.placement, segment._state.adding = None, placement, True
    segment.save()
    return placement


def a_piece(chance: random.Random, units: list, placement: Placement, number: int) -> None:
    day = date(2026, 1, 5) + timedelta(days=number // 8 + 2 * (number // 40))
    begins = datetime.combine(day, time(6 + 2 * (number % 8)), LONDON)
    logged = chance.randint(30, 110)
    confirmed = chance.choice([None, 0, logged // 2, logged, logged])
    state = {None: "logged", logged: "confirmed"}.get(confirmed, "disputed")
    WorkEntry.objects.create(
        learner=placement.learner, placement=placement, segment=placement.segments.get(), day=day,
        starts_at=begins.time(), ends_at=(begins + timedelta(minutes=logged)).time(), zone="Europe/London",
        span=(begins, begins + timedelta(minutes=logged)), unit=chance.choice(units), state=state,
        setting=rarely(chance, "company", "workshop"), realism=rarely(chance, "real", "simulated"),
        remote=rarely(chance, False, True), activity=rarely(chance, "placement", "job"), logged_minutes=logged,
        make_up=rarely(chance, False, True),
        confirmed_minutes=confirmed, logged_at=NOW,
    )  # fmt: skip


def rarely(chance: random.Random, usual, odd):
    return odd if chance.random() < 0.1 else usual


def in_force(content: dict) -> RuleSetVersion:
    """Every programme of the demo world has this rule set."""
    kept = RuleSet.objects.create(key=f"try-{RuleSet.objects.count()}")
    version, _new = add_version(kept, read_rule_set(json.dumps(content)), content, at=NOW)
    ProgrammeVersion.objects.update(rule_set=kept)
    return version


def by_replay(version: RuleSetVersion) -> dict[int, Result | None]:
    return dict(replay.evaluations(version, Enrolment.objects.all(), today=TODAY))


def by_page() -> dict[int, Result | None]:
    found = Enrolment.objects.select_related("cohort__version", "student__school").order_by("pk")
    return {one.pk: opinion_of(one, today=TODAY).result for one in found}


def told(results: dict[int, Result | None], *, names: bool) -> dict[int, dict | None]:
    """Sums stand for entries without naming them."""
    found = {key: result and result.as_data() for key, result in results.items()}
    for result in found.values() if not names else ():
        for line in result["steps"] if result else ():
            line["entries"] = []
    return found


# ── A replay and the pages ───────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("content", "grain"), [(WEEKS, "week"), (ENTRIES, "entry")])
def test_a_replay_says_of_each_student_what_the_page_says(busy, content, grain):
    version = in_force(content)
    assert grain_of(read_rule_set(json.dumps(content))) == grain
    pages = told(by_page(), names=grain == "entry")
    assert told(by_replay(version), names=grain == "entry") == pages
    assert len(pages) >= 10
    assert all(pages[busy.pk][part] for part in ("worked_minutes", "counted_minutes", "cut_minutes", "requirements"))
    assert {line["rule"] for line in pages[busy.pk]["steps"]} >= {
        "agreed", "confirmed", "after_end", "no_agreement", "no_word",
    }  # fmt: skip


def test_a_replay_of_the_general_rule_set_says_what_the_pages_say(busy):
    version = RuleSetVersion.objects.get(rule_set__general=True)
    assert told(by_replay(version), names=False) == told(by_page(), names=False)


@pytest.mark.parametrize("file", sorted(path.name for path in FOLDER.glob("*.json")))
def test_a_replay_of_each_shipped_rule_set_says_what_the_page_says(busy, file):
    found = read_rule_set((FOLDER / file).read_text("utf-8"))
    kept = RuleSet.objects.get(key=found.key)
    ProgrammeVersion.objects.update(rule_set=kept)
    opinion = opinion_of(busy, today=TODAY)
    if opinion.gathered is None:
        assert opinion.problem
        return
    version = kept.versions.get(pk=opinion.gathered.wording.pk)
    names = grain_of(opinion.gathered.rule_set) == "entry"
    again = dict(replay.evaluations(version, Enrolment.objects.filter(pk=busy.pk), today=TODAY))
    assert told(again, names=names) == told({busy.pk: opinion.result}, names=names)


def test_a_replay_tells_only_of_the_enrolments_that_are_asked_for(busy):
    version = RuleSetVersion.objects.get(rule_set__general=True)
    asked = Enrolment.objects.filter(cohort=busy.cohort)
    assert 0 < asked.count() < Enrolment.objects.count()
    found = [key for key, _result in replay.evaluations(version, asked, today=TODAY)]
    assert found == sorted(asked.values_list("pk", flat=True))


@pytest.mark.parametrize("content", [WEEKS, ENTRIES])
def test_a_replay_of_nobody_is_empty(cast, content):
    assert list(replay.evaluations(in_force(content), Enrolment.objects.none(), today=TODAY)) == []


def test_a_student_without_work_has_a_result_too(busy):
    version = RuleSetVersion.objects.get(rule_set__general=True)
    idle = Enrolment.objects.exclude(placements__work_entries__isnull=False).order_by("pk")[0]
    assert by_replay(version)[idle.pk].worked_minutes == 0


def test_a_fact_that_is_missing_leaves_a_student_without_a_result(busy):
    version = in_force(
        rule_set(**REQUIRED, requirements=[rule("whole", "time", at_least={"share": "20%", "of": "programme"})])
    )
    assert set(by_replay(version).values()) == {None}


def test_a_replay_takes_as_many_queries_for_all_students_as_for_one(busy):
    version = in_force(ENTRIES)

    def queries(enrolments) -> int:
        with CaptureQueriesContext(connection) as captured:
            list(replay.evaluations(version, enrolments, today=TODAY))
        return len(captured)

    read(version)
    assert queries(Enrolment.objects.all()) == queries(Enrolment.objects.filter(pk=busy.pk))


def test_chunks_do_not_show_in_the_results(busy, monkeypatch):
    version = RuleSetVersion.objects.get(rule_set__general=True)
    whole = by_replay(version)
    monkeypatch.setattr(replay, "CHUNK", 3)
    assert by_replay(version) == whole


# ── The cohort ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_average_of_a_cohort_is_that_of_all_its_students_on_the_page_and_in_the_replay(busy):
    version = in_force(
        rule_set(steps=[rule("confirmed", "confirmed")], requirements=[rule("mean", "cohort_average", at_least=HOURS)])
    )
    counted = replay.counted_minutes(replay.under(version), busy.cohort, today=TODAY)
    assert set(counted) == set(Enrolment.objects.filter(cohort=busy.cohort).values_list("pk", flat=True))
    assert len(set(counted.values())) > 1
    [mean] = opinion_of(busy, today=TODAY).result.requirements[0].comparisons
    assert mean.value == sum(counted.values()) // len(counted)
    assert told(by_replay(version), names=False) == told(by_page(), names=False)


# ── A year later ─────────────────────────────────────────────────────────────────────────────────────────────────────


def replayed(**options) -> tuple[int, list[str]]:
    """The exit code and the lines."""
    out, code = StringIO(), 0
    try:
        call_command("replay_credit", stdout=out, **options)
    except SystemExit as end:
        code = end.code
    return code, out.getvalue().splitlines()


@pytest.fixture
def proposed(busy) -> Evaluation:
    propose(enrolment=busy, by=actor(Role.TEACHER, busy.teacher), at=NOW)
    return busy.evaluations.order_by("-pk")[0]


def changed(evaluation: Evaluation, **values) -> None:
    """As somebody could who may switch triggers off."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        Evaluation.objects.filter(pk=evaluation.pk).update(**values)
        cursor.execute("SET LOCAL session_replication_role = origin")


def test_what_is_stored_gives_its_results_again_after_the_work_has_changed(proposed, busy):
    WorkEntry.objects.filter(placement__enrolment=busy).delete()
    assert replayed() == (0, [f"{Evaluation.objects.count()} evaluations give their results again"])


def test_a_changed_result_is_named_by_its_rules(proposed):
    result = proposed.result
    result["counted_minutes"] += 1
    result["requirements"][0]["comparisons"][0]["value"] += 1
    changed(proposed, result=result)
    code, lines = replayed()
    assert code == 1
    assert lines == [
        f"evaluation {proposed.pk}: counted_minutes, hours",
        f"1 of {Evaluation.objects.count()} evaluations differ",
    ]


def test_changed_evidence_is_named_by_its_hash(proposed):
    evidence = proposed.evidence
    evidence["work"][0]["minutes"] -= 1
    changed(proposed, evidence=evidence)
    code, lines = replayed()
    assert code == 1
    assert lines[0].startswith(f"evaluation {proposed.pk}: evidence_hash, ")


def test_evidence_that_cannot_be_read_is_named(proposed):
    changed(proposed, evidence={"format": "another"})
    assert replayed()[1][0] == f"evaluation {proposed.pk}: evidence"


def test_a_ledger_row_that_rests_on_other_evidence_is_named(cast):
    evaluation = Evaluation.objects.filter(
        pk__in=Evaluation.objects.filter(decisions__ledger_entries__isnull=False)
    ).order_by("pk")[0]
    hashed = "0" * 64
    changed(evaluation, evidence_hash=hashed)
    assert replayed()[1][0] == f"evaluation {evaluation.pk}: evidence_hash, ledger"


def test_only_the_evaluations_of_one_school_are_asked_for(proposed, cast):
    changed(proposed, evidence={"format": "another"})
    ours, other = (cast.insider(Role.STUDENT).organisation_id, cast.outsider(Role.STUDENT).organisation_id)
    assert replayed(school=other)[0] == 0
    assert replayed(school=ours)[0] == 1
    assert Organisation.objects.filter(pk__in=[ours, other]).count() == 2
