"""An agreement in five lines for one party: what fits on the screen of a phone above the place for the name."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.templatetags.ui import hours, period
from placements.models import PlanVersion, Signature
from placements.rules import plan

Party = Signature.Party
HALF_HOUR = 30

_CONFIRMS = {
    PlanVersion.Rhythm.WEEKLY: gettext_lazy("Give fitting tasks, keep the student safe, confirm the hours every week."),
    PlanVersion.Rhythm.FOUR_DAYS: gettext_lazy(
        "Give fitting tasks, keep the student safe, confirm the hours after every 4 days of work."
    ),
    PlanVersion.Rhythm.MONTHLY: gettext_lazy(
        "Give fitting tasks, keep the student safe, confirm the hours every month."
    ),
}
_PROMISES = {
    Party.STUDENT: gettext_lazy("Come on time, log each day, say at once when you cannot come."),
    Party.GUARDIAN: gettext_lazy("Agree that your child works there at these times."),
    Party.TEACHER: gettext_lazy("Keep contact and look at what is learned."),
    Party.HEAD: gettext_lazy("Stand behind this placement for the school."),
    Party.SCHOOL: gettext_lazy("Keep contact, help when something goes wrong, decide on the credit."),
}


@dataclass(frozen=True)
class Facts:
    """What the short version tells; names as they are on the day of reading."""

    learner: str
    supervisor: str
    hosts: Sequence[str]
    starts_on: date
    ends_on: date
    shifts: Sequence[plan.Shift]
    planned_minutes: int
    rhythm: str


def short(facts: Facts, parties: Sequence[Party]) -> list[tuple[str, str]]:
    """Labels with their lines: who, where, when, how much, and what this party promises."""
    return [
        (_("Who"), _who(facts)),
        (_("Where"), _where(facts.hosts)),
        (_("When"), period(facts.starts_on, facts.ends_on)),
        (_("Hours"), _how_much(facts)),
        (_("Promise"), " ".join(dict.fromkeys(_promise(party, facts.rhythm) for party in parties))),
    ]


def _who(facts: Facts) -> str:
    if not facts.supervisor:
        return facts.learner
    return _("%(learner)s, guided by %(supervisor)s") % {"learner": facts.learner, "supervisor": facts.supervisor}


def _where(hosts: Sequence[str]) -> str:
    if len(hosts) < 2:
        return "".join(hosts)
    more = ngettext("%(first)s and %(count)s more place", "%(first)s and %(count)s more places", len(hosts) - 1)
    return more % {"first": hosts[0], "count": len(hosts) - 1}


def _how_much(facts: Facts) -> str:
    total = hours(facts.planned_minutes)
    if plan.weeks(plan.work_days(facts.shifts)) < 2:
        return total
    usual = round(plan.usual_week(facts.shifts) / HALF_HOUR) * HALF_HOUR
    return _("About %(usual)s a week, %(total)s in all") % {"usual": hours(usual), "total": total}


def _promise(party: Party, rhythm: str) -> str:
    return str(_PROMISES.get(party) or _CONFIRMS[PlanVersion.Rhythm(rhythm)])
