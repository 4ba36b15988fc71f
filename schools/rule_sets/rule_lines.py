"""What each kind of rule says, as short lines in the reader's language. Every number of it stands in one of them."""

from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from functools import singledispatch
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.templatetags.ui import hours, number
from schools.rule_sets import document
from schools.rule_sets.parts import Amount, When, Where
from schools.rule_sets.phrases import (
    ages,
    amount,
    clauses,
    counted,
    date_rule,
    days,
    either,
    every,
    host_clauses,
    record,
    rule_label,
    say,
    share,
    span,
    student_clauses,
    together,
    weeks,
    word,
)

_BOUNDS = {
    "at_least": gettext_lazy("At least %(amount)s"),
    "more_than": gettext_lazy("More than %(amount)s"),
    "at_most": gettext_lazy("At most %(amount)s"),
    "less_than": gettext_lazy("Less than %(amount)s"),
}
_EFFECTS = {
    "block": gettext_lazy("Not met, it stands against credit"),
    "warn": gettext_lazy("Not met, it is a warning"),
    "inform": gettext_lazy("Not met, it is only noted"),
}
_DIVISORS = {
    "weeks_with_work": gettext_lazy("On average over the weeks with work"),
    "all_weeks": gettext_lazy("On average over all weeks from the first to the last with work"),
    "days": gettext_lazy("On average over seven days, from the first to the last day of work"),
}
_MEASURES: dict[str, Callable[[int], str]] = {
    "credit": lambda count: ngettext("%(number)s credit", "%(number)s credits", count),
    "unit": lambda count: ngettext("%(number)s unit", "%(number)s units", count),
    "point": lambda count: ngettext("%(number)s point", "%(number)s points", count),
    "day": lambda count: ngettext("%(number)s day", "%(number)s days", count),
    "hours": lambda count: ngettext("%(number)s hour", "%(number)s hours", count),
}
_LENGTHS: dict[str, Callable[[int], str]] = {
    "calendar_days": lambda count: (
        ngettext("%(count)s calendar day", "%(count)s calendar days", count) % {"count": number(count)}
    ),
    "worked_days": lambda count: (
        ngettext("%(count)s worked day", "%(count)s worked days", count) % {"count": number(count)}
    ),
    "weeks": weeks,
    "minutes": hours,
}


# ── Pieces that many rules have ──────────────────────────────────────────────────────────────────────────────────────


def _bounds(one: Any, tell: Callable[[Any], str]) -> Iterator[str]:
    for name, text in _BOUNDS.items():
        bound = getattr(one, name, None)
        if bound is not None:
            yield str(text) % {"amount": tell(bound)}


def _in(found: document.RuleSet) -> Callable[[Amount], str]:
    return lambda one: amount(one, found)


def _only(where: Where | None, found: document.RuleSet) -> Iterator[str]:
    told = clauses(where, found) if where else []
    if told:
        yield _("Only work where %(conditions)s") % {"conditions": together(told)}


def only_students(when: When | None, found: document.RuleSet) -> Iterator[str]:
    told = student_clauses(when, found) if when else []
    if told:
        yield _("Only if %(conditions)s") % {"conditions": together(told)}


def _apart(each: Iterable[str]) -> Iterator[str]:
    if each:
        yield _("Looked at apart for each: %(groups)s") % {"groups": every(each)}


def _of_step(one: document.Step, found: document.RuleSet) -> Iterator[str]:
    yield from _only(one.where, found)
    yield from only_students(one.when, found)
    if one.decided_by:
        yield _("This party decides, nothing is cut before: %(name)s") % {"name": word(one.decided_by, found.words)}


def _of_requirement(one: document.Requirement, found: document.RuleSet) -> Iterator[str]:
    yield from only_students(one.when, found)
    if one.strength == "should":
        yield _("Recommended, not demanded")
    if one.effect:
        yield str(_EFFECTS[one.effect])


def _stretch(gap_days: int) -> str:
    text = ngettext("A stretch ends where more than %(count)s day is free",
                    "A stretch ends where more than %(count)s days are free", gap_days)  # fmt: skip
    return text % {"count": number(gap_days)}


# ── Each kind of rule ────────────────────────────────────────────────────────────────────────────────────────────────


@singledispatch
def rule_lines(one: Any, found: document.RuleSet) -> Iterator[str]:
    """What a rule of the file says, a line for each thing. Raises TypeError for what is no rule."""
    raise TypeError(type(one))


@rule_lines.register
def _confirmed(one: document.Confirmed, found: document.RuleSet) -> Iterator[str]:
    yield _("Only what the host has confirmed counts")
    yield from _of_step(one, found)


@rule_lines.register
def _exclude(one: document.Exclude, found: document.RuleSet) -> Iterator[str]:
    yield _("Does not count")
    yield from _of_step(one, found)


@rule_lines.register
def _cap(one: document.Cap, found: document.RuleSet) -> Iterator[str]:
    yield from _bounds(one, _in(found))
    yield from _apart(one.each)
    yield from _of_step(one, found)


@rule_lines.register
def _threshold(one: document.Threshold, found: document.RuleSet) -> Iterator[str]:
    yield _("Counts only from %(amount)s on") % {"amount": amount(one.at_least, found)}
    yield from _apart(one.each)
    yield from _of_step(one, found)


@rule_lines.register
def _weight(one: document.Weight, found: document.RuleSet) -> Iterator[str]:
    yield _("An hour counts for %(share)s of an hour") % {"share": share(one.factor)}
    yield from _of_step(one, found)


@rule_lines.register
def _round_down(one: document.RoundDown, found: document.RuleSet) -> Iterator[str]:
    yield _("Only whole steps of %(amount)s count") % {"amount": amount(one.step, found)}
    yield from _apart(one.each)
    yield from _of_step(one, found)


@rule_lines.register
def _short_stretch(one: document.ShortStretch, found: document.RuleSet) -> Iterator[str]:
    yield _("Counts only in a stretch of at least %(length)s") % {"length": _LENGTHS[one.measured_in](one.at_least)}
    yield _stretch(one.gap_days)
    yield from _apart(one.each)
    yield from _of_step(one, found)


@rule_lines.register
def _time(one: document.Time, found: document.RuleSet) -> Iterator[str]:
    yield from _bounds(one, _in(found))
    if one.before_steps:
        yield _("Counted before anything is cut")
    yield from _apart(one.each)
    yield from _only(one.where, found)
    yield from _of_requirement(one, found)


@rule_lines.register
def _number(one: document.Number, found: document.RuleSet) -> Iterator[str]:
    yield from _bounds(one, lambda count: counted(count, one.of))
    if one.with_at_least:
        yield _("Each with at least %(amount)s") % {"amount": amount(one.with_at_least, found)}
    yield from _apart(one.each)
    yield from _only(one.where, found)
    yield from _of_requirement(one, found)


@rule_lines.register
def _weekly_average(one: document.WeeklyAverage, found: document.RuleSet) -> Iterator[str]:
    yield from _bounds(one, lambda some: _("%(amount)s a week") % {"amount": amount(some, found)})
    yield str(_DIVISORS[one.over])
    if one.window_weeks:
        yield _("In every run of %(weeks)s, one after the other") % {"weeks": weeks(one.window_weeks)}
    yield from _apart(one.each)
    yield from _only(one.where, found)
    yield from _of_requirement(one, found)


@rule_lines.register
def _calendar_time(one: document.CalendarTime, found: document.RuleSet) -> Iterator[str]:
    yield from _bounds(one, span)
    yield _("From the first to the last day of work; more hours a week do not shorten it")
    yield from _apart(one.each)
    yield from _only(one.where, found)
    yield from _of_requirement(one, found)


@rule_lines.register
def _stretches(one: document.Stretches, found: document.RuleSet) -> Iterator[str]:
    measure = _LENGTHS[one.measured_in]
    yield from _bounds(one, lambda count: ngettext("%(count)s stretch", "%(count)s stretches", count)
                       % {"count": number(count)})  # fmt: skip
    if one.length_at_least is not None:
        yield _("A stretch lasts at least %(length)s") % {"length": measure(one.length_at_least)}
    if one.length_at_most is not None:
        yield _("A stretch lasts at most %(length)s") % {"length": measure(one.length_at_most)}
    if one.every:
        yield _("This holds for every stretch")
    yield _stretch(one.gap_days)
    yield from _apart(one.each)
    yield from _only(one.where, found)
    yield from _of_requirement(one, found)


@rule_lines.register
def _cohort_average(one: document.CohortAverage, found: document.RuleSet) -> Iterator[str]:
    yield _("On average over the cohort at least %(amount)s") % {"amount": amount(one.at_least, found)}
    if one.own_at_least:
        yield _("And this student at least %(amount)s") % {"amount": amount(one.own_at_least, found)}
    yield from _of_requirement(one, found)


@rule_lines.register
def _records(one: document.Records, found: document.RuleSet) -> Iterator[str]:
    if one.at_least == 1:
        yield _("This is there: %(record)s") % {"record": record(one.match, found)}
    else:
        yield _("At least %(count)s of: %(record)s") % {
            "count": number(one.at_least),
            "record": record(one.match, found),
        }
    yield from _apart(one.each)
    if one.every:
        yield _("One for each full %(amount)s that counts") % {"amount": amount(one.every, found)}
    if one.due:
        yield _("At the latest on %(day)s") % {"day": date_rule(one.due)}
    if one.unless_host:
        yield _("Not asked where %(conditions)s") % {"conditions": together(host_clauses(one.unless_host, found))}
    yield from _only(one.where, found)
    yield from _of_requirement(one, found)


@rule_lines.register
def _outcomes(one: document.Outcomes, found: document.RuleSet) -> Iterator[str]:
    yield _("%(share)s of the required outcomes were shown") % {"share": share(one.share)}
    if one.units:
        yield _("Only outcomes of the unit %(units)s") % {"units": either(one.units, found.words)}
    if one.sources_at_least > 1:
        yield _("Each to at least %(count)s persons") % {"count": number(one.sources_at_least)}
    yield from _of_requirement(one, found)


@rule_lines.register
def _condition(one: document.Condition, found: document.RuleSet) -> Iterator[str]:
    yield _("This must hold: %(conditions)s") % {"conditions": together(student_clauses(one.holds, found))}
    yield from _of_requirement(one, found)


@rule_lines.register
def _hosts(one: document.Hosts, found: document.RuleSet) -> Iterator[str]:
    yield _("Only at hosts where %(conditions)s") % {"conditions": together(host_clauses(one.are, found))}
    yield from _only(one.where, found)
    yield from _of_requirement(one, found)


@rule_lines.register
def _exclusive(one: document.Exclusive, found: document.RuleSet) -> Iterator[str]:
    yield _("Only one of these is used: %(groups)s") % {"groups": either([say(group.label) for group in one.groups])}
    for group in one.groups:
        for line in _only(group.where, found):
            yield _("%(group)s: %(line)s") % {"group": say(group.label), "line": line}
    yield from _of_requirement(one, found)


@rule_lines.register
def _dates(one: document.Dates, found: document.RuleSet) -> Iterator[str]:
    if one.not_before:
        yield _("Not before %(day)s") % {"day": date_rule(one.not_before)}
    if one.not_after:
        yield _("Not after %(day)s") % {"day": date_rule(one.not_after)}
    yield from _only(one.where, found)
    yield from _of_requirement(one, found)


@rule_lines.register
def _working_time(one: document.WorkingTime, found: document.RuleSet) -> Iterator[str]:
    names = every([rule_label(key, found) for key in one.limits or [limit.key for limit in found.working_time]])
    yield _("These limits are kept: %(names)s") % {"names": names}
    yield from _of_requirement(one, found)


@rule_lines.register
def _choice(one: document.Choice, found: document.RuleSet) -> Iterator[str]:
    yield _("One of these is enough") if one.type == "any_of" else _("All of these")
    for part in one.of:
        for line in rule_lines(part, found):
            yield _("%(group)s: %(line)s") % {"group": say(part.label), "line": line}
    yield from _of_requirement(one, found)


@rule_lines.register
def _limit(one: document.Limit, found: document.RuleSet) -> Iterator[str]:
    if one.ages.since is not None or one.ages.below is not None:
        yield _("For students who are %(ages)s") % {"ages": ages(one.ages)}
    for text, bound in (
        (_("At most %(amount)s a day"), one.per_day),
        (_("At most %(amount)s a week"), one.per_week),
        (_("At least %(amount)s free between two days of work"), one.rest_between_days),
    ):
        if bound:
            yield text % {"amount": amount(bound, found)}
    yield from _night_and_pause(one, found)
    yield from _rest_days(one)
    yield from _only(one.where, found)
    yield from only_students(one.when, found)


def _night_and_pause(one: document.Limit, found: document.RuleSet) -> Iterator[str]:
    if one.night:
        yield _("No work from %(first)s to %(last)s") % {"first": one.night.since, "last": one.night.until}
    if one.pause:
        pause = {"pause": amount(one.pause.at_least, found), "after": amount(one.pause.after, found)}
        yield _("A break of at least %(pause)s in work of more than %(after)s") % pause


def _rest_days(one: document.Limit) -> Iterator[str]:
    if one.rest_days_per_week is not None:
        yield _("At least %(days)s free each week") % {"days": days(one.rest_days_per_week)}
    if one.rest_days_together:
        yield _("The free days follow each other")
    if one.rest_days_with:
        yield _("Always free: %(weekdays)s") % {"weekdays": every(one.rest_days_with)}


def _of_award(one: document.Award, found: document.RuleSet) -> Iterator[str]:
    if one.unit:
        yield _("For the unit %(unit)s") % {"unit": one.unit}
    if one.needs:
        yield _("Needs: %(names)s") % {"names": every([rule_label(key, found) for key in one.needs])}
    if one.after:
        yield _("After: %(names)s") % {"names": every([rule_label(key, found) for key in one.after])}
    yield from _only(one.where, found)
    yield from only_students(one.when, found)


def _given(text: str, one: document.Award) -> str:
    """ "0.5 credit", "2 units": the file's number and its own measure."""
    count = Decimal(text)
    known = _MEASURES.get(one.measure)
    words = known(2 if count > 1 else 1) if known else _("%(number)s %(measure)s")
    return words % {"number": number_format(count), "measure": word(one.measure)}


@rule_lines.register
def _award_time(one: document.AwardTime, found: document.RuleSet) -> Iterator[str]:
    yield _("The time that counts is given")
    yield from _bounds(one, _in(found))
    yield from _of_award(one, found)


@rule_lines.register
def _award_whole(one: document.AwardWhole, found: document.RuleSet) -> Iterator[str]:
    yield _("All or nothing: %(credit)s") % {"credit": _given(one.give, one)}
    if one.uses:
        yield _("Uses %(amount)s") % {"amount": amount(one.uses, found)}
    yield from _of_award(one, found)


@rule_lines.register
def _award_steps(one: document.AwardSteps, found: document.RuleSet) -> Iterator[str]:
    given = {"credit": _given(one.give, one), "amount": amount(one.step, found)}
    yield (
        _("%(credit)s for each full %(amount)s a week") % given
        if one.per_week
        else _("%(credit)s for each full %(amount)s") % given
    )
    if one.per_week:
        yield str(_DIVISORS[one.per_week])
    yield from _bounds(one, lambda text: _given(text, one))
    yield from _apart(one.each)
    yield from _of_award(one, found)


@rule_lines.register
def _award_bands(one: document.AwardBands, found: document.RuleSet) -> Iterator[str]:
    for band in one.bands:
        given = {"amount": amount(band.at_least, found), "credit": _given(band.give, one)}
        yield _("From %(amount)s on: %(credit)s") % given
    yield from _of_award(one, found)


@rule_lines.register
def _award_rate(one: document.AwardRate, found: document.RuleSet) -> Iterator[str]:
    rate = {"credit": _given("1", one), "amount": amount(one.per, found)}
    if one.per_at_most:
        rate["most"] = amount(one.per_at_most, found)
        yield _("%(credit)s for %(amount)s to %(most)s, so the answer is a range") % rate
    else:
        yield _("%(credit)s for %(amount)s") % rate
    text = ngettext("Rounded down to %(count)s decimal", "Rounded down to %(count)s decimals", one.decimals)
    yield text % {"count": one.decimals}
    yield from _of_award(one, found)


@rule_lines.register
def _award_limit(one: document.AwardLimit, found: document.RuleSet) -> Iterator[str]:
    names = every([rule_label(key, found) for key in one.awards])
    yield _("Together at most %(number)s: %(names)s") % {"number": number_format(Decimal(one.at_most)), "names": names}
    yield from _apart(one.each)


def _cents(cents: int, one: document.Money) -> str:
    return _("%(number)s %(currency)s") % {"number": number_format(Decimal(cents) / 100, 2), "currency": one.currency}


@rule_lines.register
def _money(one: document.Money, found: document.RuleSet) -> Iterator[str]:
    per = {
        "day": _("%(money)s for each day"), "hour": _("%(money)s for each hour"), "week": _("%(money)s for each week"),
    }  # fmt: skip
    yield per[one.per] % {"money": _cents(one.cents, one)}
    if one.day_at_least:
        yield _("Only from %(amount)s on") % {"amount": amount(one.day_at_least, found)}
    if one.from_total:
        yield _("Nothing below %(amount)s in all") % {"amount": amount(one.from_total, found)}
    if one.cents_at_most is not None:
        yield _("At most %(money)s in all") % {"money": _cents(one.cents_at_most, one)}
    yield from _only(one.where, found)
    yield from only_students(one.when, found)


@rule_lines.register
def _report(one: document.Report, found: document.RuleSet) -> Iterator[str]:
    yield _("To hand in: %(record)s") % {"record": record(one.match, found)}
    last_day = _("the last day of the stretch")
    yield _("At the latest on %(day)s") % {"day": date_rule(one.due, last_day)}
    if one.every_days:
        yield _("For each stretch of %(days)s from the first day of work on") % {"days": days(one.every_days)}
    yield from only_students(one.when, found)


@rule_lines.register
def _gate(one: document.Gate, found: document.RuleSet) -> Iterator[str]:
    if one.needs:
        yield _("Needs: %(names)s") % {"names": every([rule_label(key, found) for key in one.needs])}
    else:
        yield _("Needs everything that stands against credit")
    if one.pending_until:
        yield _("Until %(day)s it is open whether it comes") % {"day": date_rule(one.pending_until)}
    yield from only_students(one.when, found)
