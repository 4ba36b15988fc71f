"""How a firm and its sites are found again when a list comes in a second time, why no student goes there now, how long
the checks of a workplace hold, and what a host's own limits say of one more student. Pure."""

import re
from calendar import monthrange
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import TextChoices
from django.utils.dates import MONTHS, WEEKDAYS
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from holidays import list_supported_countries

from core.languages import language_name
from core.names import sort_key
from core.templatetags.ui import day_year
from employers.models import Check, SchoolEmployer

_SHORT = {
    "rd": "road", "st": "street", "ave": "avenue", "ln": "lane", "ltd": "limited", "sq": "square",
    "uk": "", "england": "", "scotland": "", "wales": "", "united": "", "kingdom": "",
}  # fmt: skip
UNDO_FOR = timedelta(days=30)
"""Two entries that were made one firm can be taken apart again for so long."""


class Stop(TextChoices):
    """Why no student goes to a firm now. What the safeguarding lead knows is not said."""

    CLOSED = "closed", gettext_lazy("The firm has closed")
    NOT_APPROVED = "not_approved", gettext_lazy("No longer approved")
    SUSPENDED = "suspended", gettext_lazy("Ask the safeguarding lead")


def stop_of(closed_on: date | None, not_approved_since: date | None, suspended_at: datetime | None) -> Stop | None:
    """What weighs most; nothing for a firm where students may go."""
    if closed_on:
        return Stop.CLOSED
    if not_approved_since:
        return Stop.NOT_APPROVED
    return Stop.SUSPENDED if suspended_at else None


def register_key(number: str) -> str:
    """'3107561', '03107561' and '0310 7561' are the same entry: letters and digits, without leading zeros."""
    return re.sub(r"[^0-9A-Z]", "", number.upper()).lstrip("0")


def words(text: str) -> list[str]:
    return [_SHORT.get(word, word) for word in re.findall(r"\w+", sort_key(text)) if _SHORT.get(word, word)]


def address_key(address: str, postcode: str) -> str:
    """The same for 'Road' and 'Rd' and for parts in another order."""
    return " ".join(sorted(set(words(f"{address} {postcode}"))))[:400]


def identity(country: str, register_number: str, name: str, postcode: str) -> str:
    """A register number identifies a firm in its country; without one, its name and postcode do."""
    if key := register_key(register_number):
        return f"register:{country}:{key}"
    return f"name:{country}:{' '.join(words(name))}:{sort_key(postcode).replace(' ', '')}"[:300]


def size_in_words(size_from: int | None, size_to: int | None) -> str:
    """How many people work there, as far as it is known."""
    if size_to is not None:
        text = ngettext("Up to %(to)s person", "Up to %(to)s people", size_to)
        if size_from and size_from < size_to:
            text = _("%(from)s to %(to)s people")
        elif size_from == size_to:
            text = ngettext("%(to)s person", "%(to)s people", size_to)
        return text % {"from": size_from, "to": size_to}
    if size_from:
        text = ngettext("%(from)s person or more", "%(from)s people or more", size_from)
        return text % {"from": size_from}
    return _("Not known")


def regions_of(country: str) -> list[str]:
    """The codes of regions with public holidays of their own, as the `holidays` library knows them."""
    return list_supported_countries(include_aliases=False).get(country, [])


# ── What a school checks ─────────────────────────────────────────────────────────────────────────────────────────────

Kind = Check.Kind
Tier = SchoolEmployer.Tier


@dataclass(frozen=True)
class Checks:
    """What a tier asks for, and for how many months it holds; an insurance holds as long as its paper says."""

    kinds: tuple[Check.Kind, ...]
    months: int


CHECKS = {
    Tier.LIGHT: Checks((Kind.INSURANCE, Kind.HAZARDS), months=36),
    Tier.STANDARD: Checks((Kind.INSURANCE, Kind.HAZARDS, Kind.VISIT), months=24),
    Tier.ENHANCED: Checks((Kind.INSURANCE, Kind.HAZARDS, Kind.VISIT, Kind.AGE_LIMITS), months=12),
}
SOON = timedelta(days=60)
"""So long before its end a check is to be done again."""


class Standing(TextChoices):
    """Where one check of a firm stands today."""

    HOLDS = "holds", gettext_lazy("Done")
    SOON = "soon", gettext_lazy("Runs out soon")
    OVER = "over", gettext_lazy("Has run out")
    MISSING = "missing", gettext_lazy("Missing")

    @property
    def tone(self) -> str:
        return {self.HOLDS: "good", self.SOON: "warn", self.OVER: "bad", self.MISSING: "quiet"}[self]


def holds_until(tier: SchoolEmployer.Tier, done_on: date, valid_until: date | None) -> date:
    """The last day of a check: its own, or so many months after it was done."""
    if valid_until:
        return valid_until
    month = done_on.month - 1 + CHECKS[tier].months
    year, month = done_on.year + month // 12, month % 12 + 1
    return done_on.replace(year=year, month=month, day=min(done_on.day, monthrange(year, month)[1]))


def approval(tier: SchoolEmployer.Tier, ends: Mapping[Check.Kind, date], set_by_hand: date | None) -> date | None:
    """Until when a firm is approved: until the first check of its tier runs out.

    While one is missing, the day that a person has set stands, but not longer than what was checked.
    """
    found = [ends[kind] for kind in CHECKS[tier].kinds if kind in ends]
    if len(found) == len(CHECKS[tier].kinds):
        return min(found)
    return min(set_by_hand, *found) if set_by_hand and found else set_by_hand


def standing_of(end: date | None, today: date) -> Standing:
    if end is None:
        return Standing.MISSING
    if end < today:
        return Standing.OVER
    return Standing.SOON if end - today <= SOON else Standing.HOLDS


# ── What a host sets itself ──────────────────────────────────────────────────────────────────────────────────────────


class Decline(TextChoices):
    """Why a host takes nobody, in one tap."""

    FULL = "full", gettext_lazy("No place free")
    TIME = "time", gettext_lazy("No time to guide somebody")
    TASKS = "tasks", gettext_lazy("No fitting tasks")
    DATES = "dates", gettext_lazy("The dates do not suit")
    PAPER = "paper", gettext_lazy("Too much paperwork")
    OTHER = "other", gettext_lazy("Something else")


@dataclass(frozen=True)
class Wishes:
    """What a host has set for all schools; what is left out is not limited."""

    at_once: int | None = None
    a_year: int | None = None
    quiet_months: frozenset[int] = frozenset()
    paused_until: date | None = None
    left_on: date | None = None


@dataclass(frozen=True)
class Stay:
    """A student at a firm from a day to a day, both included; `began` is the first day of the placement there."""

    learner: int
    first: date
    last: date
    began: date

    @property
    def is_new(self) -> bool:
        return self.began == self.first


def no_room(wishes: Wishes, stay: Stay, others: Collection[Stay]) -> str | None:
    """Why the firm takes no such student, in a sentence; `others` are there or planned, of whichever school.

    Students who are there already stay: a pause and a goodbye are about new ones.
    """
    if stay.is_new and wishes.left_on:
        return _has_left()
    if stay.is_new and wishes.paused_until and stay.first < wishes.paused_until:
        return _("This host takes no new student before %(day)s.") % {"day": day_year(wishes.paused_until)}
    return _too_many_at_once(wishes, stay, others) or _too_many_a_year(wishes, stay, others)


def _has_left() -> str:
    return _("This host takes no students any more.")


def _too_many_at_once(wishes: Wishes, stay: Stay, others: Collection[Stay]) -> str | None:
    if wishes.at_once is None:
        return None
    beside = [
        one for one in others if one.learner != stay.learner and one.first <= stay.last and one.last >= stay.first
    ]
    # The number only grows on a first day.
    for day in sorted({max(one.first, stay.first) for one in beside}):
        if len({one.learner for one in beside if one.first <= day <= one.last}) >= wishes.at_once:
            words = ngettext(
                "This host takes %(number)s student at a time, and on %(day)s somebody is there.",
                "This host takes %(number)s students at a time, and on %(day)s they are there.",
                wishes.at_once,
            )
            return words % {"number": wishes.at_once, "day": day_year(day)}
    return None


def _too_many_a_year(wishes: Wishes, stay: Stay, others: Collection[Stay]) -> str | None:
    year = stay.began.year
    begun = {one.learner for one in others if one.began.year == year} - {stay.learner}
    if wishes.a_year is None or len(begun) < wishes.a_year:
        return None
    words = ngettext(
        "This host takes %(number)s student a year, and has one for %(year)s.",
        "This host takes %(number)s students a year, and has them for %(year)s.",
        wishes.a_year,
    )
    return words % {"number": wishes.a_year, "year": year}


def no_asking(wishes: Wishes, today: date) -> str | None:
    """Why nobody asks the firm for anything new today, in a sentence."""
    if wishes.left_on:
        return _has_left()
    day = next_asking(wishes, today)
    if day == today:
        return None
    if day is None:
        return _("This host wants no requests in any month.")
    if wishes.paused_until and today < wishes.paused_until:
        return _("This host makes a pause. Ask again from %(day)s.") % {"day": day_year(day)}
    words = {"month": MONTHS[today.month], "day": day_year(day)}
    return _("This host wants no requests in %(month)s. Ask again from %(day)s.") % words


def next_asking(wishes: Wishes, today: date) -> date | None:
    """The first day from today on, on which the firm may be asked; nothing when all months are quiet."""
    day = max(today, wishes.paused_until or today)
    for _month in range(12):
        if day.month not in wishes.quiet_months:
            return day
        day = (day.replace(day=1) + timedelta(days=31)).replace(day=1)
    return None


def never_in(wishes: Wishes, last: date) -> str | None:
    """Why places until this day would all stay empty: the host has left, or makes a pause until then."""
    if wishes.left_on:
        return _("You have set that you take no students any more. Change your limits first.")
    if wishes.paused_until and last < wishes.paused_until:
        words = {"day": day_year(wishes.paused_until)}
        return _("You have set a pause until %(day)s. Choose later days, or change your limits first.") % words
    return None


def beyond(wishes: Wishes, places: int) -> str | None:
    """What the host's own limits say to an offer of that many places."""
    least = min((limit for limit in (wishes.at_once, wishes.a_year) if limit is not None), default=places)
    if places <= least:
        return None
    if wishes.at_once is not None and wishes.at_once == least:
        words = ngettext(
            "Your limit is %(number)s student at a time, so the places are filled one after the other.",
            "Your limit is %(number)s students at a time, so not all places are filled at once.",
            least,
        )
    else:
        words = ngettext(
            "Your limit is %(number)s student a year, so the other places stay free.",
            "Your limit is %(number)s students a year, so the other places stay free.",
            least,
        )
    return words % {"number": least}


def wishes_in_words(wishes: Wishes, today: date) -> list[str]:
    """What a host has set, one line each, as the schools read it."""
    lines = []
    if wishes.left_on:
        lines.append(_("Takes no students any more, since %(day)s.") % {"day": day_year(wishes.left_on)})
    if wishes.paused_until and wishes.paused_until > today:
        lines.append(_("Makes a pause until %(day)s.") % {"day": day_year(wishes.paused_until)})
    if wishes.at_once:
        words = ngettext(
            "At most %(number)s student at a time.", "At most %(number)s students at a time.", wishes.at_once
        )
        lines.append(words % {"number": wishes.at_once})
    if wishes.a_year:
        words = ngettext("At most %(number)s student a year.", "At most %(number)s students a year.", wishes.a_year)
        lines.append(words % {"number": wishes.a_year})
    if wishes.quiet_months:
        months = get_text_list([str(MONTHS[month]) for month in sorted(wishes.quiet_months)], _("and"))
        lines.append(_("No requests in %(months)s.") % {"months": months})
    return lines


def asks_in_words(weekdays: Collection[int], languages: Collection[str], least_age: int | None) -> str:
    """What an offer asks of a student in one line; empty where it asks nothing. Monday is 0, an age is in years."""
    parts = []
    if weekdays:
        parts.append(get_text_list([str(WEEKDAYS[day]) for day in sorted(weekdays)], _("and")))
    if languages:
        parts.append(get_text_list([language_name(code) for code in languages], _("or")))
    if least_age:
        parts.append(_("from %(age)s years on") % {"age": least_age})
    return " · ".join(parts)


def room_left(wishes: Wishes, first: date, last: date, others: Collection[Stay]) -> int | None:
    """How many more students the firm takes from a day to a day, by its own limits; None where it sets none.

    `others` are there or planned, of whichever school.
    """
    if wishes.left_on or (wishes.paused_until and first < wishes.paused_until):
        return 0
    rooms = []
    if wishes.at_once is not None:
        beside = [one for one in others if one.first <= last and one.last >= first]
        days = {first, *(max(one.first, first) for one in beside)}
        most = max(len({one.learner for one in beside if one.first <= day <= one.last}) for day in days)
        rooms.append(wishes.at_once - most)
    if wishes.a_year is not None:
        rooms.append(wishes.a_year - len({one.learner for one in others if one.began.year == first.year}))
    return max(min(rooms), 0) if rooms else None
