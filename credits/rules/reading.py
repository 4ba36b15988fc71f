"""From the JSON of evidence to the document, or to what is wrong at which path."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from pydantic import TypeAdapter

from credits.rules.case import moment
from credits.rules.evidence import Evidence, Work
from schools.rule_sets.document import RuleSet, Time, every_requirement
from schools.rule_sets.parts import Amount
from schools.rule_sets.reading import Problem, Unreadable, amount_problems, checked, parsed, walk

LONGEST = timedelta(hours=36)
_ADAPTER = TypeAdapter(Evidence)


def read_evidence(text: bytes | str, rule_set: RuleSet) -> Evidence:
    """Raises `Unreadable` with every problem that was found."""
    found = checked(_ADAPTER, parsed(text))
    if problems := list(_contradictions(found, rule_set)):
        raise Unreadable(problems)
    return found


def schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of evidence, made from its fields."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **_ADAPTER.json_schema()}


def _contradictions(found: Evidence, rule_set: RuleSet) -> Iterator[Problem]:
    for path, part in walk(found):
        if isinstance(part, Amount):
            yield from amount_problems(path, part, rule_set)
        zone = getattr(part, "zone", None)
        if zone is not None and not _is_zone(zone):
            yield Problem(f"{path}.zone".lstrip("."), _("is no time zone"))
            return
        since, until = getattr(part, "since", None), getattr(part, "until", None)
        if since and until and not isinstance(part, Work) and until < since:
            yield Problem(path, _("ends before it begins"))
    yield from _facts(found, rule_set)
    yield from _once("hosts", [host.id for host in found.hosts])
    yield from _once("outcomes", [f"{one.unit or ''} {one.key}" for one in found.outcomes])
    yield from _work(found)
    yield from _rules(found, rule_set)


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # unknown, badly written, and the name of a folder
        return False
    return True


def _facts(found: Evidence, rule_set: RuleSet) -> Iterator[Problem]:
    for name, value in found.facts.items():
        path = f"facts.{name}"
        if name not in rule_set.facts:
            yield Problem(path, _("is not among the facts of the rule set"))
            continue
        allowed = rule_set.facts[name].values
        mine = value if isinstance(value, list) else [value]
        if allowed and not all(any(type(one) is type(two) and one == two for two in allowed) for one in mine):
            yield Problem(path, _("is not one of the values that the rule set lists"))


def _once(path: str, names: list[str]) -> Iterator[Problem]:
    seen: set[str] = set()
    for number, name in enumerate(names):
        if name in seen:
            yield Problem(f"{path}.{number}", _("“%(id)s” stands twice: nothing counts twice") % {"id": name.strip()})
        seen.add(name)


def _work(found: Evidence) -> Iterator[Problem]:
    hosts = {host.id for host in found.hosts}
    seen: set[str] = set()
    for number, work in enumerate(found.work):
        path = f"work.{number}"
        if work.id in seen:
            yield Problem(f"{path}.id", _("“%(id)s” stands twice: nothing counts twice") % {"id": work.id})
        seen.add(work.id)
        if work.host is not None and work.host not in hosts:
            yield Problem(f"{path}.host", _("“%(id)s” is not among the hosts") % {"id": work.host})
        if problem := _when(work, found.zone) or _how_much(work, found.zone):
            yield Problem(path, problem)


def _when(work: Work, zone: str) -> str:
    """What is wrong with its times."""
    if (work.since is None) != (work.until is None):
        return _("from and to belong together")
    if work.since is None and work.day is None:
        return _("needs a day, or from and to")
    if work.last_day and work.day and work.last_day < work.day:
        return _("last_day lies before day")
    if work.day and work.days > ((work.last_day or work.day) - work.day).days + 1:
        return _("has more days present than days from day to last_day")
    if work.day and work.since and work.since[:10] != work.day.isoformat():
        return _("day is not the day of from")
    if work.since is None or work.until is None:
        return "" if work.minutes is not None else _("needs minutes, or from and to")
    try:
        begins, ends = moment(work.since, work.zone or zone), moment(work.until, work.zone or zone)
    except (ValueError, OverflowError):
        return _("from and to must be days and times that exist")
    if not 1900 <= begins.year <= 2200:
        return _("from and to must be days and times that exist")
    return "" if timedelta() < ends - begins <= LONGEST else _("to must be later than from, by 36 hours at most")


def _how_much(work: Work, zone: str) -> str:
    minutes = work.minutes
    if work.since and work.until:
        length = (
            int((moment(work.until, work.zone or zone) - moment(work.since, work.zone or zone)).total_seconds()) // 60
        )
        if length < work.break_minutes:
            return _("the breaks are longer than the work")
        if minutes is not None and minutes > length - work.break_minutes:
            return _("minutes are more than the time from from to to")
        minutes = length - work.break_minutes if minutes is None else minutes
    if sum(one.minutes for one in work.units) > (minutes or 0):
        return _("the units have more minutes than the work: nothing counts twice")
    if work.void_minutes > (minutes or 0):
        return _("void_minutes are more than the work")
    if bool(work.void_minutes) != bool(work.void_because):
        return _("void_minutes and void_because belong together")
    return ""


def _rules(found: Evidence, rule_set: RuleSet) -> Iterator[Problem]:
    """Exceptions and special consideration name rules of the rule set for which they can be made."""
    asked = {one.key: one for one in every_requirement(rule_set.requirements)}
    waivable = {*asked, *(one.key for one in rule_set.steps), *(one.key for one in rule_set.working_time)}
    for number, one in enumerate(found.exceptions):
        if one.rule not in waivable:
            text = _("“%(key)s” is no step, requirement or limit of working time") % {"key": one.rule}
            yield Problem(f"exceptions.{number}.rule", text)
        elif one.at_least and not isinstance(asked.get(one.rule), Time):
            yield Problem(f"exceptions.{number}.at_least", _("only a time requirement can ask for less"))
    allowed = rule_set.consideration
    for number, special in enumerate(found.considerations):
        if allowed is None or special.rule not in allowed.rules:
            yield Problem(f"considerations.{number}.rule", _("the rule set allows no special consideration here"))
        elif special.reason not in allowed.reasons:
            yield Problem(f"considerations.{number}.reason", _("is no reason that the rule set lists"))
