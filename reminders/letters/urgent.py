"""Letters about what cannot wait. No name stands in a subject: it is read over shoulders."""

from django.utils.translation import gettext as _

from placements.models import Concern
from reminders.letters.parts import Matter, Part


def talk(matters: list[Matter]) -> Part:
    return Part(
        _("Please open it now: a student asks to talk"),
        "reminders/letters/talk.txt",
        "reminders/letters/talk.html",
        matters,
    )


def incident(matters: list[Matter]) -> Part:
    return Part(
        _("Please read a report now: something happened at work"),
        "reminders/letters/incident.txt",
        "reminders/letters/incident.html",
        matters,
    )


def concern(matters: list[Matter]) -> Part:
    wants_end = any(matter.topic == Concern.Kind.END for matter in matters)
    subject = (
        _("Please call a workplace: it would like to end a placement") if wants_end
        else _("Please call a workplace: it asks for a call")
    )  # fmt: skip
    return Part(subject, "reminders/letters/concern.txt", "reminders/letters/concern.html", matters)
