"""The secret address of a person's calendar: turned on, renewed, turned off, and found by the hash of its token."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy

from accounts.links import token_hash
from accounts.models import CalendarFeed, Person
from accounts.roles import Role
from core.workflow import Actor, Move, Workflow

_OWN = frozenset({Role.STUDENT})
CALENDARS = Workflow(
    noun="calendar",
    moves=(
        Move("turn_on", gettext_lazy("Turn the calendar on"), (), None, _OWN),
        Move("turn_off", gettext_lazy("Turn the calendar off"), (), None, _OWN),
    ),
    school_id=lambda feed: None,
)


def turn_on(*, person: Person, key: UUID, by: Actor, at: datetime) -> str:
    """A new token; the address of before is closed. The same `key` of a form again gives the same token."""
    CALENDARS.must_allow("turn_on", by)
    token = salted_hmac("accounts.calendars", f"{person.pk} {key}", algorithm="sha256").hexdigest()
    with transaction.atomic():
        Person.objects.select_for_update(no_key=True).get(pk=person.pk)
        known = CalendarFeed.objects.filter(person=person).first()
        if known is None or known.token_hash != token_hash(token):
            words = {"token_hash": token_hash(token), "created_at": at}
            feed, _new = CalendarFeed.objects.update_or_create(person=person, defaults=words)
            CALENDARS.log(feed, "turn_on", by=by, at=at)
    return token


def turn_off(*, person: Person, by: Actor, at: datetime) -> None:
    """Close the address for good; twice is like once."""
    CALENDARS.must_allow("turn_off", by)
    with transaction.atomic():
        for feed in CalendarFeed.objects.select_for_update().filter(person=person):
            CALENDARS.log(feed, "turn_off", by=by, at=at)
            feed.delete()


def owner_of(token: str) -> Person | None:
    """Whose calendar it is; nothing for an address that is closed, or of somebody who may not sign in any more."""
    feeds = CalendarFeed.objects.filter(token_hash=token_hash(token), person__user__is_active=True)
    feed = feeds.select_related("person").first()
    return feed.person if feed else None
