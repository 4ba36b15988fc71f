"""Who made a move, in words for whoever is told of it."""

from django.utils.translation import gettext as _

from accounts.models import Person
from accounts.roles import STAFF, Role
from core.models import Transition
from core.workflow import Actor


def who_moved(last: Transition, by: Actor) -> str:
    """For the staff of a school the name, or the role of whoever had only a link; for everybody else nothing."""
    if by.role not in STAFF:
        return ""
    person = Person.objects.filter(user=last.actor_id).first() if last.actor_kind == "user" else None
    if person:
        return person.full_name
    return str(Role(last.role).label) if last.role in Role.values else _("By itself")
