"""What a new version of a plan changes, in words and in kinds, and who has to sign again because of it."""

import difflib
import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any, Protocol

from placements.models import PlanVersion, Signature

Change = PlanVersion.Change
Party = Signature.Party
WEEK = timedelta(days=7)

LEARNERS = (Party.STUDENT, Party.GUARDIAN)
WORKPLACE = (Party.HOST, Party.TUTOR)
ALWAYS = (Party.SCHOOL, Party.HEAD)

# Whom each kind of change concerns. The school answers for every version: school and head sign every one of them.
CONCERNS: dict[Change, frozenset[Party]] = {
    Change.DATES: frozenset(Party),
    Change.TIMES: frozenset({*LEARNERS, *WORKPLACE, *ALWAYS}),
    Change.SITE: frozenset(Party),
    Change.SUPERVISOR: frozenset({*WORKPLACE, *ALWAYS}),
    Change.LEARNING: frozenset({Party.STUDENT, Party.TEACHER, *WORKPLACE, *ALWAYS}),
    Change.RHYTHM: frozenset({*WORKPLACE, *ALWAYS}),
    Change.SCHOOL: frozenset({Party.TEACHER, *ALWAYS}),
    Change.TERMS: frozenset(Party),
}


@dataclass(frozen=True)
class Stretch:
    """Work on one weekday as a plan says it."""

    weekday: int
    starts_at: time
    ends_at: time
    break_minutes: int
    starts_on: date
    ends_on: date


@dataclass(frozen=True)
class Workplace:
    """A segment by keys, never by names: the same in every language."""

    site: int
    supervisor: int | None
    setting: str
    realism: str
    remote: bool
    starts_on: date
    ends_on: date


@dataclass(frozen=True)
class Terms:
    """Everything that is agreed, as a computer compares it."""

    starts_on: date
    ends_on: date
    minutes: int
    stretches: Sequence[Stretch]
    workplaces: Sequence[Workplace]
    contract: Sequence[Any]
    signatory: int | None
    outcomes: Collection[int]
    purpose: str
    rhythm: str
    contacts: Sequence[int | None]
    blocks: Sequence[tuple[str, str]]


def fingerprints(terms: Terms) -> dict[str, str]:
    """SHA-256 of the facts behind each kind of change. Two versions differ in a kind when these differ."""
    return {str(kind): _hash(facts) for kind, facts in _facts(terms).items()}


def _facts(terms: Terms) -> dict[Change, Any]:
    whole = terms.starts_on, terms.ends_on
    return {
        Change.DATES: whole,
        Change.TIMES: [terms.minutes, sorted(_times(one, whole) for one in terms.stretches)],
        Change.SITE: [*terms.contract, *(_work(one, whole) for one in terms.workplaces)],
        Change.SUPERVISOR: [terms.signatory, *(one.supervisor for one in terms.workplaces)],
        Change.LEARNING: [sorted(terms.outcomes), terms.purpose],
        Change.RHYTHM: terms.rhythm,
        Change.SCHOOL: list(terms.contacts),
        Change.TERMS: list(terms.blocks),
    }


def _times(one: Stretch, whole: tuple[date, date]) -> list[str]:
    return [str(part) for part in (one.weekday, one.starts_at, one.ends_at, one.break_minutes, *_within(one, whole))]


def _work(one: Workplace, whole: tuple[date, date]) -> list[Any]:
    return [one.site, one.setting, one.realism, one.remote, *_within(one, whole)]


def _within(one: Stretch | Workplace, whole: tuple[date, date]) -> tuple[str, str]:
    """Own dates; a side that goes with the placement's is left open, so that moving it changes the dates only."""
    if one.starts_on == one.ends_on:
        return str(one.starts_on), str(one.ends_on)
    first = "" if one.starts_on - whole[0] < WEEK else str(one.starts_on)
    last = "" if whole[1] - one.ends_on < WEEK else str(one.ends_on)
    return first, last


def _hash(facts: Any) -> str:
    return hashlib.sha256(json.dumps(facts, default=str).encode()).hexdigest()


def changes(before: Mapping[str, str], after: Mapping[str, str]) -> list[Change]:
    """The kinds in which two versions differ; all of them when the earlier one was not written down by kind."""
    return [kind for kind in Change if kind not in before or before[kind] != after.get(kind)]


def concerned(party: Party, since: Iterable[Change]) -> bool:
    """Whether a party has to sign a version with these changes; the school signs each one, even without a change."""
    return party in ALWAYS or any(party in CONCERNS[kind] for kind in since)


class Signed(Protocol):
    """A party's signature on an earlier version."""

    person_id: int


class Wanted(Protocol):
    @property
    def party(self) -> Party: ...

    @property
    def person_id(self) -> int: ...


def carried[S: Signed](
    places: Iterable[Wanted], signed: Mapping[Party, tuple[S, Collection[Change]]], *, in_order: bool
) -> dict[Party, S]:
    """Signatures that still hold: by the same person (of the host also by a colleague, for a new supervisor is a change
    of its own), and no change since then concerns the party.

    `signed` gives the newest signature of each party with the kinds of change since. Where the parties sign one after
    another, whoever comes after somebody who signs again signs again too.
    """
    kept: dict[Party, S] = {}
    for place in places:
        signature, since = signed.get(place.party, (None, ()))
        known = signature is not None and (signature.person_id == place.person_id or place.party == Party.HOST)
        if signature is not None and known and not concerned(place.party, since):
            kept[place.party] = signature
        elif in_order:
            break
    return kept


@dataclass(frozen=True)
class Line:
    """One line of a difference; `mark` is "+" for what is new, "-" for what is gone, "" for what stays."""

    mark: str
    text: str


def difference(before: str, after: str) -> list[Line]:
    """Both texts line by line in one list; unchanged lines stay, so that each change is read where it belongs."""
    found: list[Line] = []
    old, new = before.split("\n"), after.split("\n")
    for tag, from_old, to_old, from_new, to_new in difflib.SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes():
        if tag == "equal":
            found += [Line("", text) for text in old[from_old:to_old]]
            continue
        found += [Line("-", text) for text in old[from_old:to_old]]
        found += [Line("+", text) for text in new[from_new:to_new]]
    return found
