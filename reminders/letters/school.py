"""Letters to people of the school."""

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
