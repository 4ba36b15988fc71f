"""The letter about visits and talks: its subject says when. No name stands in it: it is read over shoulders."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reminders.letters.parts import Matter, Part


def appointment(matters: list[Matter]) -> Part:
    return Part(
        _subject(matters), "reminders/letters/appointment.txt", "reminders/letters/appointment.html", matters
    )  # fmt: skip


def _subject(matters: list[Matter]) -> str:
    if len(matters) > 1:
        words = ngettext(
            "Please look at %(count)d appointment for your calendar",
            "Please look at %(count)d appointments for your calendar",
            len(matters),
        )
        return words % {"count": len(matters)}
    one = matters[0]
    words = {
        "off": _("Please take it out of your calendar: %(what)s, %(when)s"),
        "near": _("Please remember: %(what)s, %(when)s"),
        "changed": _("Changed, please keep this time free: %(what)s, %(when)s"),
    }.get(one.topic, _("Please keep this time free: %(what)s, %(when)s"))
    return words % {"what": one.what, "when": one.when}
