"""Reads about memberships: which are open, and the staff of a school for its administrator."""

from datetime import date

from django.db.models import Q, QuerySet

from accounts.models import Membership, User
from accounts.rules import in_force
from core.names import by_name, sort_key


def open_memberships(user: User, today: date) -> list[Membership]:
    """What the user may act as today, oldest first; organisation and person come along."""
    rows = Membership.objects.filter(user=user).select_related("organisation", "user__person").order_by("pk")
    return [row for row in rows if in_force(row.starts_on, row.ends_on, today)]


def staff(visible: QuerySet[Membership], q: str) -> QuerySet[Membership]:
    """The members by name; `q` finds names and addresses, without accents and case."""
    wanted = Q(user__person__sort_key__contains=sort_key(q)) | Q(user__email__icontains=q.strip())
    return by_name(visible.filter(wanted).select_related("user__person"), "user__person__sort_key", "role")
