"""What happens to a link after it was sent: forwarded to a colleague, asked for again, revoked.

No letter goes out from here and no token is made: reminders reads the rows of noun "link" and mints when it sends.
"forward" carries the colleague: object_id = the old link, details = {"person": id}; "renew" is for the same person.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import links
from accounts.models import Link, Person
from accounts.people import new_person, people_at
from accounts.roles import HOST, Role
from core.models import Transition
from core.workflow import Actor, Move, Refused, Workflow
from employers.models import Employer
from placements.models import Agreement, HostRequest, Signature

COOLDOWN = timedelta(days=1)


def placement_id(link: Link) -> int | None:
    """The placement that a link is about; nothing for the weeks of all students of a host."""
    if link.purpose == Link.Purpose.SIGN:
        return Signature.objects.values_list("agreement__plan__placement", flat=True).filter(pk=link.subject_id).first()
    if link.purpose == Link.Purpose.REQUEST:
        return HostRequest.objects.values_list("placement", flat=True).filter(pk=link.subject_id).first()
    return link.subject_id or None


def _timeline(link: Link) -> str:
    found = placement_id(link)
    return f"placement:{found}" if found else ""


# Whoever holds an expired link may ask for a new one: no door, no role.
_NOBODY = Actor(kind="link", id=None, role="")
LINK = Workflow(
    noun="link",
    moves=(
        Move("forward", gettext_lazy("Send it to a colleague"), (), None, frozenset(HOST)),
        Move("renew", gettext_lazy("Send me a new link"), (), None, frozenset({_NOBODY.role})),
        Move("revoke", gettext_lazy("Close this link"), (), None, frozenset({Role.COORDINATOR})),
    ),
    school_id=lambda link: link.school_id,
    timeline=_timeline,
)


def may_forward(link: Link) -> bool:
    """People at the workplace may hand on what they cannot answer; a student or a guardian signs in person."""
    if link.purpose == Link.Purpose.REQUEST:
        return HostRequest.objects.filter(pk=link.subject_id, state=HostRequest.State.OPEN).exists()
    if link.purpose != Link.Purpose.SIGN:
        return link.purpose != Link.Purpose.FOLLOW_UP
    open_places = Signature.objects.filter(signed_at=None, agreement__state__in=Agreement.SIGNING)
    return open_places.filter(pk=link.subject_id, party=Signature.Party.HOST).exists()


@transaction.atomic
def forward(*, link: Link, name: str, email: str, by: Actor, at: datetime) -> Person:
    """Let a colleague do it: the same colleague asked twice gets one letter.

    Raises `Refused` for a link that is closed or whose person has to act in person.
    """
    LINK.must_allow("forward", by)
    Link.objects.select_for_update().get(pk=link.pk)
    if not links.is_open(link, now=at):
        raise Refused(_("This link is no longer open."))
    if not may_forward(link):
        raise Refused(_("This cannot be handed on."))
    colleague = colleague_of(link, name, email)
    if not _moves(link, "forward").filter(details__person=colleague.pk).exists():
        LINK.log(link, "forward", by=by, at=at, details={"person": colleague.pk})
    return colleague


@transaction.atomic
def renew(*, link: Link, at: datetime) -> None:
    """Ask for a new link to the same address; asked again within a day, it comes once. A revoked link stays closed."""
    locked = Link.objects.select_for_update().get(pk=link.pk)
    if locked.revoked_at:
        raise Refused(_("This link is no longer open."))
    if not links.is_open(locked, now=at) and not _moves(link, "renew").filter(at__gt=at - COOLDOWN).exists():
        LINK.log(link, "renew", by=replace(_NOBODY, id=link.pk), at=at)


@transaction.atomic
def revoke(*, link: Link, by: Actor, at: datetime) -> None:
    """Close a link for good, with all links that were forwarded from it."""
    LINK.must_allow("revoke", by)
    if link.revoked_at is None:
        links.revoke(link, at=at)
        LINK.log(link, "revoke", by=by, at=at)
    for further in Link.objects.filter(forwarded_from=link).order_by("pk"):
        revoke(link=further, by=by, at=at)


def _moves(link: Link, verb: str):
    return Transition.objects.filter(noun=LINK.noun, object_id=link.pk, verb=verb)


def colleague_of(link: Link, name: str, email: str) -> Person:
    """Somebody of the same firm with this address, or to whom this link went before; else a new person."""
    asked = [row.details["person"] for row in _moves(link, "forward")]
    firms = Employer.objects.filter(sites__supervisors__person=link.person)
    known = people_at(email)
    found = known.filter(supervisors__site__employer__in=firms) | known.filter(pk__in=asked)
    return found.first() or _new_colleague(name, email, link.person.language)


def _new_colleague(name: str, email: str, language: str) -> Person:
    """A person of whom one line for the name is known."""
    given, _space, family = name.strip().rpartition(" ")
    return new_person(given_name=given[:100], family_name=family[:100], email=email, language=language)
