"""What each letter says: one function and one pair of templates for each kind. The subject says the action."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reminders.models import Kind


@dataclass(frozen=True, kw_only=True)
class Matter:
    """One thing that a letter is about, in the words of its reader; `url` is empty when there is no page for them."""

    student: str
    workplace: str
    starts_on: date
    ends_on: date
    url: str = ""
    own: bool = False
    by: date | None = None
    week: date | None = None
    minutes: int = 0
    other_minutes: int = 0
    what: str = ""
    sender: str = ""


@dataclass(frozen=True)
class Part:
    """What one kind adds to a letter; most letters have one part."""

    subject: str
    text: str
    html: str
    matters: list[Matter]


def request(matters: list[Matter]) -> Part:
    subject = ngettext(
        "Can you take a student? Please say yes or no",
        "Can you take %(count)d students? Please say yes or no",
        len(matters),
    ) % {"count": len(matters)}
    return Part(subject, "reminders/letters/request.txt", "reminders/letters/request.html", matters)


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


def log(matters: list[Matter]) -> Part:
    return Part(
        _("Please write down your day at work"), "reminders/letters/log.txt", "reminders/letters/log.html", matters
    )


def assess(matters: list[Matter]) -> Part:
    subject = ngettext(
        "Please decide on the credit of %(count)d student",
        "Please decide on the credit of %(count)d students",
        len(matters),
    ) % {"count": len(matters)}
    return Part(subject, "reminders/letters/assess.txt", "reminders/letters/assess.html", matters)


def credited(matters: list[Matter]) -> Part:
    return Part(
        _("See what was decided on your hours"),
        "reminders/letters/credited.txt",
        "reminders/letters/credited.html",
        matters,
    )


def look_again(matters: list[Matter]) -> Part:
    subject = ngettext(
        "Please look at a decision on credit again",
        "Please look at %(count)d decisions on credit again",
        len(matters),
    ) % {"count": len(matters)}
    return Part(subject, "reminders/letters/look_again.txt", "reminders/letters/look_again.html", matters)


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


def link(matters: list[Matter]) -> Part:
    subjects = {
        Kind.SIGN: _("Your link to sign the agreement"),
        Kind.REQUEST: _("Your link to answer a request for a place"),
        Kind.CONFIRM: _("Your link to confirm hours"),
        Kind.FEEDBACK: _("Your link to the closing feedback"),
    }
    subject = subjects[Kind(matters[0].what)]
    return Part(subject, "reminders/letters/link.txt", "reminders/letters/link.html", matters)


LETTERS: dict[Kind, Callable[[list[Matter]], Part]] = {
    Kind.LINK: link,
    Kind.REQUEST: request,
    Kind.SIGN: sign,
    Kind.CONFIRM: confirm,
    Kind.FEEDBACK: feedback,
    Kind.COLLEAGUE: colleague,
    Kind.LOG: log,
    Kind.ASSESS: assess,
    Kind.HOURS_CHANGED: hours_changed,
    Kind.CREDITED: credited,
    Kind.LOOK_AGAIN: look_again,
    Kind.ANSWERED: answered,
}


def subject_of(parts: list[Part]) -> str:
    """The most urgent thing, and how much more the letter says."""
    more = len(parts) - 1
    if not more:
        return parts[0].subject
    return ngettext("%(first)s, and one more thing", "%(first)s, and %(count)d more things", more) % {
        "first": parts[0].subject,
        "count": more,
    }


def samples(kind: Kind, today: date) -> list[Matter]:
    """Invented matters of a kind, to look at a letter."""
    first = today - timedelta(days=today.weekday())
    details: dict[Kind, dict] = {
        Kind.REQUEST: {"by": today, "student": "Noa", "what": _("Automotive")},
        Kind.SIGN: {"by": today},
        Kind.CONFIRM: {"week": first, "minutes": 2250},
        Kind.COLLEAGUE: {"week": first, "minutes": 2250, "sender": "Kim Vale"},
        Kind.LOG: {"own": True, "by": today},
        Kind.CREDITED: {"own": True, "minutes": 18900, "what": _("Credited")},
        Kind.LOOK_AGAIN: {"by": today},
        Kind.ANSWERED: {"own": True, "what": _("The decision stays")},
        Kind.HOURS_CHANGED: {"own": True, "week": first, "minutes": 2250, "other_minutes": 2070},
        Kind.LINK: {"what": Kind.CONFIRM, "sender": "Kim Vale"},
    }
    return [
        Matter(
            **{
                "student": "Noa Lind",
                "workplace": "Mill Lane Bakery",
                "starts_on": first,
                "ends_on": first + timedelta(days=60),
                "url": "https://school.example/link/abc/",
                **details.get(kind, {}),
            }
        )
    ]
