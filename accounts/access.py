"""The door of every view: which roles may come in. Everybody else is told that nothing is there."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone

from accounts.models import Membership, Organisation, Person
from accounts.roles import SCHOOL_STAFF, Role
from core.workflow import Actor


class MemberRequest(HttpRequest):
    """A request inside a view behind `allow`."""

    membership: Membership


def allow(*roles: Role) -> Callable:
    """Let in members with one of these roles; anybody else who is signed in gets 404."""

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def guarded(request: Any, *args, **kwargs) -> HttpResponse:
            if request.membership is None or request.membership.role not in roles:
                raise Http404
            return view(request, *args, **kwargs)

        return guarded

    return decorate


def actor_of(membership: Membership) -> Actor:
    return Actor(kind="user", id=membership.user_id, role=membership.role)


def acting(request: MemberRequest) -> dict[str, Any]:
    """Who acts and when, as every verb asks for it."""
    return {"by": actor_of(request.membership), "at": timezone.now()}


def person_of(membership: Membership) -> Person:
    """The human behind a membership. Raises Person.DoesNotExist for an account without one."""
    return membership.user.person


def school_of(membership: Membership) -> Organisation:
    """The school in which the member acts; 404 for the people of an employer."""
    if membership.organisation.kind != Organisation.Kind.SCHOOL:
        raise Http404
    return membership.organisation


def members_visible_to(viewer: Membership) -> QuerySet[Membership]:
    """The staff of the school, for its administrator; students and hosts are not among them."""
    if viewer.role != Role.ADMINISTRATOR:
        return Membership.objects.none()
    return Membership.objects.filter(
        organisation=viewer.organisation_id, role__in=SCHOOL_STAFF, user__person__isnull=False
    )
