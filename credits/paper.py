"""A transcript on paper. typst draws it from data alone; how it looks stands in typst/transcript.typ."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from core import paper
from core.paper import Drawn
from core.templatetags.ui import day_year, hours
from credits.models import Transcript
from credits.transcripts import Line, Part, Told

DRAWING = Path(__file__).parent / "typst" / "transcript.typ"


def draw(told: Told, transcript: Transcript) -> Drawn:
    """The same rows give the same bytes; see core.paper."""
    return paper.draw(DRAWING, content(told, transcript), transcript.issued_at)


def content(told: Told, transcript: Transcript) -> dict[str, Any]:
    """All that the paper says, in the reader's language."""
    address = settings.SITE_URL + reverse("credits:check_code", args=[transcript.code])
    student = told.student
    return {
        "lang": (get_language() or "en")[:2],
        "title": _("Transcript of credit"),
        "school": student.school.name,
        "facts": [
            [_("Name"), student.person.full_name],
            [_("Date of birth"), day_year(student.birth_date) or _("not known")],
            [_("School"), student.school.name],
            [_("Made on"), day_year(transcript.issued_at)],
        ],
        "columns": [
            _("No."),
            _("Date"),
            _("What for"),
            _("Hours"),
            *([_("Credit")] if told.gives_credit else []),
            _("Decided by"),
            _("Rules"),
        ],
        "parts": [_part(part, with_credit=told.gives_credit) for part in told.parts],
        "check": _("Is this paper valid?"),
        "how": _("Open this address, or type the code there. The page says valid or not valid, and nothing else."),
        "address": address,
        "code": [_("Code"), transcript.code],
        "chain": [
            [_("Rows"), str(told.count)],
            [_("Fingerprint of the last row"), told.head],
        ],
        "qr": paper.qr(address),
        "qr_text": _("The address of the page that checks this paper, as a square to scan"),
        "page": _("Page %(number)s of %(count)s"),
        "note": "",
    }


def _part(part: Part, *, with_credit: bool) -> dict[str, Any]:
    cohort = part.enrolment.cohort
    return {
        "title": cohort.version.programme.name,
        "cohort": cohort.name,
        "rows": [_row(line, with_credit=with_credit) for line in part.lines],
        "sums": [_("Sum"), hours(part.minutes), *(["\n".join(part.credits)] if with_credit else [])],
    }


def _row(line: Line, *, with_credit: bool) -> list[str]:
    return [
        str(line.entry.sequence),
        day_year(line.entry.at),
        _what_for(line),
        hours(line.entry.minutes),
        *([line.credit] if with_credit else []),
        line.by.full_name if line.by else "",
        line.rules,
    ]


def _what_for(line: Line) -> str:
    if line.takes_back:
        return _("Takes back row %(row)s: %(what)s") % {"row": line.takes_back, "what": line.label}
    return _("%(what)s (taken back)") % {"what": line.label} if line.taken_back else line.label
