"""A coordinator gives on placements and firms, and what was done about their items goes along."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models import F

from accounts.models import Organisation, Person
from core.workflow import Actor
from employers.models import SchoolEmployer
from placements.models import Placement
from placements.workflow.caseload import Given, hand_on
from reports.models import Handling


@transaction.atomic
def give_all(
    *, school: Organisation, placements: Collection[Placement], firms: Collection[SchoolEmployer], to: Person,
    note: str, giver: Person, by: Actor, at: datetime,
) -> Given:  # fmt: skip
    """As `hand_on`; an item that was with the one who gives its placement is with the one who gets it.

    What a third person has taken stays there. Raises `Refused` as `hand_on` does.
    """
    theirs = Handling.objects.filter(placement__in=[one.pk for one in placements], owner=F("placement__coordinator"))
    theirs.update(owner=to)
    return hand_on(
        school=school, placements=placements, firms=firms, to=to, note=note, giver=giver, by=by, at=at
    )  # fmt: skip
