"""How a person reaches their tasks: by a link without an account, or signed in. The screens are the same."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone

from accounts import links
from accounts.access import actor_of, person_of
from accounts.models import Link, Membership, Organisation, Person
from accounts.roles import Role
from core.workflow import Actor
from employers.queries import has_left
from placements.models import Signature

_ROLES: dict[Link.Purpose, str] = {Link.Purpose.SIGN: "", Link.Purpose.FOLLOW_UP: Role.STUDENT}
"""As whom somebody comes by a link that is not for the host; what is signed says as whom."""


@dataclass(frozen=True)
class Door:
    """Who came in, as whom, and for what: by a link (`link`, `token`) or signed in (`membership`).

    `guide` is the person whose students are meant: somebody else when a colleague came by a forwarded link.
    """

    person: Person
    guide: Person
    actor: Actor
    school: Organisation | None
    purpose: str | None = None
    subject_id: int = 0
    link: Link | None = None
    token: str = ""
    membership: Membership | None = None

    @property
    def home(self) -> str:
        """The first page behind this door."""
        return reverse("placements:link", args=[self.token]) if self.link else reverse("placements:host")

    def is_for(self, *purposes: Link.Purpose) -> bool:
        """Whether a link was sent for one of these; whoever is signed in comes for anything."""
        return self.link is None or self.purpose in purposes

    def url(self, name: str, *args, app: str = "placements") -> str:
        """The address of a screen behind this door: url("week") is placements:link_week or placements:host_week."""
        if self.link:
            return reverse(f"{app}:link_{name}", args=[self.token, *args])
        return reverse(f"{app}:host_{name}", args=args)

    def near(self, name: str, *args, app: str = "placements") -> str:
        """The same address as the first page behind this door may write it: short, where it stands for every day."""
        return self.url(name, *args, app=app).removeprefix(self.home)


def by_link(token: str) -> Door | None:
    """The door of an open link, or nothing when it is unknown, expired or closed."""
    link = links.find(token)
    if link is None or is_closed(link) or not links.is_open(link, now=timezone.now()):
        return None
    return Door(
        person=link.person,
        guide=_first(link).person,
        actor=Actor(kind="link", id=link.pk, role=_ROLES.get(Link.Purpose(link.purpose), Role.SUPERVISOR)),
        school=link.school,
        purpose=link.purpose,
        subject_id=link.subject_id,
        link=link,
        token=token,
    )


def by_account(membership: Membership) -> Door:
    person = person_of(membership)
    return Door(person=person, guide=person, actor=actor_of(membership), school=None, membership=membership)


def is_closed(link: Link) -> bool:
    """Closed for good: by the school, or because the person at the workplace has left the firm."""
    if link.revoked_at:
        return True
    people = {link.person, _first(link).person}
    return any(has_left(person, timezone.localdate()) for person in people) and _is_of_host(link)


def _is_of_host(link: Link) -> bool:
    if link.purpose != Link.Purpose.SIGN:
        return link.purpose != Link.Purpose.FOLLOW_UP
    return Signature.objects.filter(pk=link.subject_id, party=Signature.Party.HOST).exists()


def _first(link: Link) -> Link:
    """The link that was sent to the person who guides, before it went from hand to hand."""
    while link.forwarded_from:
        link = link.forwarded_from
    return link
