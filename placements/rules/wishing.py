"""Until when a student's wishes count for a batch, and how a place is named without a map. Pure."""

from collections.abc import Iterable
from datetime import date, timedelta

READY_BEFORE = (75, 68, 60)
"""Days of the calendar before the first day of a batch: asked, and asked again twice. With the last one matches are
proposed."""
ONCE_MORE = 5
"""Who joins a batch later is asked the next morning, and once more after so many working days."""

type Position = tuple[float, float]


def counts_until(starts_on: date) -> date:
    """The day on which the school begins to look for places of a batch that starts then."""
    return starts_on - timedelta(days=READY_BEFORE[-1])


def area_of(country: str, postcode: str) -> str:
    """The part of a postcode that names a neighbourhood: "HB4" of "HB4 1AA"; elsewhere the whole one is one."""
    code = " ".join(postcode.upper().split())
    if country != "GB" or len(code) < 5:
        return code
    return code[:-3].strip()


def middles(sites: Iterable[tuple[str, str, float | None, float | None]]) -> dict[str, Position]:
    """The middle of each area, to about a kilometre; `sites` are country, postcode and position."""
    found: dict[str, list[Position]] = {}
    for country, postcode, north, east in sites:
        if postcode and north is not None and east is not None:
            found.setdefault(area_of(country, postcode), []).append((north, east))
    return {name: _middle(positions) for name, positions in found.items()}


def areas(sites: Iterable[tuple[str, str, float | None, float | None]]) -> dict[Position, str]:
    """Areas by their middle with their names, of sites as `middles` takes them."""
    named: dict[Position, list[str]] = {}
    for name, middle in sorted(middles(sites).items()):
        named.setdefault(middle, []).append(name)
    return {middle: ", ".join(names) for middle, names in named.items()}


def _middle(positions: list[Position]) -> Position:
    north, east = (sum(axis) / len(positions) for axis in zip(*positions, strict=True))
    return round(north, 2), round(east, 2)
