"""The only door to credit decisions and the ledger."""

from django.db.models import QuerySet

from accounts.models import Membership
from credits.models import Decision, LedgerEntry
from schools.access import enrolments_visible_to


def decisions_visible_to(viewer: Membership) -> QuerySet[Decision]:
    return Decision.objects.filter(enrolment__in=enrolments_visible_to(viewer))


def ledger_visible_to(viewer: Membership) -> QuerySet[LedgerEntry]:
    return LedgerEntry.objects.filter(enrolment__in=enrolments_visible_to(viewer))
