"""Who does not answer: a host that was asked for a place or for hours, a student who does not log, an address that
fails. Pure; after letters, a colleague and a call a host is marked as silent, and another proof takes its place (E10).
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.templatetags.ui import day, hours
from placements.models import Agreement, HostRequest, Placement, PlanVersion
from placements.rules.hours import week_of
from placements.rules.rhythm import FOUR_DAYS, LONGEST_WAIT
from reminders.due.calendar import Calendar
from reminders.due.hosts import period
from reminders.models import Kind as Letter
from reminders.models import Reader, Reason
from reports.item import Facts, Item, Kind, Silence, Step, Urgency, people_url

SILENCE_DAYS = 4
"""The school calls at the earliest after so many working days."""
AFTER_COLLEAGUE = 2
AFTER_CALL = 2
FAILURES = 2


def silence_limit(today: date, calendar: Calendar, days: int = SILENCE_DAYS) -> date:
    """What ended on this day or before has waited more than so many working days."""
    limit = today
    while calendar.after(limit, days) >= today:
        limit -= timedelta(days=1)
    return limit


def last_sunday(limit: date) -> date:
    """The last Sunday that is not after the limit: weeks count as a whole."""
    return limit - timedelta(days=(limit.weekday() + 1) % 7)


def request(fact: Facts) -> Item | None:
    """A host said no, or nothing, and nobody else was asked since."""
    asked, placement = fact.request, fact.placement
    if asked is None or placement.state != Placement.State.PLANNED or _is_sent(fact.agreement):
        return None
    why = {
        HostRequest.State.DECLINED: _("The host said no on %(day)s: %(reason)s."),
        HostRequest.State.LAPSED: _("The request to the host is closed since %(day)s without an answer."),
    }.get(asked.state)
    if why is None:
        return None
    reason = HostRequest.Decline(asked.decline).label if asked.decline else ""
    return Item(
        placement=placement,
        kind=Kind.REQUEST,
        urgency=Urgency.SOON,
        tone="warn",
        label=_("Declined") if asked.state == HostRequest.State.DECLINED else _("No answer from the host"),
        why=why % {"day": day(asked.since), "reason": reason},
        since=asked.since,
        step=Step(_("Ask the next host"), f"{reverse('placements:request_new', args=[placement.public_id])}?other=1"),
    )


def nobody_guides(fact: Facts) -> Item | None:
    """The supervisor said "not me" and knew nobody else: the student is there without anybody (E11)."""
    placement = fact.placement
    if fact.unguided_since is None or placement.state not in Placement.LIVE:
        return None
    return Item(
        placement=placement,
        kind=Kind.GUIDE,
        urgency=Urgency.NOW,
        tone="bad",
        label=_("Nobody guides"),
        why=_("The supervisor said on %(day)s that it is somebody else, and does not know who.")
        % {"day": day(fact.unguided_since)},
        since=fact.unguided_since,
        step=Step(_("Choose a supervisor"), reverse("placements:segments", args=[placement.public_id])),
    )


def _is_sent(agreement: Agreement | None) -> bool:
    return agreement is not None and agreement.state in (*Agreement.SIGNING, Agreement.State.IN_FORCE)


def hours_not_confirmed(fact: Facts, today: date, calendar: Calendar) -> Item | None:
    silence = fact.silence
    if silence is None or not _has_waited(fact, silence, today, calendar):
        return None
    words = {"minutes": hours(silence.minutes), "day": day(silence.since)}
    why = _("The host has not confirmed %(minutes)s yet; the oldest day is %(day)s.") % words
    return _stage(fact, Kind.HOURS, why, silence.since, today, calendar)


def _has_waited(fact: Facts, silence: Silence, today: date, calendar: Calendar) -> bool:
    """Whether the host was asked, in the rhythm of the plan, and all letters have had their time."""
    limit = last_sunday(_limit(fact, fact.deadlines.confirm_after, today, calendar))
    if fact.placement.ends_on <= limit:
        return True
    if silence.rhythm == PlanVersion.Rhythm.MONTHLY:
        return period(silence.since, silence.rhythm)[1] <= limit
    if silence.rhythm == PlanVersion.Rhythm.FOUR_DAYS:
        return silence.days >= FOUR_DAYS or silence.since + LONGEST_WAIT <= limit
    return week_of(silence.since)[1] <= limit


def _limit(fact: Facts, rounds: Sequence[int], today: date, calendar: Calendar) -> date:
    """What ended by then has waited for all rounds of letters, and for a colleague where there is one."""
    colleague = fact.deadlines.colleague_after + AFTER_COLLEAGUE if fact.has_colleague else 0
    return silence_limit(today, calendar, max(SILENCE_DAYS, colleague, *rounds))


def feedback_missing(fact: Facts, today: date, calendar: Calendar) -> Item | None:
    ended = fact.placement.ends_on
    if not fact.feedback_missing or ended > _limit(fact, fact.deadlines.feedback_after, today, calendar):
        return None
    why = _("Ended on %(day)s; the host has not given closing feedback.") % {"day": day(ended)}
    return _stage(fact, Kind.FEEDBACK, why, ended, today, calendar)


def _stage(fact: Facts, kind: Kind, why: str, since: date, today: date, calendar: Calendar) -> Item | None:
    """First a call; two working days after it the host is silent; with another proof there is nothing to do."""
    if fact.substituted_on and fact.substituted_on >= since:
        return None
    label, tone = (_("Not confirmed"), "warn") if kind == Kind.HOURS else (_("No feedback"), "info")
    step, called = Step(_("Call the host"), people_url(fact.placement)), fact.called_on
    if called and called > since:
        if calendar.after(called, AFTER_CALL) >= today:
            return None
        label, tone = _("Host silent"), "warn"
        called_words = _("You talked to the host on %(day)s. Use another proof; the student is never failed for it.")
        why = f"{why} {called_words % {'day': day(called)}}"
        url = reverse("placements:contact_new", args=[fact.placement.public_id])
        step = Step(_("Use another proof"), url)
    return Item(fact.placement, kind, Urgency.LATER, tone, label, why, since, step)


def in_doubt(fact: Facts) -> Item | None:
    """An answer came faster than anybody can read: it stands, and earns no credit before a person is asked."""
    if fact.doubt_since is None:
        return None
    return Item(
        placement=fact.placement,
        kind=Kind.DOUBT,
        urgency=Urgency.SOON,
        tone="warn",
        label=_("Pressed too fast"),
        why=_("The host answered on %(day)s within two seconds. Call: did a person mean it?")
        % {"day": day(fact.doubt_since)},
        since=fact.doubt_since,
        step=Step(_("Say what you heard"), reverse("placements:doubts", args=[fact.placement.public_id])),
    )


def never_logs(fact: Facts) -> Item | None:
    """The reminders have not helped: a human takes over, and the letters stop (E31)."""
    if (
        fact.nudges < fact.deadlines.log_nudges
        or fact.nudged_since is None
        or fact.placement.state != Placement.State.RUNNING
    ):
        return None
    words = {"count": fact.nudges, "day": day(fact.nudged_since)}
    return Item(
        placement=fact.placement,
        kind=Kind.LOG,
        urgency=Urgency.SOON,
        tone="warn",
        label=_("No days logged"),
        why=_("The student was reminded on %(count)d evenings from %(day)s and has logged nothing.") % words,
        since=fact.nudged_since,
        step=Step(_("Call the student"), people_url(fact.placement)),
    )


def undelivered(fact: Facts) -> Item | None:
    """Two letters to one person failed since the last one that arrived (E43)."""
    failed = fact.undelivered
    if failed is None or failed.count < FAILURES:
        return None
    why = ngettext(
        "%(count)d letter did not arrive: %(reader)s. Ask for an address that works.",
        "%(count)d letters did not arrive: %(reader)s. Ask for an address that works.",
        failed.count,
    )
    return Item(
        placement=fact.placement,
        kind=Kind.LETTERS,
        urgency=Urgency.SOON,
        tone="bad",
        label=_("Letters do not arrive"),
        why=why % {"count": failed.count, "reader": Reader(failed.reader).label},
        since=failed.since,
        step=Step(_("See the letters"), f"{reverse('reminders:letters')}?placement={fact.placement.public_id}"),
    )


_CALL: dict[str, Any] = {
    Reader.HOST: gettext_lazy("Call the host"),
    Reader.STUDENT: gettext_lazy("Call the student"),
    Reader.GUARDIAN: gettext_lazy("Call the guardian"),
}


def not_asked(fact: Facts) -> Item | None:
    """No letter asks for what the student depends on, by the reader's choice or a cap: the school calls at once."""
    asked, placement = fact.unasked, fact.placement
    if asked is None or placement.state in (Placement.State.PAUSED, Placement.State.CANCELLED):
        return None
    last = max(filter(None, (fact.called_on, fact.substituted_on)), default=None)
    if asked.reader == Reader.HOST and last and last >= asked.since:
        return None
    return Item(
        placement=placement,
        kind=Kind.NOT_ASKED,
        urgency=Urgency.SOON,
        tone="warn",
        label=_("Not asked by letter"),
        why=_("%(what)s: %(why)s.") % {"what": Letter(asked.kind).label, "why": Reason(asked.reason).label},
        since=asked.since,
        step=Step(str(_CALL.get(asked.reader, _("See who"))), people_url(placement)),
    )
