"""Reads for working time: the limits that hold for a student, and all work that is planned for a person."""

from datetime import date
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery

from placements.models import Placement, PlannedShift, PlanVersion, Segment
from placements.queries import plans
from placements.queries.days import IN_FORCE_FIRST
from placements.rules import plan as rules
from placements.rules.limits import Bound, Broken, Work, bounds, broken, sentence, spell_of
from schools.models import Enrolment, RuleException, RuleSetVersion
from schools.queries import document_of, open_version

type Planned = list[tuple[rules.WorkDay, Work]]
"""Planned days in order, each with what limits of working time ask about it."""


def bounds_for(enrolment: Enrolment | None, today: date) -> tuple[RuleSetVersion | None, list[Bound]]:
    """The wording that holds for an enrolment (it comes with its cohort's version) and its limits of working time."""
    version = open_version(enrolment, today) if enrolment else None
    if enrolment is None or version is None or not version.content.get("working_time"):
        return version, []
    waived = RuleException.objects.filter(enrolment=enrolment, withdrawn_at=None, minutes=None)
    standing = waived.filter(Q(expires_on=None) | Q(expires_on__gte=today)).values_list("rule", flat=True)
    return version, bounds(document_of(version), enrolment.facts, set(standing))


def standing_plans(placements: QuerySet[Placement]) -> QuerySet[PlanVersion]:
    """Of each placement the plan that is agreed, else the newest one."""
    return PlanVersion.objects.filter(pk__in=standing_keys(placements))


def standing_keys(placements: QuerySet[Placement]) -> QuerySet[Placement, Any]:
    """As `standing_plans`, their keys alone; nothing for a placement without a plan."""
    plan = PlanVersion.objects.filter(placement=OuterRef("pk")).order_by(IN_FORCE_FIRST, "-number")
    return placements.annotate(standing=Subquery(plan.values("pk")[:1])).order_by().values("standing")


def planned_elsewhere(placement: Placement) -> Planned:
    """What is planned for the learner in other placements that are not over, in order, whichever school planned it."""
    others = Placement.objects.filter(learner=placement.learner_id, state__in=Placement.LIVE).exclude(pk=placement.pk)
    rows = list(PlannedShift.objects.filter(plan__in=standing_plans(others)).select_related("segment__site"))
    if not rows:
        return []
    segments = {row.segment_id: row.segment for row in rows}
    calendars = plans.calendars_for(Segment.objects.filter(pk__in=segments))
    return with_kind(rules.work_days(map(plans.as_shift, rows), calendars), segments)


def with_kind(days: list[rules.WorkDay], segments: dict[int, Segment]) -> Planned:
    return [(day, _work(day, segments[day.shift.segment])) for day in days]


def _work(day: rules.WorkDay, segment: Segment) -> Work:
    return Work(
        spell=spell_of(day, host_of(segment)),
        activity=segment.activity,
        setting=segment.setting,
        realism=segment.realism,
        remote=segment.remote,
    )


def host_of(segment: Segment) -> str:
    """The same word for all work at one employer or in one school."""
    return host_word(segment.site.employer_id, segment.site.organisation_id)


def host_word(employer_id: int | None, organisation_id: int | None) -> str:
    """As `host_of`, by the keys of whose site it is."""
    return f"employer:{employer_id}" if employer_id else f"organisation:{organisation_id}"


def breaches_of(
    placement: Placement, mine: Planned, elsewhere: Planned, today: date
) -> tuple[RuleSetVersion | None, list[Broken]]:
    """The wording that holds, and its limits that the work of this placement breaks from today on: alone, or together
    with what is planned elsewhere."""
    wording, asked = bounds_for(placement.enrolment, max(today, placement.starts_on))
    if not asked:
        return wording, []
    birth_date = plans.birth_date_of(placement)
    others = [work for _day, work in elsewhere]
    without = {one.key for one in broken(asked, others, birth_date)}
    together = broken(asked, [*others, *(work for _day, work in mine)], birth_date)
    return wording, [one for one in together if one.key not in without and one.last_day >= today]


def warnings_of(placement: Placement, plan: PlanVersion, today: date) -> list[str]:
    """What a plan breaks that only should hold, one sentence for each limit."""
    segments = plans.segments_of(placement)
    days = rules.work_days(plans.shifts_of(plan), plans.calendars_among(segments))
    mine = with_kind(days, {segment.pk: segment for segment in segments})
    _wording, found = breaches_of(placement, mine, planned_elsewhere(placement), today)
    first = {(one.bound.limit.key, one.breach.kind): one for one in reversed(found)}
    return [sentence(one) for one in sorted(first.values(), key=lambda one: one.breach.day)]
