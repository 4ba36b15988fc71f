"""What the pages of an import show: one query for its examples, words for what the database keeps as codes."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, QuerySet, Window
from django.db.models.functions import RowNumber
from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from exchange.models import LEFT_OUT, ImportRow, ImportRun, Outcome
from exchange.problems import Problem

EXAMPLES = {Outcome.NEW: 5, Outcome.CHANGED: 10, Outcome.ENDS: 10, Outcome.ERROR: 10}
CELL = 40
NOUNS = {
    "employer": gettext_lazy("Employers"),
    "teacher": gettext_lazy("Teachers"),
    "student": gettext_lazy("Students"),
    "guardian": gettext_lazy("Guardians"),
    "class": gettext_lazy("Classes"),
    "member": gettext_lazy("Places in classes"),
    "birth": gettext_lazy("Birth dates alone"),
    "leaver": gettext_lazy("People who leave"),
    "left": gettext_lazy("Places in classes that end"),
    "": gettext_lazy("Lines that could not be read"),
}
FIELDS = {
    "name": gettext_lazy("Name"),
    "register_number": gettext_lazy("Register number"),
    "activity_codes": gettext_lazy("Sector codes"),
    "size": gettext_lazy("People who work there"),
    "address": gettext_lazy("Address"),
    "postcode": gettext_lazy("Postcode"),
    "position": gettext_lazy("Position"),
    "email": gettext_lazy("E-mail address"),
    "phone": gettext_lazy("Phone"),
    "birth_date": gettext_lazy("Birth date"),
}


@dataclass(frozen=True)
class Change:
    field: str
    before: str
    after: str


@dataclass(frozen=True)
class Example:
    """A line as the preview shows it."""

    file: str
    line: int
    noun: str
    name: str
    changes: list[Change]
    problem: Problem | None
    cells: str
    key: int
    left_out: bool


@dataclass(frozen=True)
class Totals:
    """The table of counts: its columns, and for each noun the numbers under them."""

    columns: list[str]
    rows: list[tuple[str, list[tuple[str, int]]]]


def examples(run: ImportRun) -> dict[str, list[Example]]:
    """The first lines of each kind, by outcome; places in classes have nothing to show."""
    turn = Window(RowNumber(), partition_by=[F("outcome")], order_by=[F("pk").asc()])
    rows = ImportRow.objects.filter(run=run, outcome__in=EXAMPLES).exclude(noun="member", outcome=Outcome.NEW)
    found: dict[str, list[Example]] = {outcome: [] for outcome in EXAMPLES}
    for row in rows.annotate(turn=turn).filter(turn__lte=max(EXAMPLES.values())).order_by("pk"):
        if len(found[row.outcome]) < EXAMPLES[Outcome(row.outcome)]:
            found[row.outcome].append(_example(row))
    return found


def _example(row: ImportRow) -> Example:
    return Example(
        file=row.file,
        line=row.line,
        noun=str(NOUNS[row.noun]),
        name=_name(row.data),
        changes=[_change(field, *values) for field, values in row.changes.items()],
        problem=row.problem if row.problem_code else None,
        cells=" · ".join(Truncator(cell.strip()).chars(CELL) for cell in row.cells if cell.strip()),
        key=row.pk,
        left_out=row.left_out,
    )


CHOSEN = (Outcome.NEW, Outcome.CHANGED, Outcome.ENDS)
"""What a person may leave out: everything that would change something."""


def lines_of(run: ImportRun, outcome: Outcome) -> QuerySet[ImportRow]:
    """Lines of one outcome in the order of the file; each becomes an `Example` by `shown`."""
    return ImportRow.objects.filter(run=run, outcome=outcome).order_by("pk")


def shown(rows: Iterable[ImportRow]) -> list[Example]:
    return [_example(row) for row in rows]


def _name(data: dict[str, Any]) -> str:
    if "family_name" in data:
        return f"{data['given_name']} {data['family_name']}".strip()
    return data.get("name") or data.get("source_id") or data.get("person_id", "")


def _change(field: str, before: Any, after: Any) -> Change:
    say = SAYERS.get(field, str)
    return Change(str(FIELDS[field]), say(before), say(after))


def _size(band: list[int | None]) -> str:
    low, high = band
    if high is None:
        return _("%(number)s or more") % {"number": low} if low is not None else ""
    if low == high:
        return str(low)
    return _("%(low)s to %(high)s") % {"low": low or 0, "high": high}


def _day(text: str) -> str:
    return date_format(date.fromisoformat(text), "j F Y") if text else ""


SAYERS: dict[str, Callable[[Any], str]] = {"size": _size, "birth_date": _day}


def totals(run: ImportRun) -> Totals:
    """Counts by noun, in the order in which a school thinks of them; columns of which nothing is known are left out."""
    counts = _joined(run) if run.kind == ImportRun.Kind.EMPLOYERS else run.counts
    always = (Outcome.NEW, Outcome.CHANGED, Outcome.SAME)
    columns = [outcome for outcome in Outcome if outcome in always or run.total(outcome)]
    labels = {str(outcome): str(outcome.label) for outcome in columns}
    if run.total(LEFT_OUT):
        labels[LEFT_OUT] = _("Left out")
    rows = [
        (str(name), [(label, counts[noun].get(outcome, 0)) for outcome, label in labels.items()])
        for noun, name in NOUNS.items()
        if noun in counts
    ]
    return Totals(list(labels.values()), rows)


def _joined(run: ImportRun) -> dict[str, dict[str, int]]:
    """A line of a list of employers that could not be read is an employer too."""
    return {"employer": {outcome: run.total(outcome) for outcome in (*Outcome, LEFT_OUT)}}


def left_alone(run: ImportRun) -> list[str]:
    """What of the file was not looked at, and why."""
    return [_IGNORED[reason](number) for reason, number in sorted(run.ignored.items()) if number]


_IGNORED: dict[str, Callable[[int], str]] = {
    "to_be_deleted": lambda number: (
        ngettext(
            "%(number)s line is about to be deleted in your school system.",
            "%(number)s lines are about to be deleted in your school system.",
            number,
        )
        % {"number": number}
    ),
    "other_school": lambda number: (
        ngettext(
            "%(number)s line belongs to another school, or to somebody who was left alone.",
            "%(number)s lines belong to another school, or to somebody who was left alone.",
            number,
        )
        % {"number": number}
    ),
    "other_role": lambda number: (
        ngettext(
            "%(number)s line is about somebody who is neither teacher, student nor guardian.",
            "%(number)s lines are about people who are neither teachers, students nor guardians.",
            number,
        )
        % {"number": number}
    ),
}
