"""The first page: of each role its own, and a short one for visitors."""

from collections.abc import Callable
from uuid import UUID

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db.models import Count, Window
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.access import MemberRequest, allow, members_visible_to
from accounts.models import Person
from accounts.roles import Role
from core.pages import paged
from credits.corrections import to_answer
from credits.queries import to_decide
from exchange.access import visible_to as runs_visible_to
from placements.access import notes_visible_to
from placements.forms.reflecting import AnswerForm
from placements.models import SafeguardingNote
from placements.queries.plans import unsigned
from placements.views.reflections import told_ideas
from reminders.health import problems
from reminders.vitals import heartbeats, numbers, vitals
from reports.access import coordinators_visible_to
from reports.clusters import clusters
from reports.item import GROUPS, Urgency
from reports.phases import SHOWN, Phase
from reports.queries import homes
from reports.queries.day import coordinators_day
from reports.queries.student_home import students_today
from reports.queries.students import without_placement
from reports.ways import LISTS
from schools.access import programmes_visible_to

ITEMS = 20


@login_not_required
@require_GET
def home(request: MemberRequest) -> HttpResponse:
    if not request.user.is_authenticated:
        return render(request, "reports/landing.html", {"demo": settings.DEMO})
    if request.membership is None:
        return redirect("accounts:no_role")
    return HOMES[Role(request.membership.role)](request)


def _coordinator(request: MemberRequest) -> HttpResponse:
    today = timezone.localdate()
    covered = _covered(request)
    day = coordinators_day(request.membership, today=today, of=covered)
    found = clusters(day.tasks)
    needing = [one for one in found if one.first.item.urgency != Urgency.LATER]
    shown = needing if "all" in request.GET else needing[:ITEMS]
    groups = [(label, [one for one in shown if one.first.item.urgency == urgency]) for urgency, label in GROUPS.items()]
    context = {
        "day": day,
        "today": today,
        "needing": len(needing) + len(day.handed),
        "groups": [(label, rows) for label, rows in groups if rows],
        "more": len(needing) - len(shown),
        "waiting": [one for one in found if one.first.item.urgency == Urgency.LATER],
        "resting": day.resting,
        "covered": covered,
        "parts": [] if covered else _parts(day.phases, "&mine=1"),
        "lists": LISTS[Role.COORDINATOR],
    }
    return render(request, "reports/home_coordinator.html", context)


@require_GET
@allow(Role.COORDINATOR)
def colleagues(request: MemberRequest) -> HttpResponse:
    """Whose day one may cover: the other coordinators of the school."""
    others = coordinators_visible_to(request.membership).exclude(user=request.membership.user_id)
    return render(request, "reports/colleagues.html", {"others": others})


def _covered(request: MemberRequest) -> Person | None:
    """The colleague whose day is asked for; 404 for anybody who is not a coordinator of the same school."""
    asked = request.GET.get("cover", "")
    if not asked:
        return None
    try:
        key = UUID(asked)
    except ValueError as error:
        raise Http404 from error
    others = coordinators_visible_to(request.membership).exclude(user=request.membership.user_id)
    return get_object_or_404(others, public_id=key)


def _parts(phases: dict[Phase, int], further: str = "") -> list[dict]:
    base = reverse("reports:placements")
    return [
        {"label": phase.label, "count": count, "url": f"{base}?state={phase.value}{further}"}
        for phase, count in phases.items()
    ]


def _teacher(request: MemberRequest) -> HttpResponse:
    today = timezone.localdate()
    page = paged(request, homes.at_work(request.membership))
    rows, ideas = homes.two_weeks(list(page), today=today)
    unread, handed = homes.to_read(request.membership)
    waiting = list(to_decide(request.membership).annotate(whole=Window(Count("pk")))[:5])
    context = {
        "today": today,
        "page": page,
        "rows": rows,
        "waiting": waiting,
        "waiting_count": waiting[0].whole if waiting else 0,
        "handed": handed,
        "requests": to_answer(request.membership),
        "unread": unread,
        "ideas": told_ideas(ideas[:3]),
        "lists": LISTS[Role.TEACHER],
    }
    return render(request, "reports/home_teacher.html", context)


def _head(request: MemberRequest) -> HttpResponse:
    programmes = homes.by_programme(request.membership)
    phases = {phase: sum(dict(row.phases)[phase] for row in programmes) for phase in SHOWN}
    context = {
        "today": timezone.localdate(),
        "programmes": programmes,
        "parts": _parts(phases),
        "total": sum(phases.values()),
        "phases": SHOWN,
        "without": without_placement(request.membership),
        "lists": LISTS[Role.HEAD],
    }
    return render(request, "reports/home_head.html", context)


def _student(request: MemberRequest) -> HttpResponse:
    my = students_today(request.membership, now=timezone.now())
    context = {
        "today": timezone.localdate(),
        "my": my,
        "answer_form": AnswerForm(),
        "photo_of": _just_saved(request) if my.segment and my.segment.site.photos_allowed else None,
    }
    return render(request, "reports/home_student.html", context)


def _just_saved(request: MemberRequest) -> UUID | None:
    """The day that was saved before this page: a photo of it is one tap away."""
    try:
        return UUID(request.GET.get("saved", ""))
    except ValueError:
        return None


def _guardian(request: MemberRequest) -> HttpResponse:
    context = {
        "today": timezone.localdate(),
        "children": homes.children(request.membership),
        "to_sign": unsigned(request.membership),
    }
    return render(request, "reports/home_guardian.html", context)


def _host(request: MemberRequest) -> HttpResponse:
    return redirect("placements:host")


def _safeguarding(request: MemberRequest) -> HttpResponse:
    notes = notes_visible_to(request.membership).exclude(state=SafeguardingNote.State.CLOSED)
    context = {"today": timezone.localdate(), "notes": list(notes.select_related("student__person")[:10])}
    return render(request, "reports/home_safeguarding.html", context)


def _administrator(request: MemberRequest) -> HttpResponse:
    beats = heartbeats()
    context = {
        "today": timezone.localdate(),
        "members": members_visible_to(request.membership).count(),
        "programmes": programmes_visible_to(request.membership).count(),
        "last_import": runs_visible_to(request.membership).order_by("-created_at", "-pk").first(),
        "beats": beats,
        "problems": problems(vitals(beats), timezone.now()),
        "numbers": numbers(request.membership),
    }
    return render(request, "reports/home_administrator.html", context)


HOMES: dict[Role, Callable[[MemberRequest], HttpResponse]] = {
    Role.COORDINATOR: _coordinator,
    Role.TEACHER: _teacher,
    Role.HEAD: _head,
    Role.STUDENT: _student,
    Role.GUARDIAN: _guardian,
    Role.SUPERVISOR: _host,
    Role.OWNER: _host,
    Role.SAFEGUARDING: _safeguarding,
    Role.ADMINISTRATOR: _administrator,
}
