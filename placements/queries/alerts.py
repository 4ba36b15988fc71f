"""Reads of working time that was logged: what it breaks, for any number of placements, in five queries."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from django.db.models import Q

from accounts.models import Membership
from accounts.roles import Role
from core.models import Transition
from placements.models import OtherWork, Placement, Segment, WorkEntry
from placements.queries.limits import host_of, host_word
from placements.rules import alerts as rules
from placements.rules.limits import Bound, Broken, Work, bounds, sentence
from placements.rules.working_time import Spell
from schools.models import Enrolment, RuleException, RuleSetVersion
from schools.queries import document_of
from schools.rule_sets.choosing import chosen
from schools.rule_sets.document import RuleSet


@dataclass(frozen=True)
class Alert:
    """One limit that logged work broke; `text` says which, how much and when."""

    broken: Broken

    @property
    def day(self) -> date:
        return self.broken.breach.day

    @property
    def kind(self) -> str:
        return self.broken.breach.kind

    @property
    def key(self) -> str:
        """The same for the same limit and day; a day that is longer now is another alert."""
        breach = self.broken.breach
        return f"{breach.kind}:{breach.day.isoformat()}:{breach.value}"

    @property
    def text(self) -> str:
        return sentence(self.broken)


@dataclass(frozen=True)
class _Logged:
    placement_id: int
    work: Work


def alerts_of(placement: Placement) -> list[Alert]:
    """What the logged work of the learner breaks, as far as days of this placement belong to it."""
    return breaches_for([placement.pk])[placement.pk]


def alerts_on(placement: Placement, day: date) -> list[Alert]:
    """What the work of one day breaks, alone or with the days around it."""
    return [one for one in alerts_of(placement) if rules.touches(one.broken, [day])]


def alerts_at(placement: Placement, hosts: Collection[str]) -> list[Alert]:
    """What the work at these hosts alone breaks (words of `host_of`): nothing of other hosts and jobs is told."""
    return breaches_for([placement.pk], hosts)[placement.pk]


def breaches_for(placement_ids: Collection[int], hosts: Collection[str] | None = None) -> dict[int, list[Alert]]:
    """The alerts of each placement, in the order of days. All known work of each learner is looked at, or with `hosts`
    only what was done there."""
    found: dict[int, list[Alert]] = {pk: [] for pk in placement_ids}
    enrolments = _enrolments(placement_ids)
    logged = _logged(enrolments, hosts)
    bounds_of, allowed = _Wordings(enrolments), _allowed(enrolments)
    elsewhere = _elsewhere(enrolments) if hosts is None else defaultdict(list)
    for placement_id, enrolment in enrolments.items():
        person = enrolment.student.person_id
        work = [one.work for one in logged[person]]
        days = [one.work.spell.day for one in logged[person] if one.placement_id == placement_id]
        if not days:
            continue
        broken = rules.alerts(
            bounds_of(enrolment, max(days)),
            work,
            birth_date=enrolment.student.birth_date,
            elsewhere=_by_week(work, elsewhere[person]),
            allowed=allowed[enrolment.pk],
        )
        found[placement_id] = [Alert(one) for one in broken if rules.touches(one, days)]
    return found


def hosts_of(placement: Placement, viewer: Membership) -> list[str]:
    """The hosts of this placement for which somebody at a workplace speaks: where they guide, or their whole firm."""
    own = Q(supervisor__person__user=viewer.user_id)
    if viewer.role == Role.OWNER:
        own = Q(site__employer__organisation=viewer.organisation_id)
    segments = Segment.objects.filter(own, placement=placement).select_related("site").order_by("pk")
    return sorted({host_of(segment) for segment in segments})


def answers_for(placement_ids: Collection[int]) -> dict[tuple[int, str], Transition]:
    """What was done about alerts, by placement and the key of the alert."""
    rows = Transition.objects.filter(noun="alert", verb="answer", object_id__in=placement_ids).order_by("-pk")
    return {(row.object_id, row.details["key"]): row for row in rows}


def _enrolments(placement_ids: Collection[int]) -> dict[int, Enrolment]:
    rows = (
        Placement.objects.filter(pk__in=placement_ids, enrolment__isnull=False)
        .select_related("enrolment__student", "enrolment__cohort__version")
        .order_by("pk")
    )
    return {row.pk: row.enrolment for row in rows if row.enrolment}


def _logged(enrolments: dict[int, Enrolment], hosts: Collection[str] | None) -> dict[int, list[_Logged]]:
    """All work of these learners that was not taken back, by learner, whichever school or host it was for; with `hosts`
    only what was done there."""
    found: dict[int, list[_Logged]] = defaultdict(list)
    people = {one.student.person_id for one in enrolments.values()}
    rows = WorkEntry.objects.filter(learner__in=people).exclude(state=WorkEntry.State.WITHDRAWN).order_by("span", "pk")
    for learner, placement, *row in rows.values_list("learner", "placement", *_COLUMNS):
        work = _work(*row)
        if hosts is None or work.spell.host in hosts:
            found[learner].append(_Logged(placement, work))
    return found


_COLUMNS = (
    "segment__site__employer", "segment__site__organisation", "day", "logged_minutes", "span", "break_minutes", "zone",
    "activity", "setting", "realism", "remote",
)  # fmt: skip


def _work(employer_id, organisation_id, day, minutes, span, break_minutes, zone, *kind) -> Work:
    """From a row of `_COLUMNS`, whose last four say which kind of work it was."""
    host = host_word(employer_id, organisation_id)
    return Work(Spell(day, minutes, span.lower, span.upper, break_minutes, zone, host), *kind)


class _Wordings:
    """The limits of an enrolment by the wording that holds for it; all wordings are read at once."""

    def __init__(self, enrolments: dict[int, Enrolment]):
        named = {one.cohort.version.rule_set_id for one in enrolments.values()}
        asked = Q(rule_set__in=named - {None}) | (Q(rule_set__general=True) if None in named else Q())
        versions = RuleSetVersion.objects.filter(asked).select_related("rule_set").order_by("pk")
        self.versions = list(versions.defer("content")) if named else []

    def __call__(self, enrolment: Enrolment, day: date) -> list[Bound]:
        wanted = enrolment.cohort.version.rule_set_id
        own = [one for one in self.versions if (one.rule_set_id == wanted if wanted else one.rule_set.general)]
        version = chosen(own, cohort_start=enrolment.cohort.starts_on, today=day)
        return bounds(_read(version.hash, version.pk), enrolment.facts) if version else []


@lru_cache(maxsize=64)
def _read(_hash: str, pk: int) -> RuleSet:
    """A stored wording never changes: a process reads it once."""
    return document_of(RuleSetVersion.objects.get(pk=pk))


def _allowed(enrolments: dict[int, Enrolment]) -> dict[int, dict[str, date | None]]:
    """Limits that are lifted for a student, with the last day; an exception with no last day holds longest."""
    found: dict[int, dict[str, date | None]] = defaultdict(dict)
    rows = RuleException.objects.filter(
        enrolment__in={one.pk for one in enrolments.values()}, withdrawn_at=None, minutes=None
    )
    for row in rows.order_by("enrolment", "expires_on", "pk"):
        found[row.enrolment_id][row.rule] = row.expires_on
    return found


def _elsewhere(enrolments: dict[int, Enrolment]) -> dict[int, list[OtherWork]]:
    found: dict[int, list[OtherWork]] = defaultdict(list)
    people = {one.student.person_id for one in enrolments.values()}
    rows = OtherWork.objects.filter(placement__learner__in=people, minutes_per_week__gt=0)
    for row in rows.select_related("placement").order_by("pk"):
        found[row.placement.learner_id].append(row)
    return found


def _by_week(work: Iterable[Work], stated: Iterable[OtherWork]) -> dict[date, int]:
    """Minutes elsewhere in each week; said for two placements of the same weeks it is the same work, counted once."""
    days = [one.spell.day for one in work]
    found: dict[date, int] = {}
    for row in stated:
        for week in rules.weeks_of(days, row.placement.starts_on, row.placement.ends_on):
            found[week] = max(found.get(week, 0), row.minutes_per_week)
    return found
