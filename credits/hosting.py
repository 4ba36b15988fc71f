"""What is still missing, in the host's words: hours and tasks at this workplace, and nothing else of the student."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from core.templatetags.ui import hours
from credits.queries import opinion_of
from placements.models import Demonstration, Placement, PlannedOutcome, PlanVersion, TaskDone, WorkEntry
from placements.queries.days import IN_FORCE_FIRST, planned_between

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class HostMissing:
    """Minutes that are needed here and still planned, those that wait for the host's answer, and what is to be shown.

    No decision on credit, no exception and no other workplace stands in it.
    """

    placement: Placement
    needed: int
    waiting: int
    to_show: list[str]

    @property
    def is_all_there(self) -> bool:
        return not (self.needed or self.waiting or self.to_show)

    @property
    def lines(self) -> list[str]:
        """Whole sentences, what the host can do at once first."""
        values = {
            "name": self.placement.learner.given_name or self.placement.learner.full_name,
            "waiting": hours(self.waiting),
            "needed": hours(self.needed),
        }
        return [
            *([_("%(waiting)s wait for your answer.") % values] if self.waiting else []),
            *([_("%(name)s still needs %(needed)s at your workplace.") % values] if self.needed else []),
        ]


def missing_for_host(placement: Placement, *, today: date) -> HostMissing:
    """In five queries at most; `placement` comes with its learner and with what `opinion_of` asks of its enrolment."""
    if placement.enrolment is None or placement.state in Placement.OVER:
        return HostMissing(placement, 0, 0, [])
    opinion = opinion_of(placement.enrolment, today=today)
    missing = opinion.result.missing_minutes if opinion.result else 0
    work = opinion.gathered.evidence.work if opinion.gathered else []
    unanswered = [one for one in work if one.confirmed_minutes is None and not one.void_minutes]
    open_now = max(missing - sum(one.minutes or 0 for one in unanswered), 0)
    return HostMissing(
        placement=placement,
        needed=min(open_now, _planned(placement, today)),
        waiting=sum(one.minutes or 0 for one in unanswered if one.placement == str(placement.pk)),
        to_show=list(_to_show(placement)),
    )


def _planned(placement: Placement, today: date) -> int:
    """Minutes of the days to come at this workplace, and of today while nothing is logged."""
    first = today + ONE_DAY if WorkEntry.objects.filter(placement=placement, day=today).exists() else today
    days = planned_between(placement, first, max(placement.ends_on, first))
    return sum(minutes for rows in days.values() for _row, minutes in rows)


def _to_show(placement: Placement) -> QuerySet[PlannedOutcome, str]:
    """What the plan wants to be learned here, and nobody has seen yet, here or elsewhere."""
    plan = PlanVersion.objects.filter(placement=placement).order_by(IN_FORCE_FIRST, "-number").values("pk")[:1]
    done = TaskDone.objects.filter(
        entry__placement__enrolment=placement.enrolment_id,
        entry__confirmed_minutes__gt=0,
        template__outcomes=OuterRef("outcome"),
    ).order_by()
    shown = Demonstration.objects.filter(
        student__enrolments=placement.enrolment_id, outcome=OuterRef("outcome"), finished_at__isnull=False
    ).order_by()
    wanted = PlannedOutcome.objects.filter(~Exists(done), ~Exists(shown), plan__in=plan, setting="company")
    return wanted.order_by("outcome__unit__position", "outcome__position").values_list("outcome__text", flat=True)
