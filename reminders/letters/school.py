"""Letters to people of the school."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reminders.letters.parts import Matter, Part


def assess(matters: list[Matter]) -> Part:
    subject = ngettext(
        "Please decide on the credit of %(count)d student",
        "Please decide on the credit of %(count)d students",
        len(matters),
    ) % {"count": len(matters)}
    return Part(subject, "reminders/letters/assess.txt", "reminders/letters/assess.html", matters)


def look_again(matters: list[Matter]) -> Part:
    subject = ngettext(
        "Please look at a decision on credit again",
        "Please look at %(count)d decisions on credit again",
        len(matters),
    ) % {"count": len(matters)}
    return Part(subject, "reminders/letters/look_again.txt", "reminders/letters/look_again.html", matters)


def plan(matters: list[Matter]) -> Part:
    subject = ngettext(
        "Please write the plan of %(count)d placement", "Please write the plans of %(count)d placements", len(matters)
    ) % {"count": len(matters)}
    return Part(subject, "reminders/letters/plan.txt", "reminders/letters/plan.html", matters)


def unsigned(matters: list[Matter]) -> Part:
    subject = ngettext(
        "Please call: %(count)d placement begins soon without an agreement",
        "Please call: %(count)d placements begin soon without an agreement",
        len(matters),
    ) % {"count": len(matters)}
    return Part(subject, "reminders/letters/unsigned.txt", "reminders/letters/unsigned.html", matters)


def arrival(matters: list[Matter]) -> Part:
    subject = ngettext(
        "Please call: nobody has said whether %(count)d student came to work",
        "Please call: nobody has said whether %(count)d students came to work",
        len(matters),
    ) % {"count": len(matters)}
    return Part(subject, "reminders/letters/arrival.txt", "reminders/letters/arrival.html", matters)


def class_week(matters: list[Matter]) -> Part:
    return Part(
        _("See what your students did at work last week"),
        "reminders/letters/class_week.txt",
        "reminders/letters/class_week.html",
        matters,
    )


def renew(matters: list[Matter]) -> Part:
    return Part(
        _("Please look at a workplace again: its approval runs out"),
        "reminders/letters/renew.txt",
        "reminders/letters/renew.html",
        matters,
    )
