"""Letters about contacts: to the school that holds them, and to host and student who answer for themselves."""

from collections.abc import Callable

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from placements.models import Contact, HourClaim
from reminders.letters.parts import Matter, Part

Kind = Contact.Kind
Side = HourClaim.Side


def contact(matters: list[Matter]) -> Part:
    """The subject names the contact, where the letter is about one kind of it."""
    topics = {matter.topic for matter in matters}
    subject_of = _SUBJECTS[topics.pop()] if len(topics) == 1 else _several
    subject = subject_of(len(matters)) % {"count": len(matters)}
    return Part(subject, "reminders/letters/contact.txt", "reminders/letters/contact.html", matters)


def _several(count: int) -> str:
    return ngettext("Please plan %(count)d talk or visit", "Please plan %(count)d talks and visits", count)


_SUBJECTS: dict[str, Callable[[int], str]] = {
    f"{Kind.PREPARATION} {Side.SCHOOL}": lambda count: ngettext(
        "Please prepare %(count)d student for work", "Please prepare %(count)d students for work", count
    ),
    f"{Kind.FIRST_WEEK} {Side.SCHOOL}": lambda count: ngettext(
        "Please ask how the first week of %(count)d student goes",
        "Please ask how the first week of %(count)d students goes",
        count,
    ),
    f"{Kind.REVIEW} {Side.SCHOOL}": lambda count: ngettext(
        "Please arrange the review of %(count)d placement", "Please arrange the review of %(count)d placements", count
    ),
    f"{Kind.VISIT} {Side.SCHOOL}": lambda count: ngettext(
        "Please visit %(count)d student at work", "Please visit %(count)d students at work", count
    ),
    f"{Kind.DEBRIEF} {Side.SCHOOL}": lambda count: ngettext(
        "Please plan the debrief of %(count)d student", "Please plan the debrief of %(count)d students", count
    ),
    f"{Kind.BRIEFING} {Side.HOST}": lambda count: _("Please read four short cards before your student comes"),
    f"{Kind.FIRST_WEEK} {Side.HOST}": lambda count: _("Please say how the first week goes: one tap"),
    f"{Kind.INDUCTION} {Side.STUDENT}": lambda count: _("Please tap once you were shown the dangers at work"),
    f"{Kind.FIRST_WEEK} {Side.STUDENT}": lambda count: _("Please say how your first week goes: one tap"),
}
