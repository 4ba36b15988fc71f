"""Who will reach the hours in time: the pace of one enrolment or of many, and its sentences."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from accounts.models import Membership
from core.keys import among
from core.templatetags.ui import day_year, hours
from credits.access import enrolments_to_credit
from credits.holding import holding
from credits.queries import Opinion
from credits.replay import cases_under, evaluated
from credits.rules.pace import Halves, Outlook, Pace, halves
from credits.rules.result import Result
from credits.worked import counted_entries
from placements.models import Placement, PlannedShift
from placements.queries.days import planned_days
from placements.queries.limits import standing_keys
from placements.queries.plans import with_calendar_days
from schools.models import Enrolment


@dataclass
class Going:
    """The placements that go on: planned minutes by day, and logged minutes before today and of today."""

    days: dict[date, int] = field(default_factory=lambda: defaultdict(int))
    worked: int = 0
    worked_today: int = 0


def pace_of(enrolment: Enrolment, opinion: Opinion, *, today: date) -> Pace | None:
    """The pace of an enrolment whose opinion is known, in one query; nothing where no hours are asked for."""
    if opinion.result is None or opinion.gathered is None:
        return None
    going = _going(Enrolment.objects.filter(pk=enrolment.pk), today)[enrolment.pk]
    return _pace(enrolment, opinion.result, going, today)


def paces(enrolments: QuerySet[Enrolment], *, today: date) -> Iterator[tuple[Enrolment, Pace]]:
    """As `pace_of` for many, in the order of their ids and in as many queries as for one."""
    going = _going(enrolments, today)
    for enrolment, case in cases_under(holding(enrolments), enrolments, today=today):
        result = evaluated(case)
        pace = _pace(enrolment, result, going[enrolment.pk], today) if result else None
        if pace:
            yield enrolment, pace


def _pace(enrolment: Enrolment, result: Result, going: Going, today: date) -> Pace | None:
    if result.required_minutes is None or result.result == "not_applicable":
        return None
    last = enrolment.cohort.ends_on or max(going.days, default=None)
    coming = [some for day, some in going.days.items() if today < day and (last is None or day <= last)]
    return Pace(
        required=result.required_minutes,
        missing=result.missing_minutes,
        waiting=sum(line.cut_minutes for line in result.steps if line.reason == "not_confirmed"),
        planned=sum(coming) + max(going.days.get(today, 0) - going.worked_today, 0),
        worked=going.worked,
        due=sum(some for day, some in going.days.items() if day < today),
        by=last,
    )


def _going(enrolments: QuerySet[Enrolment], today: date) -> dict[int, Going]:
    """By enrolment; plans by the pattern that holds."""
    found: dict[int, Going] = defaultdict(Going)
    for key, shifts in _shifts(enrolments, today).items():
        first, last = min(row.starts_on for row in shifts), max(row.ends_on for row in shifts)
        for day, rows in planned_days(shifts, first, last).items():
            found[key].days[day] += sum(minutes for _row, minutes in rows)
        found[key].worked, found[key].worked_today = shifts[0].worked, shifts[0].worked_today
    return found


def _shifts(enrolments: QuerySet[Enrolment], today: date) -> dict[int, list[Any]]:
    """By enrolment: of each placement that goes on the shifts of the plan in force, else of the newest.

    Each row has what was logged before today and today in the placements of its enrolment that go on.
    """
    live = {"placement__enrolment": OuterRef("segment__placement__enrolment"), "placement__state__in": Placement.LIVE}
    sums = counted_entries().filter(**live).order_by().values("placement__enrolment")
    plans = standing_keys(
        Placement.objects.filter(enrolment__in=enrolments.order_by().values("pk"), state__in=Placement.LIVE)
    )
    shifts = PlannedShift.objects.filter(among("plan", plans)).select_related(
        "segment__site", "segment__placement__enrolment__cohort"
    )
    worked = {
        name: Coalesce(Subquery(sums.filter(days).annotate(sum=Sum("logged_minutes")).values("sum")), 0)
        for name, days in (("worked", Q(day__lt=today)), ("worked_today", Q(day=today)))
    }
    rows: dict[int, list[Any]] = defaultdict(list)
    for row in with_calendar_days(shifts, "segment__").annotate(**worked).order_by("pk"):
        rows[row.segment.placement.enrolment_id or 0].append(row)
    return rows


# ── Who falls short ──────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Short:
    """A student who will not reach the hours, with the reason in words."""

    enrolment: Enrolment
    pace: Pace

    @property
    def why(self) -> str:
        return sentence(self.pace, own=False)

    @property
    def tone(self) -> str:
        return _TONES[self.pace.outlook]

    @property
    def word(self) -> str:
        return _words(self.pace.outlook)


@dataclass(frozen=True)
class Told:
    """The outlook of one enrolment on a page that may show several."""

    key: int
    pace: Pace
    halves: Halves
    own: bool

    @property
    def tone(self) -> str:
        return _TONES[self.pace.outlook]

    @property
    def word(self) -> str:
        return _words(self.pace.outlook)

    @property
    def text(self) -> str:
        return sentence(self.pace, own=self.own)


def told(enrolment: Enrolment, opinion: Opinion, *, own: bool, today: date) -> Told | None:
    """As `pace_of`, with its words."""
    pace = pace_of(enrolment, opinion, today=today)
    return Told(enrolment.pk, pace, halves(opinion.result), own) if pace and opinion.result else None


_TONES = {
    Outlook.REACHED: "good",
    Outlook.ON_TRACK: "good",
    Outlook.BEHIND: "warn",
    Outlook.PLAN_SHORT: "warn",
}


def _words(outlook: Outlook) -> str:
    return {
        Outlook.REACHED: _("Reached"),
        Outlook.ON_TRACK: _("On track"),
        Outlook.BEHIND: _("Behind the plan"),
        Outlook.PLAN_SHORT: _("Too few days planned"),
    }[outlook]


def falling_short(viewer: Membership, *, today: date) -> list[tuple[Enrolment, Pace]]:
    """Of the students whose credit this member reads and who have begun a placement: who falls short, worst first."""
    begun = Placement.objects.filter(enrolment=OuterRef("pk")).exclude(state__in=Placement.NOT_BEGUN).order_by()
    open_now = [Q(**{name: None}) | Q(**{f"{name}__gte": today}) for name in ("ends_on", "cohort__ends_on")]
    meant = enrolments_to_credit(viewer).filter(Exists(begun), *open_now)
    found = paces(Enrolment.objects.filter(among("pk", meant.values("pk"))), today=today)
    return sorted((row for row in found if row[1].short), key=lambda row: (-row[1].short, row[0].pk))


def named(rows: Collection[tuple[Enrolment, Pace]]) -> list[Short]:
    """These rows with names, in one query."""
    keys = [enrolment.pk for enrolment, _pace in rows]
    found = Enrolment.objects.filter(pk__in=keys).select_related("student__person", "cohort").in_bulk()
    return [Short(found[enrolment.pk], pace) for enrolment, pace in rows]


def sentence(pace: Pace, *, own: bool) -> str:
    """The outlook in words; `own` when the student reads it."""
    text = _TEXTS[pace.outlook, own]() if pace.planned or pace.outlook == Outlook.REACHED else _no_plan(own)
    return text % {
        "open": hours(pace.open),
        "short": hours(pace.short),
        "planned": hours(pace.planned),
        "worked": hours(pace.worked),
        "due": hours(pace.due),
        "day": day_year(pace.by) if pace.by else "",
        "more": hours(pace.more_days),
    }


def _no_plan(own: bool) -> str:
    if own:
        return _("You still need %(open)s, and no more days are planned. Talk to your teacher.")
    return _("%(open)s are missing and no more days are planned.")


_TEXTS = {
    (Outlook.REACHED, True): lambda: _("You have all the hours."),
    (Outlook.REACHED, False): lambda: _("All hours are there."),
    (Outlook.ON_TRACK, True): lambda: _(
        "You still need %(open)s. %(planned)s are planned until %(day)s: if you go on like this, you get there."
    ),
    (Outlook.ON_TRACK, False): lambda: _("%(open)s are missing and %(planned)s are planned until %(day)s."),
    (Outlook.BEHIND, True): lambda: _(
        "At this pace you will be %(short)s short by %(day)s: so far you logged %(worked)s of the planned %(due)s."
    ),
    (Outlook.BEHIND, False): lambda: _(
        "At this pace %(short)s short by %(day)s: so far %(worked)s of the planned %(due)s are logged."
    ),
    (Outlook.PLAN_SHORT, True): lambda: _(
        "Even with every planned day you will be %(more)s short by %(day)s: you need %(open)s, and %(planned)s are "
        "planned. Ask your teacher for more days."
    ),
    (Outlook.PLAN_SHORT, False): lambda: _(
        "Even with every planned day %(more)s short by %(day)s: %(open)s are needed, and %(planned)s are planned."
    ),
}
