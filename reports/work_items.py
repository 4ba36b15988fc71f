"""What needs a coordinator: exceptions computed from facts, each with who, why, since when and one next step."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.formats import listed
from core.templatetags.ui import day, hours
from placements.models import Agreement, Placement, Signature
from placements.rules.ending import is_stilled
from reminders.due.calendar import Calendar
from reports import care, silence
from reports.item import Facts, Item, Kind, Step, Urgency, people_url

SIGN_DAYS = 5


def items(facts: Iterable[Facts], *, viewer_id: int | None, today: date, calendar: Calendar) -> list[Item]:
    """The most urgent first, and of those what has waited longest. `viewer_id` is the coordinator as a person.

    Where a placement is over for a personal reason nobody is asked for anything (E35); only care goes on.
    """
    found: list[Item] = []
    for fact in facts:
        found += care.items(fact, today)
        if is_stilled(fact.placement):
            continue
        candidates = (
            silence.nobody_guides(fact),
            silence.request(fact) or _unsigned(fact, viewer_id, today, calendar),
            _differ(fact),
            silence.hours_not_confirmed(fact, today, calendar),
            silence.feedback_missing(fact, today, calendar),
            silence.in_doubt(fact),
            silence.never_logs(fact),
            silence.undelivered(fact),
        )
        own = list(filter(None, candidates))
        call = silence.not_asked(fact)
        if call and call.step.label not in {item.step.label for item in own}:
            own.append(call)
        found += own
    return sorted(found, key=lambda item: (item.urgency, item.since, item.placement.pk))


def sign_horizon(today: date, calendar: Calendar) -> date:
    """Placements that start until this day should be agreed."""
    return calendar.after(today, SIGN_DAYS)


def _unsigned(fact: Facts, viewer_id: int | None, today: date, calendar: Calendar) -> Item | None:
    placement = fact.placement
    if placement.state != Placement.State.PLANNED or fact.agreed:
        return None
    if placement.starts_on > sign_horizon(today, calendar):
        return None
    begun = placement.starts_on <= today
    if not begun and _host_was_called(fact, viewer_id, today):
        return None
    return Item(
        placement=placement,
        kind=Kind.AGREEMENT,
        urgency=Urgency.NOW if begun else Urgency.SOON,
        tone="bad" if begun else "warn",
        label=_("Start without agreement") if begun else _("Unsigned"),
        why=f"{_start(placement, begun)} {_missing(fact, viewer_id)}",
        since=fact.asked_on or placement.starts_on,
        step=_step_to_sign(fact, viewer_id),
    )


def _host_was_called(fact: Facts, viewer_id: int | None, today: date) -> bool:
    """A call about its signature is all that can be done on that day; the item is back on the next one."""
    signing = fact.agreement is not None and fact.agreement.state in Agreement.SIGNING
    other = _waits_for(fact, viewer_id)
    return signing and other is not None and other.party == Signature.Party.HOST and fact.called_on == today


def _start(placement: Placement, begun: bool) -> str:
    words = {"day": day(placement.starts_on)}
    return _("Planned start was %(day)s.") % words if begun else _("Starts %(day)s.") % words


def _missing(fact: Facts, viewer_id: int | None) -> str:
    if fact.agreement is None or fact.agreement.state == Agreement.State.DRAFT:
        return _("The plan has not been sent for signing.")
    if fact.agreement.state not in Agreement.SIGNING:
        return _("The agreement was refused or withdrawn.")
    open_places = [place for place in fact.signatures if place.signed_at is None]
    if [place.person_id for place in open_places] == [viewer_id]:
        return _("All others have signed; your signature is missing.")
    parties = listed(place.get_party_display() for place in open_places)
    asked = {"parties": parties, "day": day(fact.asked_on)}
    if fact.asked_on is None:
        return _("Not signed yet: %(parties)s.") % asked
    return _("Not signed yet: %(parties)s; asked on %(day)s.") % asked


def _step_to_sign(fact: Facts, viewer_id: int | None) -> Step:
    key = fact.placement.public_id
    if fact.agreement is None or fact.agreement.state not in (Agreement.State.DRAFT, *Agreement.SIGNING):
        return Step(_("Write the plan"), reverse("placements:plan", args=[key]))
    if fact.agreement.state == Agreement.State.DRAFT:
        return Step(_("Send for signing"), reverse("placements:propose", args=[key]))
    open_places = [place for place in fact.signatures if place.signed_at is None]
    own = next((place for place in open_places if place.person_id == viewer_id), None)
    if own and len(open_places) == 1:
        return Step(_("Read and sign"), reverse("placements:sign", args=[own.public_id]))
    other = _waits_for(fact, viewer_id)
    label = _CALL.get(other.party, _("See who")) if other else _("See who")
    return Step(str(label), people_url(fact.placement))


def _waits_for(fact: Facts, viewer_id: int | None) -> Signature | None:
    """Who has to sign first, besides the viewer."""
    others = (place for place in fact.signatures if place.signed_at is None and place.person_id != viewer_id)
    return next(others, None)


_CALL: dict[str, Any] = {
    Signature.Party.HOST: gettext_lazy("Call the host"),
    Signature.Party.STUDENT: gettext_lazy("Call the student"),
    Signature.Party.GUARDIAN: gettext_lazy("Call the guardian"),
}


def _differ(fact: Facts) -> Item | None:
    if not fact.differ_days or fact.differ_since is None:
        return None
    words = {
        "logged": hours(fact.differ_logged),
        "confirmed": hours(fact.differ_confirmed),
        "days": fact.differ_days,
    }
    why = ngettext(
        "Student logged %(logged)s, host confirmed %(confirmed)s. %(days)s day differs.",
        "Student logged %(logged)s, host confirmed %(confirmed)s. %(days)s days differ.",
        fact.differ_days,
    )
    url = reverse("placements:hours", args=[fact.placement.public_id])
    return Item(
        placement=fact.placement,
        kind=Kind.DIFFER,
        urgency=Urgency.SOON,
        tone="warn",
        label=_("Hours differ"),
        why=why % words,
        since=fact.differ_since,
        step=Step(_("Compare"), url),
    )
