"""The lines that could not go in, as a CSV that Excel opens: where, why, and what stood there.

A corrected list of employers is handed in again as it is; the lines of a roster also come as a small roster of changes.
"""

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _

from core.export import UTF8, neutral
from exchange.models import ImportRow, ImportRun, Outcome

# A position west of Greenwich and a phone number are no formulas, and must come back as they went out.
NUMBER = re.compile(r"[+-][\d .,()-]*")


class _Echo:
    def write(self, text: str) -> str:
        return text


def error_file(run: ImportRun) -> Iterator[str]:
    """The file line by line, with a byte order mark so that Excel reads the letters right."""
    writer = csv.writer(_Echo())
    yield UTF8 + writer.writerow([_safe(cell) for cell in _header(run)])
    rows = ImportRow.objects.filter(run=run, outcome=Outcome.ERROR).order_by("pk")
    for row in rows.iterator(chunk_size=500):
        place = [row.file, row.line] if run.kind == ImportRun.Kind.ROSTER else [row.line]
        yield writer.writerow([_safe(cell) for cell in (*place, row.problem, *row.cells)])


def error_bundle(run: ImportRun) -> bytes:
    """A OneRoster delta of the lines that could not go in; a last column that nobody reads says why."""
    found: dict[str, list[ImportRow]] = {}
    for row in ImportRow.objects.filter(run=run, outcome=Outcome.ERROR, file__in=run.headers).order_by("pk"):
        found.setdefault(row.file, []).append(row)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("manifest.csv", _table(_manifest(run, found)))
        for file, rows in found.items():
            lines = ([*row.cells, str(row.problem)] for row in rows)
            archive.writestr(file, _table([[*run.headers[file], "reason"], *lines]))
    return out.getvalue()


def _manifest(run: ImportRun, files: Iterable[str]) -> list[list[str]]:
    version = "1.2" if "roles.csv" in run.headers else "1.1"
    named = [[f"file.{file.removesuffix('.csv')}", "delta"] for file in files]
    return [["propertyName", "value"], ["manifest.version", "1.0"], ["oneroster.version", version], *named]


def _table(rows: Iterable[list[str]]) -> str:
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    return out.getvalue()


def _header(run: ImportRun) -> list[str]:
    if run.kind == ImportRun.Kind.ROSTER:
        return [_("File"), _("Line"), _("Reason"), _("The line as it was")]
    return [_("Line"), _("Reason"), *run.columns]


def _safe(cell: object) -> str:
    text = str(cell)
    return text if NUMBER.fullmatch(text) else str(neutral(text))
