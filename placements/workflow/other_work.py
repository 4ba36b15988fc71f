"""The learner says once how much other paid work there is: it counts in the sums of working time (E6)."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.roles import Role
from core.workflow import Actor, Move, Refused, Workflow
from placements.models import OtherWork, Placement

MOST = 80 * 60

OTHER_WORK = Workflow(
    noun="other_work",
    moves=(Move("state", gettext_lazy("Say how much other work there is"), (), None, frozenset({Role.STUDENT})),),
    school_id=lambda row: row.placement.school_id,
    timeline=lambda row: f"placement:{row.placement_id}",
)


def state_other_work(*, placement: Placement, minutes_per_week: int, by: Actor, at: datetime) -> OtherWork:
    """Minutes a week of paid work that the school does not arrange; 0 says that there is none. The last word holds.

    Raises `Refused` for less than nothing and for more than 80 hours.
    """
    OTHER_WORK.must_allow("state", by)
    if not 0 <= minutes_per_week <= MOST:
        raise Refused(_("Write between 0 and 80 hours a week."))
    with transaction.atomic():
        Placement.objects.select_for_update(no_key=True).get(pk=placement.pk)
        known = OtherWork.objects.filter(placement=placement).first()
        if known and known.minutes_per_week == minutes_per_week:
            return known
        row = known or OtherWork(placement=placement)
        row.minutes_per_week, row.at = minutes_per_week, at
        row.save()
        OTHER_WORK.log(row, "state", by=by, at=at, details={"minutes": minutes_per_week})
    return row
