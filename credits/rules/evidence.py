"""The evidence that a decision rests on, field by field as in docs/rule_sets.md. No names of people stand in it."""

from dataclasses import dataclass, field
from typing import Annotated, Literal

from pydantic import Field

from schools.rule_sets.parts import STRICT, Amount, Count, Credit, Day, Key, Moment, Name, Realism, Setting, Value

Zone = Annotated[str, Field(max_length=60, pattern=r"^[A-Za-z0-9_+/-]+$", description="such as Europe/Paris")]
LocalTime = Annotated[
    str,
    Field(
        pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T([01][0-9]|2[0-3]):[0-5][0-9]([+-]([01][0-9]|2[0-3]):[0-5][0-9]|Z)?$",
        description="local date and time; with an offset where the clock shows it twice",
    ),
]
Minutes = Annotated[int, Field(ge=0, le=10_000_000)]
VoidReason = Literal["after_end", "no_agreement", "in_sum", "no_word", "no_talk"]


@dataclass(frozen=True, kw_only=True)
class Work:
    """One stretch of work (`from`, `to`), the work of one day (`day`), or a sum over several days (`day`, `last_day`,
    `days`). `minutes` are without breaks; of a stretch they are computed when left out."""

    __pydantic_config__ = STRICT
    id: Name
    since: Annotated[LocalTime | None, Field(alias="from")] = None
    until: Annotated[LocalTime | None, Field(alias="to")] = None
    zone: Annotated[Zone | None, Field(description="of this workplace; left out: that of the evidence")] = None
    break_minutes: Annotated[Minutes, Field(description="unpaid breaks inside a stretch")] = 0
    day: Annotated[Day | None, Field(description="the local day on which it begins")] = None
    last_day: Annotated[Day | None, Field(description="of a sum: its last day")] = None
    days: Annotated[Count, Field(ge=1, description="of a sum: days present")] = 1
    minutes: Annotated[Minutes | None, Field(description="what was worked, as the learner says")] = None
    confirmed_minutes: Annotated[
        Minutes | None, Field(description="what the host says; null: no answer yet; left out: the same as worked")
    ] = -1  # -1 stands for "left out"; a file cannot say it
    activity: Key = "placement"
    setting: Setting = "company"
    realism: Realism = "real"
    remote: bool = False
    paid: bool = False
    host: Annotated[Name | None, Field(description="the id of a host")] = None
    placement: Annotated[Name | None, Field(description="keeps apart several placements at one host")] = None
    unit: Annotated[Name | None, Field(description="the unit that all of it is for")] = None
    units: Annotated[
        list["Allocation"], Field(description="or minutes for several units; together not more than the work")
    ] = field(default_factory=list)
    make_up: bool = False
    void_minutes: Annotated[Minutes, Field(description="so many of the minutes count nowhere, for `void_because`")] = 0
    void_because: VoidReason | None = None
    tags: list[Name] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class Allocation:
    __pydantic_config__ = STRICT
    unit: Name
    minutes: Minutes


@dataclass(frozen=True, kw_only=True)
class Host:
    __pydantic_config__ = STRICT
    id: Name
    recognised: bool = False
    checked: bool = False
    sector: Name | None = None
    size: Annotated[Name | None, Field(description="in the words of the rule set, such as small")] = None
    country: Name | None = None
    learners: Count | None = None
    supervisors: Count | None = None
    tags: list[Name] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class Signature:
    __pydantic_config__ = STRICT
    by: Name
    at: Annotated[Day | Moment, Field(description="a day, or a moment with its offset")]


@dataclass(frozen=True, kw_only=True)
class Record:
    """Something dated that was written, signed, passed or done."""

    __pydantic_config__ = STRICT
    kind: Name
    on: Annotated[Day | Moment, Field(description="a day, or a moment with its offset")]
    by: Name | None = None
    result: Name | None = None
    score: Count | None = None
    host: Name | None = None
    placement: Name | None = None
    unit: Name | None = None
    period: Annotated[Name | None, Field(description="the key of a period")] = None
    since: Annotated[Day | None, Field(alias="from", description="valid from")] = None
    until: Annotated[Day | None, Field(alias="to", description="valid to")] = None
    signatures: list[Signature] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class Period:
    """A named stretch of days: a school year, a term, a holiday, a period at work."""

    __pydantic_config__ = STRICT
    key: Name
    kind: Name
    since: Annotated[Day, Field(alias="from")]
    until: Annotated[Day, Field(alias="to")]


@dataclass(frozen=True, kw_only=True)
class Absence:
    __pydantic_config__ = STRICT
    day: Day
    minutes: Minutes
    cause: Name
    host: Name | None = None
    placement: Name | None = None


@dataclass(frozen=True, kw_only=True)
class Outcome:
    __pydantic_config__ = STRICT
    key: Name
    unit: Name | None = None
    required: bool = True
    shown_to: Annotated[list[Name], Field(description="who saw it; the same person twice is one")] = field(
        default_factory=list
    )


@dataclass(frozen=True, kw_only=True)
class Planned:
    """Planned time, in all or for one host, unit and so on."""

    __pydantic_config__ = STRICT
    minutes: Minutes
    host: Name | None = None
    placement: Name | None = None
    unit: Name | None = None
    activity: Key | None = None
    period: Name | None = None


@dataclass(frozen=True, kw_only=True)
class Given:
    """What was credited before."""

    __pydantic_config__ = STRICT
    award: Key
    unit: Name | None = None
    minutes: Annotated[int, Field(ge=-10_000_000, le=10_000_000)] = 0
    credit: Credit = "0"
    on: Day | None = None


@dataclass(frozen=True, kw_only=True)
class PersonalException:
    """One rule is different for this student: waived, or met with less."""

    __pydantic_config__ = STRICT
    rule: Key
    approver: Name
    reason: Name
    expires_on: Day | None = None
    at_least: Annotated[Amount | None, Field(description="asked for instead; left out: the rule is waived")] = None


@dataclass(frozen=True, kw_only=True)
class SpecialConsideration:
    __pydantic_config__ = STRICT
    rule: Key
    at_least: Amount
    reason: Annotated[Key, Field(description="one that the rule set lists")]
    approver: Name
    expires_on: Day | None = None


@dataclass(frozen=True, kw_only=True)
class Evidence:
    __pydantic_config__ = STRICT
    format: Literal["passerelle-evidence/1"]
    today: Annotated[Day, Field(description="the day on which the question is asked")]
    zone: Zone = "Europe/London"
    birth_date: Day | None = None
    cohort_start: Day | None = None
    cohort_end: Day | None = None
    programme_minutes: Annotated[Minutes | None, Field(description="length of the whole programme")] = None
    facts: Annotated[
        dict[Key, Value | list[Value]], Field(description="those that the rule set names in its `facts`")
    ] = field(default_factory=dict)
    work: list[Work] = field(default_factory=list)
    planned: list[Planned] = field(default_factory=list)
    absences: list[Absence] = field(default_factory=list)
    hosts: list[Host] = field(default_factory=list)
    periods: list[Period] = field(default_factory=list)
    records: list[Record] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)
    credited: Annotated[list[Given], Field(description="awards that were given before")] = field(default_factory=list)
    exceptions: list[PersonalException] = field(default_factory=list)
    considerations: list[SpecialConsideration] = field(default_factory=list)
    cohort_minutes: Annotated[
        list[Minutes] | None, Field(description="counted minutes of the other students of the cohort")
    ] = None
