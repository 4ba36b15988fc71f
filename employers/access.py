"""The only door to employers: a school sees the firms it works with, a host sees its own.

A firm that was merged into another one is seen by nobody; its old address leads to the other one.
"""

from django.db.models import Q, QuerySet

from accounts.models import Membership
from accounts.roles import STAFF, Role
from employers.models import Employer, Merge, Offer, PersonMerge, SchoolEmployer, Site, Supervisor


def employers_visible_to(viewer: Membership) -> QuerySet[Employer]:
    firms = Employer.objects.filter(merged_into=None)
    if viewer.role in STAFF:
        return firms.filter(school_employers__school=viewer.organisation_id)
    if viewer.role == Role.OWNER:
        return firms.filter(organisation=viewer.organisation_id)
    return Employer.objects.none()


def sites_visible_to(viewer: Membership) -> QuerySet[Site]:
    return Site.objects.filter(employer__in=employers_visible_to(viewer))


def places_visible_to(viewer: Membership) -> QuerySet[Site]:
    """Where a placement of the school may be: sites of its firms, and its own workshops."""
    own = Q(organisation=viewer.organisation_id) if viewer.role in STAFF else Q(pk__in=[])
    return Site.objects.filter(own | Q(employer__in=employers_visible_to(viewer)))


def supervisors_visible_to(viewer: Membership) -> QuerySet[Supervisor]:
    return Supervisor.objects.filter(site__in=sites_visible_to(viewer))


def relations_visible_to(viewer: Membership) -> QuerySet[SchoolEmployer]:
    """The school's private notes on a firm: never shown to the firm."""
    if viewer.role not in STAFF:
        return SchoolEmployer.objects.none()
    return SchoolEmployer.objects.filter(school=viewer.organisation_id, employer__merged_into=None)


def merges_visible_to(viewer: Membership) -> QuerySet[Merge]:
    """What this school has made one; another school is told nothing of it."""
    if viewer.role != Role.COORDINATOR:
        return Merge.objects.none()
    return Merge.objects.filter(school=viewer.organisation_id)


def person_merges_visible_to(viewer: Membership) -> QuerySet[PersonMerge]:
    """As `merges_visible_to`, of two entries of a supervisor."""
    if viewer.role != Role.COORDINATOR:
        return PersonMerge.objects.none()
    return PersonMerge.objects.filter(school=viewer.organisation_id)


def offers_visible_to(viewer: Membership) -> QuerySet[Offer]:
    """Offers that stand: what a host has taken back, nobody is placed on."""
    offers = Offer.objects.filter(withdrawn_at=None)
    if viewer.role in STAFF:
        return offers.filter(school=viewer.organisation_id)
    return offers.filter(site__in=sites_visible_to(viewer))
