"""The signed moment at which a host's form was drawn: it travels in the form, so that a mere look keeps nothing."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.core.signing import BadSignature, Signer

from accounts.models import Person

FIELD = "clock"
IDLE_FIELD = "idle"
OLDEST = timedelta(days=7)
FASTEST = timedelta(seconds=2)
"""Nobody reads a page and presses in less; a program that tries every button of a page does."""


@dataclass(frozen=True)
class Reading:
    """What a form says of its time; `idle` in seconds, or nothing where no script counted."""

    key: UUID
    screen: str
    elapsed: float
    idle: int | None


def wind(screen: str, person: Person, *, at: datetime) -> str:
    """What a form carries: its own key, its screen, the moment in milliseconds, signed for this person."""
    return _signer(person).sign(f"{uuid4().hex}.{screen}.{int(at.timestamp() * 1000)}")


def read(value: str, idle: str, person: Person, *, at: datetime) -> Reading | None:
    """The time of a form that was sent; nothing when it is forged, of somebody else, older than a week or ahead."""
    try:
        key, screen, drawn = _signer(person).unsign(value).split(".")
    except BadSignature:
        return None
    elapsed = at.timestamp() - int(drawn) / 1000
    if not 0 <= elapsed <= OLDEST.total_seconds():
        return None
    return Reading(UUID(key), screen, elapsed, int(idle) if idle.isdecimal() and len(idle) < 9 else None)


def is_too_fast(reading: Reading | None) -> bool:
    """Whether a program may have pressed: within two seconds after the form was drawn, or without the form."""
    return reading is None or reading.elapsed < FASTEST.total_seconds()


def _signer(person: Person) -> Signer:
    return Signer(salt=f"host clock {person.pk}", sep=":")
