"""How a reader of a letter gets to a page."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.urls import reverse

from accounts import links
from accounts.models import Link, Organisation, Person
from reminders import choices
from reminders.models import Kind


@dataclass
class Ways:
    """How one reader gets to a page: signed in, or by links that are minted here, one for each purpose and subject."""

    person: Person
    school: Organisation
    now: datetime
    minted: dict[tuple[str, int, int | None], str] = field(default_factory=dict)

    def page(self, path: str) -> str:
        """A page for those who sign in, else nothing."""
        return settings.SITE_URL + path if self.has_account else ""

    def task(self, purpose: Link.Purpose, subject_id: int, path: str) -> str:
        """The page of a task: behind a sign-in for those with an account, by a link for others."""
        return self.page(path) if self.has_account else self.link(purpose, subject_id)

    def link(self, purpose: Link.Purpose, subject_id: int, forwarded_from: Link | None = None) -> str:
        key = purpose, subject_id, forwarded_from.pk if forwarded_from else None
        if key not in self.minted:
            _link, token = links.mint(
                person=self.person,
                school=self.school,
                purpose=purpose,
                subject_id=subject_id,
                at=self.now,
                forwarded_from=forwarded_from,
            )
            self.minted[key] = settings.SITE_URL + reverse("placements:link", args=[token])
        return self.minted[key]

    def screen(self, name: str, placement_key: UUID) -> str:
        """A page of a host about one student, such as "briefing": signed in, or behind the link to all its students."""
        if self.has_account:
            return self.page(reverse(f"placements:host_{name}", args=[placement_key]))
        there = reverse(f"placements:link_{name}", args=["-", placement_key])
        return self.link(Link.Purpose.CONFIRM, 0) + there.removeprefix(reverse("placements:link", args=["-"]))

    def offers(self, firm: UUID | None = None) -> str:
        """The page on which a host offers places, behind a sign-in or its own link; of this firm where it is named."""
        query = f"?firm={firm}" if firm else ""
        if self.has_account:
            return self.page(reverse("placements:host_offers")) + query
        behind = reverse("placements:link_offers", args=["-"]).removeprefix(reverse("placements:link", args=["-"]))
        return self.link(Link.Purpose.CONFIRM, 0) + behind + query

    def stand_in(self, guide: Person, placement_id: int) -> str:
        """The tasks of a colleague: the weeks of all students of the one who guides, or one closing feedback."""
        purpose = Link.Purpose.FEEDBACK if placement_id else Link.Purpose.CONFIRM
        known = Link.objects.filter(person=guide, school=self.school, purpose=purpose, subject_id=placement_id)
        source = known.filter(revoked_at=None).order_by("-created_at", "-pk").first()
        if source is None:
            source, _token = links.mint(
                person=guide, school=self.school, purpose=purpose, subject_id=placement_id, at=self.now
            )
        return self.link(purpose, placement_id, forwarded_from=source)

    def choices(self, kind: Kind) -> str:
        """Where the reader chooses which letters come, without signing in."""
        return choices.address_of(self.person, kind)

    @property
    def has_account(self) -> bool:
        return self.person.user is not None and self.person.user.is_active
