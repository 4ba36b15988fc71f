"""The small parts that rule sets are written with: texts, amounts, dates and conditions (docs/rule_sets.md)."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, AwareDatetime, ConfigDict, Field, StringConstraints

STRICT = ConfigDict(extra="forbid", strict=True)
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2200, 12, 31)


def _in_our_time(day: date) -> date:
    if not FIRST_DAY <= day <= LAST_DAY:
        raise ValueError(f"must be between {FIRST_DAY} and {LAST_DAY}")
    return day


def _in_our_days(moment: datetime) -> datetime:
    _in_our_time(moment.date())
    return moment


Key = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_.-]{0,79}$")]
Name = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00]*$")]
Prose = Annotated[str, StringConstraints(min_length=1, max_length=1000, pattern=r"^[^\x00]*$")]
Day = Annotated[date, AfterValidator(_in_our_time)]
Moment = Annotated[AwareDatetime, AfterValidator(_in_our_days)]
Count = Annotated[int, Field(ge=0, le=10_000_000)]
Share = Annotated[str, StringConstraints(pattern=r"^([0-9]{1,4}(\.[0-9]{1,4})?%|[0-9]{1,4}/[1-9][0-9]{0,3})$")]
Credit = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,6}(\.[0-9]{1,3})?$")]
MonthDay = Annotated[str, StringConstraints(pattern=r"^(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$")]
Clock = Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
Value = Annotated[str, StringConstraints(max_length=200, pattern=r"^[^\x00]*$")] | bool | Count

Setting = Literal["company", "workshop", "centre", "school"]
Realism = Literal["real", "simulated"]
Dimension = Literal["day", "week", "month", "year", "school_year", "host", "placement", "unit", "activity", "period"]
Anchor = Literal["start", "end", "cohort_start", "cohort_end", "today"]


@dataclass(frozen=True, kw_only=True)
class Text:
    """Words for people, in both languages."""

    __pydantic_config__ = STRICT
    en: Prose
    fr: Prose


@dataclass(frozen=True, kw_only=True)
class Range:
    """From `from` to `to`, both included; a side left out is open."""

    __pydantic_config__ = STRICT
    since: Annotated[Day | None, Field(alias="from", description="the first day")] = None
    until: Annotated[Day | None, Field(alias="to", description="the last day")] = None


@dataclass(frozen=True, kw_only=True)
class Ages:
    """Whole years: from `from` (included) to `below` (not included)."""

    __pydantic_config__ = STRICT
    since: Annotated[Count | None, Field(alias="from", description="at least this old")] = None
    below: Annotated[Count | None, Field(description="younger than this")] = None


@dataclass(frozen=True, kw_only=True)
class RecordMatch:
    """A dated record of the evidence: an agreement, a visit, a report, a unit that was passed."""

    __pydantic_config__ = STRICT
    kind: Annotated[Name, Field(description="the kind of record")]
    by: Annotated[list[Name], Field(description="written by one of these parties")] = field(default_factory=list)
    results: Annotated[list[Name], Field(description="with one of these results, such as passed")] = field(
        default_factory=list
    )
    score_at_least: Annotated[Count | None, Field(description="with at least this score")] = None
    units: Annotated[list[Name], Field(description="about one of these units")] = field(default_factory=list)
    signed_by: Annotated[list[Name], Field(description="signed by all of these parties")] = field(default_factory=list)
    in_order: Annotated[bool, Field(description="they signed in the order of `signed_by`")] = False
    minors_signed_by: Annotated[
        list[Name], Field(description="signed by these too when the student is under 18 on the day of the record")
    ] = field(default_factory=list)
    same: Annotated[
        list[Literal["host", "placement", "unit", "period"]],
        Field(description="about the same as the work (or the group) that is looked at"),
    ] = field(default_factory=list)
    within: Annotated["Within | None", Field(description="dated in this stretch around an anchor")] = None


@dataclass(frozen=True, kw_only=True)
class Within:
    """Not earlier than `from_days` and not later than `to_days` after the anchor; negative days lie before it."""

    __pydantic_config__ = STRICT
    of: Anchor
    from_days: Annotated[int | None, Field(ge=-36500, le=36500)] = None
    to_days: Annotated[int | None, Field(ge=-36500, le=36500)] = None


@dataclass(frozen=True, kw_only=True)
class When:
    """A condition on the student. All that is given must hold; nothing given always holds."""

    __pydantic_config__ = STRICT
    facts: Annotated[
        dict[Name, list[Value]],
        Field(description="the student's fact has one of these values (or, a list, one of them)"),
    ] = field(default_factory=dict)
    facts_at_least: Annotated[dict[Name, Count], Field(description="the fact is a number and at least this")] = field(
        default_factory=dict
    )
    facts_below: Annotated[dict[Name, Count], Field(description="the fact is a number and below this")] = field(
        default_factory=dict
    )
    age_at_start: Annotated[
        Ages | None, Field(description="the age on the first day of work, or of today before it")
    ] = None
    cohort_start: Annotated[Range | None, Field(description="the day on which the cohort started")] = None
    record: Annotated[RecordMatch | None, Field(description="there is such a record")] = None
    all: Annotated[list["When"], Field(description="all of these hold")] = field(default_factory=list)
    any: Annotated[list["When"], Field(description="at least one of these holds")] = field(default_factory=list)
    none: Annotated[list["When"], Field(description="none of these holds")] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class HostMatch:
    """A condition on the host of work. Work without a host matches none."""

    __pydantic_config__ = STRICT
    recognised: bool | None = None
    checked: Annotated[bool | None, Field(description="checked before, so that lighter checks are enough")] = None
    sectors: list[Name] = field(default_factory=list)
    sizes: list[Name] = field(default_factory=list)
    countries: list[Name] = field(default_factory=list)
    tags: Annotated[list[Name], Field(description="has one of these tags")] = field(default_factory=list)
    learners_per_supervisor_at_most: Count | None = None


@dataclass(frozen=True, kw_only=True)
class Where:
    """Which work is meant. All that is given must hold; nothing given means all work."""

    __pydantic_config__ = STRICT
    activities: Annotated[list[Key], Field(description="one of these activities")] = field(default_factory=list)
    settings: Annotated[list[Setting], Field(description="in one of these settings")] = field(default_factory=list)
    realism: Annotated[Realism | None, Field(description="real or simulated work")] = None
    remote: bool | None = None
    paid: bool | None = None
    units: Annotated[list[Name], Field(description="for one of these units")] = field(default_factory=list)
    tags: Annotated[list[Name], Field(description="with one of these tags")] = field(default_factory=list)
    make_up: Annotated[bool | None, Field(description="making up for missed time")] = None
    host: HostMatch | None = None
    dates: Annotated[Range | None, Field(description="the day of the work; this is how a rule is dated")] = None
    age: Annotated[Ages | None, Field(description="the student's age on that day")] = None
    weekdays: list[Weekday] = field(default_factory=list)
    periods: Annotated[
        list[Name], Field(description="on a day in a period of one of these kinds, such as term or holiday")
    ] = field(default_factory=list)
    last_years: Annotated[
        Count | None, Field(description="on a day in the last so many years before the cohort's end, else before today")
    ] = None
    after_record: Annotated[
        RecordMatch | None,
        Field(
            description="begun when such a record was there: on its day (or, with a time, after its moment) or later"
        ),
    ] = None
    during_record: Annotated[RecordMatch | None, Field(description="on a day between `from` and `to` of a record")] = (
        None
    )
    when: Annotated[When | None, Field(description="and this holds for the student")] = None
    any: Annotated[list["Where"], Field(description="at least one of these fits")] = field(default_factory=list)
    none: Annotated[list["Where"], Field(description="none of these fits")] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class Amount:
    """A length of time: hours and minutes, or days, weeks, months of the rule set's own length; or a share of a base;
    or a number of minutes that is a fact of the student; or one of several by condition."""

    __pydantic_config__ = STRICT
    hours: Count | None = None
    minutes: Count | None = None
    days: Count | None = None
    weeks: Count | None = None
    months: Count | None = None
    fact: Annotated[Name | None, Field(description="the student's fact of this name, in minutes")] = None
    share: Annotated[Share | None, Field(description='such as "20%" or "1/3"; needs `of`')] = None
    of: Annotated[
        Literal["required", "planned", "programme", "counted", "worked", "missed"] | None,
        Field(
            description="required: the amount that the requirement `rule` asks for; planned, programme: as the "
            "evidence says; counted: what counts at this point, of all work; worked: all work before any step; "
            "missed: absences, of `causes`"
        ),
    ] = None
    rule: Annotated[
        Key | None, Field(description="whose required amount; the first time requirement when left out")
    ] = None
    where: Annotated["Where | None", Field(description="only of this work (counted, worked)")] = None
    causes: Annotated[list[Name], Field(description="only absences with these causes (missed)")] = field(
        default_factory=list
    )
    cases: Annotated[list["Case"], Field(description="the first case whose condition holds")] = field(
        default_factory=list
    )
    otherwise: Annotated["Amount | None", Field(description="when no case holds")] = None


@dataclass(frozen=True, kw_only=True)
class Case:
    """One of several amounts, by condition."""

    __pydantic_config__ = STRICT
    when: When
    then: Amount


@dataclass(frozen=True, kw_only=True)
class Span:
    """A length on the calendar, added up."""

    __pydantic_config__ = STRICT
    days: Annotated[int, Field(ge=0, le=36500)] = 0
    weeks: Annotated[int, Field(ge=0, le=5000)] = 0
    months: Annotated[int, Field(ge=0, le=1200)] = 0
    years: Annotated[int, Field(ge=0, le=100)] = 0


@dataclass(frozen=True, kw_only=True)
class DateRule:
    """A day: `date` itself, or an anchor, moved, and then to the next weekday or day of the year."""

    __pydantic_config__ = STRICT
    date: Annotated[Day | None, Field(description="this very day; nothing else is given then")] = None
    anchor: Annotated[Anchor | None, Field(description="start and end: first and last day of work")] = None
    days: Annotated[int, Field(ge=-36500, le=36500, description="moved by so many days; negative is before")] = 0
    working_days: Annotated[
        int, Field(ge=-2000, le=2000, description="moved by so many days from Monday to Friday")
    ] = 0
    months: Annotated[int, Field(ge=-600, le=600)] = 0
    next_weekday: Annotated[Weekday | None, Field(description="then the next such day, later than the day reached")] = (
        None
    )
    next_month_day: Annotated[
        MonthDay | None, Field(description="then the next such day of the year, on or after the day reached")
    ] = None
