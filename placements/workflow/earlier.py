"""Verbs of earlier work (E18): written as a sum, confirmed by the workplace, talked through with the teacher.

Nothing of it is ever granted by itself: it is evidence for whoever decides.
"""

from datetime import date, datetime

from django.core.files import File
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import documents
from accounts.models import Document, Person
from accounts.roles import HOST, Role
from core.workflow import Actor, Move, Refused, Workflow
from placements.models import EarlierWork, Placement
from placements.rules.hours import LONGEST
from placements.workflow.tables import today_at

_WRITES = frozenset({Role.COORDINATOR, Role.TEACHER})

EARLIER = Workflow(
    noun="earlier_work",
    moves=(
        Move("write", gettext_lazy("Write down earlier work"), (), None, _WRITES),
        Move("confirm", gettext_lazy("Confirm earlier work"), (), None, frozenset({*HOST, Role.COORDINATOR})),
        Move("talk", gettext_lazy("Note the talk about earlier work"), (), None, _WRITES),
    ),
    school_id=lambda earlier: earlier.placement.school_id,
    timeline=lambda earlier: f"placement:{earlier.placement_id}",
)


def write_earlier(
    *,
    placement: Placement,
    starts_on: date,
    ends_on: date,
    days: int,
    minutes: int,
    relevance: str,
    before_enrolment: bool,
    by: Actor,
    at: datetime,
) -> EarlierWork:
    """The sum of earlier work: `days` of work between two dates and their `minutes`.

    Other dates or sums than the workplace confirmed take its confirmation away. Raises `Refused` for a placement of
    another purpose, for dates before the enrolment without `before_enrolment`, and for sums that cannot be.
    """
    EARLIER.must_allow("write", by)
    _must_fit(placement, starts_on, ends_on, days, minutes, before_enrolment, at)
    if not relevance.strip():
        raise Refused(_("Say what this work has to do with the programme."))
    with transaction.atomic():
        Placement.objects.select_for_update(no_key=True).get(pk=placement.pk)
        row = EarlierWork.objects.filter(placement=placement).first() or EarlierWork(placement=placement)
        sums = {"starts_on": starts_on, "ends_on": ends_on, "days": days, "minutes": minutes}
        if row.pk and any(getattr(row, name) != value for name, value in sums.items()):
            row.confirmed_minutes, row.confirmed_by, row.confirmed_at, row.document = None, "", None, None
        for name, value in sums.items():
            setattr(row, name, value)
        row.relevance, row.before_enrolment = relevance.strip(), before_enrolment
        row.save()
        details = {"days": days, "minutes": minutes, "starts_on": starts_on.isoformat(), "ends_on": ends_on.isoformat()}
        EARLIER.log(row, "write", by=by, at=at, details=details)
    return row


def confirm_earlier(
    *, earlier: EarlierWork, minutes: int, name: str, document: Document | None = None, by: Actor, at: datetime
) -> EarlierWork:
    """Somebody at the workplace says in their own name how much it was; the school records it with the paper.

    The same again changes nothing. Raises `Refused` for more than was written, and for the school without a paper.
    """
    EARLIER.must_allow("confirm", by)
    if by.role not in HOST and document is None:
        raise Refused(_("Add the paper that the workplace signed."))
    if not name.strip():
        raise Refused(_("Type the name of the person who confirms."))
    with transaction.atomic():
        row = _locked(earlier)
        if not 0 <= minutes <= row.minutes:
            raise Refused(_("The workplace cannot confirm more than was written down."))
        if row.confirmed_at and (row.confirmed_minutes, row.confirmed_by) == (minutes, name.strip()):
            return row
        row.confirmed_minutes, row.confirmed_by, row.confirmed_at = minutes, name.strip()[:200], at
        row.document = document
        row.save()
        EARLIER.log(row, "confirm", by=by, at=at, details={"minutes": minutes, "on_paper": document is not None})
    return row


def confirm_on_paper(
    *, earlier: EarlierWork, minutes: int, name: str, file: File, person: Person, by: Actor, at: datetime
) -> EarlierWork:
    """As `confirm_earlier`, with the paper that `person` at the school hands in; both are kept, or neither.

    Raises `Refused` for other files too.
    """
    with transaction.atomic():
        paper = documents.store(
            organisation=earlier.placement.school, kind=Document.Kind.PROOF, file=file, person=person, at=at
        )
        row = confirm_earlier(earlier=earlier, minutes=minutes, name=name, document=paper, by=by, at=at)
        if row.document_id != paper.pk:
            paper.delete()
    return row


def note_talk(*, earlier: EarlierWork, on: date, person: Person, by: Actor, at: datetime) -> EarlierWork:
    """The teacher has talked it through with the student. Raises `Refused` for a day that is still to come."""
    EARLIER.must_allow("talk", by)
    if on > today_at(earlier.placement, at):
        raise Refused(_("This day is still to come."))
    with transaction.atomic():
        row = _locked(earlier)
        if (row.talked_on, row.talked_with_id) == (on, person.pk):
            return row
        row.talked_on, row.talked_with = on, person
        row.save(update_fields=["talked_on", "talked_with"])
        EARLIER.log(row, "talk", by=by, at=at, details={"on": on.isoformat()})
    return row


def _locked(earlier: EarlierWork) -> EarlierWork:
    return EarlierWork.objects.select_for_update(of=("self",)).select_related("placement").get(pk=earlier.pk)


def _must_fit(
    placement: Placement, starts_on: date, ends_on: date, days: int, minutes: int, before: bool, at: datetime
) -> None:
    if placement.purpose not in (Placement.Purpose.PRIOR_WORK, Placement.Purpose.JOB) or placement.enrolment is None:
        raise Refused(_("This placement is not about earlier work."))
    if ends_on < starts_on:
        raise Refused(_("The last day is before the first day."))
    if ends_on > today_at(placement, at):
        raise Refused(_("Only work that is over can be written down here."))
    if starts_on < placement.enrolment.starts_on and not before:
        raise Refused(
            _("This is before the student enrolled. Tick that it counts from before, if your rules allow it.")
        )
    if not 1 <= days <= (ends_on - starts_on).days + 1:
        raise Refused(_("There are not so many days between these dates."))
    if not 1 <= minutes <= days * LONGEST:
        raise Refused(_("This is more than 16 hours a day, or nothing. Check the hours."))
