"""The limits of working time that a rule set names, for work by one person: planned or logged, over all hosts. Pure.

The credit engine asks the same limits of evidence (credits/rules/limits.py); here they are asked before anybody works.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

from django.utils.formats import time_format
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.templatetags.ui import day_year, hours
from placements.rules.hours import in_utc
from placements.rules.plan import WorkDay
from placements.rules.signing import age
from placements.rules.working_time import Breach, Limits, Spell, breaches
from schools.rule_sets.document import Conversion, Limit, RuleSet, WorkingTime, every_requirement
from schools.rule_sets.parts import Ages, Amount, When, Where
from schools.rule_sets.phrases import say, word

NOON = time(12)
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
EVERYTHING = Where()


@dataclass(frozen=True)
class Bound:
    """A limit as the rule set has it; `is_firm` refuses a plan, another one only warns."""

    limit: Limit
    limits: Limits
    is_firm: bool

    @property
    def label(self) -> str:
        return say(self.limit.label)

    def applies(self, birth_date: date | None) -> Callable[[date], bool]:
        """Whether it holds on a day; for somebody whose age is not known only when it is for every age."""
        return lambda day: fits_age(self.limit.ages, None if birth_date is None else age(birth_date, day))


@dataclass(frozen=True)
class Work:
    """A spell with the kind of work it is, as a limit may be for some kinds only."""

    spell: Spell
    activity: str = "placement"
    setting: str = "company"
    realism: str = "real"
    remote: bool = False


@dataclass(frozen=True)
class Broken:
    """A limit that is broken on a day, by a person of that age (None when it is not known)."""

    bound: Bound
    breach: Breach
    age: int | None
    spells: tuple[Spell, ...]

    @property
    def key(self) -> tuple:
        return self.bound.limit.key, self.breach.kind, self.breach.day, self.breach.value

    @property
    def last_day(self) -> date:
        """The day, or the Sunday of the week that is meant."""
        return self.breach.day + timedelta(days=6 if self.breach.kind in ("week", "rest_days") else 0)


def spell_of(work: WorkDay, host: str) -> Spell:
    """A planned day as a spell; `host` is any word that is the same for work at the same host."""
    return Spell(
        day=work.day,
        minutes=work.minutes,
        begins=work.span[0],
        ends=work.span[1],
        break_minutes=work.shift.break_minutes,
        zone=work.shift.zone,
        host=host,
    )


def bounds(rule_set: RuleSet, facts: Mapping, excepted: Collection[str] = ()) -> list[Bound]:
    """The limits that are asked of a student with these facts; `excepted` are keys that somebody has waived.

    A limit is firm unless the rule set says that it only *should* hold. A limit that depends on what nobody knows
    before the work (records, hosts' sizes, periods) is left to the engine.
    """
    soft = _soft(rule_set)
    return [
        Bound(limit, _limits(limit, rule_set.conversion, facts), limit.key not in soft)
        for limit in rule_set.working_time
        if limit.key not in excepted and _holds(limit.when, facts) and _is_plain(limit.where)
    ]


def broken(asked: Sequence[Bound], work: Sequence[Work], birth_date: date | None) -> list[Broken]:
    """Every breach in the order of days, firm ones of a day first."""
    found = [
        Broken(bound, row, None if birth_date is None else age(birth_date, row.day), _of(row, spells))
        for bound in asked
        for spells in [[one.spell for one in work if _meant(bound.limit.where, one)]]
        for row in breaches(spells, bound.limits, bound.applies(birth_date))
    ]
    return sorted(found, key=lambda one: (one.breach.day, not one.bound.is_firm, one.bound.limit.key, one.breach.kind))


def fits_age(ages: Ages, years: int | None) -> bool:
    """An unknown age fits no ages but the open ones."""
    if ages.since is None and ages.below is None:
        return True
    return years is not None and (ages.since or 0) <= years and (ages.below is None or years < ages.below)


def _soft(rule_set: RuleSet) -> set[str]:
    every = [limit.key for limit in rule_set.working_time]
    asked = [one for one in every_requirement(rule_set.requirements) if isinstance(one, WorkingTime)]
    firm = {key for one in asked if one.strength == "must" for key in one.limits or every}
    return {key for one in asked for key in one.limits or every} - firm


def _of(breach: Breach, spells: Sequence[Spell]) -> tuple[Spell, ...]:
    return tuple(spell for spell in spells if spell.day == breach.day)


# ── What a rule set says, as far as it is known before the work ──────────────────────────────────────────────────────


def _limits(limit: Limit, conversion: Conversion, facts: Mapping) -> Limits:
    def minutes(amount: Amount | None) -> int | None:
        return None if amount is None else _minutes(amount, conversion, facts)

    return Limits(
        per_day=minutes(limit.per_day),
        per_week=minutes(limit.per_week),
        night=(time.fromisoformat(limit.night.since), time.fromisoformat(limit.night.until)) if limit.night else None,
        pause_after=minutes(limit.pause.after) if limit.pause else None,
        pause=(minutes(limit.pause.at_least) or 0) if limit.pause else 0,
        rest_between_days=minutes(limit.rest_between_days),
        rest_days=limit.rest_days_per_week,
        rest_days_together=limit.rest_days_together,
        rest_days_with=tuple(WEEKDAYS.index(day) for day in limit.rest_days_with),
    )


def _minutes(amount: Amount, conversion: Conversion, facts: Mapping) -> int | None:
    """A length in minutes; nothing for a share of what only evidence tells, which then limits nothing."""
    if amount.cases:
        then = next((one.then for one in amount.cases if _holds(one.when, facts)), amount.otherwise)
        return None if then is None else _minutes(then, conversion, facts)
    if amount.fact is not None:
        value = facts.get(amount.fact)
        return value if isinstance(value, int) else None
    if amount.share is not None:
        return None
    days = (amount.days or 0) + (amount.months or 0) * conversion.days_per_month
    weeks = (amount.weeks or 0) * conversion.minutes_per_week
    return (amount.hours or 0) * 60 + (amount.minutes or 0) + days * conversion.minutes_per_day + weeks


def _holds(when: When | None, facts: Mapping) -> bool:
    """A condition on the student's facts; one on anything else does not hold before the work."""
    if when is None:
        return True
    if when.record or when.age_at_start or when.cohort_start:
        return False
    return (
        all(any(type(facts.get(name)) is type(one) and facts.get(name) == one for one in values)
            for name, values in when.facts.items())
        and all(_number(facts, name, -1) >= least for name, least in when.facts_at_least.items())
        and all(_number(facts, name, top) < top for name, top in when.facts_below.items())
        and all(_holds(one, facts) for one in when.all)
        and (not when.any or any(_holds(one, facts) for one in when.any))
        and not any(_holds(one, facts) for one in when.none)
    )  # fmt: skip


def _number(facts: Mapping, name: str, otherwise: int) -> int:
    value = facts.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) else otherwise


def _is_plain(where: Where) -> bool:
    return not (where.host or where.periods or where.after_record or where.during_record or where.when or where.tags)


def _meant(where: Where, work: Work) -> bool:
    if where == EVERYTHING:
        return True
    dates = where.dates
    return (
        (not where.activities or work.activity in where.activities)
        and (not where.settings or work.setting in where.settings)
        and (where.realism is None or work.realism == where.realism)
        and (where.remote is None or work.remote == where.remote)
        and (not where.weekdays or WEEKDAYS[work.spell.day.weekday()] in where.weekdays)
        and (dates is None or dates.since is None or work.spell.day >= dates.since)
        and (dates is None or dates.until is None or work.spell.day <= dates.until)
        and (not where.any or any(_meant(one, work) for one in where.any))
        and not any(_meant(one, work) for one in where.none)
    )


# ── In words ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def sentence(one: Broken) -> str:
    """What is broken, and what would be right: "At the age of 16 no work before 07:00 (Mon 4 Jan 2027: 05:00)."."""
    who = _("At the age of %(age)s") % {"age": one.age} if one.age is not None else one.bound.label
    words = {
        "who": who,
        "day": day_year(one.breach.day),
        "value": hours(one.breach.value),
        "limit": hours(one.breach.limit),
    }
    return _SENTENCES[one.breach.kind](one, words)


def _too_long(one: Broken, words: dict[str, str]) -> str:
    if one.breach.hosts > 1:
        return _("%(who)s at most %(limit)s a day, at all workplaces together. On %(day)s it is %(value)s.") % words
    return _("%(who)s at most %(limit)s a day. On %(day)s it is %(value)s.") % words


def _too_much(one: Broken, words: dict[str, str]) -> str:
    if one.breach.hosts > 1:
        return (
            _("%(who)s at most %(limit)s a week, at all workplaces together. In the week of %(day)s it is %(value)s.")
            % words
        )
    return _("%(who)s at most %(limit)s a week. In the week of %(day)s it is %(value)s.") % words


def _at_night(one: Broken, words: dict[str, str]) -> str:
    since, until = one.bound.limits.night or (NOON, NOON)
    clocks = {"since": time_format(since, "H:i"), "until": time_format(until, "H:i")}
    early, late = _sides(one, since, until)
    if early and late:
        return _("%(who)s not before %(until)s and not after %(since)s. Look at %(day)s.") % (words | clocks)
    if early:
        return _("%(who)s not before %(until)s. Look at %(day)s.") % (words | clocks)
    return _("%(who)s not after %(since)s. Look at %(day)s.") % (words | clocks)


def _sides(one: Broken, since: time, until: time) -> tuple[bool, bool]:
    """Whether work begins before the night ends in the morning, and whether it goes on after the night has begun."""
    early = late = False
    for spell in one.spells:
        if spell.begins is None or spell.ends is None:
            continue
        begins = spell.begins.astimezone(ZoneInfo(spell.zone))
        evening = in_utc(begins.date(), since, spell.zone) if since >= NOON else None
        early = early or begins.time() < until
        late = late or (spell.ends > evening if evening else begins.time() >= until)
    return early, late


def _no_break(one: Broken, words: dict[str, str]) -> str:
    more = {"after": hours(one.bound.limits.pause_after or 0), "minutes": one.breach.limit}
    return _("%(who)s work of more than %(after)s has a break of at least %(minutes)s minutes. Look at %(day)s.") % (
        words | more
    )


def _no_rest(one: Broken, words: dict[str, str]) -> str:
    return _("%(who)s at least %(limit)s without work between two days. Before %(day)s it is %(value)s.") % words


def _no_free_days(one: Broken, words: dict[str, str]) -> str:
    number, limits = one.breach.limit, one.bound.limits
    free = ngettext("%(number)s free day a week", "%(number)s free days a week", number) % {"number": number}
    if limits.rest_days_together and number > 1:
        free = _("%(free)s, one after the other") % {"free": free}
    if limits.rest_days_with:
        days = get_text_list([word(WEEKDAYS[day]) for day in limits.rest_days_with], _("and"))
        free = _("%(free)s, with %(days)s") % {"free": free, "days": days}
    return _("%(who)s at least %(free)s. Look at the week of %(day)s.") % (words | {"free": free})


_SENTENCES: dict[str, Callable[[Broken, dict[str, str]], str]] = {
    "day": _too_long,
    "week": _too_much,
    "night": _at_night,
    "break": _no_break,
    "rest_between_days": _no_rest,
    "rest_days": _no_free_days,
}
