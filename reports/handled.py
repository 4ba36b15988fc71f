"""What is known of the handling of an item, and whether it still speaks of what waits today. Pure."""

from dataclasses import dataclass
from datetime import date

from reports.item import Item, Urgency


@dataclass(frozen=True)
class Handled:
    """Who has taken an item, until when it rests, a note; `on` is the day of the last change."""

    owner_id: int | None
    owner: str
    rests_until: date | None
    note: str
    version: int
    on: date


@dataclass(frozen=True)
class Task:
    """An item with its handling as far as this speaks of it; `version` counts all changes, so that a form can tell."""

    item: Item
    owner_id: int | None
    owner: str = ""
    note: str = ""
    rests_until: date | None = None
    version: int = 0

    @property
    def rests(self) -> bool:
        return self.rests_until is not None


def task(item: Item, handled: Handled | None, *, today: date) -> Task:
    """What came back after it was handled is new: nobody has it, and it does not rest.

    What cannot wait does not rest either, so that an item comes back on the day on which it becomes urgent.
    """
    coordinator = item.placement.coordinator_id
    if handled is None:
        return Task(item, coordinator)
    if handled.on < item.since <= today:
        return Task(item, coordinator, version=handled.version)
    return Task(
        item=item,
        owner_id=handled.owner_id or coordinator,
        owner=handled.owner,
        note=handled.note,
        rests_until=handled.rests_until if _rests(item, handled.rests_until, today) else None,
        version=handled.version,
    )


def may_rest(item: Item) -> bool:
    return item.urgency != Urgency.NOW


def _rests(item: Item, until: date | None, today: date) -> bool:
    return until is not None and until > today and may_rest(item)
