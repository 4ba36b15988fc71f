"""A rule set in plain words, in the reader's language: what holds for the whole file, and each rule with its lines."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.templatetags.ui import day_year, hours
from schools.rule_sets import document
from schools.rule_sets.asking import KNOWN
from schools.rule_sets.phrases import amount, days, either, every, fact_label, month_day, rule_label, say, value, years
from schools.rule_sets.rule_lines import only_students, rule_lines

GRADES = {
    "A": gettext_lazy("A: read on the regulator's own page"),
    "B": gettext_lazy("B: from a secondary page"),
    "own": gettext_lazy("own: the school's rule"),
}
SECTIONS = {
    "steps": gettext_lazy("From hours at work to hours that count"),
    "requirements": gettext_lazy("What is asked"),
    "working_time": gettext_lazy("Limits of working time"),
    "awards": gettext_lazy("What is given"),
    "award_limits": gettext_lazy("At most in all"),
    "money": gettext_lazy("Money"),
    "reports": gettext_lazy("To hand in"),
    "gates": gettext_lazy("What credit opens"),
}


@dataclass(frozen=True)
class Entry:
    """One rule: its key in the file, what it is called, and what it says."""

    key: str
    label: str
    lines: list[str]


@dataclass(frozen=True)
class Section:
    """A list of the file, such as its steps; one without rules is left out."""

    name: str
    title: str
    entries: list[Entry]


def sections(found: document.RuleSet) -> list[Section]:
    rows = ((name, title, getattr(found, name)) for name, title in SECTIONS.items())
    return [Section(name, str(title), [entry(one, found) for one in rules]) for name, title, rules in rows if rules]


def entry(one: Any, found: document.RuleSet) -> Entry:
    return Entry(one.key, say(one.label), list(rule_lines(one, found)))


def head(found: document.RuleSet) -> list[tuple[str, str]]:
    """What holds for the whole file, as pairs of a name and words."""
    rows = [
        (_("Where it holds"), found.jurisdiction),
        (_("How sure we are"), str(GRADES[found.source.grade])),
        (_("Valid"), validity(found)),
        (_("Chosen by"), chosen_by(found.chosen_by)),
        (_("The school year starts on"), month_day(found.school_year_starts)),
    ]
    if found.retention_years is not None:
        rows.append((_("Papers are kept for"), years(found.retention_years)))
    return rows


def validity(dated: Any) -> str:
    """Of a document or a version."""
    if dated.valid_from and dated.valid_to:
        first, last = day_year(dated.valid_from), day_year(dated.valid_to)
        return _("%(first)s to %(last)s") % {"first": first, "last": last}
    if dated.valid_from:
        return _("from %(first)s on") % {"first": day_year(dated.valid_from)}
    return _("until %(last)s") % {"last": day_year(dated.valid_to)} if dated.valid_to else _("at any time")


def chosen_by(name: str) -> str:
    return _("the first day of the cohort") if name == "cohort_start" else _("the day of the work")


def conversion_lines(one: document.Conversion) -> list[str]:
    return [
        _("A day is %(length)s") % {"length": hours(one.minutes_per_day)},
        _("A week is %(length)s") % {"length": hours(one.minutes_per_week)},
        _("A month is %(length)s") % {"length": days(one.days_per_month)},
    ]


def general_lines(found: document.RuleSet) -> list[str]:
    """For whom it is, which work may count, what it asks about a student, and special consideration."""
    kinds = every([say(text) for text in found.activities.values()])
    return [
        *only_students(found.applies_to, found),
        _("Kinds of work that may count: %(kinds)s") % {"kinds": kinds},
        *conversion_lines(found.conversion),
        *(fact_line(name, found) for name in found.facts),
        *in_consideration(found),
    ]


def fact_line(name: str, found: document.RuleSet) -> str:
    values = [value(one, found.words) for one in found.facts[name].values]
    label = fact_label(name, found)
    if name in KNOWN:
        return _("Taken from the programme: %(fact)s") % {"fact": label}
    if not values:
        return _("Asks about the student: %(fact)s") % {"fact": label}
    return _("Asks about the student: %(fact)s (%(values)s)") % {"fact": label, "values": either(values)}


def in_consideration(found: document.RuleSet) -> Iterator[str]:
    one = found.consideration
    if one is None:
        return
    rules = every([rule_label(key, found) for key in one.rules])
    reasons = either([say(text) for text in one.reasons.values()])
    yield _("Special consideration for %(rules)s: %(reasons)s") % {"rules": rules, "reasons": reasons}
    if one.not_below:
        yield _("Special consideration never asks for less than %(amount)s") % {"amount": amount(one.not_below, found)}
