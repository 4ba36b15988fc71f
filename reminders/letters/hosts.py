"""Letters to hosts, and to whoever signs."""

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.templatetags.ui import day
from reminders.letters.parts import Matter, Part
from reminders.models import Kind


def request(matters: list[Matter]) -> Part:
    subject = ngettext(
        "Can you take a student? Please say yes or no",
        "Can you take %(count)d students? Please say yes or no",
        len(matters),
    ) % {"count": len(matters)}
    return Part(subject, "reminders/letters/request.txt", "reminders/letters/request.html", matters)


def capacity(matters: list[Matter]) -> Part:
    return Part(
        _("Can you take students? Please say how many, or not this year"),
        "reminders/letters/capacity.txt",
        "reminders/letters/capacity.html",
        matters,
    )


def sign(matters: list[Matter]) -> Part:
    subject = ngettext(
        "Please sign the agreement for a placement", "Please sign the agreements for %(count)d placements", len(matters)
    ) % {"count": len(matters)}
    return Part(subject, "reminders/letters/sign.txt", "reminders/letters/sign.html", matters)


def confirm(matters: list[Matter]) -> Part:
    students = len({matter.student for matter in matters})
    weeks = {matter.week for matter in matters if matter.week}
    values = {"count": students, "week": date_format(min(weeks), "W")} if len(weeks) == 1 else {"count": students}
    subject = (
        ngettext(
            "Please confirm the hours of %(count)d student, week %(week)s",
            "Please confirm the hours of %(count)d students, week %(week)s",
            students,
        )
        if len(weeks) == 1
        else ngettext(
            "Please confirm the hours of %(count)d student", "Please confirm the hours of %(count)d students", students
        )
    )
    return Part(subject % values, "reminders/letters/confirm.txt", "reminders/letters/confirm.html", matters)


def feedback(matters: list[Matter]) -> Part:
    subject = ngettext(
        "Please say how the placement went: five questions",
        "Please say how %(count)d placements went: five questions each",
        len(matters),
    ) % {"count": len(matters)}
    return Part(subject, "reminders/letters/feedback.txt", "reminders/letters/feedback.html", matters)


def colleague(matters: list[Matter]) -> Part:
    """To somebody else at the workplace; a matter without a week is the closing feedback."""
    return Part(
        _("Please answer for your colleague: the school has heard nothing"),
        "reminders/letters/colleague.txt",
        "reminders/letters/colleague.html",
        matters,
    )


def link(matters: list[Matter]) -> Part:
    subjects = {
        Kind.SIGN: _("Your link to sign the agreement"),
        Kind.REQUEST: _("Your link to answer a request for a place"),
        Kind.CONFIRM: _("Your link to confirm hours"),
        Kind.FEEDBACK: _("Your link to the closing feedback"),
        Kind.FOLLOW_UP: _("Your link to say what you do now"),
    }
    subject = subjects[Kind(matters[0].what)]
    return Part(subject, "reminders/letters/link.txt", "reminders/letters/link.html", matters)


def ending(matters: list[Matter]) -> Part:
    ends = {matter.ends_on for matter in matters}
    values = {"count": len(matters), "day": day(min(ends))}
    subject = ngettext(
        "Please plan the last days: a placement ends on %(day)s",
        "Please plan the last days: %(count)d placements end soon",
        len(matters),
    )
    return Part(subject % values, "reminders/letters/ending.txt", "reminders/letters/ending.html", matters)


def thanks(matters: list[Matter]) -> Part:
    """To a host that may not be asked for places, a thank-you and nothing else."""
    asked = any(matter.url for matter in matters)
    subject = (
        _("Thank you! Please say whether you take students again") if asked else _("Thank you, and what came of it")
    )
    return Part(subject, "reminders/letters/thanks.txt", "reminders/letters/thanks.html", matters)


def used(matters: list[Matter]) -> Part:
    return Part(
        _("See what came of your feedback"), "reminders/letters/used.txt", "reminders/letters/used.html", matters
    )
