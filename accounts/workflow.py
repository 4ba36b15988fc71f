"""Who comes to work at a school and who leaves. The row of a membership stays when it ends."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Membership, Organisation, Person, User
from accounts.people import new_person, people_at
from accounts.roles import SCHOOL_STAFF, Role
from accounts.rules import in_force
from core.names import sort_key
from core.workflow import Actor, Move, Refused, Workflow

_OFFICE = frozenset({Role.ADMINISTRATOR})
MEMBERSHIPS = Workflow(
    noun="membership",
    moves=(
        Move("add", gettext_lazy("Add somebody"), (), None, _OFFICE),
        Move("end", gettext_lazy("Set last day"), (), None, _OFFICE),
    ),
    school_id=lambda membership: membership.organisation_id,
)


@transaction.atomic
def add_member(
    *, school: Organisation, given_name: str, family_name: str, email: str, role: str, by: Actor, at: datetime
) -> Membership:
    """Give a person a role at the school from the day of `at` on; who has an account already keeps it and its names.

    Raises `Refused` for a role that is not of the staff, and when the person has this role now.
    """
    MEMBERSHIPS.must_allow("add", by)
    if role not in SCHOOL_STAFF:
        raise Refused(_("This role cannot be given here."))
    user, today = _account(given_name, family_name, email), timezone.localdate(at)
    membership, new = Membership.objects.select_for_update().get_or_create(
        user=user, organisation=school, role=role, defaults={"starts_on": today}
    )
    if not new:
        _open_again(membership, today)
    MEMBERSHIPS.log(membership, "add", by=by, at=at, details={"role": role})
    return membership


def _account(given_name: str, family_name: str, email: str) -> User:
    user = User.objects.filter(email=email.lower()).first() or User.objects.create_user(email)
    if not Person.objects.filter(user=user).exists():
        person = _known(family_name, user.email)
        person = person or new_person(given_name=given_name, family_name=family_name, email=user.email)
        person.user = user
        person.save(update_fields=["user"])
    return user


def _known(family_name: str, email: str) -> Person | None:
    """The one person without an account who has this address and this family name, as from the school's register."""
    found = people_at(email).filter(user=None)
    same = [person for person in found if sort_key(person.family_name) == sort_key(family_name)]
    return same[0] if len(same) == 1 else None


def _open_again(membership: Membership, today: date) -> None:
    if in_force(membership.starts_on, membership.ends_on, today) and membership.ends_on is None:
        raise Refused(_("This person has this role already."))
    membership.starts_on, membership.ends_on = min(membership.starts_on or today, today), None
    membership.save(update_fields=["starts_on", "ends_on"])


@transaction.atomic
def end_membership(*, membership: Membership, last_day: date, by: Actor, at: datetime) -> None:
    """Set the last day of a role; an earlier choice may be changed.

    Raises `Refused` for a day before the first one, and when administrators would lock themselves out.
    """
    MEMBERSHIPS.must_allow("end", by)
    if membership.user_id == by.id and membership.role == Role.ADMINISTRATOR:
        raise Refused(_("You cannot end your own role as administrator. Ask another administrator."))
    if membership.starts_on and last_day < membership.starts_on:
        raise Refused(_("The last day is before the first day."))
    membership.ends_on = last_day
    membership.save(update_fields=["ends_on"])
    MEMBERSHIPS.log(membership, "end", by=by, at=at, details={"last_day": last_day.isoformat()})
