"""Who has to sign an agreement, in which order, until when, and from when on its hours count."""

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from accounts.roles import HOST, Role
from placements.models import Signature
from schools.rule_sets.document import RuleSet
from schools.rule_sets.parts import RecordMatch, When
from schools.rule_sets.reading import walk

ADULT = 18
USUAL_DAYS_BEFORE = 10
AT_LEAST = timedelta(days=3)
DAYS_TO_RATIFY = 2
DAY = timedelta(days=1)
SATURDAY = 5

Party = Signature.Party

ROLES_OF = {
    Party.STUDENT: (Role.STUDENT,),
    Party.GUARDIAN: (Role.GUARDIAN,),
    Party.HOST: HOST,
    Party.TUTOR: HOST,
    Party.TEACHER: (Role.TEACHER,),
    Party.HEAD: (Role.HEAD,),
    Party.SCHOOL: (Role.COORDINATOR,),
}


@dataclass(frozen=True)
class Demand:
    """Who is wanted on an agreement: `adults` from everybody, `minors` when the learner is under 18 on the first day.

    Both stand in the order in which people are asked; with `in_order` nobody may sign before the one in front.
    """

    adults: tuple[Party, ...]
    minors: tuple[Party, ...]
    in_order: bool = False


USUAL = Demand((Party.STUDENT, Party.HOST, Party.SCHOOL), (Party.STUDENT, Party.GUARDIAN, Party.HOST, Party.SCHOOL))
OF_TEACHERS = Demand((Party.TEACHER, Party.HOST, Party.HEAD), (Party.TEACHER, Party.HOST, Party.HEAD))


@dataclass(frozen=True)
class Place:
    """A party's place on the agreement; `person_id` is who is asked."""

    party: Party
    person_id: int
    order: int


def demand_of(rule_set: RuleSet) -> Demand | None:
    """What the agreement records of a rule set ask for; nothing when it does not say who signs.

    A party that only this rule set knows cannot be asked here and is left to its own records.
    """
    parts = list(walk(rule_set))
    young = tuple(f"{path}." for path, part in parts if _is_about_minors(getattr(part, "when", None)))
    asked = [(path, part) for path, part in parts if isinstance(part, RecordMatch) and _says_who(part)]
    everybody = [match for path, match in asked if not path.startswith(young)]
    if not everybody:
        return None
    lists = sorted((_known(match.signed_by) for _path, match in asked), key=len, reverse=True)
    minors = [party for _path, match in asked for party in _known(match.minors_signed_by)]
    return Demand(
        adults=_merged(_known(match.signed_by) for match in everybody),
        minors=_after_the_student(_merged(lists), minors),
        in_order=any(match.in_order for _path, match in asked),
    )


def _says_who(match: RecordMatch) -> bool:
    return match.kind == "agreement" and bool(_known(match.signed_by))


def _is_about_minors(when: When | None) -> bool:
    ages = when.age_at_start if when else None
    return ages is not None and ages.below is not None and ages.below <= ADULT


def _known(names: Iterable[str]) -> list[Party]:
    return [Party(name) for name in names if name in Party.values]


def _merged(lists: Iterable[Sequence[Party]]) -> tuple[Party, ...]:
    return tuple(dict.fromkeys(party for one in lists for party in one))


def _after_the_student(parties: tuple[Party, ...], more: Iterable[Party]) -> tuple[Party, ...]:
    """A guardian who is asked for minors only signs right after the student."""
    new = [party for party in dict.fromkeys(more) if party not in parties]
    cut = parties.index(Party.STUDENT) + 1 if Party.STUDENT in parties else len(parties)
    return (*parties[:cut], *new, *parties[cut:])


def age(birth_date: date, on: date) -> int:
    """Whole years; somebody born on 29 February has the birthday on 1 March in other years."""
    return on.year - birth_date.year - ((on.month, on.day) < (birth_date.month, birth_date.day))


def is_minor(birth_date: date | None, on: date) -> bool:
    """Under 18 on that day. An unknown birth date says nothing, so it does not hold anybody up."""
    return birth_date is not None and age(birth_date, on) < ADULT


def wanted(demand: Demand, *, birth_date: date | None, starts_on: date) -> tuple[Party, ...]:
    """Whose signature has to be there: without them nothing is sent."""
    return demand.minors if is_minor(birth_date, starts_on) else demand.adults


def parties(
    demand: Demand, people: Mapping[Party, int | None], *, birth_date: date | None, starts_on: date
) -> list[Place]:
    """One place per party that is known. When the age is unknown, those whom a minor needs are asked too."""
    grown_up = birth_date is not None and not is_minor(birth_date, starts_on)
    asked = [(party, people.get(party)) for party in (demand.adults if grown_up else demand.minors)]
    known = [(party, person_id) for party, person_id in asked if person_id is not None]
    return [Place(party, person_id, order) for order, (party, person_id) in enumerate(known, 1)]


class Asked(Protocol):
    """A place on an agreement, as the database keeps it."""

    party: str
    person_id: int
    order: int
    signed_at: datetime | None


def next_ones[P: Asked](places: Iterable[P], *, in_order: bool) -> list[P]:
    """The open places that are asked now: with an order only the first; one place a person, who signs all at once."""
    waiting = sorted((place for place in places if place.signed_at is None), key=lambda place: place.order)
    by_person: dict[int, P] = {}
    for place in waiting[:1] if in_order else waiting:
        by_person.setdefault(place.person_id, place)
    return list(by_person.values())


def sign_by(starts_on: date, today: date, days_before: int = USUAL_DAYS_BEFORE) -> date:
    """So many days before the start; too soon, three days from today, but never after the first day."""
    return max(today, min(starts_on, max(starts_on - days_before * DAY, today + AT_LEAST)))


def counts_from(
    in_force_at: datetime, unagreed_since: datetime | None, zone: str, closed: Collection[date]
) -> datetime:
    """From when on hours count: from the agreement on, or, where the head let it start before and everybody has signed
    within two working days after that day, from the first moment of that day."""
    if unagreed_since is None:
        return in_force_at
    there = ZoneInfo(zone)
    first = unagreed_since.astimezone(there).date()
    if in_force_at.astimezone(there).date() > last_day_to_ratify(first, closed):
        return in_force_at
    return datetime.combine(first, time(), there)


def last_day_to_ratify(first: date, closed: Collection[date]) -> date:
    """The second working day of the school after the day on which work began without an agreement."""
    day, left = first, DAYS_TO_RATIFY
    while left:
        day += DAY
        left -= day.weekday() < SATURDAY and day not in closed
    return day


def digest(text: str) -> str:
    """SHA-256 of the text that is signed, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def is_a_name(typed: str) -> bool:
    """At least two letters. It is not compared with the register: people write their name in another script, with
    initials or after a marriage, and who signed is known from the door they came in by; both names are shown."""
    return sum(character.isalpha() for character in typed) > 1
