"""Reads a OneRoster 1.1 or 1.2 bulk zip: people, classes and who is in them, as a stream of rows and bad lines.

Columns are found by their header, so extra ones do no harm; `password` is never looked at. Rows to be deleted come
out as leavers and as places that are left. A delta holds only what has changed: what it names and does not hold may be
known from an earlier roster.
Pure: a file in, values out. What is done with them stands in staging.py.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import BinaryIO

from exchange import cells
from exchange.bundle import Bundle, Line, Reach, open_archive
from exchange.problems import BadCell, BadLine, FileRefused
from exchange.roster_rows import BirthRow, ClassRow, LeaverRow, LeftRow, MemberRow, PersonRow, Row

GUARDIANS = {"guardian", "parent", "relative"}
# Known to the standard, of no use to placements: counted, not refused.
OTHERS = {
    "administrator", "aide", "counselor", "districtadministrator", "principal", "proctor", "siteadministrator",
    "systemadministrator",
}  # fmt: skip
MAX_ID = 100


@dataclass(frozen=True)
class Known:
    """Identifiers of people and classes from earlier rosters of the school."""

    people: frozenset[str] = frozenset()
    classes: frozenset[str] = frozenset()


@dataclass
class Roster:
    """`ignored` counts what was left alone, by reason; it and `headers`, the columns of each file, are complete when
    `rows` has been read to its end. A delta may not name its school."""

    school: str
    version: str
    rows: Iterator[Row | BadLine]
    ignored: Counter[str]
    headers: dict[str, list[str]]
    reach: Reach


def read(file: BinaryIO, *, school: str, today: date, known: Callable[[], Known] = Known) -> Roster:
    """Open a roster for one school. `school` decides only when the file holds several schools; `known` is asked only
    for a delta.

    Raises FileRefused here or while the rows are read.
    """
    bundle = Bundle(open_archive(file))
    orgs = bundle.schools()
    chosen = None if bundle.is_delta and not orgs else _choose(orgs, school)
    earlier = known() if bundle.is_delta else Known()
    reader = _Reader(bundle, chosen, only=len(orgs) <= 1, today=today, known=earlier)
    return Roster(
        school=orgs[chosen] if chosen else "",
        version=bundle.version,
        rows=reader.rows(),
        ignored=bundle.ignored,
        headers=bundle.headers,
        reach=bundle.reach,
    )


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
    """One pass over users, classes and enrolments of the chosen school; of all rows where a delta names none."""

    def __init__(self, bundle: Bundle, school: str | None, *, only: bool, today: date, known: Known) -> None:
        self._bundle = bundle
        self._school = school
        self._only = only
        self._today = today
        # Source id -> how the person or class fared: "in", "out" (left alone) or "bad".
        self._people = dict.fromkeys(known.people, "in")
        self._classes = dict.fromkeys(known.classes, "in")

    def rows(self) -> Iterator[Row | BadLine]:
        births: dict[str, BirthRow] = {}
        roles: dict[str, set[str]] = {}
        yield from self._read_births(births)
        yield from self._read_roles(roles)
        yield from self._read_people(births, roles)
        if self._bundle.is_delta:
            yield from (row for source_id, row in births.items() if self._people.get(source_id) == "in")
        yield from self._read_classes()
        yield from self._read_members()

    def _read_births(self, births: dict[str, BirthRow]) -> Iterator[BadLine]:
        for line in self._lines("demographics.csv"):
            if isinstance(line, BadLine):
                yield line
                continue
            try:
                if born := cells.birth_date_of(line["birthDate"], today=self._today):
                    key = line["sourcedId"]
                    births[key] = BirthRow(line.file, line.number, key, born, line.cells)
            except BadCell as bad:
                yield line.bad(bad.problem)

    def _read_roles(self, roles: dict[str, set[str]]) -> Iterator[BadLine]:
        """Version 1.2 keeps roles in a file of their own."""
        for line in self._lines("roles.csv"):
            if isinstance(line, BadLine):
                yield line
            elif self._school in (None, line["orgSourcedId"]):
                roles.setdefault(line["userSourcedId"], set()).add(line["role"].lower())

    def _read_people(
        self, births: dict[str, BirthRow], roles: dict[str, set[str]]
    ) -> Iterator[PersonRow | LeaverRow | BadLine]:
        wards = self._wards()
        emails: dict[str, int] = {}
        for line in self._lines("users.csv", leaving=True):
            if isinstance(line, BadLine):
                yield line
                continue
            try:
                if not line.active:
                    yield from self._leavers(line, roles)
                    continue
                found = list(self._person(line, births, roles, wards, emails))
                self._people[line["sourcedId"]] = "in" if found else "out"
                yield from found
            except BadCell as bad:
                self._people.setdefault(line["sourcedId"], "bad")
                yield line.bad(bad.problem)

    def _leavers(self, line: Line, roles: dict[str, set[str]]) -> Iterator[LeaverRow]:
        self._people.setdefault(line["sourcedId"], "out")
        name = " ".join(filter(None, (line["givenName"], line["familyName"])))[:200]
        for part in self._parts(line, roles):
            yield LeaverRow(line.file, line.number, part, line["sourcedId"], name, line.cells)

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
                birth_date=_born(births.pop(line["sourcedId"], None)) if part == "student" else None,
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
        if "teacher" in parts and line.active and line["enabledUser"].lower() == "false":
            parts.remove("teacher")
        if not parts:
            self._bundle.ignored["other_role"] += 1
        return parts

    def _is_here(self, line: Line) -> bool:
        orgs = line.ids("orgSourcedIds")
        return self._school is None or self._school in orgs or (self._only and not orgs)

    def _read_classes(self) -> Iterator[ClassRow | BadLine]:
        for line in self._lines("classes.csv"):
            if isinstance(line, BadLine):
                yield line
            elif self._school not in (None, line["schoolSourcedId"]):
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

    def _read_members(self) -> Iterator[MemberRow | LeftRow | BadLine]:
        here: set[tuple[str, str, str]] = set()
        left: dict[tuple[str, str, str], LeftRow] = {}
        for line in self._lines("enrollments.csv", leaving=True):
            if isinstance(line, BadLine):
                yield line
                continue
            try:
                row = self._member(line) if line.active else self._left(line)
            except BadCell as bad:
                yield line.bad(bad.problem)
                continue
            key = (row.class_id, row.person_id, row.part) if row else None
            # A person may leave a class and come back: two lines, one member.
            if isinstance(row, LeftRow) and key:
                left[key] = row
            elif row and key and key not in here:
                here.add(key)
                yield row
        yield from (row for key, row in left.items() if key not in here)

    def _left(self, line: Line) -> LeftRow | None:
        part = _part(line["role"].lower())
        if part not in ("teacher", "student"):
            return None
        return LeftRow(line.file, line.number, line["classSourcedId"], line["userSourcedId"], part, line.cells)

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

    def _lines(self, file: str, *, leaving: bool = False) -> Iterator[Line | BadLine]:
        """Active lines with an identifier of their own; with those to be deleted where they are `leaving` something."""
        seen: dict[str, int] = {}
        for line in self._bundle.each(file):
            if isinstance(line, BadLine):
                yield line
            elif not line.active and not leaving:
                self._leave(line)
            else:
                yield _with_own_id(line, seen)

    def _leave(self, line: Line) -> None:
        self._bundle.ignored["to_be_deleted"] += 1
        if line.file == "classes.csv":
            self._classes.setdefault(line["sourcedId"], "out")


def _with_own_id(line: Line, seen: dict[str, int]) -> Line | BadLine:
    try:
        source_id = cells.text_of(line["sourcedId"], column="sourcedId", limit=MAX_ID, required=True)
        if (earlier := seen.setdefault(source_id, line.number)) != line.number:
            raise BadCell("same_id", line=earlier)
    except BadCell as bad:
        return line.bad(bad.problem)
    return line


def _born(row: BirthRow | None) -> date | None:
    return row.birth_date if row else None


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
