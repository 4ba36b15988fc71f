"""What the engine answers: every line with the numbers it rests on, in whole minutes (docs/rule_sets.md)."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

FORMAT = "passerelle-decision/1"


@dataclass(frozen=True, kw_only=True)
class Shown:
    """Minutes in the measure that people think in: so many days (weeks, months) and a rest of minutes."""

    count: int
    minutes: int
    measure: str


@dataclass(frozen=True, kw_only=True)
class Counted:
    """What counts of one kind of work at one place."""

    activity: str
    setting: str
    host: str | None
    placement: str | None
    unit: str | None
    entries: int
    minutes: int


@dataclass(frozen=True, kw_only=True)
class StepLine:
    """What one step did to one group of work; `minutes` is the selected work before it.

    `limit_minutes` is what the step allows or asks, `base_minutes` what it is a share of. With `decided_by`,
    `cut_minutes` are only at stake and nothing was cut.
    """

    rule: str
    type: str
    reason: str
    group: dict[str, str]
    activities: list[str]
    entries: list[str]
    entry_count: int
    minutes: int
    cut_minutes: int
    kept_minutes: int
    share: str | None = None
    base: str | None = None
    base_minutes: int | None = None
    limit_minutes: int | None = None
    length: int | None = None
    measured_in: str | None = None
    decided_by: str | None = None


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """One bound of a requirement, in one group: minutes, or a number of `measure`.

    `missing` is how much is missing to a lower bound, `above` how much is too much for an upper one.
    """

    group: dict[str, str]
    measure: str
    value: int
    bound: str
    target: int
    met: bool
    missing: int = 0
    above: int = 0
    share: str | None = None
    base: str | None = None
    base_minutes: int | None = None
    value_shown: Shown | None = None
    target_shown: Shown | None = None
    missing_shown: Shown | None = None


@dataclass(frozen=True, kw_only=True)
class RequirementLine:
    """`state`: met, not_met, excepted (waived by a person), considered (less was accepted)."""

    rule: str
    type: str
    strength: str
    effect: str
    state: str
    comparisons: list[Comparison] = field(default_factory=list)
    facts: list[str] = field(default_factory=list)
    groups: list[str] = field(default_factory=list)
    of: list["RequirementLine"] = field(default_factory=list)
    approver: str | None = None
    reason: str | None = None

    @property
    def met(self) -> bool:
        return self.state != "not_met"


def every_line(lines: Iterable[RequirementLine]) -> Iterator[RequirementLine]:
    """Also those of a choice."""
    for line in lines:
        yield line
        yield from every_line(line.of)


@dataclass(frozen=True, kw_only=True)
class BreachLine:
    """A limit of working time was broken: `kind` day, week, night, break, rest_between_days, rest_days."""

    limit: str
    kind: str
    day: str
    value: int
    limit_value: int
    measure: str
    age: int | None
    hosts: int


@dataclass(frozen=True, kw_only=True)
class AwardLine:
    """What is credited in all by now (`minutes`, `credit`), what was credited before, and what can be credited now.

    Credit is in thousandths of `measure`; `credit_at_most` is the upper end of a range.
    """

    award: str
    type: str
    measure: str
    unit: str | None
    given: bool
    minutes: int
    beyond_minutes: int
    credit: int
    credit_at_most: int | None = None
    steps: int | None = None
    step_minutes: int | None = None
    weekly_minutes: int | None = None
    before_minutes: int = 0
    before_credit: int = 0
    now_minutes: int = 0
    now_credit: int = 0
    limited_by: str | None = None
    limit_credit: int | None = None
    unmet: list[str] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class MoneyLine:
    money: str
    currency: str
    per: str
    number: int
    cents_each: int
    cents: int
    total_minutes: int
    from_minutes: int | None


@dataclass(frozen=True, kw_only=True)
class ReportLine:
    """`state`: done, late, open (not due yet), overdue."""

    report: str
    due: str
    state: str
    on: str | None
    since: str | None = None
    until: str | None = None


@dataclass(frozen=True, kw_only=True)
class GateLine:
    """`state`: open, pending, closed."""

    gate: str
    state: str
    unmet: list[str]
    pending_until: str | None = None


@dataclass(frozen=True, kw_only=True)
class Result:
    """The answer of one rule set to one body of evidence; worked = counted + cut (weights cut, too).

    `result`: met, not_met, not_applicable. `outside` is work that the wording does not reach, by its date.
    """

    format: str
    rule_set: str
    today: str
    result: str
    with_consideration: bool
    reason: str
    worked_minutes: int
    confirmed_minutes: int
    counted_minutes: int
    cut_minutes: int
    at_stake_minutes: int
    required_minutes: int | None
    missing_minutes: int
    credited_minutes: int
    proposed_minutes: int
    counted: list[Counted] = field(default_factory=list)
    steps: list[StepLine] = field(default_factory=list)
    requirements: list[RequirementLine] = field(default_factory=list)
    working_time: list[BreachLine] = field(default_factory=list)
    awards: list[AwardLine] = field(default_factory=list)
    money: list[MoneyLine] = field(default_factory=list)
    reports: list[ReportLine] = field(default_factory=list)
    gates: list[GateLine] = field(default_factory=list)
    open_questions: list[str] = field(default_factory=list)

    def as_data(self) -> dict[str, Any]:
        """Plain JSON values."""
        return asdict(self)
