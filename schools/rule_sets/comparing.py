"""The difference between two wordings as people read it: old beside new in plain words, and the field that says so."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.formats import listed
from schools.rule_sets.difference import ABSENT, Part, difference
from schools.rule_sets.document import RuleSet
from schools.rule_sets.phrases import month_day, say, years
from schools.rule_sets.plain import (
    GRADES,
    SECTIONS,
    chosen_by,
    conversion_lines,
    fact_line,
    in_consideration,
    validity,
)
from schools.rule_sets.rule_lines import only_students, rule_lines

TITLES = {
    "name": gettext_lazy("Name"),
    "summary": gettext_lazy("Summary"),
    "jurisdiction": gettext_lazy("Where it holds"),
    "source": gettext_lazy("Source"),
    "valid_from": gettext_lazy("Valid"),
    "valid_to": gettext_lazy("Valid"),
    "chosen_by": gettext_lazy("Chosen by"),
    "readings": gettext_lazy("How we read the text"),
    "school_year_starts": gettext_lazy("The school year starts on"),
    "conversion": gettext_lazy("How long a day, a week and a month are"),
    "facts": gettext_lazy("What it asks about a student"),
    "activities": gettext_lazy("Kinds of work that may count"),
    "applies_to": gettext_lazy("Students it is for"),
    "consideration": gettext_lazy("Special consideration"),
    "retention_years": gettext_lazy("Papers are kept for"),
    "remarks": gettext_lazy("Remarks"),
    **SECTIONS,
}


@dataclass(frozen=True)
class Field:
    """One field of the file; a side is empty where the field does not stand there."""

    path: str
    old: str
    new: str


@dataclass(frozen=True)
class Change:
    """One rule, or one field of the whole file; `before` and `after` hold only the lines that the other side lacks."""

    kind: str
    title: str
    path: str
    before: list[str]
    after: list[str]
    fields: list[Field]


@dataclass(frozen=True)
class Side:
    """One wording: the JSON and what it says."""

    content: dict[str, Any]
    document: RuleSet


def changes(old: Side, new: Side) -> list[Change]:
    """Nothing is different when the list is empty."""
    return [_change(part, old.document, new.document) for part in difference(old.content, new.content)]


def _change(part: Part, old: RuleSet, new: RuleSet) -> Change:
    before, after = list(_lines(part, old)), list(_lines(part, new))
    return Change(
        kind=part.kind,
        title=_title(part, old, new),
        path=part.path,
        before=[line for line in before if line not in after],
        after=[line for line in after if line not in before],
        # A rule that is new or gone is told by its lines; its JSON would only say it again.
        fields=[
            Field(line.path, _value(line.old), _value(line.new))
            for line in part.lines
            if not (part.key and line.path == part.path)
        ],
    )


def _title(part: Part, old: RuleSet, new: RuleSet) -> str:
    rule = _rule(part, new) or _rule(part, old)
    return say(rule.label) if rule else str(TITLES.get(part.section, part.section))


def _rule(part: Part, found: RuleSet) -> Any:
    return next((one for one in getattr(found, part.section) if one.key == part.key), None) if part.key else None


def _lines(part: Part, found: RuleSet) -> Iterator[str]:
    """The lines of the rule, or of the field of the whole file."""
    if not part.key:
        yield from _whole(part.section, found)
    elif rule := _rule(part, found):
        if part.kind == "changed":
            yield say(rule.label)
        yield from rule_lines(rule, found)


def _whole(name: str, found: RuleSet) -> Iterator[str]:
    if name in SECTIONS:
        yield _("In this order: %(names)s") % {"names": listed(say(one.label) for one in getattr(found, name))}
    if name in ("name", "summary") and getattr(found, name):
        yield say(getattr(found, name))
    if name in ("valid_from", "valid_to"):
        yield validity(found)
    if name in _TOLD:
        yield from _TOLD[name](found)


def _source(found: RuleSet) -> Iterator[str]:
    yield found.source.title
    if found.source.link:
        yield found.source.link
    yield str(GRADES[found.source.grade])


_TOLD = {
    "jurisdiction": lambda found: [found.jurisdiction],
    "source": _source,
    "chosen_by": lambda found: [chosen_by(found.chosen_by)],
    "readings": lambda found: [say(text) for text in found.readings],
    "school_year_starts": lambda found: [month_day(found.school_year_starts)],
    "conversion": lambda found: conversion_lines(found.conversion),
    "facts": lambda found: [fact_line(name, found) for name in found.facts],
    "activities": lambda found: [say(text) for text in found.activities.values()],
    "applies_to": lambda found: only_students(found.applies_to, found),
    "consideration": lambda found: in_consideration(found),
    "retention_years": lambda found: [years(found.retention_years)] if found.retention_years is not None else [],
    "remarks": lambda found: found.remarks,
}


def _value(one: Any) -> str:
    """As it stands in the file, without the quotes around a text."""
    if one is ABSENT:
        return ""
    return one if isinstance(one, str) else json.dumps(one, ensure_ascii=False)
