"""Verbs of the week sheet on paper (E29): printed with a code, and its photo or scan handed in."""

import secrets
from datetime import date, datetime

from django.core.files import File
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import documents
from accounts.models import Document, Person
from accounts.roles import HOST, Role
from core.workflow import Actor, Move, Refused, Workflow
from placements.models import Placement, WeekSheet
from placements.rules.hours import monday, week_of

# Without letters and digits that look alike on paper.
LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
_WHO = frozenset({Role.STUDENT, Role.COORDINATOR, *HOST})

SHEETS = Workflow(
    noun="week_sheet",
    moves=(
        Move("print", gettext_lazy("Print a week sheet"), (), None, _WHO),
        Move("send", gettext_lazy("Send the filled sheet"), (), None, _WHO),
    ),
    school_id=lambda sheet: sheet.placement.school_id,
    timeline=lambda sheet: f"placement:{sheet.placement_id}",
)


def new_code() -> str:
    """Such as "K7QF-M2XW": eight letters and digits that nobody guesses."""
    letters = "".join(secrets.choice(LETTERS) for _place in range(8))
    return f"{letters[:4]}-{letters[4:]}"


def print_sheet(*, placement: Placement, day: date, by: Actor, at: datetime) -> WeekSheet:
    """The sheet of the week of a day; printed again it keeps its code. Raises `Refused` for weeks outside."""
    SHEETS.must_allow("print", by)
    first, last = week_of(day)
    if last < placement.starts_on or first > placement.ends_on:
        raise Refused(_("This week is outside the placement."))
    with transaction.atomic():
        Placement.objects.select_for_update(no_key=True).get(pk=placement.pk)
        sheet, new = WeekSheet.objects.get_or_create(
            placement=placement, week_starts_on=monday(day), defaults={"code": new_code(), "printed_at": at}
        )
        if new:
            SHEETS.log(sheet, "print", by=by, at=at, details={"week": first.isoformat()})
    return sheet


def send_sheet(*, sheet: WeekSheet, file: File, person: Person, by: Actor, at: datetime) -> WeekSheet:
    """Keep a photo or a PDF of the filled sheet; the same file again is one, another one takes its place.

    Raises `Refused` for other files, and once the school has written the week down from the sheet.
    """
    SHEETS.must_allow("send", by)
    content, media_type = documents.read(file)
    with transaction.atomic():
        rows = WeekSheet.objects.select_for_update(of=("self",)).select_related("placement__school", "document")
        row = rows.get(pk=sheet.pk)
        if row.recorded_at:
            raise Refused(_("The school has written this week down already. Call it if something is wrong."))
        if row.document and bytes(row.document.content) == content:
            return row
        row.document = documents.keep(
            content,
            media_type,
            organisation=row.placement.school,
            kind=Document.Kind.WEEK_SHEET,
            person=person,
            at=at,
        )
        row.sent_by, row.sent_at = person, at
        row.save(update_fields=["document", "sent_by", "sent_at"])
        SHEETS.log(row, "send", by=by, at=at, details={"week": row.week_starts_on.isoformat()})
    return row
