"""What a kind of letter says: about something due at the school, else about invented people. Nothing is minted."""

from dataclasses import dataclass
from datetime import datetime
from email.message import Message

from django.conf import settings
from django.db.models import Case, IntegerField, Value, When
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language_info

from accounts.access import school_of
from accounts.models import Link, Membership, Person
from reminders import composing
from reminders.access import due_visible_to
from reminders.composing import Letter
from reminders.mail import mail_of
from reminders.models import Due, Kind, Outbox
from reminders.ways import Ways

_NEWEST = 2
_LOOKED_AT = 20
_OPEN_FIRST = Case(When(state=Due.State.WAITING, then=Value(0)), default=Value(1), output_field=IntegerField())


class Examples(Ways):
    """Ways that lead nowhere: a link is shown, and none is made."""

    def link(self, purpose: Link.Purpose, subject_id: int, forwarded_from: Link | None = None) -> str:
        url = settings.SITE_URL + reverse("placements:link", args=["example"])
        return self.minted.setdefault((purpose, subject_id, None), url)

    def stand_in(self, guide: Person, placement_id: int) -> str:
        return self.link(Link.Purpose.CONFIRM, placement_id)

    def choices(self, kind: Kind) -> str:
        """The true address would let its viewer choose in the reader's name."""
        return settings.SITE_URL + reverse("reminders:off", args=["example"]) if super().choices(kind) else ""


@dataclass(frozen=True)
class Preview:
    """A letter as it would leave; `reader` and `person` are empty where the people in it are invented."""

    letter: Letter
    headers: list[tuple[str, str]]
    parts: list[str]
    reader: str = ""
    person: str = ""

    @property
    def body(self) -> SafeString:
        """What stands in the body of the HTML part."""
        inside = self.letter.html.partition("<body>")[2].partition("</body>")[0]
        return mark_safe(inside)  # noqa: S308  rendered by our own templates

    @property
    def direction(self) -> str:
        return "rtl" if get_language_info(self.letter.language)["bidi"] else "ltr"


def preview(kind: Kind, viewer: Membership, *, language: str, now: datetime) -> Preview:
    """One letter of this kind, with the newest rows of one reader that the viewer may see."""
    rows = _newest(kind, viewer)
    if not rows:
        letter = composing.preview(kind, language=language, school=school_of(viewer), today=timezone.localdate(now))
        return Preview(letter, *_envelope(letter, kind, viewer.organisation_id))
    first = rows[0]
    letter = composing.write(rows, Examples(first.person, school_of(viewer), now), language=language)
    headers, parts = _envelope(letter, kind, first.school_id)
    return Preview(letter, headers, parts, first.get_reader_display(), first.person.full_name)


def _newest(kind: Kind, viewer: Membership) -> list[Due]:
    """Rows of one reader; what is still to come says most, as it is open."""
    known = due_visible_to(viewer).filter(kind=kind).exclude(state=Due.State.SKIPPED).select_related("person__user")
    rows = list(known.order_by(_OPEN_FIRST, "-due_at", "pk")[:_LOOKED_AT])
    return [row for row in rows if (row.person_id, row.state) == (rows[0].person_id, rows[0].state)][:_NEWEST]


def _envelope(letter: Letter, kind: Kind, school_id: int) -> tuple[list[tuple[str, str]], list[str]]:
    """The header fields of the mail, without those that name people, and the parts it consists of."""
    outbox = Outbox(letter=kind, school_id=school_id, message_id="<example@passerelle.example>")
    mail = mail_of(outbox, letter, "reader@passerelle.example")
    parts = [part.get_content_type() for part in _leaves(mail.message())]
    return sorted(mail.extra_headers.items()), parts


def _leaves(mail: Message) -> list[Message]:
    return [part for part in mail.walk() if not part.is_multipart()]
