"""Reads a OneRoster 1.1 or 1.2 bulk zip: people, classes and who is in them, as a stream of rows and bad lines.

Columns are found by their header, so extra ones do no harm; `password` is never looked at. Only active rows
count: those to be deleted are counted and left alone, since an import never removes anything.
Pure: a file in, values out. What is done with them stands in staging.py.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import BinaryIO

from exchange import cells
from exchange.bundle import Bundle, Line, Reach, open_archive
from exchange.problems import BadCell, BadLine, FileRefused

GUARDIANS = {"guardian", "parent", "relative"}
# Known to the standard, of no use to placements: counted, not refused.
OTHERS = {
    "administrator", "aide", "counselor", "districtadministrator", "principal", "proctor", "siteadministrator",
    "systemadministrator",
}  # fmt: skip
MAX_ID = 100


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


Row = PersonRow | ClassRow | MemberRow


@dataclass
class Roster:
    """`ignored` counts what was left alone, by reason; it is complete when `rows` has been read to its end."""

    school: str
    version: str
    rows: Iterator[Row | BadLine]
    ignored: Counter[str]
    reach: Reach


def read(file: BinaryIO, *, school: str, today: date) -> Roster:
    """Open a roster for one school. `school` decides only when the file holds several schools.

    Raises FileRefused here or while the rows are read.
    """
    bundle = Bundle(open_archive(file))
    version = bundle.check_manifest()
    orgs = bundle.schools()
    chosen = _choose(orgs, school)
    reader = _Reader(bundle, chosen, only=len(orgs) == 1, today=today)
    return Roster(school=orgs[chosen], version=version, rows=reader.rows(), ignored=bundle.ignored, reach=bundle.reach)


def _choose(orgs: dict[str, str], school: str) -> str:
    if not orgs:
        raise FileRefused("no_school")
    if len(orgs) == 1:
        return next(iter(orgs))
    wanted = cells.clean(school).casefold()
    matching = [source_id for source_id, name in orgs.items() if name.casefold() == wanted]
    if len(matching) != 1:
        raise FileRefused("other_schools", schools=", ".join(list(orgs.values())[:5]), school=school)
    return matching[0]


class _Reader:
    """One pass over users, classes and enrolments of the chosen school."""

    def __init__(self, bundle: Bundle, school: str, *, only: bool, today: date) -> None:
        self._bundle = bundle
        self._school = school
        self._only = only
        self._today = today
        # Source id -> how the person or class fared: "in", "out" (left alone) or "bad".
        self._people: dict[str, str] = {}
        self._classes: dict[str, str] = {}

    def rows(self) -> Iterator[Row | BadLine]:
        births: dict[str, date] = {}
        roles: dict[str, set[str]] = {}
        yield from self._read_births(births)
        yield from self._read_roles(roles)
        yield from self._read_people(births, roles)
        yield from self._read_classes()
        yield from self._read_members()

    def _read_births(self, births: dict[str, date]) -> Iterator[BadLine]:
        for line in self._lines("demographics.csv"):
            if isinstance(line, BadLine):
                yield line
                continue
            try:
                if born := cells.birth_date_of(line["birthDate"], today=self._today):
                    births[line["sourcedId"]] = born
            except BadCell as bad:
                yield line.bad(bad.problem)

    def _read_roles(self, roles: dict[str, set[str]]) -> Iterator[BadLine]:
        """Version 1.2 keeps roles in a file of their own."""
        for line in self._lines("roles.csv"):
            if isinstance(line, BadLine):
                yield line
            elif line["orgSourcedId"] == self._school:
                roles.setdefault(line["userSourcedId"], set()).add(line["role"].lower())

    def _read_people(self, births: dict[str, date], roles: dict[str, set[str]]) -> Iterator[PersonRow | BadLine]:
        wards = self._wards()
        emails: dict[str, int] = {}
        for line in self._lines("users.csv"):
            if isinstance(line, BadLine):
                yield line
                continue
            try:
                found = list(self._person(line, births, roles, wards, emails))
                self._people[line["sourcedId"]] = "in" if found else "out"
                yield from found
            except BadCell as bad:
                self._people.setdefault(line["sourcedId"], "bad")
                yield line.bad(bad.problem)

    def _wards(self) -> dict[str, list[str]]:
        """Guardian -> students. The standard lets either side name the other, so the file is read once before."""
        wards: dict[str, list[str]] = {}
        for line in self._bundle.each("users.csv", again=True):
            if isinstance(line, Line) and line.active:
                for other in line.ids("agentSourcedIds"):
                    wards.setdefault(other, []).append(line["sourcedId"])
                    wards.setdefault(line["sourcedId"], []).append(other)
        return wards

    def _person(self, line, births, roles, wards, emails) -> Iterator[PersonRow]:
        parts = self._parts(line, roles)
        if not parts:
            return
        given, family = _names(line)
        email = cells.email_of(line["email"])
        for part in parts:
            if part == "teacher":
                _claim_email(email, line.number, emails)
            yield PersonRow(
                file=line.file,
                line=line.number,
                part=part,
                source_id=line["sourcedId"],
                given_name=given,
                family_name=family,
                email=email,
                phone=cells.text_of(line["phone"] or line["sms"], column="phone", limit=40),
                birth_date=births.get(line["sourcedId"]) if part == "student" else None,
                students=tuple(dict.fromkeys(wards.get(line["sourcedId"], ()))) if part == "guardian" else (),
                cells=line.cells,
            )

    def _parts(self, line: Line, roles: dict[str, set[str]]) -> list[str]:
        """Which parts the person plays here; none when the person belongs to another school or has no use."""
        if self._bundle.has("roles.csv"):
            said = roles.get(line["sourcedId"], set())
        else:
            said = {line["role"].lower()} if self._is_here(line) else set()
        if not said:
            self._bundle.ignored["other_school"] += 1
            return []
        parts = sorted({_part(role) for role in said} - {""})
        if "teacher" in parts and line["enabledUser"].lower() == "false":
            parts.remove("teacher")
        if not parts:
            self._bundle.ignored["other_role"] += 1
        return parts

    def _is_here(self, line: Line) -> bool:
        orgs = line.ids("orgSourcedIds")
        return self._school in orgs or (self._only and not orgs)

    def _read_classes(self) -> Iterator[ClassRow | BadLine]:
        for line in self._lines("classes.csv"):
            if isinstance(line, BadLine):
                yield line
            elif line["schoolSourcedId"] != self._school:
                self._classes[line["sourcedId"]] = "out"
                self._bundle.ignored["other_school"] += 1
            else:
                yield self._class(line)

    def _class(self, line: Line) -> ClassRow | BadLine:
        try:
            name = cells.text_of(line["title"], column="title", limit=200, required=True)
        except BadCell as bad:
            self._classes[line["sourcedId"]] = "bad"
            return line.bad(bad.problem)
        self._classes[line["sourcedId"]] = "in"
        return ClassRow(line.file, line.number, line["sourcedId"], name, line.cells)

    def _read_members(self) -> Iterator[MemberRow | BadLine]:
        seen: set[tuple[str, str, str]] = set()
        for line in self._lines("enrollments.csv"):
            if isinstance(line, BadLine):
                yield line
                continue
            try:
                row = self._member(line)
            except BadCell as bad:
                yield line.bad(bad.problem)
                continue
            key = (row.class_id, row.person_id, row.part) if row else None
            # A person may leave a class and come back: two lines, one member.
            if row and key and key not in seen:
                seen.add(key)
                yield row

    def _member(self, line: Line) -> MemberRow | None:
        role = line["role"].lower()
        part = _part(role)
        standing = {
            _standing(self._classes, line["classSourcedId"], "unknown_class", "refused_class"),
            _standing(self._people, line["userSourcedId"], "unknown_person", "refused_person"),
        }
        if "out" in standing or part not in ("teacher", "student"):
            self._bundle.ignored["other_role" if standing == {"in"} else "other_school"] += 1
            return None
        return MemberRow(line.file, line.number, line["classSourcedId"], line["userSourcedId"], part, line.cells)

    def _lines(self, file: str) -> Iterator[Line | BadLine]:
        """Active lines with an identifier of their own."""
        seen: dict[str, int] = {}
        for line in self._bundle.each(file):
            if isinstance(line, BadLine):
                yield line
            elif not line.active:
                self._leave(line)
            else:
                yield _with_own_id(line, seen)

    def _leave(self, line: Line) -> None:
        self._bundle.ignored["to_be_deleted"] += 1
        standing = {"users.csv": self._people, "classes.csv": self._classes}.get(line.file)
        if standing is not None:
            standing.setdefault(line["sourcedId"], "out")


def _with_own_id(line: Line, seen: dict[str, int]) -> Line | BadLine:
    try:
        source_id = cells.text_of(line["sourcedId"], column="sourcedId", limit=MAX_ID, required=True)
        if (earlier := seen.setdefault(source_id, line.number)) != line.number:
            raise BadCell("same_id", line=earlier)
    except BadCell as bad:
        return line.bad(bad.problem)
    return line


def _names(line: Line) -> tuple[str, str]:
    """Given and family name in any script. A person with one name only has it as family name."""
    given = cells.text_of(line["givenName"], column="givenName", limit=100)
    family = cells.text_of(line["familyName"], column="familyName", limit=100)
    if not given and not family:
        raise BadCell("missing", column="familyName")
    return (given, family) if family else ("", given)


def _part(role: str) -> str:
    if role in ("student", "teacher"):
        return role
    if role in GUARDIANS:
        return "guardian"
    if role in OTHERS:
        return ""
    raise BadCell("bad_role", value=role[:40])


def _claim_email(email: str, line: int, emails: dict[str, int]) -> None:
    """A teacher signs in with the address, so it must be there and be nobody else's."""
    if not email:
        raise BadCell("teacher_email")
    if (earlier := emails.setdefault(email, line)) != line:
        raise BadCell("same_email", value=email, line=earlier)


def _standing(known: dict[str, str], source_id: str, unknown: str, refused: str) -> str:
    standing = known.get(source_id)
    if standing is None:
        raise BadCell(unknown)
    if standing == "bad":
        raise BadCell(refused)
    return standing
