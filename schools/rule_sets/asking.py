"""What a rule set asks for about one student: the facts that nobody else knows, and where an exception may be made."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from schools.rule_sets.document import RuleSet, Time, every_requirement
from schools.rule_sets.parts import Amount, Text, When
from schools.rule_sets.reading import walk

# The program knows these from the programme.
KNOWN = frozenset({"required_minutes", "programme_minutes"})


@dataclass(frozen=True)
class Fact:
    """One question. Without `values` the answer is a whole number, or text of at most 200 characters."""

    name: str
    label: Text
    values: tuple[Any, ...]
    is_number: bool
    words: Mapping[str, Text]

    def fits(self, value: Any) -> bool:
        """The type counts: a yes is no 1."""
        if self.values:
            return any(type(value) is type(one) and value == one for one in self.values)
        if self.is_number:
            return type(value) is int and 0 <= value <= 10_000_000
        return type(value) is str and 0 < len(value) <= 200 and "\x00" not in value


def facts_asked(found: RuleSet) -> list[Fact]:
    """By their names: the database keeps no order of the names in an object."""
    counted = set(_counted(found))
    return [
        Fact(name=name, label=one.label, values=tuple(one.values), is_number=name in counted, words=found.words)
        for name, one in sorted(found.facts.items())
        if name not in KNOWN
    ]


def _counted(found: RuleSet) -> Iterator[str]:
    """The facts that are compared as numbers somewhere."""
    for _path, part in walk(found):
        if isinstance(part, When):
            yield from (*part.facts_at_least, *part.facts_below)
        if isinstance(part, Amount) and part.fact:
            yield part.fact


@dataclass(frozen=True)
class Excepted:
    """A rule that may be different for one student; `less` when it asks for time, so that fewer minutes make sense."""

    key: str
    label: Text
    less: bool
    considered: bool


def rules_to_except(found: RuleSet) -> list[Excepted]:
    """Steps and requirements, in the order of the file. A limit of working time is law and stays."""
    considered = found.consideration.rules if found.consideration else []
    rules = [*found.steps, *every_requirement(found.requirements)]
    return [Excepted(one.key, one.label, _asks_for_time(one), one.key in considered) for one in rules]


def _asks_for_time(one: Any) -> bool:
    return isinstance(one, Time) and (one.at_least is not None or one.more_than is not None)
