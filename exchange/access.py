"""The only door to imports: a school sees its own."""

from django.db.models import QuerySet

from accounts.models import Membership
from accounts.roles import Role
from exchange.models import ImportRun

IMPORTERS = (Role.COORDINATOR, Role.ADMINISTRATOR)


def visible_to(membership: Membership) -> QuerySet[ImportRun]:
    if membership.role not in IMPORTERS:
        return ImportRun.objects.none()
    return ImportRun.objects.filter(school=membership.organisation_id)
