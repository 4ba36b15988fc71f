"""Noting what a rule set asks about: a unit that was passed, a visit, a report."""

from collections.abc import Collection
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Person
from accounts.roles import Role
from core.workflow import Actor, Move, Refused, Workflow
from credits.models import Record
from placements.models import Placement
from schools.models import Enrolment, Unit

_WRITERS = frozenset({Role.TEACHER, Role.COORDINATOR})

RECORDS = Workflow(
    noun="record",
    moves=(
        Move("write", gettext_lazy("Note it"), (), None, _WRITERS),
        Move("remove", gettext_lazy("Remove it"), (), None, _WRITERS),
    ),
    school_id=lambda record: record.enrolment.student.school_id,
    timeline=lambda record: f"enrolment:{record.enrolment_id}",
)


@transaction.atomic
def write_record(
    *,
    enrolment: Enrolment,
    kind: str,
    on: date,
    party: str = "",
    result: str = "",
    score: int | None = None,
    signers: Collection[str] = (),
    unit: Unit | None = None,
    placement: Placement | None = None,
    person: Person,
    by: Actor,
    at: datetime,
) -> Record:
    """Note something dated; the same again gives the record that is there. Raises `Refused` for a day to come."""
    RECORDS.must_allow("write", by)
    if on > at.date():
        raise Refused(_("This day is still to come. Note it when it has happened."))
    about = {
        "enrolment": enrolment, "kind": kind, "on": on, "by": party, "result": result, "score": score,
        "signed_by": list(signers), "unit": unit, "placement": placement,
    }  # fmt: skip
    record, new = Record.objects.get_or_create(**about, defaults={"written_by": person, "at": at})
    if new:
        RECORDS.log(record, "write", by=by, at=at, details={"on": on.isoformat()})
    return record


@transaction.atomic
def remove_record(*, record: Record, by: Actor, at: datetime) -> None:
    """Take back what was noted by mistake. Decisions keep the evidence that they were made on."""
    RECORDS.must_allow("remove", by)
    RECORDS.log(record, "remove", by=by, at=at, details={"on": record.on.isoformat()})
    record.delete()
