"""What a list is asked for in its address. What is not known there is passed over, so that old addresses still open."""

from dataclasses import dataclass, fields
from datetime import date
from uuid import UUID

from django.http import QueryDict

from reports.phases import Phase

LONGEST = 100


@dataclass(frozen=True)
class Wanted:
    """Filters of the list of placements; what is empty lets all pass. `coordinator`, `host` and the others are keys."""

    q: str = ""
    state: str = ""
    programme: UUID | None = None
    cohort: UUID | None = None
    coordinator: UUID | None = None
    host: UUID | None = None
    mine: bool = False
    first: date | None = None
    last: date | None = None

    def __bool__(self) -> bool:
        return any(getattr(self, field.name) for field in fields(self))

    @property
    def is_narrow(self) -> bool:
        """Whether one of the filters is set that wait behind "More filters"."""
        return bool(self.cohort or self.coordinator or self.first or self.last)


def wanted(query: QueryDict) -> Wanted:
    """First and last day are those between which a placement begins, both included."""
    state = query.get("state", "")
    return Wanted(
        q=query.get("q", "").strip()[:LONGEST],
        state=state if state in Phase.values else "",
        programme=key_of(query.get("programme", "")),
        cohort=key_of(query.get("cohort", "")),
        coordinator=key_of(query.get("coordinator", "")),
        host=key_of(query.get("host", "")),
        mine=bool(query.get("mine")),
        first=_day(query.get("from", "")),
        last=_day(query.get("to", "")),
    )


def without_page(query: QueryDict) -> str:
    """The filters as they stand in the address, without what is empty and without the number of the page."""
    kept = query.copy()
    for name in list(kept):
        if name in ("page", "csrfmiddlewaretoken") or not any(kept.getlist(name)):
            del kept[name]
    return kept.urlencode()


def key_of(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
