"""The case that a rule set looks at: evidence made ready, with each piece of work in local days and moments of UTC."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from credits.rules.evidence import Absence, Evidence, Host, Period, Planned, Record, Work
from placements.rules.hours import in_utc
from placements.rules.signing import age
from schools.rule_sets.document import Conversion, RuleSet
from schools.rule_sets.parts import Amount

LEFT_OUT = -1


class MissingFact(Exception):
    """The rule set needs something that the evidence does not hold; `name` is its path in the evidence."""

    def __init__(self, name: str):
        super().__init__(name)
        self.name = name


@dataclass(slots=True)
class Item:
    """One piece of work for at most one unit; `days` are days present. Moments are in UTC, where they are known."""

    key: str
    day: date
    last_day: date
    minutes: int
    confirmed: int | None
    days: int = 1
    entries: int = 1
    begins: datetime | None = None
    ends: datetime | None = None
    break_minutes: int = 0
    zone: str | None = None
    activity: str = "placement"
    setting: str = "company"
    realism: str = "real"
    remote: bool = False
    paid: bool = False
    host: str | None = None
    placement: str | None = None
    unit: str | None = None
    make_up: bool = False
    void: int = 0
    void_because: str | None = None
    tags: Sequence[str] = ()


def pieces(work: Work, zone: str) -> list[Item]:
    """A line of evidence as items: one, or one for each unit and one for the minutes of none."""
    begins = moment(work.since, work.zone or zone) if work.since else None
    ends = moment(work.until, work.zone or zone) if work.until else None
    day = work.day or date.fromisoformat((work.since or "")[:10])
    minutes = work.minutes if work.minutes is not None else _length(begins, ends) - work.break_minutes
    confirmed = minutes if work.confirmed_minutes == LEFT_OUT else work.confirmed_minutes
    return [
        Item(
            key=work.id,
            day=day,
            last_day=max(work.last_day or day, day),
            minutes=part,
            confirmed=part_confirmed,
            days=work.days,
            begins=begins,
            ends=ends,
            break_minutes=work.break_minutes,
            zone=work.zone,
            activity=work.activity,
            setting=work.setting,
            realism=work.realism,
            remote=work.remote,
            paid=work.paid,
            host=work.host,
            placement=work.placement,
            unit=unit,
            make_up=work.make_up,
            void=void,
            void_because=work.void_because if void else None,
            tags=work.tags,
        )
        for unit, part, part_confirmed, void in _with_void(_shares(work, minutes, confirmed), work.void_minutes)
    ]


def moment(text: str, zone: str) -> datetime:
    """A local time in UTC; of a time that the clock shows twice the first, unless an offset says which."""
    if len(text) > len("2026-10-25T02:30"):
        return datetime.fromisoformat(text).astimezone(UTC)
    local = datetime.fromisoformat(text)
    return in_utc(local.date(), local.time(), zone)


def _length(begins: datetime | None, ends: datetime | None) -> int:
    return int((ends - begins).total_seconds()) // 60 if begins and ends else 0


def _shares(work: Work, minutes: int, confirmed: int | None) -> list[tuple[str | None, int, int | None]]:
    """Unit, minutes and confirmed minutes; what was confirmed fills the units in their order."""
    if not work.units:
        return [(work.unit, minutes, confirmed)]
    asked: list[tuple[str | None, int]] = [(one.unit, one.minutes) for one in work.units]
    asked.append((work.unit, minutes - sum(some for _unit, some in asked)))
    found, rest = [], confirmed
    for unit, part in asked:
        mine = None if rest is None else min(part, rest)
        rest = None if rest is None or mine is None else rest - mine
        found.append((unit, part, mine))
    return [row for row in found if row[1]]


def _with_void(shares: Sequence[tuple], void: int) -> list[tuple]:
    """What is void is taken from the last shares."""
    found = []
    for unit, part, confirmed in reversed(shares):
        some = min(part, void)
        void -= some
        found.append((unit, part, confirmed, some))
    return found[::-1]


@dataclass(kw_only=True)
class Case:
    """Everything the engine reads. `items` are in the order of time, so that the order of evidence is irrelevant."""

    rule_set: RuleSet
    today: date
    zone: str
    items: list[Item]
    birth_date: date | None = None
    cohort_start: date | None = None
    cohort_end: date | None = None
    programme_minutes: int | None = None
    facts: dict = field(default_factory=dict)
    planned: Sequence[Planned] = ()
    absences: Sequence[Absence] = ()
    hosts: dict[str, Host] = field(default_factory=dict)
    periods: Sequence[Period] = ()
    records: Sequence[Record] = ()
    outcomes: Sequence = ()
    credited: Sequence = ()
    exceptions: dict = field(default_factory=dict)
    considerations: dict = field(default_factory=dict)
    cohort_minutes: Sequence[int] | None = None
    other_wordings: Sequence[RuleSet] = ()
    left: list[int] = field(default_factory=list)
    kept: dict[tuple[str, str], int] = field(default_factory=dict)
    questions: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.items.sort(key=_in_time)
        self.left = [item.minutes for item in self.items]

    @property
    def conversion(self) -> Conversion:
        return self.rule_set.conversion

    @cached_property
    def start(self) -> date | None:
        """The first day of work."""
        return min((item.day for item in self.items), default=None)

    @cached_property
    def end(self) -> date | None:
        """The last day of work."""
        return max((item.last_day for item in self.items), default=None)

    def age_on(self, day: date) -> int | None:
        return None if self.birth_date is None else age(self.birth_date, day)

    def fact(self, name: str):
        """A fact of the student; one that is asked for and not known becomes a question."""
        if name not in self.facts:
            self.questions.add(name)
        return self.facts.get(name)

    def local_day(self, at: date | datetime) -> date:
        return at.astimezone(ZoneInfo(self.zone)).date() if isinstance(at, datetime) else at

    def school_year(self, day: date) -> str:
        month, first = (int(part) for part in self.rule_set.school_year_starts.split("-"))
        year = day.year if (day.month, day.day) >= (month, first) else day.year - 1
        return f"{year}/{year + 1}"


def case_of(rule_set: RuleSet, evidence: Evidence, other_wordings: Sequence[RuleSet] = ()) -> Case:
    """The case of a document of evidence that has been read and checked.

    `other_wordings` of the same rule set are for work on other days, where the day of the work chooses.
    """
    return Case(
        rule_set=rule_set,
        other_wordings=other_wordings,
        today=evidence.today,
        zone=evidence.zone,
        items=[item for work in evidence.work for item in pieces(work, evidence.zone)],
        birth_date=evidence.birth_date,
        cohort_start=evidence.cohort_start,
        cohort_end=evidence.cohort_end,
        programme_minutes=evidence.programme_minutes,
        facts=evidence.facts,
        planned=evidence.planned,
        absences=evidence.absences,
        hosts={host.id: host for host in evidence.hosts},
        periods=sorted(evidence.periods, key=lambda one: (one.since, one.until, one.key)),
        records=evidence.records,
        outcomes=evidence.outcomes,
        credited=evidence.credited,
        exceptions=_valid(evidence.exceptions, evidence.today),
        considerations=_valid(evidence.considerations, evidence.today),
        cohort_minutes=evidence.cohort_minutes,
    )


def _valid(rows: Sequence, today: date) -> dict:
    """By rule, those that have not expired; the last of several holds."""
    return {row.rule: row for row in rows if row.expires_on is None or row.expires_on >= today}


def _in_time(item: Item) -> tuple:
    return item.day, (item.begins is not None and item.begins.timestamp()) or 0.0, item.key, item.unit or ""


def length(amount: Amount, conversion: Conversion) -> int:
    """Minutes of a length that needs no base."""
    return (
        (amount.hours or 0) * 60
        + (amount.minutes or 0)
        + (amount.days or 0) * conversion.minutes_per_day
        + (amount.weeks or 0) * conversion.minutes_per_week
        + (amount.months or 0) * conversion.days_per_month * conversion.minutes_per_day
    )
