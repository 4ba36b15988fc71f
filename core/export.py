"""A list as a table file, for spreadsheets: text stays text, whatever it begins with, and numbers stay numbers.

A cell such as `=HYPERLINK(...)` in a name would be run as a formula by whoever opens the file; an apostrophe before it
makes it text in every spreadsheet. The file is whole before the first byte goes out: half a list looks like a list.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date

from django.db.models import TextChoices
from django.http import HttpResponse
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

type Cell = str | int | date | None
RUNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a spreadsheet may take for the beginning of a formula."""
UTF8 = "\N{ZERO WIDTH NO-BREAK SPACE}"
"""Tells a spreadsheet in which letters the file is written."""


class Format(TextChoices):
    CSV = "csv", "CSV"
    XLSX = "xlsx", "Excel"


TYPES = {
    Format.CSV: "text/csv; charset=utf-8",
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def neutral(cell: Cell) -> Cell:
    """The same cell, which no spreadsheet runs; numbers and dates are no text and stay as they are."""
    if not isinstance(cell, str):
        return cell
    text = ILLEGAL_CHARACTERS_RE.sub("", cell)
    return f"'{text}" if text.startswith(RUNS) or text.lstrip().startswith(RUNS) else text


def answer(rows: Iterable[Sequence[Cell]], *, kind: Format, name: str) -> HttpResponse:
    """The file to keep: `rows` begin with the heads of the columns, `name` is the file's without its ending."""
    safe = ([neutral(cell) for cell in row] for row in rows)
    body = _workbook(safe, name) if kind == Format.XLSX else _text(safe)
    headers = {"Content-Disposition": f'attachment; filename="{name}.{kind.value}"', "Cache-Control": "no-store"}
    return HttpResponse(body, content_type=TYPES[kind], headers=headers)


def _text(rows: Iterable[Sequence[Cell]]) -> bytes:
    out = io.StringIO()
    out.write(UTF8)
    csv.writer(out).writerows(rows)
    return out.getvalue().encode()


def _workbook(rows: Iterable[Sequence[Cell]], title: str) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title)
    sheet.freeze_panes = "A2"
    for row in rows:
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
