"""Letters to students."""

from django.utils.translation import gettext as _

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
