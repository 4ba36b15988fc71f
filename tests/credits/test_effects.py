"""Whom a wording that nobody has adopted yet would help or hurt: students of current cohorts, one by one."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.roles import Role
from core.workflow import Refused
from credits.effects import affected, effects
from credits.queries import opinion_of
from credits.rules.effect import Effect
from demo.lives import actor
from schools.models import Cohort, Enrolment, ProgrammeVersion, RuleSet, RuleSetDraft, RuleSetVersion
from schools.rule_sets.reading import read_rule_set
from schools.rule_sets.shipped import add_version
from schools.workflow.rule_sets import Wording, draft_wording, save_wording
from tests.credits.rules.builders import rule

TODAY = date(2026, 11, 24)
NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)


@pytest.fixture
def own(cast) -> RuleSetVersion:
    """Every programme of the cast's school has its own copy of the general rule set."""
    school = cast.insider(Role.COORDINATOR).organisation
    shipped = RuleSetVersion.objects.get(rule_set__general=True)
    kept = RuleSet.objects.create(key=shipped.rule_set.key, school=school)
    version, _new = add_version(kept, read_rule_set(json.dumps(shipped.content)), shipped.content, at=NOW)
    ProgrammeVersion.objects.filter(programme__school=school).update(rule_set=kept)
    return version


def changed(own: RuleSetVersion, **content) -> dict:
    return {**own.content, **content}


def draft(cast, own: RuleSetVersion, content: dict) -> RuleSetDraft:
    person = cast.insider(Role.COORDINATOR).user.person
    wording = Wording.read(json.dumps(content))
    by = actor(Role.COORDINATOR, person)
    return draft_wording(rule_set=own.rule_set, wording=wording, person=person, by=by, at=NOW)


def twenty_hours_a_week(own: RuleSetVersion) -> dict:
    cap = rule("week", "cap", at_most={"hours": 20}, each=["week"])
    return changed(own, steps=[*own.content["steps"], cap])


def test_each_number_opens_to_the_students_with_credit_before_and_after_and_the_rule(cast, own):
    tried = draft(cast, own, twenty_hours_a_week(own))
    viewer = cast.insider(Role.COORDINATOR)
    found = effects(tried, viewer, today=TODAY, show=Effect.LOSES)
    everybody = affected(tried, viewer, TODAY).select_related("cohort__version", "student__school")
    assert found.total == everybody.count() > found.counts[Effect.LOSES] > 0
    assert found.counts[Effect.GAINS] == 0
    before = {one.pk: opinion_of(one, today=TODAY).result for one in everybody}
    person = cast.insider(Role.COORDINATOR).user.person
    wording = Wording.read(json.dumps(twenty_hours_a_week(own)))
    save_wording(rule_set=own.rule_set, wording=wording, base=1, by=actor(Role.COORDINATOR, person), at=NOW)
    after = {one.pk: opinion_of(one, today=TODAY).result for one in everybody}
    lost = {key for key in before if after[key].counted_minutes < before[key].counted_minutes}
    assert {row.enrolment for row in found.rows} == lost
    for row in found.rows:
        assert (row.before.counted, row.after.counted) == tuple(
            one[row.enrolment].counted_minutes for one in (before, after)
        )
        assert "at most 20 h count" in row.why
    assert not RuleSetDraft.objects.exists()


def test_only_students_of_current_cohorts_of_the_school_are_looked_at(cast, own):
    tried, viewer = draft(cast, own, twenty_hours_a_week(own)), cast.insider(Role.COORDINATOR)
    lina = Enrolment.objects.get(student__person=cast.insider(Role.STUDENT).user.person)
    assert lina in affected(tried, viewer, TODAY)
    Cohort.objects.filter(pk=lina.cohort_id).update(ends_on=TODAY - timedelta(days=1))
    assert lina not in affected(tried, viewer, TODAY)
    schools = affected(tried, viewer, TODAY).values_list("student__school", flat=True).distinct()
    assert set(schools) == {viewer.organisation_id}


def test_it_takes_as_many_queries_for_all_as_for_one(cast, own):
    tried, viewer = draft(cast, own, twenty_hours_a_week(own)), cast.insider(Role.COORDINATOR)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            effects(tried, viewer, today=TODAY, show=Effect.SAME)
        return len(captured)

    queries()
    many = queries()
    lina = Enrolment.objects.get(student__person=cast.insider(Role.STUDENT).user.person)
    Cohort.objects.exclude(pk=lina.cohort_id).update(ends_on=TODAY - timedelta(days=1))
    assert queries() == many


def test_a_draft_is_one_however_often_it_is_tried_and_never_of_a_shipped_rule_set(cast, own):
    content = twenty_hours_a_week(own)
    assert draft(cast, own, content) == draft(cast, own, content)
    draft(cast, own, changed(own, remarks=["Another."]))
    assert RuleSetDraft.objects.count() == 1
    with pytest.raises(Refused, match="may not"):
        draft(cast, RuleSetVersion.objects.get(rule_set__general=True), own.content)


def test_the_coordinator_tries_a_file_and_reads_who_loses(cast, own):
    coordinator = cast.client(cast.insider(Role.COORDINATOR))
    text = json.dumps(twenty_hours_a_week(own))
    tried = coordinator.post(reverse("credits:effect_new", args=[own.rule_set.public_id]), {"text": text, "base": "1"})
    page = coordinator.get(tried["Location"])
    assert page.status_code == 200
    assert [tab["count"] for tab in page.context["tabs"]] == [
        page.context["found"].counts[kind] for kind in (Effect.LOSES, Effect.GAINS, Effect.SAME)
    ]
    assert RuleSetVersion.objects.filter(rule_set=own.rule_set).count() == 1
    assert cast.client(cast.insider(Role.HEAD)).get(tried["Location"]).context["form"] is None
    broken = coordinator.post(reverse("credits:effect_new", args=[own.rule_set.public_id]), {"text": "{", "base": "1"})
    assert broken["Location"] == reverse("schools:rule_set_upload", args=[own.rule_set.public_id])
