"""The places that a host offers to a school: the school notes them, or the host offers them itself."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Organisation, Person
from accounts.roles import HOST, Role
from core.workflow import Actor, Move, Refused, Workflow
from employers.models import Offer, Site
from employers.queries import wishes_of
from employers.rules import never_in

OFFERS = Workflow(
    noun="offer",
    moves=(
        Move("offer", gettext_lazy("Add an offer"), (), None, frozenset({Role.COORDINATOR, *HOST})),
        Move("withdraw", gettext_lazy("Take an offer back"), (), None, frozenset({Role.COORDINATOR, *HOST})),
    ),
    school_id=lambda offer: offer.school_id,
)


@transaction.atomic
def offer_places(
    *, school: Organisation, site: Site, title: str, starts_on: date, ends_on: date, places: int,
    occupation_codes: Sequence[str], weekdays: Sequence[int] = (), languages: Sequence[str] = (),
    least_age: int | None = None, offered_by: Person | None = None, public_id: UUID | None = None,
    by: Actor, at: datetime,
) -> Offer:  # fmt: skip
    """Note places that a site offers to the school; both days belong to the period. The host names itself in
    `offered_by`. The same `public_id` again gives the same offer.

    Empty `weekdays` (Monday is 0) are any; one of the `languages` is spoken at work; `least_age` is in years, by law.

    Raises `Refused` when the last day is before the first, and to a host that takes no students in these days.
    """
    OFFERS.must_allow("offer", by)
    if ends_on < starts_on:
        raise Refused(_("The last day is before the first day."))
    if public_id and (again := Offer.objects.filter(public_id=public_id, school=school, site=site).first()):
        return again
    if offered_by and (problem := never_in(wishes_of(site.employer_id), ends_on)):
        raise Refused(problem)
    offer = Offer(
        school=school, site=site, title=title, starts_on=starts_on, ends_on=ends_on, places=places,
        occupation_codes=list(occupation_codes), weekdays=list(weekdays), languages=list(languages),
        least_age=least_age, offered_by=offered_by,
    )  # fmt: skip
    offer.public_id = public_id or offer.public_id
    offer.save()
    OFFERS.log(offer, "offer", by=by, at=at, details={"places": places})
    return offer


@transaction.atomic
def withdraw_offer(*, offer: Offer, by: Actor, at: datetime) -> None:
    """The host takes an offer back, or the school what it wrote down itself: nobody is placed on it any more, whoever
    has a place keeps it. Raises `Refused` to a school for what the host offered."""
    OFFERS.must_allow("withdraw", by)
    held = Offer.objects.select_for_update(of=("self",)).get(pk=offer.pk)
    if held.offered_by_id and by.role == Role.COORDINATOR:
        raise Refused(_("Only the host takes back what it offered itself."))
    if held.withdrawn_at is None:
        held.withdrawn_at = at
        held.save(update_fields=["withdrawn_at"])
        OFFERS.log(held, "withdraw", by=by, at=at)
