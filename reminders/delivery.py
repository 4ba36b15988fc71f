"""What a provider tells of a letter after it has left. Told twice it stands once; what is not ours is not kept."""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from accounts.people import mark_bounced
from core.workflow import Actor
from reminders import channels
from reminders.choices import choose
from reminders.models import Delivery, Kind, MessageClass, Outbox, Problem
from reminders.waiting import next_time

Event = Delivery.Event
State = Outbox.State


@transaction.atomic
def record(*, provider_id: str, event: Delivery.Event, address: str, at: datetime) -> None:
    """Keep what became of a letter, and act on it. `address` is where it went, empty when that is not told."""
    outbox = Outbox.objects.select_for_update(of=("self",)).exclude(provider_id="").filter(provider_id=provider_id)
    for letter in outbox.select_related("person"):
        Delivery.objects.update_or_create(outbox=letter, event=event, defaults={"at": at})
        if event in _THEN:
            _THEN[event](letter, address, at)


def _came_back(letter: Outbox, address: str, at: datetime) -> None:
    """Pass over the address from now on; where there is another way to the person, the letter takes it (E43)."""
    if letter.state != State.SENT:
        return
    mark_bounced(letter.person_id, address)
    way = channels.way_to(letter.person_id, Kind(letter.letter))
    if way and address and way.address.casefold() != address.casefold():
        letter.state, letter.sent_at, letter.attempts = State.WAITING, None, 0
        letter.next_attempt_at, letter.day = next_time(letter, at)
    else:
        letter.state = State.BOUNCED
    letter.problem = Problem.CAME_BACK
    letter.save(update_fields=["state", "sent_at", "attempts", "next_attempt_at", "day", "problem"])


def _was_unwanted(letter: Outbox, address: str, at: datetime) -> None:
    """A press on "unwanted" takes away all that a reader may do without: providers then let nothing through anyway, and
    going on would spoil the name of the sender for everybody else."""
    letter.problem = Problem.UNWANTED
    letter.save(update_fields=["problem"])
    choose(person=letter.person, without=set(MessageClass), by=Actor.system(), at=at)


_THEN: dict[Delivery.Event, Callable[[Outbox, str, datetime], None]] = {
    Event.BOUNCED: _came_back,
    Event.REJECTED: _came_back,
    Event.COMPLAINED: _was_unwanted,
}
