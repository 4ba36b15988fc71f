"""Reads a OneRoster 1.1 or 1.2 bulk zip: people, classes and who is in them, as a stream of rows and bad lines.

Columns are found by their header, so extra ones do no harm; `password` is never looked at. Only active rows
count: those to be deleted are counted and left alone, since an import never removes anything.
Pure: a file in, values out. What is done with them stands in staging.py.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from typing import BinaryIO

from exchange import cells, lines
from exchange.archive import Archive
from exchange.problems import BadCell, BadLine, FileRefused, Problem, problem

VERSIONS = ("1.1", "1.2")
REQUIRED = {
    "orgs.csv": ("sourcedId", "name", "type"),
    "users.csv": ("sourcedId", "givenName", "familyName"),
    "roles.csv": ("sourcedId", "userSourcedId", "role", "orgSourcedId"),
    "demographics.csv": ("sourcedId",),
    "classes.csv": ("sourcedId", "title", "schoolSourcedId"),
    "enrollments.csv": ("sourcedId", "classSourcedId", "userSourcedId", "role"),
}
NEEDED = ("orgs.csv", "users.csv")
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
class Reach:
    """How many lines of the zip have been read so far."""

    lines: int = 0


@dataclass
class Roster:
    """`ignored` counts what was left alone, by reason; it is complete when `rows` has been read to its end."""

    school: str
    version: str
    rows: Iterator[Row | BadLine]
    ignored: Counter[str]
    reach: "Reach"


def read(file: BinaryIO, *, school: str, today: date) -> Roster:
    """Open a roster for one school. `school` decides only when the file holds several schools.

    Raises FileRefused here or while the rows are read.
    """
    bundle = _Bundle(_archive(file))
    version = bundle.check_manifest()
    orgs = bundle.schools()
    chosen = _choose(orgs, school)
    reader = _Reader(bundle, chosen, only=len(orgs) == 1, today=today)
    return Roster(school=orgs[chosen], version=version, rows=reader.rows(), ignored=bundle.ignored, reach=bundle.reach)


def count_lines(file: BinaryIO) -> int:
    """Lines of the files that will be read, for the progress bar. Raises FileRefused for a zip that lies."""
    archive = _archive(file)
    total = 0
    for name in archive.names():
        if name.lower() in REQUIRED:
            with archive.open(name) as member:
                total += lines.count(member)
    return total


def _archive(file: BinaryIO) -> Archive:
    head = file.read(4)
    file.seek(0)
    if not head:
        raise FileRefused("empty_file")
    if not head.startswith(b"PK"):
        raise FileRefused("roster_not_zip")
    archive = Archive(file)
    if "workbook.xml" in archive.names():
        raise FileRefused("workbook_for_roster")
    return archive


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


@dataclass(frozen=True, slots=True)
class _Line:
    """One line of a file by column name."""

    file: str
    number: int
    cells: tuple[str, ...]
    _places: dict[str, int]

    def __getitem__(self, column: str) -> str:
        place = self._places.get(column.lower())
        return self.cells[place].strip() if place is not None and place < len(self.cells) else ""

    @property
    def active(self) -> bool:
        """The other states ("tobedeleted", "inactive") mean that the source is about to forget the row."""
        return self["status"].lower() in ("", "active")

    def ids(self, column: str) -> list[str]:
        return [part.strip() for part in self[column].split(",") if part.strip()]

    def bad(self, why: Problem) -> BadLine:
        return BadLine(self.number, why, self.cells, self.file)


class _Bundle:
    """The files of the zip as lines."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._names = {name.lower(): name for name in archive.names()}
        self.ignored: Counter[str] = Counter()
        self.reach = Reach()
        for name in NEEDED:
            if name.lower() not in self._names:
                raise FileRefused("file_missing", file=name)

    def has(self, file: str) -> bool:
        return file.lower() in self._names

    def check_manifest(self) -> str:
        """The version. A manifest may be missing; when it is there, it must name a version and a bulk export."""
        if not self.has("manifest.csv"):
            return "1.2" if self.has("roles.csv") else "1.1"
        said = {
            row.cells[0].strip().lower(): row.cells[1].strip() for row in self._records("manifest.csv") if row.cells[1:]
        }
        version = said.get("oneroster.version", "1.1")
        if version not in VERSIONS:
            raise FileRefused("version_unknown", version=version[:20])
        for file in REQUIRED:
            mode = said.get(f"file.{file.removesuffix('.csv')}".lower(), "").lower()
            if mode == "delta":
                raise FileRefused("delta_export", file=file)
            if mode == "bulk" and not self.has(file):
                raise FileRefused("file_missing", file=file)
        return version

    def schools(self) -> dict[str, str]:
        """Active organisations of the type school: source id -> name."""
        found = {}
        for line in self.each("orgs.csv"):
            if isinstance(line, _Line) and line.active and line["type"].lower() == "school" and line["sourcedId"]:
                found[line["sourcedId"]] = cells.clean(line["name"])[:200]
        return found

    def each(self, file: str, *, again: bool = False) -> Iterator[_Line | BadLine]:
        """The lines below the header; those that have another shape are bad."""
        if not self.has(file):
            return
        records = self._records(file)
        header = next(records, None)
        places = {name.strip().lower(): place for place, name in enumerate(header.cells)} if header else {}
        for column in REQUIRED[file]:
            if column.lower() not in places:
                raise FileRefused("file_column_missing", file=file, column=column)
        self.reach.lines += 0 if again else 1
        for record in records:
            self.reach.lines += 0 if again else 1
            if isinstance(record, BadLine):
                # Cells that could not be told apart may hold a password.
                yield replace(record, cells=()) if "password" in places else record
                continue
            kept = _without_password(record.cells, places)
            if found := _shape(record.cells, len(places)):
                yield BadLine(record.line, found, kept, file)
            else:
                yield _Line(file, record.line, kept, places)

    def _records(self, file: str) -> Iterator[lines.Record | BadLine]:
        return lines.records(self._archive.open(self._names[file.lower()]), delimiter=",", file=file)


def _without_password(row: tuple[str, ...], places: dict[str, int]) -> tuple[str, ...]:
    """No password may reach the error file or the database, not even in a line that is refused."""
    place = places.get("password")
    if place is None:
        return row
    if len(row) != len(places):
        # Where the cells have moved, any of them may be the password.
        return tuple("" for _cell in row)
    return (*row[:place], "", *row[place + 1 :])


def _shape(row: tuple[str, ...], expected: int) -> Problem | None:
    if not any(cell.strip() for cell in row):
        return problem("empty_line")
    if len(row) != expected:
        code = "cells_too_many" if len(row) > expected else "cells_too_few"
        return problem(code, found=len(row), expected=expected)
    if any(cells.has_hidden_character(cell) for cell in row):
        return problem("hidden_character")
    return None


class _Reader:
    """One pass over users, classes and enrolments of the chosen school."""

    def __init__(self, bundle: _Bundle, school: str, *, only: bool, today: date) -> None:
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
            if isinstance(line, _Line) and line.active:
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

    def _parts(self, line: _Line, roles: dict[str, set[str]]) -> list[str]:
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

    def _is_here(self, line: _Line) -> bool:
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

    def _class(self, line: _Line) -> ClassRow | BadLine:
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

    def _member(self, line: _Line) -> MemberRow | None:
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

    def _lines(self, file: str) -> Iterator[_Line | BadLine]:
        """Active lines with an identifier of their own."""
        seen: dict[str, int] = {}
        for line in self._bundle.each(file):
            if isinstance(line, BadLine):
                yield line
            elif not line.active:
                self._leave(line)
            else:
                yield _with_own_id(line, seen)

    def _leave(self, line: _Line) -> None:
        self._bundle.ignored["to_be_deleted"] += 1
        standing = {"users.csv": self._people, "classes.csv": self._classes}.get(line.file)
        if standing is not None:
            standing.setdefault(line["sourcedId"], "out")


def _with_own_id(line: _Line, seen: dict[str, int]) -> _Line | BadLine:
    try:
        source_id = cells.text_of(line["sourcedId"], column="sourcedId", limit=MAX_ID, required=True)
        if (earlier := seen.setdefault(source_id, line.number)) != line.number:
            raise BadCell("same_id", line=earlier)
    except BadCell as bad:
        return line.bad(bad.problem)
    return line


def _names(line: _Line) -> tuple[str, str]:
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
