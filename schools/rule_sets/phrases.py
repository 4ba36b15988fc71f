"""The small parts of a rule set as phrases in the reader's language: amounts, days, conditions on work and students."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from django.utils.formats import date_format, get_format
from django.utils.text import get_text_list
from django.utils.translation import get_language, gettext_lazy, ngettext, pgettext_lazy
from django.utils.translation import gettext as _

from core.formats import listed
from core.templatetags.ui import day_year, hours, number
from schools.rule_sets.document import RuleSet, every_requirement
from schools.rule_sets.parts import (
    Ages,
    Amount,
    DateRule,
    HostMatch,
    Range,
    RecordMatch,
    Span,
    Text,
    When,
    Where,
    Within,
)

type Words = Mapping[str, Text]
"""A file's own words (`words` of a rule set)."""
NONE: Words = {}

# What files say in one English word: parties, kinds of record, places, groups. A word that is not here is shown as is.
WORDS = {
    "agreement": gettext_lazy("agreement"),
    "assessment": gettext_lazy("assessment"),
    "diary": gettext_lazy("diary"),
    "evaluation": gettext_lazy("evaluation"),
    "journal": gettext_lazy("journal"),
    "log": gettext_lazy("log"),
    "plan": gettext_lazy("plan"),
    "report": gettext_lazy("report"),
    "visit": gettext_lazy("visit"),
    "passed": gettext_lazy("passed"),
    "coordinator": gettext_lazy("coordinator"),
    "guardian": gettext_lazy("parent or guardian"),
    "head": gettext_lazy("head of school"),
    "learner": gettext_lazy("student"),
    "school": gettext_lazy("school"),
    "student": gettext_lazy("student"),
    "supervisor": gettext_lazy("supervisor"),
    "teacher": gettext_lazy("teacher"),
    "company": gettext_lazy("company"),
    "workshop": gettext_lazy("school workshop"),
    "centre": gettext_lazy("training centre"),
    "day": gettext_lazy("day"),
    "week": gettext_lazy("week"),
    "month": gettext_lazy("month"),
    "year": gettext_lazy("year"),
    "school_year": gettext_lazy("school year"),
    "host": gettext_lazy("host"),
    "placement": gettext_lazy("placement"),
    "unit": gettext_lazy("unit"),
    "activity": gettext_lazy("kind of work"),
    "period": gettext_lazy("period"),
    "term": gettext_lazy("term"),
    "holiday": gettext_lazy("holiday"),
    "monday": gettext_lazy("Monday"),
    "tuesday": gettext_lazy("Tuesday"),
    "wednesday": gettext_lazy("Wednesday"),
    "thursday": gettext_lazy("Thursday"),
    "friday": gettext_lazy("Friday"),
    "saturday": gettext_lazy("Saturday"),
    "sunday": gettext_lazy("Sunday"),
}
BASES = {
    "required": gettext_lazy("the time that is asked for"),
    "planned": gettext_lazy("the planned time"),
    "programme": gettext_lazy("the length of the programme"),
    "counted": gettext_lazy("the time that counts"),
    "worked": gettext_lazy("the time at work"),
    "missed": gettext_lazy("the time that was missed"),
}
ANCHORS = {
    "start": gettext_lazy("the first day of work"),
    "end": gettext_lazy("the last day of work"),
    "cohort_start": gettext_lazy("the first day of the cohort"),
    "cohort_end": gettext_lazy("the last day of the cohort"),
    "today": pgettext_lazy("a day", "today"),
}


def say(text: Text) -> str:
    """A text of the file in the reader's language; English where the file does not speak it."""
    return getattr(text, (get_language() or "en")[:2], text.en)


def named(texts: Mapping[str, str]) -> str:
    """As `say`, of a text that is still JSON."""
    return texts.get((get_language() or "en")[:2]) or texts["en"]


def word(name: str, words: Words = NONE) -> str:
    """A word of a file in the reader's language: as the file calls it, as the program knows it, or as it is."""
    if name in words:
        return say(words[name])
    return str(WORDS[name]) if name in WORDS else name.replace("_", " ")


def either(names: Iterable[str], words: Words = NONE) -> str:
    return get_text_list([word(name, words) for name in names], _("or"))


def every(names: Iterable[str], words: Words = NONE) -> str:
    return get_text_list([word(name, words) for name in names], _("and"))


def together(clauses: Iterable[str]) -> str:
    """Clauses that all hold."""
    return _("; ").join(clauses)


def counted(value: int, measure: str) -> str:
    """A number of something with its word: "3 days"."""
    words = {
        "days": lambda: ngettext("%(number)s day", "%(number)s days", value),
        "worked_days": lambda: ngettext("%(number)s day of work", "%(number)s days of work", value),
        "calendar_days": lambda: ngettext("%(number)s calendar day", "%(number)s calendar days", value),
        "weeks": lambda: ngettext("%(number)s week", "%(number)s weeks", value),
        "months": lambda: ngettext("%(number)s month", "%(number)s months", value),
        "hosts": lambda: ngettext("%(number)s workplace", "%(number)s workplaces", value),
        "sectors": lambda: ngettext("%(number)s sector", "%(number)s sectors", value),
        "sizes": lambda: ngettext("%(number)s size of firm", "%(number)s sizes of firms", value),
        "countries": lambda: ngettext("%(number)s country", "%(number)s countries", value),
        "settings": lambda: ngettext("%(number)s setting", "%(number)s settings", value),
        "activities": lambda: ngettext("%(number)s kind of work", "%(number)s kinds of work", value),
        "units": lambda: ngettext("%(number)s unit", "%(number)s units", value),
        "periods": lambda: ngettext("%(number)s period", "%(number)s periods", value),
        "stretches": lambda: ngettext("%(number)s stretch", "%(number)s stretches", value),
        "records": lambda: ngettext("%(number)s document", "%(number)s documents", value),
        "outcomes": lambda: ngettext("%(number)s outcome", "%(number)s outcomes", value),
        "breaches": lambda: ngettext("%(number)s breach", "%(number)s breaches", value),
        "groups": lambda: ngettext("%(number)s of these", "%(number)s of these", value),
        "full_hours": lambda: ngettext("%(number)s hour", "%(number)s hours", value),
    }
    return words[measure]() % {"number": number(value)}


# ── How much ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def days(count: int) -> str:
    return ngettext("%(count)s day", "%(count)s days", count) % {"count": number(count)}


def weeks(count: int) -> str:
    return ngettext("%(count)s week", "%(count)s weeks", count) % {"count": number(count)}


def months(count: int) -> str:
    return ngettext("%(count)s month", "%(count)s months", count) % {"count": number(count)}


def years(count: int) -> str:
    return ngettext("%(count)s year", "%(count)s years", count) % {"count": number(count)}


def share(text: str) -> str:
    """ "12.5%" as people write it; "1/3" stays."""
    if not text.endswith("%"):
        return text
    figure = text[:-1].replace(".", get_format("DECIMAL_SEPARATOR"))
    return _("%(number)s%%") % {"number": figure}


def amount(one: Amount, found: RuleSet) -> str:
    if one.fact is not None:
        return _("the value of “%(fact)s”") % {"fact": fact_label(one.fact, found)}
    if one.share is not None:
        return _("%(share)s of %(base)s") % {"share": share(one.share), "base": _base(one, found)}
    if one.cases:
        return _by_case(one, found)
    return _length(one)


def _length(one: Amount) -> str:
    timed = one.hours is not None or one.minutes is not None
    written = [hours((one.hours or 0) * 60 + (one.minutes or 0))] if timed else []
    counts = ((one.days, days), (one.weeks, weeks), (one.months, months))
    return every([*written, *(say_so(count) for count, say_so in counts if count is not None)])


def span(one: Span) -> str:
    counts = ((one.years, years), (one.months, months), (one.weeks, weeks), (one.days, days))
    return every([say_so(count) for count, say_so in counts if count]) or days(0)


def _base(one: Amount, found: RuleSet) -> str:
    base = str(BASES[one.of or "required"])
    if one.rule is not None:
        base = _("the time that “%(rule)s” asks for") % {"rule": rule_label(one.rule, found)}
    if one.causes:
        base = _("%(base)s because of: %(causes)s") % {"base": base, "causes": either(one.causes, found.words)}
    narrowed = clauses(one.where, found) if one.where else []
    if narrowed:
        base = _("%(base)s, only where %(conditions)s") % {"base": base, "conditions": together(narrowed)}
    return base


def _by_case(one: Amount, found: RuleSet) -> str:
    told = [
        _("%(amount)s if %(condition)s")
        % {"amount": amount(case.then, found), "condition": together(student_clauses(case.when, found))}
        for case in one.cases
    ]
    if one.otherwise is not None:
        told.append(_("otherwise %(amount)s") % {"amount": amount(one.otherwise, found)})
    return together(told)


def fact_label(name: str, found: RuleSet) -> str:
    return say(found.facts[name].label) if name in found.facts else name


def rule_label(key: str, found: RuleSet) -> str:
    rules = (*found.steps, *every_requirement(found.requirements), *found.working_time, *found.awards)
    return next((say(one.label) for one in rules if one.key == key), key)


def value(one: Any, words: Words = NONE) -> str:
    if isinstance(one, bool):
        return _("yes") if one else _("no")
    return number(one) if isinstance(one, int) else word(one, words)


# ── Which days ───────────────────────────────────────────────────────────────────────────────────────────────────────


def dates(one: Range) -> str:
    if one.since and one.until:
        return _("from %(first)s to %(last)s") % {"first": day_year(one.since), "last": day_year(one.until)}
    if one.since:
        return _("from %(first)s on") % {"first": day_year(one.since)}
    return _("until %(last)s") % {"last": day_year(one.until)}


def ages(one: Ages) -> str:
    if one.since is not None and one.below is not None:
        return _("at least %(since)s and younger than %(below)s") % {"since": one.since, "below": one.below}
    if one.since is not None:
        return _("at least %(since)s years old") % {"since": one.since}
    return _("younger than %(below)s") % {"below": one.below}


def date_rule(one: DateRule, without_anchor: str = "") -> str:
    """`without_anchor` is the day that is meant where the file names none."""
    if one.date:
        return day_year(one.date)
    text = str(ANCHORS[one.anchor]) if one.anchor else without_anchor
    moves = ((one.months, _months_off), (one.days, _days_off), (one.working_days, _working_days_off))
    for count, moved in moves:
        if count:
            text = moved(count, text)
    if one.next_weekday:
        text = _("the next %(weekday)s after %(day)s") % {"weekday": word(one.next_weekday), "day": text}
    if one.next_month_day:
        text = _("the next %(date)s on or after %(day)s") % {"date": month_day(one.next_month_day), "day": text}
    return text


def month_day(text: str) -> str:
    """ "10-31" as people say it."""
    month, day = (int(part) for part in text.split("-"))
    try:
        return date_format(date(2000, month, day), "j F")
    except ValueError:
        return text


def _off(count: int, unit: str, day: str) -> str:
    text = _("%(length)s before %(day)s") if count < 0 else _("%(length)s after %(day)s")
    return text % {"length": unit, "day": day}


def _days_off(count: int, day: str) -> str:
    return _off(count, days(abs(count)), day)


def _months_off(count: int, day: str) -> str:
    return _off(count, months(abs(count)), day)


def _working_days_off(count: int, day: str) -> str:
    length = ngettext("%(count)s working day", "%(count)s working days", abs(count)) % {"count": number(abs(count))}
    return _off(count, length, day)


def _within(one: Within) -> Iterator[str]:
    anchor = str(ANCHORS[one.of])
    if one.from_days is not None:
        yield _("not before %(day)s") % {"day": _days_off(one.from_days, anchor) if one.from_days else anchor}
    if one.to_days is not None:
        yield _("not after %(day)s") % {"day": _days_off(one.to_days, anchor) if one.to_days else anchor}


# ── Which work ───────────────────────────────────────────────────────────────────────────────────────────────────────


def clauses(one: Where, found: RuleSet) -> list[str]:
    """What holds for the work that is meant, one clause for each condition; all work has none."""
    return [
        *_kind(one, found),
        *_host(one.host, found),
        *_days(one, found),
        *_records(one, found),
        *_nested(one, found),
    ]


def _kind(one: Where, found: RuleSet) -> Iterator[str]:
    if one.activities:
        names = [say(found.activities[key]) if key in found.activities else key for key in one.activities]
        yield _("the kind is: %(kinds)s") % {"kinds": either(names)}
    if one.settings:
        yield _("the place is: %(places)s") % {"places": either(one.settings)}
    yield from _yes_or_no(
        None if one.realism is None else one.realism == "real", _("it is real work"), _("it is simulated")
    )
    yield from _yes_or_no(one.remote, _("it is done from afar"), _("it is done on the spot"))
    yield from _yes_or_no(one.paid, _("it is paid"), _("it is not paid"))
    yield from _yes_or_no(one.make_up, _("it makes up for missed time"), _("it does not make up for missed time"))
    if one.units:
        yield _("it is for the unit %(units)s") % {"units": either(one.units, found.words)}
    if one.tags:
        yield _("it is marked %(tags)s") % {"tags": either(one.tags, found.words)}


def _yes_or_no(answer: bool | None, yes: str, no: str) -> Iterator[str]:
    if answer is not None:
        yield yes if answer else no


def _host(one: HostMatch | None, found: RuleSet) -> Iterator[str]:
    if one is None:
        return
    yield from _yes_or_no(one.recognised, _("the host is recognised"), _("the host is not recognised"))
    yield from _yes_or_no(one.checked, _("the host was checked before"), _("the host was not checked before"))
    for text, names in (
        (_("the sector of the host is %(names)s"), one.sectors),
        (_("the size of the host is %(names)s"), one.sizes),
        (_("the country of the host is %(names)s"), one.countries),
        (_("the host is marked %(names)s"), one.tags),
    ):
        if names:
            yield text % {"names": either(names, found.words)}
    if one.learners_per_supervisor_at_most is not None:
        text = ngettext("a supervisor has at most %(count)s student", "a supervisor has at most %(count)s students",
                        one.learners_per_supervisor_at_most)  # fmt: skip
        yield text % {"count": number(one.learners_per_supervisor_at_most)}


def host_clauses(one: HostMatch, found: RuleSet) -> list[str]:
    return list(_host(one, found))


def _days(one: Where, found: RuleSet) -> Iterator[str]:
    if one.dates:
        yield _("its day lies %(dates)s") % {"dates": dates(one.dates)}
    if one.age:
        yield _("the student is then %(ages)s") % {"ages": ages(one.age)}
    if one.weekdays:
        yield _("the weekday is %(weekdays)s") % {"weekdays": either(one.weekdays)}
    if one.periods:
        yield _("it lies in a %(periods)s") % {"periods": either(one.periods, found.words)}
    if one.last_years is not None:
        yield _("it lies in the last %(years)s") % {"years": years(one.last_years)}


def _records(one: Where, found: RuleSet) -> Iterator[str]:
    if one.after_record:
        yield _("this was there before: %(record)s") % {"record": record(one.after_record, found)}
    if one.during_record:
        yield _("its day lies inside this: %(record)s") % {"record": record(one.during_record, found)}


def _nested(one: Where, found: RuleSet) -> Iterator[str]:
    if one.when:
        yield from student_clauses(one.when, found)
    yield from _alternatives([clauses(some, found) for some in one.any], [clauses(some, found) for some in one.none])


def _alternatives(some: list[list[str]], none: list[list[str]]) -> Iterator[str]:
    if len(some) == 1:
        yield from some[0]
    elif some:
        yield _("one of these holds: %(list)s") % {"list": get_text_list(_in_brackets(some), _("or"))}
    if len(none) == 1:
        yield _("this does not hold: %(list)s") % {"list": _in_brackets(none)[0]}
    elif none:
        yield _("none of these holds: %(list)s") % {"list": get_text_list(_in_brackets(none), _("or"))}


def _in_brackets(groups: list[list[str]]) -> list[str]:
    """One clause needs none; several hold together."""
    return [group[0] if len(group) == 1 else f"({together(group)})" for group in groups]


# ── Which student, which record ──────────────────────────────────────────────────────────────────────────────────────


def student_clauses(one: When, found: RuleSet) -> list[str]:
    """What holds for the students who are meant, one clause for each condition."""
    both = [clause for each in one.all for clause in student_clauses(each, found)]
    some = [student_clauses(each, found) for each in one.any]
    none = [student_clauses(each, found) for each in one.none]
    return [*_facts(one, found), *_student(one, found), *both, *_alternatives(some, none)]


def _facts(one: When, found: RuleSet) -> Iterator[str]:
    for name, values in one.facts.items():
        told = get_text_list([value(each, found.words) for each in values], _("or"))
        yield _("“%(fact)s” is %(values)s") % {"fact": fact_label(name, found), "values": told}
    for name, least in one.facts_at_least.items():
        yield _("“%(fact)s” is at least %(count)s") % {"fact": fact_label(name, found), "count": number(least)}
    for name, limit in one.facts_below.items():
        yield _("“%(fact)s” is below %(count)s") % {"fact": fact_label(name, found), "count": number(limit)}


def _student(one: When, found: RuleSet) -> Iterator[str]:
    if one.age_at_start:
        yield _("the student is %(ages)s when work begins") % {"ages": ages(one.age_at_start)}
    if one.cohort_start:
        yield _("the first day of the cohort lies %(dates)s") % {"dates": dates(one.cohort_start)}
    if one.record:
        yield _("this is there: %(record)s") % {"record": record(one.record, found)}


def record(one: RecordMatch, found: RuleSet) -> str:
    """ "agreement, signed by company and student, for the same placement"."""
    return listed([word(one.kind, found.words), *_of_record(one, found.words)])


def _of_record(one: RecordMatch, words: Words) -> Iterator[str]:
    in_order = _("signed in this order: %(names)s") if one.in_order else _("signed by %(names)s")
    for text, names in (
        (_("written by %(names)s"), either(one.by, words)),
        (_("with the result %(names)s"), either(one.results, words)),
        (_("about the unit %(names)s"), either(one.units, words)),
        (in_order, every(one.signed_by, words)),
        (_("for minors signed by %(names)s too"), every(one.minors_signed_by, words)),
        (_("about the same %(names)s"), every(one.same)),
    ):
        if names:
            yield text % {"names": names}
    if one.score_at_least is not None:
        yield _("with a score of at least %(count)s") % {"count": number(one.score_at_least)}
    if one.within:
        yield from _within(one.within)
