"""A matter, and the part of a letter about matters of one kind."""

from dataclasses import dataclass, replace
from datetime import date

from core.ics import Entry


@dataclass(frozen=True, kw_only=True)
class Matter:
    """One thing that a letter is about, in the words of its reader; `url` is empty when there is no page for them.

    `entry` goes into the reader's calendar, or with the topic "off" out of it. `reply` is the mail address of whoever
    asks, where no placement has a coordinator to answer to.
    """

    student: str
    workplace: str
    starts_on: date
    ends_on: date
    url: str = ""
    own: bool = False
    by: date | None = None
    week: date | None = None
    minutes: int = 0
    other_minutes: int = 0
    count: int = 0
    what: str = ""
    sender: str = ""
    topic: str = ""
    when: str = ""
    place: str = ""
    agenda: str = ""
    reply: str = ""
    entry: Entry | None = None

    def saying(self, topic: str, what: str) -> "Matter":
        """The same in one sentence, and what of several things it is about."""
        return replace(self, topic=topic, what=what)


@dataclass(frozen=True)
class Part:
    """What one kind adds to a letter; most letters have one part."""

    subject: str
    text: str
    html: str
    matters: list[Matter]
