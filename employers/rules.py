"""How a firm and its sites are found again when a list comes in a second time, and why no student goes there now."""

import re
from datetime import date, datetime

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from holidays import list_supported_countries

from core.names import sort_key

_SHORT = {
    "rd": "road", "st": "street", "ave": "avenue", "ln": "lane", "ltd": "limited", "sq": "square",
    "uk": "", "england": "", "scotland": "", "wales": "", "united": "", "kingdom": "",
}  # fmt: skip


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
