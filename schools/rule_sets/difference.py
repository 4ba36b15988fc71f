"""What is different between two wordings of a rule set: per rule and field, with the path and both values.

It compares the JSON itself, so that two wordings are the same here exactly when they have the same hash.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

# A list of these holds rules with keys of their own; everything else is compared by its place.
RULES = ("steps", "requirements", "working_time", "awards", "award_limits", "money", "reports", "gates")


class _Absent:
    """No value on this side; not None, which JSON has."""

    def __bool__(self) -> bool:
        return False

    def __repr__(self) -> str:
        return "ABSENT"


ABSENT = _Absent()


@dataclass(frozen=True)
class Line:
    """One field; a side on which it does not stand is `ABSENT`. Rules have their key in the path, not their place."""

    path: str
    old: Any
    new: Any

    @property
    def kind(self) -> str:
        if self.old is ABSENT:
            return "new"
        return "gone" if self.new is ABSENT else "changed"


@dataclass(frozen=True)
class Part:
    """All that is different in one rule, or in one field of the whole file (then `key` is empty)."""

    section: str
    key: str
    lines: list[Line]

    @property
    def path(self) -> str:
        return f"{self.section}.{self.key}" if self.key else self.section

    @property
    def kind(self) -> str:
        """A rule is new or gone as a whole, else it is changed."""
        return self.lines[0].kind if self.lines[0].path == self.path else "changed"


def difference(old: dict[str, Any], new: dict[str, Any]) -> list[Part]:
    """In the order of the new wording; what is gone comes after it."""
    return [part for name in _names(old, new) for part in _parts(name, old.get(name, ABSENT), new.get(name, ABSENT))]


def _parts(name: str, old: Any, new: Any) -> Iterator[Part]:
    if name in RULES:
        yield from _rules(name, [] if old is ABSENT else old, [] if new is ABSENT else new)
        if (old is ABSENT) != (new is ABSENT) and not (old or new):
            yield Part(name, "", [Line(name, old, new)])
        return
    lines = list(_lines(name, old, new))
    if lines:
        yield Part(name, "", lines)


def _rules(name: str, old: list, new: list) -> Iterator[Part]:
    before, after = _by_key(old), _by_key(new)
    for key in _names(before, after):
        lines = list(_lines(f"{name}.{key}", before.get(key, ABSENT), after.get(key, ABSENT)))
        if lines:
            yield Part(name, key, lines)
    stayed = [[key for key in side if key in before and key in after] for side in (before, after)]
    if stayed[0] != stayed[1]:
        yield Part(name, "", [Line(f"{name}.order", *stayed)])


def _by_key(rules: list) -> dict[str, Any]:
    return {rule["key"]: rule for rule in rules}


def _names(old: dict, new: dict) -> list[str]:
    return [*new, *(name for name in old if name not in new)]


def _lines(path: str, old: Any, new: Any) -> Iterator[Line]:
    if isinstance(old, dict) and isinstance(new, dict):
        for name in _names(old, new):
            yield from _lines(f"{path}.{name}", old.get(name, ABSENT), new.get(name, ABSENT))
    elif _has_objects(old) and _has_objects(new):
        for place in range(max(len(old), len(new))):
            yield from _lines(f"{path}.{place}", _at(old, place), _at(new, place))
    elif not _same(old, new):
        yield Line(path, old, new)


def _at(values: list, place: int) -> Any:
    return values[place] if place < len(values) else ABSENT


def _has_objects(value: Any) -> bool:
    """A list of plain values is one value: its order and its members are read together."""
    return isinstance(value, list) and any(isinstance(one, dict) for one in value)


def _same(old: Any, new: Any) -> bool:
    """As JSON: true is no 1."""
    if isinstance(old, list) and isinstance(new, list):
        return len(old) == len(new) and all(_same(*pair) for pair in zip(old, new, strict=True))
    return type(old) is type(new) and old == new
