"""The credit rule: evidence in, result out. Pure, in whole minutes; every number that is told stands in the result.

A programme asks for minutes at work. What both sides agree on counts, from the moment at which an agreement was in
force; all else is cut, each cut by one rule, so that logged minutes = eligible minutes + cuts (product 5.4, E3, E34).
"""

from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from core.chain import digest


class Rule(TextChoices):
    """Why minutes do not count; in the order in which the rules are applied."""

    BEFORE_AGREEMENT = "before_agreement", _("Before the agreement was in force")
    NOT_CONFIRMED = "not_confirmed", _("Not confirmed yet")
    HOURS_DIFFER = "hours_differ", _("Hours differ")


@dataclass(frozen=True)
class Work:
    """One stretch of work by the key of its entry; `confirmed` is nothing until the host has answered."""

    key: int
    began_at: datetime
    logged: int
    confirmed: int | None


@dataclass(frozen=True)
class PlaceOfWork:
    """A placement with its work; `agreed_at` is when its first agreement came in force."""

    key: int
    agreed_at: datetime | None
    work: tuple[Work, ...] = ()


@dataclass(frozen=True)
class Evidence:
    """All that a decision on one enrolment rests on; `credited` is the sum of its ledger."""

    required: int
    credited: int = 0
    places: tuple[PlaceOfWork, ...] = ()


@dataclass(frozen=True)
class Cut:
    """Minutes of one placement that one rule takes away: `minutes` of the `logged` minutes of `entries`."""

    rule: str
    placement: int
    entries: int
    logged: int
    minutes: int


@dataclass(frozen=True)
class Counted:
    """What counts of one placement."""

    placement: int
    entries: int
    minutes: int


@dataclass(frozen=True)
class Result:
    """`missing` is what has still to be worked and confirmed; `proposed` what can be credited now."""

    logged: int
    eligible: int
    required: int
    credited: int
    missing: int
    proposed: int
    counted: list[Counted] = field(default_factory=list)
    cuts: list[Cut] = field(default_factory=list)

    def as_data(self) -> dict[str, Any]:
        return asdict(self)


def evaluate(evidence: Evidence) -> Result:
    """Apply the rule. Nothing is ever negative, and the order of the evidence does not matter."""
    places = sorted(evidence.places, key=lambda place: place.key)
    counted = [_counted(place) for place in places]
    eligible = sum(line.minutes for line in counted)
    return Result(
        logged=sum(work.logged for place in places for work in place.work),
        eligible=eligible,
        required=evidence.required,
        credited=evidence.credited,
        missing=max(evidence.required - eligible, 0),
        proposed=max(min(eligible, evidence.required) - evidence.credited, 0),
        counted=[line for line in counted if line.entries],
        cuts=[cut for place in places for rule in Rule if (cut := _cut(place, rule))],
    )


def eligible_minutes(place: PlaceOfWork, work: Work) -> int:
    """The part of one stretch that counts."""
    return work.logged - sum(_taken(place, work, rule) for rule in Rule)


def fingerprint(evidence: Evidence) -> str:
    """The same evidence in any order gives the same SHA-256."""
    places = [_row(place) for place in sorted(evidence.places, key=lambda place: place.key)]
    return digest("", {"required": evidence.required, "credited": evidence.credited, "places": places})


def _row(place: PlaceOfWork) -> list:
    work = sorted(place.work, key=lambda one: one.key)
    stretches = [[one.key, _moment(one.began_at), one.logged, one.confirmed] for one in work]
    return [place.key, _moment(place.agreed_at), stretches]


def needs_reason(result: Result, *, outcome: str, minutes: int) -> bool:
    """A decision that differs from the proposal is explained: other minutes, or full credit for less than required."""
    full_for_less = outcome == "credited" and result.credited + minutes < result.required
    return minutes != result.proposed or full_for_less


def _counted(place: PlaceOfWork) -> Counted:
    minutes = [eligible_minutes(place, work) for work in place.work]
    return Counted(place.key, sum(1 for some in minutes if some), sum(minutes))


def _cut(place: PlaceOfWork, rule: Rule) -> Cut | None:
    hit = [(work, taken) for work in place.work if (taken := _taken(place, work, rule))]
    if not hit:
        return None
    return Cut(
        rule=rule.value,
        placement=place.key,
        entries=len(hit),
        logged=sum(work.logged for work, _minutes in hit),
        minutes=sum(taken for _work, taken in hit),
    )


def _taken(place: PlaceOfWork, work: Work, rule: Rule) -> int:
    """The minutes that this rule takes; at most one rule takes from one stretch."""
    if _too_early(place, work):
        return work.logged if rule == Rule.BEFORE_AGREEMENT else 0
    return _not_agreed(work, rule)


def _too_early(place: PlaceOfWork, work: Work) -> bool:
    return place.agreed_at is None or work.began_at < place.agreed_at


def _not_agreed(work: Work, rule: Rule) -> int:
    if work.confirmed is None:
        return work.logged if rule == Rule.NOT_CONFIRMED else 0
    return max(work.logged - work.confirmed, 0) if rule == Rule.HOURS_DIFFER else 0


def _moment(value: datetime | None) -> str:
    return value.astimezone(UTC).isoformat() if value else ""
