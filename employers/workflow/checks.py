"""What a school looks at before it sends students to a firm. The approval follows from it."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Person
from core.workflow import Actor, Refused
from employers.models import Check, SchoolEmployer
from employers.queries import approval_of
from employers.workflow.firms import RELATIONS


@transaction.atomic
def record_check(
    *, relation: SchoolEmployer, kind: Check.Kind, done_on: date, valid_until: date | None = None, note: str,
    person: Person, by: Actor, at: datetime,
) -> Check:  # fmt: skip
    """Write down a check that was done; the firm is approved until the first check of its tier runs out.

    Raises `Refused` for a day to come, and for the paper of an insurance that ends before it was seen.
    """
    RELATIONS.must_allow("check", by)
    if done_on > timezone.localdate(at):
        raise Refused(_("This day has not come yet."))
    if valid_until and valid_until < done_on:
        raise Refused(_("The paper ends before the day of the check."))
    firm = SchoolEmployer.objects.select_for_update(of=("self",)).get(pk=relation.pk)
    check = Check.objects.create(
        relation=firm, kind=kind, done_on=done_on, valid_until=valid_until, note=note, person=person, at=at
    )
    firm.approved_until = approval_of(firm, firm.approved_until)
    firm.save(update_fields=["approved_until"])
    RELATIONS.log(firm, "check", by=by, at=at, details={"kind": kind.value, "on": done_on.isoformat()})
    return check
