"""What cannot wait about a person: an accident, a host that wants to talk, a need that is not met, a call to the
safeguarding lead. Pure; what was said stands on the pages behind these items."""

from datetime import date

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core.templatetags.ui import day
from placements.models import Concern
from reports.item import Facts, Item, Kind, Step, Urgency, people_url


def items(fact: Facts, today: date) -> list[Item]:
    found = (_safeguarding(fact, today), _incident(fact, today), _concern(fact), _no_show(fact), _refused(fact))
    return [item for item in found if item]


def _safeguarding(fact: Facts, today: date) -> Item | None:
    """Never why, never since when: that is between the student and the lead (E13)."""
    if not fact.call_safeguarding:
        return None
    url = reverse("reports:placement", args=[fact.placement.public_id])
    return Item(
        placement=fact.placement,
        kind=Kind.SAFEGUARDING,
        urgency=Urgency.NOW,
        tone="warn",
        label=_("Please call"),
        why=_("Please call the safeguarding lead before you do anything about this placement."),
        since=today,
        step=Step(_("See the placement"), url),
    )


def _incident(fact: Facts, today: date) -> Item | None:
    incident = fact.incident
    if incident is None:
        return None
    words = {"day": day(incident.happened_on), "by": day(incident.tell_by)}
    why = (
        _("Something happened at work on %(day)s. The authority has to know by %(by)s.")
        if incident.tell_by
        else _("Something happened at work on %(day)s. The report is open.")
    )
    return Item(
        placement=fact.placement,
        kind=Kind.INCIDENT,
        urgency=Urgency.NOW if incident.tell_by else Urgency.SOON,
        tone="bad" if incident.tell_by and incident.tell_by < today else "warn",
        label=_("Incident"),
        why=why % words,
        since=incident.happened_on,
        step=Step(_("See the report"), reverse("placements:incident", args=[incident.public_id])),
    )


def _concern(fact: Facts) -> Item | None:
    concern = fact.concern
    if concern is None:
        return None
    unlawful = concern.category in Concern.UNLAWFUL
    if unlawful:
        why = _("The host names a reason for which nobody may be sent away. Talk to the host today.")
    elif concern.kind == Concern.Kind.END:
        why = _("The host would like to end this placement. A talk comes first.")
    else:
        why = _("The host asks for a call.")
    return Item(
        placement=fact.placement,
        kind=Kind.CONCERN,
        urgency=Urgency.NOW,
        tone="bad" if unlawful else "warn",
        label=_("Host wants to talk"),
        why=why,
        since=concern.since,
        step=Step(_("Read and call"), reverse("placements:concern", args=[concern.public_id])),
    )


def _no_show(fact: Facts) -> Item | None:
    """A host said it with one tap; a talk with the student, or what the school thinks of the absence, ends it."""
    if fact.missed_at is None:
        return None
    words = {"day": day(fact.missed_at), "time": f"{timezone.localtime(fact.missed_at):%H:%M}"}
    return Item(
        placement=fact.placement,
        kind=Kind.NO_SHOW,
        urgency=Urgency.NOW,
        tone="bad",
        label=_("Did not come"),
        why=_("The host told us on %(day)s at %(time)s. Nobody has heard from the student yet.") % words,
        since=timezone.localdate(fact.missed_at),
        step=Step(_("Call the student"), people_url(fact.placement)),
    )


def _refused(fact: Facts) -> Item | None:
    if fact.refused_on is None:
        return None
    return Item(
        placement=fact.placement,
        kind=Kind.NEED,
        urgency=Urgency.SOON,
        tone="warn",
        label=_("Need not met"),
        why=_("The host cannot do what the student needs. Look for another way together."),
        since=fact.refused_on,
        step=Step(_("See which"), reverse("placements:adjustments_refused")),
    )
