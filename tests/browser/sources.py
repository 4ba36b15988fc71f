"""What a school brings along: a roster and a list of employers. Ours are small; the real ones may lie beside us."""

import csv
import io
import zipfile
from dataclasses import dataclass
from pathlib import Path

from tests.exchange import files


@dataclass(frozen=True)
class Person:
    name: str
    email: str


@dataclass(frozen=True)
class Source:
    """Two files, what comes in with them, and those of whom the walk tells."""

    roster: Path
    employers: Path
    teachers: int
    students: int
    classes: int
    firms: int
    student: Person
    teacher: Person
    school_class: str
    firm: str


PEOPLE = [
    files.USERS[0],
    ["t7", "active", "true", "s1", "teacher", "Solveig", "Marin", "solveig.marin@school.example", ""],
    ["u7", "active", "true", "s1", "student", "Noor", "Adler", "noor.adler@students.example", ""],
    ["u8", "active", "true", "s1", "student", "Ivo", "Brandão", "ivo.brandao@students.example", ""],
]
CLASSES = [files.CLASSES[0], ["c7", "Kitchen and service 2", "s1"]]
PLACES = [
    files.ENROLLMENTS[0],
    ["e7", "c7", "s1", "t7", "teacher"],
    ["e8", "c7", "s1", "u7", "student"],
    ["e9", "c7", "s1", "u8", "student"],
]
BIRTHS = [files.DEMOGRAPHICS[0], ["u7", "2010-02-28"], ["u8", "2009-12-31"]]


def own(folder: Path) -> Source:
    """Small files of our own."""
    roster, employers = folder / "roster.zip", folder / "employers.csv"
    roster.write_bytes(files.roster(users=PEOPLE, classes=CLASSES, enrollments=PLACES, demographics=BIRTHS).getvalue())
    employers.write_text(files.EMPLOYERS, encoding="utf-8", newline="")
    return Source(
        roster=roster, employers=employers, teachers=1, students=2, classes=1, firms=3,
        student=Person("Noor Adler", "noor.adler@students.example"),
        teacher=Person("Solveig Marin", "solveig.marin@school.example"),
        school_class="Kitchen and service 2", firm="Bakery Sofia",
    )  # fmt: skip


def real(_folder: Path) -> Source:
    """The real input, and from it the first student of the first class. Skips where it is not beside the checkout."""
    roster, employers = files.real("roster_small.zip"), files.real("employers_gb_3000.csv")
    people = {row["sourcedId"]: row for row in _rows(roster, "users.csv")}
    school_class = _rows(roster, "classes.csv")[0]
    inside = [row for row in _rows(roster, "enrollments.csv") if row["classSourcedId"] == school_class["sourcedId"]]
    first = {row["role"]: _person(people[row["userSourcedId"]]) for row in reversed(inside)}
    firms = list(csv.DictReader(io.StringIO(employers.read_text(encoding="utf-8-sig"), newline="")))
    return Source(
        roster=roster, employers=employers, teachers=6, students=180, classes=12, firms=3000,
        student=first["student"], teacher=first["teacher"], school_class=school_class["title"], firm=firms[0]["name"],
    )  # fmt: skip


def _rows(roster: Path, name: str) -> list[dict[str, str]]:
    with zipfile.ZipFile(roster) as archive:
        return list(csv.DictReader(io.StringIO(archive.read(name).decode("utf-8-sig"))))


def _person(row: dict[str, str]) -> Person:
    return Person(f"{row['givenName']} {row['familyName']}", row["email"])
