"""From the JSON of a rule set to the document, or to what is wrong at which path."""

import dataclasses
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _
from pydantic import TypeAdapter, ValidationError

from core.chain import digest
from schools.rule_sets import document
from schools.rule_sets.parts import Amount, RecordMatch, When, Where

LARGEST = 1_000_000
_ADAPTER = TypeAdapter(document.RuleSet)


@dataclass(frozen=True)
class Problem:
    """What is wrong, and where: a path such as "steps.2.at_most.share"."""

    path: str
    text: str


class Unreadable(Exception):
    """The file is no document of its kind; `problems` has at least one line."""

    def __init__(self, problems: list[Problem]):
        super().__init__("\n".join(f"{one.path}: {one.text}" for one in problems))
        self.problems = problems


def read_rule_set(text: bytes | str) -> document.RuleSet:
    """Raises `Unreadable` with every problem that was found."""
    found = checked(_ADAPTER, parsed(text))
    if problems := list(_contradictions(found)):
        raise Unreadable(problems)
    return found


def parsed(text: bytes | str) -> Any:
    """The JSON value of a text of at most `LARGEST` bytes. Raises `Unreadable`."""
    raw = text.encode(errors="surrogatepass") if isinstance(text, str) else text
    if len(raw) > LARGEST:
        raise Unreadable([Problem("", _("The file is larger than a million bytes."))])
    try:
        return json.loads(raw.decode("utf-8-sig"), object_pairs_hook=_once, parse_constant=_no_constant)
    except UnicodeDecodeError:
        raise Unreadable([Problem("", _("The file is not UTF-8 text."))]) from None
    except RecursionError:
        raise Unreadable([Problem("", _("The file is nested too deeply."))]) from None
    except ValueError as problem:
        raise Unreadable([Problem("", _("This is not JSON: %(why)s") % {"why": problem})]) from None


def checked[T](adapter: TypeAdapter[T], value: Any) -> T:
    """The dataclass of a JSON value. Raises `Unreadable` with a line for each path."""
    try:
        return adapter.validate_json(json.dumps(value))
    except RecursionError:
        raise Unreadable([Problem("", _("The file is nested too deeply."))]) from None
    except ValidationError as error:
        raise Unreadable([Problem(_path(one["loc"], value), _sentence(one)) for one in error.errors()]) from None


def content_hash(content: Any) -> str:
    """SHA-256 of a JSON value, written with sorted keys: the same wording has the same hash."""
    return digest("", content)


def schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of a rule set, made from the document's fields."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **_ADAPTER.json_schema()}


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    twice = [key for key, count in Counter(key for key, _value in pairs).items() if count > 1]
    if twice:
        raise ValueError(_("“%(key)s” stands twice in one object") % {"key": twice[0]})
    return dict(pairs)


def _no_constant(name: str) -> Any:
    raise ValueError(_("%(name)s is no number") % {"name": name})


def _path(places: tuple[int | str, ...], value: Any) -> str:
    """Pydantic names the chosen type of a union in its path too; people do not find it in their file."""
    found = []
    for place in places:
        if isinstance(value, dict) and value.get("type") == place and place not in value:
            continue
        if not _leads_on(value, place):
            break
        found.append(str(place))
        value = value.get(place) if isinstance(value, dict) else value[place]
    return ".".join(found)


def _leads_on(value: Any, place: int | str) -> bool:
    """Whether this is a place inside the value; of a union it is a name that only the reader knows."""
    return isinstance(value, dict) or (isinstance(value, list) and isinstance(place, int))


def _sentence(error: Any) -> str:
    """The problem in the words of the reader's language; what is rare stays in English."""
    texts = {
        "missing": _("is missing"),
        "unexpected_keyword_argument": _("is not known here"),
        "extra_forbidden": _("is not known here"),
        "int_type": _("must be a whole number"),
        "int_from_float": _("must be a whole number"),
        "bool_type": _("must be true or false"),
        "string_type": _("must be text"),
        "dict_type": _("must be an object"),
        "dataclass_type": _("must be an object"),
        "list_type": _("must be a list"),
        "date_from_datetime_parsing": _("must be a date such as 2026-08-24"),
        "date_parsing": _("must be a date such as 2026-08-24"),
        "date_type": _("must be a date such as 2026-08-24"),
        "union_tag_not_found": _("needs a “type”"),
    }
    return texts.get(error["type"]) or str(error["msg"])


# ── What the fields alone do not show ────────────────────────────────────────────────────────────────────────────────


def _contradictions(found: document.RuleSet) -> Iterator[Problem]:
    yield from _keys(found)
    yield from _references(found)
    yield from _circles(found)
    if found.valid_from and found.valid_to and found.valid_to < found.valid_from:
        yield Problem("valid_to", _("lies before valid_from"))
    for path, part in walk(found):
        yield from _part(path, part, found)


def walk(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every dataclass of a document with its path."""
    if dataclasses.is_dataclass(value):
        yield path, value
        for one in dataclasses.fields(value):
            yield from walk(getattr(value, one.name), f"{path}.{one.name}".lstrip("."))
    elif isinstance(value, list):
        for number, one in enumerate(value):
            yield from walk(one, f"{path}.{number}")
    elif isinstance(value, dict):
        for key, one in value.items():
            yield from walk(one, f"{path}.{key}")


def _keys(found: document.RuleSet) -> Iterator[Problem]:
    """Keys of one file are unique: a decision names a rule by its key alone."""
    named = [
        *found.steps,
        *document.every_requirement(found.requirements),
        *found.working_time,
        *found.awards,
        *found.award_limits,
        *found.money,
        *found.reports,
        *found.gates,
    ]
    for key, count in Counter(one.key for one in named).items():
        if count > 1:
            yield Problem("", _("The key “%(key)s” stands for several rules.") % {"key": key})


def _references(found: document.RuleSet) -> Iterator[Problem]:
    known = {one.key: one for one in document.every_requirement(found.requirements)}
    awards = {one.key for one in found.awards}
    limits = {one.key for one in found.working_time}
    for path, names, keys in [
        *((f"awards.{n}.needs", one.needs, known.keys()) for n, one in enumerate(found.awards)),
        *((f"awards.{n}.after", one.after, awards) for n, one in enumerate(found.awards)),
        *((f"award_limits.{n}.awards", one.awards, awards) for n, one in enumerate(found.award_limits)),
        *((f"gates.{n}.needs", one.needs, known.keys()) for n, one in enumerate(found.gates)),
        *((p, one.limits, limits) for p, one in walk(found) if isinstance(one, document.WorkingTime)),
    ]:
        for name in names:
            if name not in keys:
                yield Problem(path, _("“%(key)s” is the key of no rule in this file") % {"key": name})
    timed = {key for key, one in known.items() if isinstance(one, document.Time)}
    for name in found.consideration.rules if found.consideration else []:
        if name not in timed:
            yield Problem("consideration.rules", _("“%(key)s” is the key of no time requirement") % {"key": name})


def _circles(found: document.RuleSet) -> Iterator[Problem]:
    """A requirement cannot ask for a share of what it asks for itself, not even by way of others."""
    timed = [one for one in document.every_requirement(found.requirements) if isinstance(one, document.Time)]
    lower = {one.key: [one.at_least, one.more_than] for one in timed if one.at_least or one.more_than}
    places = {one.key: path for path, one in walk(found) if isinstance(one, document.Time)}
    firsts = _firsts([one for one in timed if one.key in lower])
    leads = {key: set(_required(bounds, firsts)) for key, bounds in lower.items()}
    for key in lower:
        reached: set[str] = set()
        ahead = set(leads[key])
        while ahead:
            one = ahead.pop()
            if one not in reached:
                reached.add(one)
                ahead |= leads.get(one, set())
        if key in reached:
            yield Problem(places[key], _("“%(key)s” asks for a share of what it asks for itself") % {"key": key})


def _firsts(timed: list[document.Time]) -> list[str]:
    """Which time requirements can be the first that is asked: all up to the first one without a condition."""
    always = next((number for number, one in enumerate(timed) if one.when is None), len(timed))
    return [one.key for one in timed[: always + 1]]


def _required(bounds: list[Amount | None], firsts: list[str]) -> Iterator[str]:
    """The requirements whose amounts these amounts may be shares of."""
    for _path, part in walk([bound for bound in bounds if bound]):
        if isinstance(part, Amount) and part.of == "required":
            yield from [part.rule] if part.rule else firsts


def _part(path: str, part: Any, found: document.RuleSet) -> Iterator[Problem]:
    if isinstance(part, Amount):
        yield from amount_problems(path, part, found)
    if isinstance(part, When):
        for name in (*part.facts, *part.facts_at_least, *part.facts_below):
            yield from _fact(path, name, found)
    if isinstance(part, Where):
        for name in part.activities:
            if name not in found.activities:
                yield Problem(path, _("“%(key)s” is not among the activities of this file") % {"key": name})
    if isinstance(part, RecordMatch) and part.in_order and not part.signed_by:
        yield Problem(path, _("in_order needs signed_by"))
    yield from _bounds(path, part)


def amount_problems(path: str, part: Amount, found: document.RuleSet) -> Iterator[Problem]:
    """Exactly one way of saying how much, with what the rule set knows."""
    lengths = [part.hours, part.minutes, part.days, part.weeks, part.months]
    ways = [any(one is not None for one in lengths), part.fact is not None, part.share is not None, bool(part.cases)]
    if sum(ways) != 1:
        text = _(
            "says how much in exactly one way: a length (hours, minutes, days, weeks, months), fact, share or cases"
        )
        yield Problem(path, text)
    if (part.share is None) != (part.of is None):
        yield Problem(path, _("share and of belong together"))
    if part.cases and part.otherwise is None:
        yield Problem(path, _("cases need otherwise"))
    if part.fact is not None:
        yield from _fact(path, part.fact, found)
    timed = {one.key for one in document.every_requirement(found.requirements) if isinstance(one, document.Time)}
    if part.rule and part.rule not in timed:
        yield Problem(path, _("“%(key)s” is the key of no time requirement") % {"key": part.rule})


def _plain(share: str) -> str:
    """A share as a fraction."""
    return f"{Decimal(share[:-1]) / 100:f}" if share.endswith("%") else share


def _fact(path: str, name: str, found: document.RuleSet) -> Iterator[Problem]:
    if name not in found.facts:
        yield Problem(path, _("“%(key)s” is not among the facts of this file") % {"key": name})


def _is_open(bound: Any) -> bool:
    """Nothing is asked; a bound of 0 is one."""
    return bound is None or bound is False


def _bounds(path: str, part: Any) -> Iterator[Problem]:
    """A requirement that asks for nothing is a mistake."""
    asked = {
        document.Time: ("at_least", "more_than", "at_most", "less_than"),
        document.Number: ("at_least", "at_most"),
        document.WeeklyAverage: ("at_least", "at_most"),
        document.CalendarTime: ("at_least", "at_most"),
        document.Stretches: ("at_least", "at_most", "every"),
        document.Dates: ("not_before", "not_after"),
    }
    for kind, names in asked.items():
        if isinstance(part, kind) and all(_is_open(getattr(part, name)) for name in names):
            yield Problem(path, _("asks for nothing: give one of %(names)s") % {"names": ", ".join(names)})
    if isinstance(part, document.Weight) and Fraction(_plain(part.factor)) > 1:
        yield Problem(f"{path}.factor", _("is more than 100%"))
    if isinstance(part, document.DateRule) and (part.date is not None) and (part.anchor is not None):
        yield Problem(path, _("a date needs no anchor"))
