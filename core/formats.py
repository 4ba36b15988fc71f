"""How several things, hours and codes are written in the reader's language."""

from collections.abc import Iterable

from django.utils.translation import get_language_bidi, pgettext

# Between right-to-left words a code or a phone number would be turned around, and between left-to-right words hours.
LEFT_TO_RIGHT, RIGHT_TO_LEFT, END = (
    "\N{LEFT-TO-RIGHT ISOLATE}",
    "\N{RIGHT-TO-LEFT ISOLATE}",
    "\N{POP DIRECTIONAL ISOLATE}",
)
MINUS = "\N{MINUS SIGN}"


def listed(things: Iterable[object]) -> str:
    """ "Ada, Sam, Noa", with the reader's comma."""
    return pgettext("between the things of a list", ", ").join(map(str, things))


def hours(minutes: int) -> str:
    """Whole minutes as people say them: 450 is "7 h 30", 8400 is "140 h", 0 is "0 h"."""
    whole, rest = divmod(abs(int(minutes)), 60)
    figures = {"hours": code(f"{MINUS}{whole}") if minutes < 0 else whole, "minutes": f"{rest:02d}"}
    text = (pgettext("hours", "%(hours)s h %(minutes)s") if rest else pgettext("hours", "%(hours)s h")) % figures
    return f"{RIGHT_TO_LEFT}{text}{END}" if get_language_bidi() else text


def spent(seconds: int) -> str:
    """Whole seconds of somebody's time: 200 is "3 min 20 s", 45 is "45 s", 120 is "2 min"."""
    minutes, rest = divmod(int(seconds), 60)
    if not minutes:
        return pgettext("time spent", "%(seconds)s s") % {"seconds": rest}
    whole = pgettext("time spent", "%(minutes)s min")
    shape = pgettext("time spent", "%(minutes)s min %(seconds)s s") if rest else whole
    return shape % {"minutes": minutes, "seconds": rest}


def code(text: str) -> str:
    """A code, a phone number or a number with a sign keeps its order between right-to-left words."""
    return f"{LEFT_TO_RIGHT}{text}{END}" if text and get_language_bidi() else text
