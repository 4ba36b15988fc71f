"""Who has to sign an agreement, in which order they are shown, and until when. Any order of signing will do."""

import hashlib
from dataclasses import dataclass
from datetime import date, timedelta

from accounts.roles import HOST, Role
from placements.models import Signature

ADULT = 18
BEFORE_START = timedelta(days=10)
AT_LEAST = timedelta(days=3)

ROLES_OF = {
    Signature.Party.STUDENT: (Role.STUDENT,),
    Signature.Party.GUARDIAN: (Role.GUARDIAN,),
    Signature.Party.HOST: HOST,
    Signature.Party.SCHOOL: (Role.COORDINATOR,),
}


@dataclass(frozen=True)
class Place:
    """A party's place on the agreement; `person_id` is who is asked."""

    party: Signature.Party
    person_id: int
    order: int


def age(birth_date: date, on: date) -> int:
    """Whole years; somebody born on 29 February has the birthday on 1 March in other years."""
    return on.year - birth_date.year - ((on.month, on.day) < (birth_date.month, birth_date.day))


def is_minor(birth_date: date | None, on: date) -> bool:
    """Under 18 on that day. An unknown birth date says nothing, so it does not hold anybody up."""
    return birth_date is not None and age(birth_date, on) < ADULT


def parties(
    *,
    student_id: int,
    guardian_id: int | None,
    host_id: int | None,
    school_id: int | None,
    birth_date: date | None,
    starts_on: date,
) -> list[Place]:
    """One place per party that is known. A guardian signs for a minor, and when the age is unknown."""
    grown_up = birth_date is not None and not is_minor(birth_date, starts_on)
    people: dict[Signature.Party, int | None] = {
        Signature.Party.STUDENT: student_id,
        Signature.Party.GUARDIAN: None if grown_up else guardian_id,
        Signature.Party.HOST: host_id,
        Signature.Party.SCHOOL: school_id,
    }
    asked = [(party, person_id) for party, person_id in people.items() if person_id is not None]
    return [Place(party, person_id, order) for order, (party, person_id) in enumerate(asked, 1)]


def sign_by(starts_on: date, today: date) -> date:
    """Ten days before the start; when that is too soon, three days from today, but never after the first day."""
    return max(today, min(starts_on, max(starts_on - BEFORE_START, today + AT_LEAST)))


def digest(text: str) -> str:
    """SHA-256 of the text that is signed, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def is_a_name(typed: str) -> bool:
    """At least two letters. It is not compared with the register: people write their name in another script, with
    initials or after a marriage, and who signed is known from the door they came in by; both names are shown."""
    return sum(character.isalpha() for character in typed) > 1
