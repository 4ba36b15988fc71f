"""Letters to students."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reminders.letters.parts import Matter, Part


def log(matters: list[Matter]) -> Part:
    return Part(
        _("Please write down your day at work"), "reminders/letters/log.txt", "reminders/letters/log.html", matters
    )


def credited(matters: list[Matter]) -> Part:
    return Part(
        _("See what was decided on your hours"),
        "reminders/letters/credited.txt",
        "reminders/letters/credited.html",
        matters,
    )


def answered(matters: list[Matter]) -> Part:
    return Part(
        _("See the answer to your request"),
        "reminders/letters/answered.txt",
        "reminders/letters/answered.html",
        matters,
    )


def hours_changed(matters: list[Matter]) -> Part:
    return Part(
        _("Please look at your hours: your workplace wrote something different"),
        "reminders/letters/hours_changed.txt",
        "reminders/letters/hours_changed.html",
        matters,
    )


def reflect(matters: list[Matter]) -> Part:
    subject = ngettext(
        "Please answer a question about your work", "Please answer %(count)d questions about your work", len(matters)
    )
    values = {"count": len(matters)}
    return Part(subject % values, "reminders/letters/reflect.txt", "reminders/letters/reflect.html", matters)


def ready(matters: list[Matter]) -> Part:
    return Part(
        _("Please say what you wish for your next place"),
        "reminders/letters/ready.txt",
        "reminders/letters/ready.html",
        matters,
    )


def follow_up(matters: list[Matter]) -> Part:
    return Part(
        _("Please tell us what you do now: one tap"),
        "reminders/letters/follow_up.txt",
        "reminders/letters/follow_up.html",
        matters,
    )
