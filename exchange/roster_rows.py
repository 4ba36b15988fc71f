"""What a line of a roster says: a person, a class, a place in one, and what ends."""

from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A teacher, student or guardian. `students` are the source ids a guardian stands behind."""

    file: str
    line: int
    part: str
    source_id: str
    given_name: str
    family_name: str
    email: str
    phone: str
    birth_date: date | None = None
    students: tuple[str, ...] = ()
    cells: tuple[str, ...] = field(default=(), compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class ClassRow:
    file: str
    line: int
    source_id: str
    name: str
    cells: tuple[str, ...] = field(default=(), compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class MemberRow:
    """A person in a class, as teacher or student."""

    file: str
    line: int
    class_id: str
    person_id: str
    part: str
    cells: tuple[str, ...] = field(default=(), compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class LeaverRow:
    """A person whom the register is about to forget, in this part."""

    file: str
    line: int
    part: str
    source_id: str
    name: str
    cells: tuple[str, ...] = field(default=(), compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class LeftRow:
    """A place in a class that somebody does not have any more."""

    file: str
    line: int
    class_id: str
    person_id: str
    part: str
    cells: tuple[str, ...] = field(default=(), compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class BirthRow:
    """The birth date of a student who is not in the same delta."""

    file: str
    line: int
    source_id: str
    birth_date: date
    cells: tuple[str, ...] = field(default=(), compare=False, repr=False)


Row = PersonRow | ClassRow | MemberRow | LeaverRow | LeftRow | BirthRow
