"""An agreement on paper: its exact text, and the places of the signatures with who signed when and how."""

from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils import timezone
from django.utils.formats import time_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from core import paper
from core.formats import listed
from core.templatetags.ui import day_year
from placements.models import Agreement, Signature
from placements.queries.parties import Asked
from placements.rules.text import sections

DRAWING = Path(__file__).parent / "typst" / "agreement.typ"


def draw(agreement: Agreement, asked: list[Asked], at: datetime) -> paper.Drawn:
    """`asked` are the parties of a draft, whose places are still empty."""
    return paper.draw(DRAWING, content(agreement, asked), at)


def content(agreement: Agreement, asked: list[Asked]) -> dict[str, Any]:
    """All that the paper says: the text in the language in which it was written, the rest in the reader's."""
    plan = agreement.plan
    (title, first), *further = sections(plan.text)
    signed = [_place(one) for one in agreement.signatures.select_related("person", "carried_from__agreement__plan")]
    return {
        "lang": (get_language() or "en")[:2],
        "direction": paper.direction(plan.text),
        "title": title,
        "school": plan.placement.school.name,
        "first": first,
        "sections": [{"heading": heading, "lines": lines} for heading, lines in further],
        "signatures": _("Signatures"),
        "order": _("The parties sign one after another, in this order.") if agreement.in_order else "",
        "places": signed or [_empty(str(one.party.label), one.person.full_name) for one in asked],
        "fingerprint": [_("Fingerprint of this text (SHA-256)"), plan.text_hash],
        "page": _("Page %(number)s of %(count)s"),
        "note": "",
    }


def _place(place: Signature) -> dict[str, Any]:
    if not place.signed_at:
        return _empty(place.get_party_display(), place.person.full_name)
    return {
        "party": place.get_party_display(),
        "name": place.person.full_name,
        "signed": True,
        "how": how_signed(place),
    }


def _empty(party: str, name: str) -> dict[str, Any]:
    return {"party": party, "name": name, "signed": False, "how": _("Date and signature")}


def how_signed(place: Signature) -> str:
    """ "Signed as “Milan Novak” by link, Tue 24 Nov 2026, 10:00", in the words of the way it was done."""
    day = day_year(place.signed_at)
    when = listed([day, time_format(timezone.localtime(place.signed_at), "H:i")])
    words: dict[str, Any] = {"name": place.name_typed, "when": when, "day": day}
    if carried := place.carried_from:
        words["version"] = carried.agreement.plan.number
        return _(
            "Signed version %(version)s as “%(name)s”, %(when)s. What has changed since does not concern this party."
        ) % words  # fmt: skip
    if place.channel == Signature.Channel.PAPER:
        return _("Signed on paper as “%(name)s”, %(day)s; written down by the school.") % words
    if place.channel == Signature.Channel.LINK:
        return _("Signed by link as “%(name)s”, %(when)s") % words
    return _("Signed as “%(name)s”, %(when)s") % words
