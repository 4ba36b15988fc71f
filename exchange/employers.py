"""Reads a list of employers from CSV or XLSX: lines that can go in and lines that cannot, as a stream.

Pure: a file in, values out. What is done with them stands in staging.py.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import BinaryIO

import openpyxl

from exchange import cells, lines
from exchange.archive import Archive
from exchange.problems import BadCell, BadLine, ColumnsUnclear, FileRefused

EXAMPLE = "name, register number, address, postcode, size, email"
MAX_COLUMNS = 60
MAX_XLSX_UNPACKED = 40 * 1024 * 1024
BINARY = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x1f\x8b", b"Rar!", b"7z\xbc\xaf", b"PK", b"{\\rtf", b"<")

# What a column may be called, without accents, case and signs; the first name is shown in messages.
NAMES = {
    "reference": ("ref", "reference", "our reference", "id", "key", "identifiant"),
    "name": (
        "name", "employer", "employer name", "company", "company name", "organisation", "organization", "business name",
        "nom", "nom de l entreprise", "entreprise", "raison sociale", "denomination",
    ),
    "register_number": (
        "register number", "company number", "registration number", "company registration number", "number",
        "siren", "numero siren", "siret", "numero siret", "numero d entreprise", "numero",
    ),
    "address": ("address", "street", "address line 1", "adresse", "rue"),
    "town": ("town", "city", "ville", "commune", "localite"),
    "postcode": ("postcode", "post code", "postal code", "zip", "zip code", "code postal", "cp"),
    "sectors": (
        "sectors", "sector", "sic codes", "sic code", "sic", "activity codes", "activity code", "naf", "code naf",
        "ape", "code ape", "secteur", "activite",
    ),
    "size": (
        "size", "employer size", "staff", "number of staff", "employees", "number of employees", "headcount",
        "effectif", "effectifs", "taille", "salaries", "nombre de salaries",
    ),
    "latitude": ("latitude", "lat"),
    "longitude": ("longitude", "lon", "lng", "long"),
    "email": (
        "email", "e mail", "mail", "email address", "e mail address", "courriel", "adresse e mail", "adresse email",
    ),
    "phone": ("phone", "telephone", "tel", "phone number", "telephone number", "numero de telephone"),
}  # fmt: skip
_FIELD_OF = {spelling: name for name, spellings in NAMES.items() for spelling in spellings}


@dataclass(frozen=True, slots=True)
class EmployerLine:
    """One employer at one address. Sizes are people; positions are degrees; unknown is None or empty."""

    line: int
    reference: str
    name: str
    register_number: str
    address: str
    postcode: str
    sectors: tuple[str, ...]
    size_from: int | None
    size_to: int | None
    latitude: float | None
    longitude: float | None
    email: str
    phone: str


@dataclass(frozen=True, slots=True)
class Table:
    """The header as it stands in the file, and the lines below it, read while they are asked for."""

    columns: tuple[str, ...]
    lines: Iterator[EmployerLine | BadLine]


def read(file: BinaryIO, said: Mapping[str, str] | None = None) -> Table:
    """Open a list of employers. `said` is what people have said of columns: {spelling: field, or "" for none}.

    Raises ColumnsUnclear where somebody has to say it, FileRefused here or while the lines are read.
    """
    columns, records = _opened(file)
    places = _places(columns, said or {})
    return Table(columns=columns, lines=_Reader(columns, places).each(records))


def sample(file: BinaryIO, count: int) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """The names of the columns and the cells of the first lines, as they stand there. Raises FileRefused."""
    columns, records = _opened(file)
    good = (record.cells for record in records if not isinstance(record, BadLine))
    return columns, list(islice(good, count))


def field_of(column: str, said: Mapping[str, str]) -> str:
    """The field that a column holds, by what people have said or else by its name; empty when nobody knows."""
    name = spelling(column)
    return said[name] if name in said else _FIELD_OF.get(name, "")


def _opened(file: BinaryIO) -> tuple[tuple[str, ...], Iterator[lines.Record | BadLine]]:
    records = _records(file)
    header = next(records, None)
    if header is None:
        raise FileRefused("empty_file")
    return header.cells, records


def _records(file: BinaryIO) -> Iterator[lines.Record | BadLine]:
    head = file.read(4096)
    file.seek(0)
    if head.startswith(b"PK\x03\x04"):
        return _workbook(file)
    _refuse_other_kinds(head)
    return lines.records(file)


def _refuse_other_kinds(head: bytes) -> None:
    if not head.strip():
        raise FileRefused("empty_file")
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise FileRefused("utf16")
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise FileRefused("old_excel")
    # One NUL is a bad line; many of them are not text at all.
    if head.startswith(BINARY) or head.count(0) * 10 > len(head):
        raise FileRefused("wrong_kind_csv")


def _workbook(file: BinaryIO) -> Iterator[lines.Record]:
    """The first sheet. The zip is inflated and counted once before the XML reader may see it."""
    archive = Archive(file, limit=MAX_XLSX_UNPACKED)
    if "workbook.xml" not in archive.names():
        raise FileRefused("zip_for_table")
    archive.check()
    file.seek(0)
    try:
        sheet = openpyxl.load_workbook(file, read_only=True, keep_links=False).worksheets[0]
        sheet.reset_dimensions()
        yield from _rows(sheet)
    except FileRefused:
        raise
    # Whatever the XML reader meets in a broken workbook is one thing for the person who chose the file.
    except Exception as error:
        raise FileRefused("xlsx_damaged") from error


def _rows(sheet) -> Iterator[lines.Record]:
    width = 0
    for number, row in enumerate(sheet.iter_rows(max_col=MAX_COLUMNS, values_only=True), start=1):
        if number > lines.MAX_LINES:
            raise FileRefused("too_many_lines", limit=lines.MAX_LINES)
        texts = [_text(value) for value in row]
        while texts and not texts[-1]:
            texts.pop()
        if texts:
            # A sheet has no ragged lines: empty cells at the end are simply not stored.
            width = width or len(texts)
            yield lines.Record(number, tuple(texts + [""] * (width - len(texts))))


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value)


def _places(columns: tuple[str, ...], said: Mapping[str, str]) -> dict[str, int]:
    """Which field stands in which column. Columns of another name are tolerated and not read."""
    if len(columns) > MAX_COLUMNS:
        raise FileRefused("wrong_kind_csv")
    places: dict[str, int] = {}
    for index, column in enumerate(columns):
        name = field_of(column, said)
        if name in places:
            raise ColumnsUnclear("column_twice", first=columns[places[name]], second=column)
        if name:
            places[name] = index
    found = ", ".join(cells.clean(column)[:30] for column in columns if column.strip())[:300]
    if not places:
        raise ColumnsUnclear("no_header", example=EXAMPLE, found=found)
    if "name" not in places:
        raise ColumnsUnclear("column_missing", column=NAMES["name"][0], found=found)
    return places


def spelling(column: str) -> str:
    """The name of a column without accents, case and signs; what is left of a name in another script is the name."""
    folded = unicodedata.normalize("NFKD", column.casefold())
    plain = "".join(letter for letter in folded if not unicodedata.combining(letter))
    return " ".join(re.findall(r"\w+", plain.replace("_", " ")))[:100]


class _Reader:
    """Turns records into employers; remembers the references it has seen."""

    def __init__(self, columns: tuple[str, ...], places: dict[str, int]) -> None:
        self._columns = columns
        self._places = places
        self._references: dict[str, int] = {}

    def each(self, records: Iterator[lines.Record | BadLine]) -> Iterator[EmployerLine | BadLine]:
        for record in records:
            if isinstance(record, BadLine):
                yield record
                continue
            try:
                yield self._employer(record)
            except BadCell as bad:
                yield BadLine(record.line, bad.problem, record.cells)

    def _employer(self, record: lines.Record) -> EmployerLine:
        self._check_shape(record.cells)
        employer = self._values(record)
        self._check_reference(record)
        return employer

    def _check_shape(self, row: tuple[str, ...]) -> None:
        expected = len(self._columns)
        if not any(cell.strip() for cell in row):
            raise BadCell("empty_line")
        if len(row) != expected:
            code = "cells_too_many" if len(row) > expected else "cells_too_few"
            raise BadCell(code, found=len(row), expected=expected)
        if any(cells.has_hidden_character(cell) for cell in row):
            raise BadCell("hidden_character")
        for column, cell in zip(self._columns, row, strict=True):
            if cells.looks_like_formula(cell):
                raise BadCell("formula", column=column)

    def _check_reference(self, record: lines.Record) -> None:
        """Only a line that goes in takes its reference."""
        reference = self._cell(record, "reference").strip()
        if reference and (earlier := self._references.setdefault(reference, record.line)) != record.line:
            raise BadCell("same_reference", value=reference[:40], line=earlier)

    def _values(self, record: lines.Record) -> EmployerLine:
        size_from, size_to = cells.size_of(self._cell(record, "size"))
        latitude, longitude = self._position(record)
        return EmployerLine(
            line=record.line,
            reference=self._cell(record, "reference").strip(),
            name=self._text(record, "name", 200, required=True),
            register_number=cells.register_number_of(self._cell(record, "register_number")),
            address=self._address(record),
            postcode=self._text(record, "postcode", 12),
            sectors=tuple(cells.sectors_of(self._cell(record, "sectors"))),
            size_from=size_from,
            size_to=size_to,
            latitude=latitude,
            longitude=longitude,
            email=cells.email_of(self._cell(record, "email")),
            phone=self._text(record, "phone", 40),
        )

    def _address(self, record: lines.Record) -> str:
        address, town = self._text(record, "address", 300), self._text(record, "town", 90)
        return ", ".join(part for part in (address, town) if part)

    def _position(self, record: lines.Record) -> tuple[float | None, float | None]:
        latitude = cells.coordinate_of(self._cell(record, "latitude"), column=self._column("latitude"), limit=90)
        longitude = cells.coordinate_of(self._cell(record, "longitude"), column=self._column("longitude"), limit=180)
        if (latitude is None) != (longitude is None):
            raise BadCell("half_position")
        return latitude, longitude

    def _text(self, record: lines.Record, name: str, limit: int, *, required: bool = False) -> str:
        return cells.text_of(self._cell(record, name), column=self._column(name), limit=limit, required=required)

    def _cell(self, record: lines.Record, name: str) -> str:
        return record.cells[self._places[name]] if name in self._places else ""

    def _column(self, name: str) -> str:
        return self._columns[self._places[name]] if name in self._places else NAMES[name][0]
