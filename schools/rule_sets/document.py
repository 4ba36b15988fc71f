"""A rule set as it is written in its JSON file, field by field (docs/rule_sets.md)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Annotated, Literal

from pydantic import Field

from schools.rule_sets.parts import (
    STRICT,
    Ages,
    Amount,
    Clock,
    Count,
    Credit,
    DateRule,
    Day,
    Dimension,
    HostMatch,
    Key,
    MonthDay,
    Name,
    Prose,
    RecordMatch,
    Share,
    Span,
    Text,
    Value,
    Weekday,
    When,
    Where,
)

FORMAT = "passerelle-rule-set/1"
Strength = Literal["must", "should"]
Effect = Literal["block", "warn", "inform"]
Each = Annotated[list[Dimension], Field(description="looked at apart for each of these; left out: all work together")]


@dataclass(frozen=True, kw_only=True)
class Source:
    """Where the rule is written and how sure we are of it."""

    __pydantic_config__ = STRICT
    title: Name
    link: Annotated[Name | None, Field(description="address of the page or document")] = None
    grade: Annotated[
        Literal["A", "B", "own"],
        Field(description="A the regulator's own page, B a secondary page, own the school's rule"),
    ]


@dataclass(frozen=True, kw_only=True)
class Conversion:
    """How long a day, a week and a month of work are."""

    __pydantic_config__ = STRICT
    minutes_per_day: Annotated[Count, Field(ge=1)] = 420
    minutes_per_week: Annotated[Count, Field(ge=1)] = 2100
    days_per_month: Annotated[Count, Field(ge=1)] = 22


@dataclass(frozen=True, kw_only=True)
class FactField:
    """What the rule set asks about a student, beyond age and work."""

    __pydantic_config__ = STRICT
    label: Text
    values: Annotated[list[Value], Field(description="what it may be; left out: anything")] = field(
        default_factory=list
    )


# ── Steps: from worked to counted minutes ────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, kw_only=True)
class Step:
    """What all steps have."""

    __pydantic_config__ = STRICT
    key: Key
    label: Text
    where: Annotated[Where, Field(description="which work")] = field(default_factory=Where)
    when: Annotated[When | None, Field(description="only for students for whom this holds")] = None
    decided_by: Annotated[
        Name | None,
        Field(description="this party decides: nothing is cut, the minutes at stake are shown"),
    ] = None


@dataclass(frozen=True, kw_only=True)
class Confirmed(Step):
    """Only what the host has confirmed counts; where the two differ, the lower."""

    __pydantic_config__ = STRICT
    type: Literal["confirmed"]


@dataclass(frozen=True, kw_only=True)
class Exclude(Step):
    """The work does not count."""

    __pydantic_config__ = STRICT
    type: Literal["exclude"]


@dataclass(frozen=True, kw_only=True)
class Cap(Step):
    """At most so much of the work counts; the earliest counts first."""

    __pydantic_config__ = STRICT
    type: Literal["cap"]
    at_most: Amount
    each: Each = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class Threshold(Step):
    """The work counts only when there is at least so much of it."""

    __pydantic_config__ = STRICT
    type: Literal["threshold"]
    at_least: Amount
    each: Each = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class Weight(Step):
    """A minute of the work counts for so much of a minute; parts of a minute are dropped, for each line of work."""

    __pydantic_config__ = STRICT
    type: Literal["weight"]
    factor: Annotated[Share, Field(description="not above 100%")]


@dataclass(frozen=True, kw_only=True)
class RoundDown(Step):
    """Only whole steps count."""

    __pydantic_config__ = STRICT
    type: Literal["round_down"]
    step: Amount
    each: Each = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class ShortStretch(Step):
    """Work in a stretch that is too short does not count. A stretch ends where more than `gap_days` days are free."""

    __pydantic_config__ = STRICT
    type: Literal["short_stretch"]
    gap_days: Count
    measured_in: Literal["calendar_days", "worked_days", "weeks", "minutes"]
    at_least: Count
    each: Annotated[list[Literal["host", "placement", "unit", "activity", "period"]], Field()] = field(
        default_factory=list
    )


AnyStep = Annotated[
    Confirmed | Exclude | Cap | Threshold | Weight | RoundDown | ShortStretch, Field(discriminator="type")
]


# ── Requirements ─────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, kw_only=True)
class Requirement:
    """What all requirements have."""

    __pydantic_config__ = STRICT
    key: Key
    label: Text
    when: Annotated[When | None, Field(description="only asked of students for whom this holds")] = None
    strength: Strength = "must"
    effect: Annotated[
        Effect | None,
        Field(description="when it is not met; left out: must blocks, should warns. Only block stands against credit"),
    ] = None


@dataclass(frozen=True, kw_only=True)
class Time(Requirement):
    """So much time, after the steps (or before them, with `before_steps`)."""

    __pydantic_config__ = STRICT
    type: Literal["time"]
    where: Where = field(default_factory=Where)
    at_least: Amount | None = None
    more_than: Amount | None = None
    at_most: Amount | None = None
    less_than: Amount | None = None
    each: Each = field(default_factory=list)
    shown_in: Annotated[
        Literal["hours", "days", "weeks", "months"], Field(description="the measure people think in")
    ] = "hours"
    before_steps: bool = False


@dataclass(frozen=True, kw_only=True)
class Number(Requirement):
    """So many different days, weeks, hosts and so on with counted work."""

    __pydantic_config__ = STRICT
    type: Literal["number"]
    of: Literal[
        "days",
        "weeks",
        "months",
        "hosts",
        "sectors",
        "sizes",
        "countries",
        "settings",
        "activities",
        "units",
        "periods",
    ]
    where: Where = field(default_factory=Where)
    with_at_least: Annotated[Amount | None, Field(description="counting only those with so much time")] = None
    at_least: Count | None = None
    at_most: Count | None = None
    each: Each = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class WeeklyAverage(Requirement):
    """Time per week on average."""

    __pydantic_config__ = STRICT
    type: Literal["weekly_average"]
    where: Where = field(default_factory=Where)
    over: Annotated[
        Literal["weeks_with_work", "all_weeks", "days"],
        Field(
            description="the divisor: weeks (Monday to Sunday) with work; every week from the first to the last one "
            "with work; or the days from the first to the last day of work, divided by seven"
        ),
    ]
    window_weeks: Annotated[
        Count | None,
        Field(ge=1, le=520, description="in every run of so many weeks one after the other, instead of once over all"),
    ] = None
    at_least: Amount | None = None
    at_most: Amount | None = None
    each: Each = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class CalendarTime(Requirement):
    """From the first to the last day of counted work, both included: more hours a week do not shorten it."""

    __pydantic_config__ = STRICT
    type: Literal["calendar_time"]
    where: Where = field(default_factory=Where)
    at_least: Span | None = None
    at_most: Span | None = None
    each: Each = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class Stretches(Requirement):
    """Stretches of counted work. A stretch ends where more than `gap_days` calendar days in a row are free."""

    __pydantic_config__ = STRICT
    type: Literal["stretches"]
    where: Where = field(default_factory=Where)
    gap_days: Count
    measured_in: Literal["calendar_days", "worked_days", "weeks", "minutes"]
    length_at_least: Annotated[Count | None, Field(description="how long a stretch must be, in `measured_in`")] = None
    length_at_most: Count | None = None
    at_least: Annotated[Count | None, Field(description="so many stretches of that length")] = None
    at_most: Annotated[Count | None, Field(description="not more stretches of that length")] = None
    every: Annotated[bool, Field(description="every stretch has that length")] = False
    each: Annotated[list[Literal["host", "placement", "unit", "activity", "period"]], Field()] = field(
        default_factory=list
    )


@dataclass(frozen=True, kw_only=True)
class CohortAverage(Requirement):
    """Counted time on average over the cohort, this student included."""

    __pydantic_config__ = STRICT
    type: Literal["cohort_average"]
    at_least: Amount
    own_at_least: Annotated[Amount | None, Field(description="and this student at least so much")] = None


@dataclass(frozen=True, kw_only=True)
class Records(Requirement):
    """So many records; with `every`, one for each full step of counted time, and one at the end if there is less."""

    __pydantic_config__ = STRICT
    type: Literal["records"]
    match: RecordMatch
    at_least: Count = 1
    each: Annotated[
        list[Literal["host", "placement", "unit", "period", "school_year"]], Field(description="for each of these")
    ] = field(default_factory=list)
    every: Annotated[Amount | None, Field(description="one for each full step of this counted time")] = None
    where: Annotated[Where, Field(description="which work `every` and `each` look at")] = field(default_factory=Where)
    due: Annotated[DateRule | None, Field(description="a record after this day does not count")] = None
    unless_host: Annotated[HostMatch | None, Field(description="not asked where the host is like this")] = None


@dataclass(frozen=True, kw_only=True)
class Outcomes(Requirement):
    """Every required outcome was shown."""

    __pydantic_config__ = STRICT
    type: Literal["outcomes"]
    units: Annotated[list[Name], Field(description="only outcomes of these units")] = field(default_factory=list)
    sources_at_least: Annotated[Count, Field(description="by so many different persons")] = 1
    share: Annotated[Share, Field(description="so many of them")] = "100%"


@dataclass(frozen=True, kw_only=True)
class Condition(Requirement):
    """Something about the student holds."""

    __pydantic_config__ = STRICT
    type: Literal["condition"]
    holds: When


@dataclass(frozen=True, kw_only=True)
class Hosts(Requirement):
    """Every host with worked time is like this."""

    __pydantic_config__ = STRICT
    type: Literal["hosts"]
    where: Where = field(default_factory=Where)
    are: HostMatch


@dataclass(frozen=True, kw_only=True)
class Exclusive(Requirement):
    """Only one of these kinds of work is used."""

    __pydantic_config__ = STRICT
    type: Literal["exclusive"]
    groups: Annotated[list["Group"], Field(min_length=2)]


@dataclass(frozen=True, kw_only=True)
class Group:
    __pydantic_config__ = STRICT
    label: Text
    where: Where


@dataclass(frozen=True, kw_only=True)
class Dates(Requirement):
    """All work lies between two days."""

    __pydantic_config__ = STRICT
    type: Literal["dates"]
    where: Where = field(default_factory=Where)
    not_before: DateRule | None = None
    not_after: DateRule | None = None


@dataclass(frozen=True, kw_only=True)
class WorkingTime(Requirement):
    """No limit of working time was broken."""

    __pydantic_config__ = STRICT
    type: Literal["working_time"]
    limits: Annotated[list[Key], Field(description="keys of `working_time`; left out: all of them")] = field(
        default_factory=list
    )


@dataclass(frozen=True, kw_only=True)
class Choice(Requirement):
    """One of several requirements is met (any_of), or all are (all_of)."""

    __pydantic_config__ = STRICT
    type: Literal["any_of", "all_of"]
    of: Annotated[list["AnyRequirement"], Field(min_length=1)]


AnyRequirement = Annotated[
    Time
    | Number
    | WeeklyAverage
    | CalendarTime
    | Stretches
    | CohortAverage
    | Records
    | Outcomes
    | Condition
    | Hosts
    | Exclusive
    | Dates
    | WorkingTime
    | Choice,
    Field(discriminator="type"),
]


# ── What follows ─────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, kw_only=True)
class Limit:
    """Working time by age. All work known of the student on a day is added up, over all hosts."""

    __pydantic_config__ = STRICT
    key: Key
    label: Text
    ages: Annotated[Ages, Field(description="on that day")] = field(default_factory=Ages)
    when: When | None = None
    where: Annotated[Where, Field(description="which work it limits")] = field(default_factory=Where)
    per_day: Amount | None = None
    per_week: Annotated[Amount | None, Field(description="from Monday to Sunday")] = None
    night: Annotated["Night | None", Field(description="no work in these hours")] = None
    pause: Annotated["Pause | None", Field(description="a break in longer work")] = None
    rest_between_days: Annotated[Amount | None, Field(description="free time between two days of work")] = None
    rest_days_per_week: Annotated[Count | None, Field(le=7)] = None
    rest_days_together: Annotated[bool, Field(description="the free days follow each other")] = False
    rest_days_with: Annotated[list[Weekday], Field(description="these days are free")] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class Night:
    """No work between these times, over midnight when `to` is not after `from`."""

    __pydantic_config__ = STRICT
    since: Annotated[Clock, Field(alias="from")]
    until: Annotated[Clock, Field(alias="to")]


@dataclass(frozen=True, kw_only=True)
class Pause:
    """Work that lasts longer than `after`, breaks not counted, has breaks of at least so much."""

    __pydantic_config__ = STRICT
    after: Amount
    at_least: Amount


@dataclass(frozen=True, kw_only=True)
class Award:
    """What all awards have. A minute is used by one award only, in the order of the list."""

    __pydantic_config__ = STRICT
    key: Key
    label: Text
    measure: Annotated[Name, Field(description="what is given: hours, credit, unit, point")]
    unit: Annotated[Name | None, Field(description="the unit that it is given for")] = None
    where: Annotated[Where, Field(description="which counted work it uses")] = field(default_factory=Where)
    when: When | None = None
    needs: Annotated[list[Key], Field(description="requirements that must be met; left out: none")] = field(
        default_factory=list
    )
    after: Annotated[list[Key], Field(description="awards that are given before or now")] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class AwardTime(Award):
    """The counted time itself, up to an amount; a part may be given before all is there."""

    __pydantic_config__ = STRICT
    type: Literal["time"]
    at_most: Amount | None = None


@dataclass(frozen=True, kw_only=True)
class AwardWhole(Award):
    """All or nothing."""

    __pydantic_config__ = STRICT
    type: Literal["whole"]
    give: Credit
    uses: Annotated[Amount | None, Field(description="the time that it uses; left out: all of its counted work")] = None


@dataclass(frozen=True, kw_only=True)
class AwardSteps(Award):
    """So much for each full step of counted time; the rest is recorded."""

    __pydantic_config__ = STRICT
    type: Literal["steps"]
    step: Amount
    give: Credit
    at_most: Credit | None = None
    per_week: Annotated[
        Literal["weeks_with_work", "all_weeks"] | None,
        Field(description="the step is compared with the weekly average instead of the sum"),
    ] = None
    each: Annotated[list[Literal["school_year", "unit", "period"]], Field(description="apart for each of these")] = (
        field(default_factory=list)
    )


@dataclass(frozen=True, kw_only=True)
class AwardBands(Award):
    """The highest band that is reached."""

    __pydantic_config__ = STRICT
    type: Literal["bands"]
    bands: Annotated[list["Band"], Field(min_length=1)]


@dataclass(frozen=True, kw_only=True)
class Band:
    __pydantic_config__ = STRICT
    at_least: Amount
    give: Credit


@dataclass(frozen=True, kw_only=True)
class AwardRate(Award):
    """Time divided by the time that one credit stands for: a rate, or a range between two."""

    __pydantic_config__ = STRICT
    type: Literal["rate"]
    per: Amount
    per_at_most: Annotated[Amount | None, Field(description="the upper end: then the answer is a range")] = None
    decimals: Annotated[int, Field(ge=0, le=3, description="rounded down to so many")] = 1


AnyAward = Annotated[AwardTime | AwardWhole | AwardSteps | AwardBands | AwardRate, Field(discriminator="type")]


@dataclass(frozen=True, kw_only=True)
class AwardLimit:
    """Together not more than so much. What is above is cut from the last award of the list."""

    __pydantic_config__ = STRICT
    key: Key
    label: Text
    awards: Annotated[list[Key], Field(min_length=1)]
    at_most: Credit
    each: Annotated[list[Literal["school_year"]], Field(description="in each school year; left out: overall")] = field(
        default_factory=list
    )


@dataclass(frozen=True, kw_only=True)
class Money:
    """Money for each day (hour, week) present."""

    __pydantic_config__ = STRICT
    key: Key
    label: Text
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
    per: Literal["day", "hour", "week"] = "day"
    cents: Annotated[Count, Field(description="for each, in hundredths")]
    where: Where = field(default_factory=Where)
    when: When | None = None
    day_at_least: Annotated[Amount | None, Field(description="a day (week) is one from so much time on")] = None
    from_total: Annotated[Amount | None, Field(description="nothing is paid below this counted time in all")] = None
    cents_at_most: Count | None = None


@dataclass(frozen=True, kw_only=True)
class Report:
    """Something to hand in by a day, once or again and again."""

    __pydantic_config__ = STRICT
    key: Key
    label: Text
    match: Annotated[RecordMatch, Field(description="the record that fulfils it")]
    due: DateRule
    every_days: Annotated[
        Count | None,
        Field(ge=1, le=3660, description="for each stretch of so many days from the first to the last day of "
              "work; `due` starts from the last day of the stretch, and `anchor` is left out"),
    ] = None  # fmt: skip
    when: When | None = None


@dataclass(frozen=True, kw_only=True)
class Gate:
    """What credit opens: a certificate, an examination, credit itself."""

    __pydantic_config__ = STRICT
    key: Key
    label: Text
    needs: Annotated[list[Key], Field(description="requirements; left out: all that block")] = field(
        default_factory=list
    )
    pending_until: Annotated[DateRule | None, Field(description="until that day it is pending rather than closed")] = (
        None
    )
    when: When | None = None


@dataclass(frozen=True, kw_only=True)
class Consideration:
    """Special consideration: less time is accepted, for one of these reasons, by decision of a person."""

    __pydantic_config__ = STRICT
    rules: Annotated[list[Key], Field(min_length=1, description="time requirements that may be met with less")]
    reasons: Annotated[dict[Key, Text], Field(min_length=1)]
    not_below: Annotated[Amount | None, Field(description="never less than this")] = None


@dataclass(frozen=True, kw_only=True)
class RuleSet:
    """A rule set. Unknown keys are refused everywhere."""

    __pydantic_config__ = STRICT
    format: Literal["passerelle-rule-set/1"]
    key: Annotated[Key, Field(description="the same for all versions")]
    name: Text
    summary: Annotated[Text | None, Field(description="what it asks for, for people")] = None
    jurisdiction: Annotated[Name, Field(description="country, region or school, such as GB-ENG")]
    source: Source
    valid_from: Day | None = None
    valid_to: Day | None = None
    chosen_by: Annotated[
        Literal["cohort_start", "activity_date"],
        Field(description="which date must lie in the validity: the start of the cohort, or the day of the work"),
    ] = "cohort_start"
    general: Annotated[bool, Field(description="serves programmes that name no rule set; one file only")] = False
    readings: Annotated[list[Text], Field(description="what we take the text to mean where it leaves a point open")] = (
        field(default_factory=list)
    )
    school_year_starts: Annotated[MonthDay, Field(description="month and day")] = "08-01"
    conversion: Conversion = field(default_factory=Conversion)
    facts: Annotated[dict[Key, FactField], Field(description="what conditions ask about the student")] = field(
        default_factory=dict
    )
    words: Annotated[
        dict[Name, Text],
        Field(description="what its own words for records, results, parties, causes, periods, tags, facts are called"),
    ] = field(default_factory=dict)
    activities: Annotated[
        dict[Key, Text], Field(min_length=1, description="the kinds of work that may count; any other does not")
    ]
    applies_to: Annotated[When | None, Field(description="the students it is for")] = None
    steps: Annotated[list[AnyStep], Field(description="from worked to counted time, in this order")] = field(
        default_factory=list
    )
    requirements: list[AnyRequirement] = field(default_factory=list)
    working_time: list[Limit] = field(default_factory=list)
    awards: list[AnyAward] = field(default_factory=list)
    award_limits: list[AwardLimit] = field(default_factory=list)
    money: list[Money] = field(default_factory=list)
    reports: list[Report] = field(default_factory=list)
    gates: list[Gate] = field(default_factory=list)
    consideration: Consideration | None = None
    retention_years: Annotated[Count | None, Field(description="how long papers are kept")] = None
    remarks: Annotated[list[Prose], Field(description="notes for those who look after the file")] = field(
        default_factory=list
    )


def every_requirement(found: Iterable[Requirement]) -> Iterator[Requirement]:
    """All requirements, also those inside a choice, in their order."""
    for one in found:
        yield one
        if isinstance(one, Choice):
            yield from every_requirement(one.of)
