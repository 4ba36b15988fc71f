"""Week sheets on paper (E29): print one, send its photo by the code on it, look at what was sent."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts import documents
from accounts.access import MemberRequest, actor_of, allow, person_of
from accounts.models import Link, Person
from accounts.roles import HOST, Role
from core.pages import data_of, status_of
from core.workflow import Actor, Refused
from placements import week_paper
from placements.access import sheets_behind, sheets_visible_to, visible_to, weekly_behind
from placements.doors import Door
from placements.forms.sheets import CodeForm, SheetForm
from placements.models import Placement, WeekSheet
from placements.queries.sheets import weeks_to_print, written_code
from placements.views.doors import through_account, through_link, timed_for_hosts
from placements.views.plans import crumbs, page_of
from placements.workflow.sheets import print_sheet, send_sheet

SENDERS = (Role.COORDINATOR, Role.STUDENT, *HOST)


@dataclass(frozen=True)
class Way:
    """How somebody came to the sheets: signed in, or by a link with its token."""

    person: Person
    actor: Actor
    token: str = ""
    school_name: str = ""

    @property
    def at_desk(self) -> bool:
        return self.actor.role == Role.COORDINATOR

    def url(self, name: str, *args) -> str:
        """url("week_sheet_pdf", key) is placements:week_sheet_pdf, or placements:link_week_sheet_pdf behind a link."""
        if self.token:
            return reverse(f"placements:link_{name}", args=[self.token, *args])
        return reverse(f"placements:{name}", args=args)

    def weeks(self, placement: Placement) -> str:
        """The list of weeks; the host has an address of its own for it."""
        name = "host_week_sheet" if self.actor.role in HOST and not self.token else "week_sheet"
        return self.url(name, placement.public_id)

    def back(self, placement: Placement) -> str:
        return (
            self.url("hours", placement.public_id) if not self.token else reverse("placements:link", args=[self.token])
        )


def _signed_in(request: MemberRequest) -> Way:
    return Way(person_of(request.membership), actor_of(request.membership))


def _behind(door: Door) -> Way:
    if door.link and door.purpose != Link.Purpose.CONFIRM:
        raise Http404
    return Way(door.person, door.actor, door.token, door.school.name if door.school else "")


# ── To print ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@require_http_methods(["GET", "POST"])
@allow(Role.COORDINATOR, Role.STUDENT)
def week_sheet(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """The weeks of a placement; a post prints the sheet of one of them."""
    found = visible_to(request.membership).select_related("learner", "school", "employer")
    return _weeks(request, _signed_in(request), get_object_or_404(found, public_id=public_id))


def week_sheet_at_host(request: HttpRequest, door: Door, public_id: UUID) -> HttpResponse:
    found = weekly_behind(door).select_related("learner", "school", "employer")
    return _weeks(request, _behind(door), get_object_or_404(found, public_id=public_id))


def _weeks(request: HttpRequest, way: Way, placement: Placement) -> HttpResponse:
    if request.method == "POST" and (sheet := _printed(request, way, placement)):
        return redirect(way.url("week_sheet_pdf", sheet.public_id))
    rows = weeks_to_print(placement, timezone.localdate())
    context = _page(way, placement) | {
        "rows": [(week, way.url("sheet_upload", week.sheet.code) if week.sheet else "") for week in rows],
    }
    return render(request, "placements/week_sheet.html", context)


def _printed(request: HttpRequest, way: Way, placement: Placement) -> WeekSheet | None:
    try:
        day = date.fromisoformat(request.POST.get("week", ""))
        return print_sheet(placement=placement, day=day, by=way.actor, at=timezone.now())
    except ValueError:
        messages.error(request, _("Choose one of the buttons."))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return None


@require_GET
@allow(*SENDERS)
def week_sheet_pdf(request: MemberRequest, public_id: UUID) -> HttpResponse:
    return _pdf(get_object_or_404(sheets_visible_to(request.membership), public_id=public_id))


@require_GET
@through_link
def link_week_sheet_pdf(request: HttpRequest, door: Door, public_id: UUID) -> HttpResponse:
    _behind(door)
    return _pdf(get_object_or_404(sheets_behind(door), public_id=public_id))


def _pdf(sheet: WeekSheet) -> HttpResponse:
    response = HttpResponse(week_paper.draw(sheet, timezone.now()).pdf, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="week-{sheet.week_starts_on.isoformat()}.pdf"'
    response["Cache-Control"] = "private, no-store"
    return response


# ── To send ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@require_GET
@allow(*SENDERS)
def sheet_find(request: MemberRequest) -> HttpResponse:
    """Type the code of a sheet, where the square cannot be scanned."""
    form = CodeForm(request.GET if "code" in request.GET else None)
    if form.is_valid():
        code = written_code(form.cleaned_data["code"])
        if sheets_visible_to(request.membership).filter(code=code).exists():
            return redirect("placements:sheet_upload", code)
        form.add_error("code", _("No sheet of yours has this code. Look at it again, letter by letter."))
    base = "base.html" if request.membership.role == Role.COORDINATOR else "base_phone.html"
    return render(request, "placements/sheet_find.html", {"form": form, "base": base}, status=status_of(form))


@require_http_methods(["GET", "POST"])
@allow(*SENDERS)
@timed_for_hosts
def sheet_upload(request: MemberRequest, code: str) -> HttpResponse:
    """Where the code of a sheet leads: its week, and the photo of it."""
    sheet = get_object_or_404(sheets_visible_to(request.membership), code=written_code(code))
    return _sheet(request, _signed_in(request), sheet)


@require_http_methods(["GET", "POST"])
@through_link
def link_sheet_upload(request: HttpRequest, door: Door, code: str) -> HttpResponse:
    way = _behind(door)
    return _sheet(request, way, get_object_or_404(sheets_behind(door), code=written_code(code)))


def _sheet(request: HttpRequest, way: Way, sheet: WeekSheet) -> HttpResponse:
    form = SheetForm(data_of(request), request.FILES or None)
    if form.is_valid() and _sent(way, sheet, form):
        messages.success(request, _("The sheet is with the school. It writes the hours down from it."))
        return redirect(way.url("sheet_upload", sheet.code))
    context = _page(way, sheet.placement) | {"form": form, "sheet": sheet}
    return render(request, "placements/sheet_upload.html", context, status=status_of(form))


def _sent(way: Way, sheet: WeekSheet, form: SheetForm) -> bool:
    try:
        send_sheet(sheet=sheet, file=form.cleaned_data["file"], person=way.person, by=way.actor, at=timezone.now())
    except Refused as refusal:
        form.add_error("file", str(refusal))
        return False
    return True


@require_GET
@allow(*SENDERS, Role.TEACHER)
def sheet_file(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """The photo or the scan that was sent."""
    sheet = get_object_or_404(sheets_visible_to(request.membership), public_id=public_id, document__isnull=False)
    return documents.answer(sheet.document)  # type: ignore[arg-type]


def _page(way: Way, placement: Placement) -> dict:
    """What both pages show around the sheet."""
    return {
        "placement": placement,
        "base": "base.html" if way.at_desk else "base_phone.html",
        "crumbs": crumbs((placement.learner.full_name, page_of(placement))) if way.at_desk else (),
        "at_desk": way.at_desk,
        "by_link": bool(way.token),
        "school_name": way.school_name,
        "sheets_url": way.weeks(placement),
        "back": way.back(placement),
    }


host_week_sheet = require_http_methods(["GET", "POST"])(through_account(week_sheet_at_host))
link_week_sheet = require_http_methods(["GET", "POST"])(through_link(week_sheet_at_host))
