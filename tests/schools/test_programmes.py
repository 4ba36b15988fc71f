"""Programmes, their versions and units: what is kept, what is refused, who may write."""

from datetime import UTC, date, datetime

import pytest
from django.urls import reverse

from accounts.access import actor_of
from accounts.roles import Role
from core.models import Transition
from core.workflow import Refused
from placements.models import Placement, PlannedOutcome, PlanVersion
from schools.models import Cohort, Enrolment, Outcome, Programme
from schools.workflow import create_programme, edit_programme, open_cohort, remove_unit, save_unit

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def signed(cast) -> dict:
    return {"by": actor_of(cast.insider(Role.COORDINATOR)), "at": NOW}


@pytest.fixture
def programme(cast) -> Programme:
    return create_programme(
        school=cast.insider(Role.COORDINATOR).organisation,
        name="Bicycle repair",
        code="BR",
        occupation_codes=["7234"],
        required_minutes=18_900,
        whole_minutes=None,
        rule_set=None,
        **signed(cast),
    )


@pytest.fixture
def unit(cast, programme):
    tasks = ["Change a tube (1)", "True a wheel"]
    return save_unit(
        programme=programme, unit=None, title="Wheels", outcomes=["Mends a tyre", "Builds a wheel"], tasks=tasks,
        **signed(cast),
    )  # fmt: skip


def edit(cast, programme, **changes):
    values = {
        "name": programme.name, "code": "BR", "occupation_codes": [], "required_minutes": 18_900,
        "whole_minutes": None, "rule_set": None,
    } | changes  # fmt: skip
    return edit_programme(programme=programme, **values, **signed(cast))


def enrol_somebody(cast, programme) -> Enrolment:
    cohort = open_cohort(programme=programme, name="2026", starts_on=date(2026, 9, 1), **signed(cast))
    student = Enrolment.objects.filter(student__person__family_name="Kowal").first().student
    return Enrolment.objects.create(student=student, cohort=cohort, starts_on=cohort.starts_on)


def test_a_programme_starts_with_version_one_and_its_name_is_used_once(cast, programme):
    assert [(one.number, one.required_minutes) for one in programme.versions.all()] == [(1, 18_900)]
    with pytest.raises(Refused):
        create_programme(
            school=programme.school, name="Bicycle repair", code="", occupation_codes=[], required_minutes=60,
            whole_minutes=None, rule_set=None, **signed(cast),
        )  # fmt: skip
    row = Transition.objects.get(noun="programme", object_id=programme.pk)
    assert (row.verb, row.school_id, row.role) == ("create", programme.school_id, "coordinator")


def test_other_hours_change_the_version_until_somebody_is_enrolled_and_make_a_new_one_after(cast, programme, unit):
    assert edit(cast, programme, required_minutes=18_000).number == 1
    enrolment = enrol_somebody(cast, programme)
    assert edit(cast, programme, required_minutes=18_000).number == 1
    new = edit(cast, programme, required_minutes=19_200)
    assert (new.number, new.required_minutes) == (2, 19_200)
    enrolment.refresh_from_db()
    assert enrolment.cohort.version.required_minutes == 18_000
    [copy] = new.units.all()
    assert [outcome.text for outcome in copy.outcomes.all()] == ["Mends a tyre", "Builds a wheel"]
    shown = {task.title: [one.text for one in task.outcomes.all()] for task in copy.tasks.all()}
    assert shown == {"Change a tube": ["Mends a tyre"], "True a wheel": ["Mends a tyre", "Builds a wheel"]}
    later = open_cohort(programme=programme, name="2027", starts_on=date(2027, 9, 1), **signed(cast))
    assert later.version == new


def test_lines_that_stay_keep_their_rows_whatever_their_place(cast, programme, unit):
    before = {outcome.text: outcome.pk for outcome in unit.outcomes.all()}
    save_unit(
        programme=programme, unit=unit, title="Wheels", outcomes=["Builds a wheel", "Finds a hole", "Mends a tyre"],
        tasks=["True a wheel (1)"], **signed(cast),
    )  # fmt: skip
    after = [(outcome.position, outcome.text, outcome.pk) for outcome in Outcome.objects.filter(unit=unit)]
    assert [line[:2] for line in after] == [(1, "Builds a wheel"), (2, "Finds a hole"), (3, "Mends a tyre")]
    assert after[0][2] == before["Builds a wheel"]
    assert after[2][2] == before["Mends a tyre"]
    [task] = unit.tasks.all()
    assert [one.text for one in task.outcomes.all()] == ["Builds a wheel"]


def test_a_line_that_stands_in_a_plan_stays_and_nothing_else_is_changed(cast, programme, unit):
    used = unit.outcomes.get(position=2)
    learner = cast.insider(Role.STUDENT).user.person
    placement = Placement.objects.create(
        school=programme.school, learner=learner, starts_on=NOW.date(), ends_on=NOW.date()
    )
    PlannedOutcome.objects.create(plan=PlanVersion.objects.create(placement=placement, number=9), outcome=used)
    with pytest.raises(Refused, match="Builds a wheel"):
        save_unit(programme=programme, unit=unit, title="Other", outcomes=["Mends a tyre"], tasks=[], **signed(cast))
    unit.refresh_from_db()
    assert (unit.title, unit.outcomes.count(), unit.tasks.count()) == ("Wheels", 2, 2)
    with pytest.raises(Refused):
        remove_unit(programme=programme, unit=unit, **signed(cast))
    assert Outcome.objects.filter(pk=used.pk).exists()


def test_a_unit_that_nobody_uses_can_be_removed(cast, programme, unit):
    client = cast.client(cast.insider(Role.ADMINISTRATOR))
    path = reverse("schools:unit_remove", args=[programme.public_id, 1])
    assert client.get(path).status_code == 200
    assert programme.versions.get().units.count() == 1
    assert client.post(path).status_code == 302
    assert programme.versions.get().units.count() == 0


def test_a_programme_is_written_on_paper_quickly_and_read_back(cast):
    client = cast.client(cast.insider(Role.COORDINATOR))
    head = {
        "name": "Roofing",
        "required_minutes": "315 h 30",
        "sign_days_before": "14",
        "code": "RF",
        "occupation_codes": "7121, 7122 7121",
    }
    page = client.post(reverse("schools:programme_new"), head)["Location"]
    programme = Programme.objects.get(name="Roofing")
    assert page == reverse("schools:programme", args=[programme.public_id])
    assert programme.versions.get().required_minutes == 18_930
    assert programme.occupation_codes == ["7121", "7122"]
    unit = {
        "title": "Slates",
        "code": "RF-1",
        "outcomes": "Cuts slates\nLays slates\n",
        "tasks": "Cut to size (1)\nLay a row",
    }
    assert client.post(reverse("schools:unit_new", args=[programme.public_id]), unit)["Location"] == page
    text = client.get(page).content.decode()
    for part in ("Unit 1: Slates", "Cuts slates", "Lay a row", "315 h 30"):
        assert part in text
    form = client.get(reverse("schools:unit", args=[programme.public_id, 1])).content.decode()
    assert "Cut to size (1)\nLay a row</textarea>" in form
    assert 'value="RF-1"' in form
    assert programme.versions.get().units.get().code == "RF-1"
    edited = client.get(reverse("schools:programme_edit", args=[programme.public_id])).content.decode()
    assert 'value="315 h 30"' in edited
    assert 'value="7121, 7122"' in edited


@pytest.mark.parametrize("wrong", [{"required_minutes": "many"}, {"required_minutes": "0"}, {"name": ""}])
def test_a_refused_programme_keeps_what_was_typed(cast, wrong):
    client = cast.client(cast.insider(Role.COORDINATOR))
    values = {"name": "Roofing", "required_minutes": "315", "code": "Typed before", "occupation_codes": ""} | wrong
    answer = client.post(reverse("schools:programme_new"), values)
    assert answer.status_code == 422
    assert "Typed before" in answer.content.decode()
    assert not Programme.objects.filter(code="Typed before").exists()


@pytest.mark.parametrize("tasks", ["Cut (3)", "(1)", "x" * 121])
def test_a_unit_with_a_task_that_cannot_be_read_is_refused(cast, programme, tasks):
    client = cast.client(cast.insider(Role.COORDINATOR))
    values = {"title": "Slates", "outcomes": "Cuts slates\nLays slates", "tasks": tasks}
    answer = client.post(reverse("schools:unit_new", args=[programme.public_id]), values)
    assert answer.status_code == 422
    assert "Lays slates" in answer.content.decode()
    assert programme.versions.get().units.count() == 0


@pytest.mark.parametrize("role", [Role.HEAD, Role.TEACHER])
def test_heads_and_teachers_read_and_do_not_write(cast, programme, role):
    client = cast.client(cast.insider(role))
    page = reverse("schools:programme", args=[programme.public_id])
    text = client.get(page).content.decode()
    assert "Bicycle repair" in text
    assert reverse("schools:programme_edit", args=[programme.public_id]) not in text
    for name in ("programme_edit", "unit_new", "cohort_new"):
        assert client.get(reverse(f"schools:{name}", args=[programme.public_id])).status_code == 404
    assert client.get(reverse("schools:programme_new")).status_code == 404


def test_the_pages_cost_the_same_with_more_rows(cast, programme, unit, django_assert_num_queries):
    client = cast.client(cast.insider(Role.COORDINATOR))
    page = reverse("schools:programme", args=[programme.public_id])
    for turn in range(2):
        with django_assert_num_queries(11):
            client.get(page)
        with django_assert_num_queries(7):
            client.get(reverse("schools:programmes"))
        for number in range(3):
            title = f"More {turn} {number}"
            save_unit(
                programme=programme, unit=None, title=title, outcomes=["a", "b"], tasks=["c", "d"], **signed(cast)
            )
        Cohort.objects.create(version=programme.versions.get(), name="x", starts_on=date(2026, 9, 1))
        Programme.objects.create(school=programme.school, name=f"Empty {turn}").versions.create(required_minutes=60)


def test_the_verbs_refuse_a_teacher(cast, programme, unit):
    teacher = {"by": actor_of(cast.insider(Role.TEACHER)), "at": NOW}
    values = {
        "name": "Other",
        "code": "",
        "occupation_codes": [],
        "required_minutes": 60,
        "whole_minutes": None,
        "rule_set": None,
    }
    for tried in (
        lambda: create_programme(school=programme.school, **values, **teacher),
        lambda: edit_programme(programme=programme, **values, **teacher),
        lambda: save_unit(programme=programme, unit=unit, title="x", outcomes=["y"], tasks=[], **teacher),
        lambda: remove_unit(programme=programme, unit=unit, **teacher),
        lambda: open_cohort(programme=programme, name="x", starts_on=NOW.date(), **teacher),
    ):
        with pytest.raises(Refused):
            tried()
