"""A student's transcript: what the ledger tells up to one row, and whether a paper made from it still holds."""

import re
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Prefetch, QuerySet
from django.utils.formats import number_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.models import Person
from core.formats import MINUS
from core.templatetags.ui import NBSP
from credits.ledger import problems
from credits.models import Correction, LedgerEntry, Transcript
from credits.sentences import measure_word
from schools.models import Enrolment, RuleSetVersion, Student


@dataclass(frozen=True)
class Line:
    """One row of the ledger in words. `takes_back` is the number of the row that it reverses."""

    entry: LedgerEntry
    label: str
    credit: str
    by: Person | None
    rules: str
    taken_back: bool
    takes_back: int | None


@dataclass(frozen=True)
class Part:
    """The rows of one enrolment and their sums: minutes, and one text for each measure of credit."""

    enrolment: Enrolment
    lines: list[Line]
    minutes: int
    credits: list[str]


@dataclass(frozen=True)
class Paper:
    """A transcript that was issued, and whether the public page calls it valid."""

    transcript: Transcript
    valid: bool


@dataclass(frozen=True)
class Told:
    """What a reader sees of a student's ledger. `whole` when no row of it is hidden from them.

    `count` and `head` are those of the whole chain; `broken` is the number of its first row that does not hold.
    """

    student: Student
    parts: list[Part]
    whole: bool
    count: int
    head: str
    broken: int | None
    papers: list[Paper]

    @property
    def paper(self) -> Paper | None:
        """The one that shows the ledger as it is now."""
        return next((paper for paper in self.papers if paper.transcript.sequence == self.count), None)

    @property
    def earlier(self) -> list[Paper]:
        return [paper for paper in self.papers if paper.transcript.sequence != self.count]

    @property
    def gives_credit(self) -> bool:
        return any(part.credits for part in self.parts)


def told(student: Student, readable: QuerySet[Enrolment], *, until: int | None = None) -> Told:
    """The ledger of a student, as far as a reader may see it, up to the row `until`; in five queries."""
    every = list(_entries(student))
    entries = every if until is None else [entry for entry in every if entry.sequence <= until]
    seen = set(readable.filter(student=student).order_by().values_list("pk", flat=True))
    return Told(
        student=student,
        parts=_parts([entry for entry in entries if entry.enrolment_id in seen]),
        whole=all(entry.enrolment_id in seen for entry in entries),
        count=len(entries),
        head=entries[-1].hash if entries else "",
        broken=broken(entries),
        papers=[Paper(one, holds(one, every)) for one in student.transcripts.order_by("-sequence")],
    )


def _entries(student: Student) -> QuerySet[LedgerEntry]:
    upheld = Correction.objects.filter(state=Correction.State.UPHELD).select_related("answered_by")
    return (
        LedgerEntry.objects.filter(student=student)
        .select_related("unit", "decision__decided_by", "enrolment__cohort__version__programme")
        .prefetch_related("rule_set_version", Prefetch("decision__corrections", upheld, to_attr="upheld"))
        .order_by("sequence")
    )


def _parts(entries: Sequence[LedgerEntry]) -> list[Part]:
    rows: dict[int, list[LedgerEntry]] = defaultdict(list)
    for entry in entries:
        rows[entry.enrolment_id].append(entry)
    numbers = {entry.pk: entry.sequence for entry in entries}
    reversed_rows = {entry.reverses_id for entry in entries}
    return [
        Part(
            enrolment=some[0].enrolment,
            lines=[_line(entry, numbers, reversed_rows) for entry in some],
            minutes=sum(entry.minutes for entry in some),
            credits=_credits(some),
        )
        for some in rows.values()
    ]


def _line(entry: LedgerEntry, numbers: dict[int, int], reversed_rows: Collection[int | None]) -> Line:
    return Line(
        entry=entry,
        label=_label(entry),
        credit=credit_text(entry.credit, entry.measure) if entry.credit else "",
        by=_who(entry),
        rules=_wording(entry.rule_set_version),
        taken_back=entry.pk in reversed_rows,
        takes_back=numbers.get(entry.reverses_id) if entry.reverses_id else None,
    )


def _who(entry: LedgerEntry) -> Person | None:
    """Whoever decided; of a row that takes back, whoever answered the student."""
    upheld = entry.decision.upheld  # type: ignore[attr-defined]
    return upheld[0].answered_by if entry.reverses_id and upheld else entry.decision.decided_by


def _label(entry: LedgerEntry) -> str:
    """What was credited: the unit by its title, else the award as its wording of the rules calls it."""
    return entry.unit.title if entry.unit else _award(entry.rule_set_version, entry.award)


def _award(version: RuleSetVersion, key: str) -> str:
    labels = (award["label"] for award in version.content["awards"] if award["key"] == key)
    return _spoken(next(labels, {"en": key}))


def _wording(version: RuleSetVersion) -> str:
    said = {"name": _spoken(version.content["name"]), "number": version.number}
    return _("%(name)s, version %(number)s") % said


def _spoken(text: dict[str, str]) -> str:
    """Words of a rule set in the reader's language."""
    return text.get((get_language() or "en")[:2], text["en"])


def _credits(entries: Sequence[LedgerEntry]) -> list[str]:
    sums: dict[str, int] = defaultdict(int)
    for entry in entries:
        if entry.credit:
            sums[entry.measure] += entry.credit
    return [credit_text(credit, measure) for measure, credit in sums.items()]


def credit_text(credit: int, measure: str) -> str:
    """Thousandths as people say them: 500 of "credit" is "0.5 credit"."""
    amount = number_format(Decimal(abs(credit)).scaleb(-3).normalize())
    return f"{MINUS if credit < 0 else ''}{amount}{NBSP}{measure_word(measure)}"


# ── Does a paper hold? ───────────────────────────────────────────────────────────────────────────────────────────────


def holds(transcript: Transcript, entries: Sequence[LedgerEntry]) -> bool:
    """Whether all that a paper tells still stands; `entries` are the student's rows in order, also those since.

    The rows that it shows are unchanged and end with its head, and none of them was taken back since.
    """
    shown = [entry for entry in entries if entry.sequence <= transcript.sequence]
    since = {entry.reverses_id for entry in entries if entry.sequence > transcript.sequence}
    ends = [(entry.sequence, entry.hash) for entry in shown[-1:]] == [(transcript.sequence, transcript.head)]
    return ends and broken(shown) is None and not any(entry.pk in since for entry in shown)


def broken(entries: Sequence[LedgerEntry]) -> int | None:
    """The number of the first row found that does not hold."""
    return next((problem.sequence for problem in problems(entries)), None)


def is_valid(code: str) -> bool:
    """What the public page says; two queries, whatever the code."""
    code = as_code(code)
    transcript = Transcript.objects.filter(code=code).first()
    entries = list(LedgerEntry.objects.filter(student__transcripts__code=code).order_by("sequence"))
    return transcript is not None and holds(transcript, entries)


def as_code(typed: str) -> str:
    """A code as it was issued, from however somebody typed it: "7kq4 m2xh" is "7KQ4-M2XH"."""
    letters = re.sub(r"[\W_]", "", typed)[:40].upper()
    return "-".join(letters[place : place + 4] for place in range(0, len(letters), 4))
