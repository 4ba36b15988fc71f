"""The lines that could not go in, as a CSV that Excel opens: where, why, and what stood there."""

import csv
import re
from collections.abc import Iterator

from django.utils.translation import gettext as _

from exchange.models import ImportRow, ImportRun, Outcome

BOM = "\ufeff"
# How a spreadsheet recognises a formula; an apostrophe in front makes it text again.
FORMULA = ("=", "+", "-", "@", "\t", "\r")
# A position west of Greenwich and a phone number are no formulas, and must come back as they went out.
NUMBER = re.compile(r"[+-][\d .,()-]*")


class _Echo:
    def write(self, text: str) -> str:
        return text


def error_file(run: ImportRun) -> Iterator[str]:
    """The file line by line, with a byte order mark so that Excel reads the letters right."""
    writer = csv.writer(_Echo())
    yield BOM + writer.writerow([_safe(cell) for cell in _header(run)])
    rows = ImportRow.objects.filter(run=run, outcome=Outcome.ERROR).order_by("pk")
    for row in rows.iterator(chunk_size=500):
        place = [row.file, row.line] if run.kind == ImportRun.Kind.ROSTER else [row.line]
        yield writer.writerow([_safe(cell) for cell in (*place, row.problem, *row.cells)])


def _header(run: ImportRun) -> list[str]:
    if run.kind == ImportRun.Kind.ROSTER:
        return [_("File"), _("Line"), _("Reason"), _("The line as it was")]
    return [_("Line"), _("Reason"), *run.columns]


def _safe(cell: object) -> str:
    text = str(cell)
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA) and not NUMBER.fullmatch(text) else text
