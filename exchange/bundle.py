"""The files of a OneRoster zip as lines by column name: what is common to all of them, whoever they are about."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import BinaryIO

from exchange import cells, lines
from exchange.archive import Archive
from exchange.problems import BadLine, FileRefused, Problem, problem

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


@dataclass
class Reach:
    """How many lines of the zip have been read so far."""

    lines: int = 0


def count_lines(file: BinaryIO) -> int:
    """Lines of the files that will be read, for the progress bar. Raises FileRefused for a zip that lies."""
    archive = open_archive(file)
    total = 0
    for name in archive.names():
        if name.lower() in REQUIRED:
            with archive.open(name) as member:
                total += lines.count(member)
    return total


def open_archive(file: BinaryIO) -> Archive:
    """The zip, when it can be a roster at all. Raises FileRefused."""
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


@dataclass(frozen=True, slots=True)
class Line:
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


class Bundle:
    """The files of the zip as lines."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._names = {name.lower(): name for name in archive.names()}
        self.ignored: Counter[str] = Counter()
        self.headers: dict[str, list[str]] = {}
        self.reach = Reach()
        said = self._manifest()
        self.is_delta = any(value.lower() == "delta" for name, value in said.items() if name.startswith("file."))
        self.version = self._version(said)
        for name in () if self.is_delta else NEEDED:
            if not self.has(name):
                raise FileRefused("file_missing", file=name)

    def has(self, file: str) -> bool:
        return file.lower() in self._names

    def _manifest(self) -> dict[str, str]:
        """What the manifest says, by its lower-case names; nothing where there is none."""
        if not self.has("manifest.csv"):
            return {}
        rows = [row.cells for row in self._records("manifest.csv") if isinstance(row, lines.Record)]
        return {row[0].strip().lower(): row[1].strip() for row in rows if row[1:]}

    def _version(self, said: Mapping[str, str]) -> str:
        """A manifest may be missing; when it is there, what it calls a whole file must be there."""
        version = said.get("oneroster.version", "1.2" if self.has("roles.csv") and not said else "1.1")
        if version not in VERSIONS:
            raise FileRefused("version_unknown", version=version[:20])
        for file in REQUIRED:
            mode = said.get(f"file.{file.removesuffix('.csv')}".lower(), "").lower()
            if mode == "bulk" and not self.has(file):
                raise FileRefused("file_missing", file=file)
        return version

    def schools(self) -> dict[str, str]:
        """Active organisations of the type school: source id -> name."""
        found = {}
        for line in self.each("orgs.csv"):
            if isinstance(line, Line) and line.active and line["type"].lower() == "school" and line["sourcedId"]:
                found[line["sourcedId"]] = cells.clean(line["name"])[:200]
        return found

    def each(self, file: str, *, again: bool = False) -> Iterator[Line | BadLine]:
        """The lines below the header; those that have another shape are bad."""
        if not self.has(file):
            return
        records = self._records(file)
        header = next(records, None)
        places = {name.strip().lower(): place for place, name in enumerate(header.cells)} if header else {}
        for column in REQUIRED[file]:
            if column.lower() not in places:
                raise FileRefused("file_column_missing", file=file, column=column)
        self.headers[file] = list(header.cells) if header else []
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
                yield Line(file, record.line, kept, places)

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
