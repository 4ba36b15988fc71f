"""Filters and components that every template may use; the living page /ui/ shows each of them.

Components are thin: a tag names the arguments, the file of the same name in templates/ui/ holds the markup.
"""

import functools
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext, pgettext
from lucide.templatetags.lucide import lucide

from core import formats

register = template.Library()

NBSP = "\N{NO-BREAK SPACE}"
# Between two Arabic initials, which would join to a word.
APART = "\N{ZERO WIDTH NON-JOINER}"
TONE_OF_LEVEL = {"success": "good", "warning": "warn", "error": "bad", "info": "info", "debug": "quiet"}
ICON_OF_TONE = {
    "good": "circle-check",
    "warn": "triangle-alert",
    "bad": "octagon-alert",
    "info": "info",
    "quiet": "circle-dashed",
}
# Their drawing has a way to go, which is the other one where people read from right to left.
POINTING = {"arrow-left", "chevron-left", "chevron-right", "forward", "list-checks", "log-out", "send", "undo-2"}


# ── Words and numbers ────────────────────────────────────────────────────────────────────────────────────────────────


@register.filter
def hours(minutes: int | None) -> str:
    """Whole minutes as people say them; nothing stays nothing."""
    return "" if minutes is None else formats.hours(minutes)


@register.filter
def spent(seconds: int | None) -> str:
    """Whole seconds of somebody's time, as "3 min 20 s"; nothing stays nothing."""
    return "" if seconds is None else formats.spent(seconds)


@register.filter
def listed(things: Iterable[Any]) -> str:
    """ "Ada, Sam, Noa", with the reader's comma."""
    return formats.listed(things)


@register.simple_tag
def comma() -> str:
    """What stands between two things of a list, in the reader's language."""
    return formats.listed(["", ""])


@register.filter
def code(text: str) -> str:
    """A code or a phone number keeps its order between right-to-left words."""
    return formats.code(str(text))


@register.filter
def number(value: int | None) -> str:
    """A count with its thousands apart, in the reader's language: "3,000"."""
    return "" if value is None else number_format(value, force_grouping=True)


def _local(value: date | datetime) -> date | datetime:
    return timezone.localtime(value) if isinstance(value, datetime) and timezone.is_aware(value) else value


def _date(value: date | datetime | None, shape: str) -> str:
    """`shape` in Django's letters; a short month keeps its capital only in English, Arabic has no short weekdays."""
    if value is None:
        return ""
    month = "M" if (get_language() or "en").startswith("en") else "b"
    weekday = "l" if get_language() == "ar" else "D"
    return date_format(_local(value), shape.replace("M", month).replace("D", weekday))


@register.filter
def day(value: date | datetime | None) -> str:
    """ "Tue 24 Nov", in the reader's language."""
    return _date(value, "D j M")


@register.filter
def day_year(value: date | datetime | None) -> str:
    """ "Tue 24 Nov 2026", for dates far from today."""
    return _date(value, "D j M Y")


@register.filter
def day_long(value: date | datetime | None) -> str:
    """ "Tuesday 24 November", for headings."""
    return _date(value, "l j F")


@register.filter
def day_time(value: datetime | None) -> str:
    """ "Tue 24 Nov, 07:40", for a moment."""
    parts = {"day": _date(value, "D j M"), "time": _date(value, "H:i")}
    return pgettext("a moment", "%(day)s, %(time)s") % parts if value else ""


@register.simple_tag
def period(first: date, last: date) -> str:
    """ "Mon 11 Jan to Fri 2 Apr 2027": a line may break only beside "to"; the first year only where it is in doubt."""
    shape = "D j M Y" if (last - first).days >= 365 else "D j M"
    ends = {"first": _date(first, shape), "last": _date(last, "D j M Y")}
    return gettext("%(first)s to %(last)s") % {key: _held(text) for key, text in ends.items()}


def _held(day: str) -> str:
    """A day that stays on one line; a weekday in full may stand on the line before, for narrow columns."""
    weekday, rest = day.split(" ", 1)
    return f"{weekday}{' ' if get_language() == 'ar' else NBSP}{rest.replace(' ', NBSP)}"


@register.filter
def initials(name: str) -> str:
    """First letters of the first and the last word: "Ada May Brandt" is "AB"."""
    words = [word for word in str(name).split() if word[0].isalnum()]
    letters = [word[0] for word in words[:: max(len(words) - 1, 1)][:2]]
    return (APART if unicodedata.bidirectional(letters[0]) == "AL" else "").join(letters).upper() if letters else ""


@register.filter
def tone_of(level: str) -> str:
    """The tone of a Django message level: "success" is "good"."""
    return TONE_OF_LEVEL.get(level, "info")


@register.filter
def icon_of(tone: str) -> str:
    """The icon that says a tone without colour."""
    return ICON_OF_TONE.get(tone, "info")


@register.simple_tag
@functools.cache
def icon(name: str, size: int = 20) -> SafeString:
    """An icon of the lucide set as inline SVG, hidden from screen readers: the word beside it says it."""
    kind = "icon icon-points" if name in POINTING else "icon"
    svg = lucide(name + "", size=size, stroke_width="1.8", aria_hidden="true", **{"class": kind})
    return mark_safe(" ".join(svg.split()))  # noqa: S308  drawn by the package, no input of ours


# ── Small drawings ───────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Arc:
    """One arc of the ring, in thousandths of the whole way round."""

    key: str
    length: int


def ring_arcs(total: int | None, **minutes: int) -> list[Arc]:
    """Arcs from the widest sum to the narrowest; more than the total is a full ring, no total is no arc."""
    if not total or total < 0:
        return []
    arcs = [Arc(key, min(max(value, 0) * 1000 // total, 1000)) for key, value in minutes.items()]
    return [arc for arc in arcs if arc.length]


@register.inclusion_tag("ui/ring.html")
def ring(credited: int, confirmed: int, logged: int, total: int | None = None) -> dict[str, Any]:
    """Credited, confirmed and logged minutes of the minutes that are required."""
    return {
        "arcs": ring_arcs(total, logged=logged, confirmed=confirmed, credited=credited),
        "credited": credited,
        "confirmed": confirmed,
        "logged": logged,
        "total": total or 0,
    }


@dataclass(frozen=True)
class Share:
    """One part of a strip; `start` and `width` in per cent, ready for an SVG."""

    label: str
    count: int
    colour: str
    url: str
    start: str
    width: str


def shares(parts: Iterable[Mapping[str, Any]]) -> list[Share]:
    """Parts with their place on the strip; a part of nothing keeps its line in the legend and takes no room."""
    rows = list(parts)
    whole = sum(row["count"] for row in rows) or 1
    done, found = 0, []
    for place, row in enumerate(rows, start=1):
        start, width = 100 * done / whole, 100 * row["count"] / whole
        colour = row.get("colour", f"part-{place}")
        found.append(Share(row["label"], row["count"], colour, row.get("url", ""), f"{start:.2f}%", f"{width:.2f}%"))
        done += row["count"]
    return found


@register.inclusion_tag("ui/strip.html")
def strip(parts: Iterable[Mapping[str, Any]], label: str) -> dict[str, Any]:
    """How many of each: `parts` are mappings with label, count and perhaps url and colour (part-1 to part-6)."""
    return {"shares": shares(parts), "label": label}


# ── Components without a body ────────────────────────────────────────────────────────────────────────────────────────


@register.inclusion_tag("ui/state.html")
def state(tone: str, label: str, icon: str = "") -> dict[str, Any]:
    """A badge: tone good, warn, bad, info or quiet; word, icon and colour together."""
    return {"tone": tone, "label": label, "icon": icon}


@register.inclusion_tag("ui/avatar.html")
def avatar(name: str) -> dict[str, Any]:
    """Initials in a circle, hidden from screen readers: the name stands beside it."""
    return {"name": name}


@register.inclusion_tag("ui/person.html")
def person(name: str, note: str = "", tone: str = "", state: str = "", url: str = "") -> dict[str, Any]:
    """Somebody in a row: initials, name, one line about them, and perhaps a state at the end."""
    return {"name": name, "note": note, "tone": tone, "state": state, "url": url}


@register.inclusion_tag("ui/facts.html")
def facts(pairs: Iterable[tuple[Any, ...]]) -> dict[str, Any]:
    """Small facts side by side: (label, value) or (label, value, url)."""
    return {"pairs": [(*pair, "")[:3] for pair in pairs]}


@register.inclusion_tag("ui/timeline.html")
def timeline(events: Iterable[Any]) -> dict[str, Any]:
    """What happened, newest first: each with `when` and `text`, perhaps `detail`, `by` and `tone`."""
    return {"events": events}


@register.inclusion_tag("ui/week.html")
def week(cells: Iterable[Any], label: str) -> dict[str, Any]:
    """A strip of weeks or days: each with `label` and `kind` (credited, confirmed, logged, planned, missed, off)."""
    return {"cells": list(cells), "label": label}


@register.inclusion_tag("ui/tabs.html")
def tabs(items: Iterable[Any], label: str) -> dict[str, Any]:
    """Views of one thing: each with `label`, `url`, `current` and perhaps `count`."""
    return {"items": items, "label": label}


@register.inclusion_tag("ui/bottom_tabs.html")
def bottom_tabs(items: Iterable[Any]) -> dict[str, Any]:
    """The main pages on a phone, at most five: each with `label`, `url`, `icon` and `current`."""
    return {"items": items}


@register.inclusion_tag("ui/pages.html", takes_context=True)
def pages(context: template.Context, page: Any) -> dict[str, Any]:
    """Where one is in a long list; keeps the rest of the query."""
    return {"request": context["request"], "page": page}


@register.inclusion_tag("ui/progress.html")
def progress(label: str, done: int = 0, total: int = 0, url: str = "", note: str = "") -> dict[str, Any]:
    """Long work: `url` answers with this same piece, asked every two seconds while it is given."""
    return {"label": label, "done": done, "total": total, "url": url, "note": note}


@register.inclusion_tag("ui/loading.html")
def loading(label: str, lines: int = 3) -> dict[str, Any]:
    """Grey lines where a list will come, with words for those who cannot see them."""
    return {"label": label, "lines": range(lines)}


@register.inclusion_tag("ui/chips.html")
def chips(field: Any, shown: int = 0) -> dict[str, Any]:
    """A form's checkboxes or radio buttons as chips; plain inputs underneath, so no JavaScript.

    With `shown`, what is not chosen and comes later than that many waits behind "More".
    """
    options = list(field)
    later = [option for option in options[shown:] if not option.data["selected"]] if shown else []
    later = later if len(later) > 1 else []
    return {"field": field, "options": [option for option in options if option not in later], "later": later}


@register.inclusion_tag("ui/file_drop.html")
def file_drop(field: Any) -> dict[str, Any]:
    """A form's file field as a place to drop a file."""
    return {"field": field}


@register.inclusion_tag("ui/form_errors.html")
def form_errors(form: Any) -> dict[str, Any]:
    """What has to be mended, above a form that came back, with links to the fields."""
    return {"form": form}


# ── Components around a body ─────────────────────────────────────────────────────────────────────────────────────────


def _around(file: str, body: str, **values: Any) -> SafeString:
    return render_to_string(file, {"content": mark_safe(body.strip()), **values})  # noqa: S308  rendered by its own template


@register.simple_block_tag
def page_head(
    content: str, title: str, lead: str = "", over: str = "", tone: str = "", state: str = "", crumbs: Any = ()
) -> SafeString:
    """The head of a page: `crumbs` are (label, url) pairs, `over` a line above, the body its actions."""
    values = {"title": title, "lead": lead, "over": over, "tone": tone, "state": state, "crumbs": crumbs}
    return _around("ui/page_head.html", content, **values)


@register.simple_block_tag
def note(content: str, tone: str = "info", title: str = "") -> SafeString:
    """A message in the page; the body says it."""
    return _around("ui/note.html", content, tone=tone, title=title)


@register.simple_block_tag
def empty_state(content: str, icon: str, title: str, text: str = "", heading: bool = False) -> SafeString:
    """Nothing here, why, and in the body the one thing to do; `heading` where it is all that the page says."""
    return _around("ui/empty_state.html", content, icon=icon, title=title, text=text, heading=heading)


@register.simple_block_tag
def error_state(content: str, title: str, text: str = "") -> SafeString:
    """It did not work: what happened, what was kept, and in the body what to do now."""
    return _around("ui/error_state.html", content, title=title, text=text)


@register.simple_block_tag
def need(
    content: str, title: str, why: str, tone: str = "", state: str = "", name: str = "", url: str = ""
) -> SafeString:
    """One thing that waits for somebody: who and what, since when, and in the body the next step."""
    values = {"title": title, "why": why, "tone": tone, "state": state, "name": name or title, "url": url}
    return _around("ui/need.html", content, **values)


@register.simple_block_tag
def day_row(
    content: str, day: date, minutes: int | None, text: str = "", tone: str = "", state: str = ""
) -> SafeString:
    """One day of work for a host or a student; the body holds its link or button."""
    return _around("ui/day_row.html", content, day=day, minutes=minutes, text=text, tone=tone, state=state)


@register.simple_block_tag
def filter_bar(content: str, q: str = "", label: str = "", clear: str = "") -> SafeString:
    """Search and filters of a list, by GET; the body holds further selects, `clear` the address without any."""
    return _around("ui/filter_bar.html", content, q=q, label=label, clear=clear)


@register.simple_block_tag(takes_context=True)
def ask(
    context: template.Context, content: str, action: str, yes: str, no: str, back: str, danger: bool = False
) -> SafeString:
    """A question with its form: the body says what will happen; `no` goes back, or closes the dialog it stands in."""
    values = {"action": action, "yes": yes, "no": no, "back": back, "danger": danger}
    return _around("ui/ask.html", content, csrf_token=context["csrf_token"], **values)


@register.simple_block_tag
def dialog(content: str, id: str, title: str) -> SafeString:
    """A question over the page; opened by a link with data-dialog, which without JavaScript goes to a plain page."""
    return _around("ui/dialog.html", content, id=id, title=title)
