"""What the shell around every page shows: the rail's items, the role, the school."""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership
from accounts.roles import STAFF, Role


@dataclass(frozen=True)
class Item:
    url: str
    label: str
    icon: str
    current: bool
    count: int | None = None


@dataclass(frozen=True)
class Choice:
    """A role that the same account may change to."""

    pk: int
    label: str
    place: str


_TODAY = ("reports:home", pgettext_lazy("first page of everybody", "Today"), "calendar")
_PLACEMENTS = ("reports:placements", _("Placements"), "users")
_STUDENTS = ("reports:students", _("Students"), "graduation-cap")
_EMPLOYERS = ("employers:employers", _("Employers"), "briefcase")
_PROGRAMMES = ("schools:programmes", _("Programmes"), "book-open")
_IMPORTS = ("exchange:imports", _("Imports"), "upload")
_LETTERS = ("reminders:letters", _("Letters"), "mail")
_LEARNED = ("placements:learned", _("Learned at work"), "lightbulb")
_MEMBERS = ("accounts:members", _("Staff and accounts"), "settings")

MENU = {
    Role.COORDINATOR: (_TODAY, _PLACEMENTS, _STUDENTS, _EMPLOYERS, _PROGRAMMES, _IMPORTS, _LETTERS),
    Role.TEACHER: (_TODAY, _PLACEMENTS, _STUDENTS, ("credits:to_decide", _("Credit"), "award"), _PROGRAMMES, _LEARNED),
    Role.HEAD: (_TODAY, _PLACEMENTS, _STUDENTS, _EMPLOYERS, _PROGRAMMES, _LETTERS, _LEARNED),
    Role.STUDENT: (
        _TODAY,
        ("reports:my_hours", _("My hours"), "clock"),
        ("reports:my_learning", _("Learning"), "book-open"),
        ("placements:talk", _("Talk"), "message-square"),
    ),
    Role.GUARDIAN: (_TODAY,),
    Role.SUPERVISOR: (_TODAY,),
    Role.OWNER: (_TODAY,),
    Role.SAFEGUARDING: (_TODAY, ("placements:notes", _("Talks"), "message-square"), _LETTERS),
    Role.ADMINISTRATOR: (_TODAY, _MEMBERS, _IMPORTS, _PROGRAMMES),
}


def shell(request: HttpRequest) -> dict:
    membership = getattr(request, "membership", None)
    known = _for_member(request, membership) if membership else _NOBODY
    unreviewed = get_language() in settings.UNREVIEWED_LANGUAGES
    return {"shell": {**known, "demo": settings.DEMO, "unreviewed": unreviewed}}


_NOBODY = {"items": [], "role_label": "", "person_name": "", "school_name": "", "app": "", "searches": False}


def _for_member(request: HttpRequest, membership: Membership) -> dict:
    person = getattr(membership.user, "person", None)
    return {
        "items": [_item(request, *entry) for entry in MENU[Role(membership.role)]],
        "roles": _roles(request, membership),
        "role_label": membership.get_role_display(),
        "person_name": person.full_name if person else membership.user.email,
        "school_name": membership.organisation.name,
        "searches": membership.role in STAFF,
        # Whose days a phone keeps: only a student's pages can be installed and log without a network.
        "app": str(person.public_id) if person and membership.role == Role.STUDENT else "",
    }


def _roles(request: HttpRequest, current: Membership) -> list[Choice]:
    """The other roles of the same account; the place is said where it is another one."""
    return [
        Choice(
            pk=one.pk,
            label=one.get_role_display(),
            place="" if one.organisation_id == current.organisation_id else one.organisation.name,
        )
        for one in request.memberships  # type: ignore[attr-defined]
        if one.pk != current.pk
    ]


def _item(request: HttpRequest, name: str, label: str | Promise, icon: str) -> Item:
    url = reverse(name)
    current = request.path == url or (url != "/" and request.path.startswith(url))
    return Item(url=url, label=str(label), icon=icon, current=current)
