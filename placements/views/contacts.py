"""The contact log of a placement, and what the school learned at work."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import MemberRequest, acting, actor_of, allow, person_of, school_of
from accounts.models import Membership
from accounts.roles import HOST, STAFF, Role
from core.pages import data_of, paged, status_of
from core.workflow import Refused
from placements.access import appointments_visible_to, visible_to
from placements.forms.contacts import ContactForm, answers_of, held_as_planned
from placements.models import Appointment, Contact, HourClaim, Placement
from placements.queries.appointments import open_ones
from placements.queries.contacts import Entry, contacts_of, learned_at
from placements.queries.due_contacts import due_of_read, with_closed_days
from placements.queries.plans import zone_of
from placements.rules.appointments import is_to_come, name_of, shown_at
from placements.rules.contacts import SUBSTITUTES, Due
from placements.views.doors import timed_for_hosts
from placements.views.plans import crumbs, page_of
from placements.workflow import contacts as workflow
from placements.workflow.absences import side_of

Kind = Contact.Kind
Side = HourClaim.Side

OWN_PAGES = {
    Side.STUDENT: {Kind.INDUCTION: "induction", Kind.FIRST_WEEK: "first_week"},
    Side.HOST: {
        Kind.BRIEFING: "host_briefing",
        Kind.INDUCTION: "host_induction",
        Kind.FIRST_WEEK: "host_first_week",
    },
}
"""The small pages on which student and host answer for themselves."""


@dataclass(frozen=True)
class Reader:
    """Who reads a log, and on whose side."""

    membership: Membership
    placement: Placement

    @property
    def side(self) -> HourClaim.Side:
        return side_of(self.placement, actor_of(self.membership))

    @property
    def kinds(self) -> list[Contact.Kind]:
        """What this reader writes down with the form; the rest have their own small pages."""
        kinds = workflow.kinds_for(self.placement, actor_of(self.membership))
        return [kind for kind in kinds if kind not in OWN_PAGES.get(self.side, {})]

    @property
    def frame(self) -> dict:
        """What every page about this log shows around it."""
        name, role = self.placement.learner.full_name, self.membership.role
        page = (name, page_of(self.placement))
        return {
            "placement": self.placement,
            "base": "base.html" if role in STAFF else "base_phone.html",
            "crumbs": crumbs(page) if role in STAFF else [] if role == Role.STUDENT else [(_("Today"), "/"), page],
            "log_url": reverse("placements:contacts", args=[self.placement.public_id]),
        }


def _reader(request: MemberRequest, **key: Any) -> Reader:
    placements = with_closed_days(visible_to(request.membership).select_related("learner"))
    return Reader(request.membership, get_object_or_404(placements, **key))


@require_GET
@allow(*STAFF, Role.STUDENT, *HOST)
def contacts(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """What is due, and the log newest first; each side reads what is for it."""
    reader = _reader(request, public_id=public_id)
    entries = contacts_of(reader.placement, reader.side)
    kind = request.GET.get("kind", "")
    page = paged(request, [one for one in entries if kind in ("", one.kind)])
    context = {
        "page": page,
        "rows": [(entry, _correct_url(reader, entry)) for entry in page],
        "tabs": _tabs(reader, entries, kind),
        "asks": _asks(reader, timezone.localdate()),
        "planned": _planned(reader, timezone.now()),
        "is_school": reader.side == Side.SCHOOL,
        "may_write": bool(reader.kinds),
        "plan_url": _plan_url(reader),
    }
    return render(request, "placements/contacts.html", reader.frame | context)


def _tabs(reader: Reader, entries: list[Entry], current: str) -> list[dict]:
    """All, and each kind that there is."""
    here = reader.frame["log_url"]
    kinds = [kind for kind in Kind if any(one.kind == kind for one in entries)]
    tabs = [{"label": _("All"), "url": here, "current": not current, "count": len(entries)}]
    for kind in kinds if len(kinds) > 1 else ():
        count = sum(one.kind == kind for one in entries)
        tabs.append({"label": kind.label, "url": f"{here}?kind={kind}", "current": kind == current, "count": count})
    return tabs


def _asks(reader: Reader, today: date) -> list[tuple[Due, str, bool]]:
    """What is due, where it is done, and whether it is late: all for the school, else what waits for this side."""
    found = [due for due in due_of_read(reader.placement, today) if reader.side in (Side.SCHOOL, due.side)]
    return [(due, _ask_url(reader, due), due.is_late(today)) for due in found]


def _planned(reader: Reader, now: datetime) -> list[dict[str, Any]]:
    """Visits and talks that are planned, by the clock of the workplace; the school changes one, or writes it down."""
    found = open_ones(reader.placement, reader.side, now=now)
    zone = zone_of(reader.placement) if found else ""
    return [
        {
            "name": name_of(one.kind),
            "at": shown_at(one.starts_at, zone),
            "of": one,
            "change_url": reverse("placements:appointment", args=[one.public_id]) if is_to_come(one, now) else "",
            "write_url": _write_url(reader, one),
        }
        for one in found
    ]


def _write_url(reader: Reader, planned: Appointment) -> str:
    if planned.kind not in reader.kinds:
        return ""
    form = reverse("placements:contact_form", args=[reader.placement.public_id, planned.kind])
    return f"{form}?planned={planned.public_id}"


def _ask_url(reader: Reader, due: Due) -> str:
    own = OWN_PAGES.get(reader.side, {}).get(due.kind)
    if own:
        return reverse(f"placements:{own}", args=[reader.placement.public_id])
    return reverse("placements:contact_form", args=[reader.placement.public_id, due.kind])


def _correct_url(reader: Reader, entry: Entry) -> str:
    person = person_of(reader.membership)
    if entry.kind not in reader.kinds or not workflow.may_correct(entry.author_id, entry.at, person, timezone.now()):
        return ""
    return reverse("placements:contact_correct", args=[entry.public_id])


def _plan_url(reader: Reader) -> str:
    """What was agreed in a review may change the plan."""
    if reader.membership.role != Role.COORDINATOR or reader.placement.state not in Placement.LIVE:
        return ""
    return reverse("placements:plan", args=[reader.placement.public_id])


@require_GET
@allow(*STAFF)
def contact_new(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """What kind of contact it was."""
    reader = _reader(request, public_id=public_id)
    if not reader.kinds:
        raise Http404
    key = reader.placement.public_id
    kinds = [(kind, reverse("placements:contact_form", args=[key, kind])) for kind in reader.kinds]
    context = {
        "kinds": [row for row in kinds if row[0] not in SUBSTITUTES],
        "substitutes": [row for row in kinds if row[0] in SUBSTITUTES],
    }
    return render(request, "placements/contact_new.html", reader.frame | context)


@require_http_methods(["GET", "POST"])
@allow(*STAFF, *HOST)
@timed_for_hosts
def contact_form(request: MemberRequest, public_id: UUID, kind: str) -> HttpResponse:
    reader = _reader(request, public_id=public_id)
    if kind not in reader.kinds:
        raise Http404
    initial = _as_planned(request, Kind(kind))
    form = ContactForm(data_of(request), kind=Kind(kind), side=reader.side, initial=initial)
    if form.is_valid() and _written(request, reader, form, Kind(kind)):
        messages.success(request, _("Written down."))
        return redirect(reader.frame["log_url"])
    context = {"form": form, "kind": Kind(kind), "is_correction": False}
    return render(request, "placements/contact_form.html", reader.frame | context, status=status_of(form))


def _as_planned(request: MemberRequest, kind: Contact.Kind) -> dict[str, Any] | None:
    """What was planned is written down with its day, its way and its people; `planned` in the address names it."""
    try:
        key = UUID(request.GET.get("planned", ""))
    except ValueError:
        return None
    planned = appointments_visible_to(request.membership).filter(public_id=key, kind=kind).first()
    return held_as_planned(planned, kind) if planned else None


def _written(request: MemberRequest, reader: Reader, form: ContactForm, kind: Contact.Kind) -> bool:
    try:
        workflow.record_contact(
            placement=reader.placement,
            kind=kind,
            words=form.words,
            person=person_of(request.membership),
            public_id=form.cleaned_data["key"],
            **acting(request),
        )
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


@require_http_methods(["GET", "POST"])
@allow(*STAFF, *HOST)
def contact_correct(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """Its author writes it anew, for a day."""
    contact = get_object_or_404(
        Contact, placement__isnull=False, person__user=request.membership.user_id, public_id=public_id
    )
    reader = _reader(request, pk=contact.placement_id)
    if contact.kind not in reader.kinds:
        raise Http404
    initial = answers_of(contact)
    form = ContactForm(data_of(request), kind=Kind(contact.kind), side=reader.side, initial=initial)
    if form.is_valid() and _corrected(request, contact, form):
        messages.success(request, _("Your correction is saved."))
        return redirect(reader.frame["log_url"])
    context = {"form": form, "kind": Kind(contact.kind), "is_correction": True}
    return render(request, "placements/contact_form.html", reader.frame | context, status=status_of(form))


def _corrected(request: MemberRequest, contact: Contact, form: ContactForm) -> bool:
    try:
        workflow.correct_contact(
            contact=contact, words=form.words, person=person_of(request.membership), **acting(request)
        )
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


@require_GET
@allow(*STAFF)
def learned(request: MemberRequest) -> HttpResponse:
    """Everything that teachers of the school learned at work, newest first: what lessons can be built on."""
    q = request.GET.get("q", "").strip()
    page = paged(request, learned_at(school_of(request.membership).pk, q))
    return render(request, "placements/learned.html", {"page": page, "q": q, "clear": request.path if q else ""})
