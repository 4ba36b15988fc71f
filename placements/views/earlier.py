"""Earlier work and jobs (E18): written as a sum, confirmed by the workplace, talked through; the teacher decides."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import documents
from accounts.access import MemberRequest, acting, allow, person_of
from accounts.roles import STAFF, Role
from core.pages import data_of, status_of
from core.workflow import Actor, Refused
from placements.access import earlier_behind, earlier_visible_to
from placements.doors import Door
from placements.forms.earlier import EarlierForm, HostWordForm, PaperWordForm, TalkedForm, sum_of, written
from placements.models import EarlierWork, Placement
from placements.views.doors import through_account, through_link
from placements.views.plans import crumbs, page_of
from placements.workflow.earlier import EARLIER, confirm_earlier, confirm_on_paper, note_talk, write_earlier

WRITERS = (Role.COORDINATOR, Role.TEACHER)


@require_http_methods(["GET", "POST"])
@allow(*STAFF, Role.STUDENT)
def earlier_work(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """How far it is: the sum, the workplace's word, the talk; with the form of the sum for whoever writes it."""
    placement, earlier = _found(request, public_id)
    writes = request.membership.role in EARLIER.move("write").roles
    if request.method == "POST" and not writes:
        raise Http404
    form = EarlierForm(data_of(request), initial=written(earlier))
    if form.is_valid() and _written(request, placement, form):
        messages.success(request, _("It is written down. Next the workplace says whether it is right."))
        return redirect("placements:earlier_work", placement.public_id)
    return _page(request, placement, earlier, form, TalkedForm(initial={"on": timezone.localdate()}))


@require_POST
@allow(*WRITERS)
def earlier_talk(request: MemberRequest, public_id: UUID) -> HttpResponse:
    placement, earlier = _found(request, public_id)
    if earlier is None:
        raise Http404
    form = TalkedForm(request.POST)
    if form.is_valid() and _talked(request, earlier, form):
        messages.success(request, _("The talk is noted."))
        return redirect("placements:earlier_work", placement.public_id)
    return _page(request, placement, earlier, EarlierForm(initial=written(earlier)), form)


@require_GET
@allow(*STAFF)
def earlier_file(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """The paper of the workplace."""
    _placement, earlier = _found(request, public_id)
    if earlier is None or earlier.document is None:
        raise Http404
    return documents.answer(earlier.document)


@require_http_methods(["GET", "POST"])
@allow(Role.COORDINATOR)
def earlier_paper(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """The word of the workplace as it came on paper."""
    placement, earlier = _found(request, public_id)
    if earlier is None:
        raise Http404
    form = PaperWordForm(data_of(request), request.FILES or None, initial=sum_of(earlier.minutes))
    if form.is_valid() and _kept(request, earlier, form):
        messages.success(request, _("The word of the workplace is kept with its paper."))
        return redirect("placements:earlier_work", placement.public_id)
    back = reverse("placements:earlier_work", args=[placement.public_id])
    way = crumbs((placement.learner.full_name, page_of(placement)), (_("Earlier work"), back))
    context = {"earlier": earlier, "placement": placement, "form": form, "back": back, "crumbs": way}
    return render(request, "placements/earlier_paper.html", context, status=status_of(form))


def confirm(request: HttpRequest, door: Door, public_id: UUID) -> HttpResponse:
    """Somebody at the workplace says in their own name how much it was; afterwards what they said."""
    found = EarlierWork.objects.select_related("placement__learner", "placement__school")
    earlier = get_object_or_404(found, placement__in=earlier_behind(door), placement__public_id=public_id)
    form = HostWordForm(data_of(request), initial=sum_of(earlier.minutes) | {"name": door.person.full_name})
    if form.is_valid() and _confirmed(earlier, form, door.actor):
        return redirect(request.path)
    context = {
        "earlier": earlier,
        "placement": earlier.placement,
        "form": form,
        "home": door.home,
        "school_name": earlier.placement.school.name,
    }
    return render(request, "placements/earlier_confirm.html", context, status=status_of(form))


def _found(request: MemberRequest, public_id: UUID) -> tuple[Placement, EarlierWork | None]:
    placement = get_object_or_404(earlier_visible_to(request.membership), public_id=public_id)
    return placement, EarlierWork.objects.filter(placement=placement).select_related(
        "placement__learner", "placement__school", "talked_with", "document"
    ).first()  # fmt: skip


def _page(
    request: MemberRequest, placement: Placement, earlier: EarlierWork | None, form: EarlierForm, talk: TalkedForm
) -> HttpResponse:
    role = request.membership.role
    at_desk = role in STAFF
    context = {
        "placement": placement,
        "earlier": earlier,
        "form": form,
        "talk": talk,
        "writes": role in EARLIER.move("write").roles,
        "confirms": role == Role.COORDINATOR,
        "at_desk": at_desk,
        "base": "base.html" if at_desk else "base_phone.html",
        "crumbs": crumbs((placement.learner.full_name, page_of(placement))) if at_desk else (),
    }
    return render(request, "placements/earlier_work.html", context, status=status_of(form, talk))


def _written(request: MemberRequest, placement: Placement, form: EarlierForm) -> bool:
    try:
        write_earlier(placement=placement, **form.values, **acting(request))
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


def _talked(request: MemberRequest, earlier: EarlierWork, form: TalkedForm) -> bool:
    try:
        note_talk(earlier=earlier, on=form.cleaned_data["on"], person=person_of(request.membership), **acting(request))
    except Refused as refusal:
        form.add_error("on", str(refusal))
        return False
    return True


def _confirmed(earlier: EarlierWork, form: HostWordForm, by: Actor) -> bool:
    try:
        confirm_earlier(
            earlier=earlier,
            minutes=form.minutes_in_all,
            name=form.cleaned_data["name"],
            by=by,
            at=timezone.now(),
        )
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


def _kept(request: MemberRequest, earlier: EarlierWork, form: PaperWordForm) -> bool:
    """The paper is only kept when the word is."""
    try:
        confirm_on_paper(
            earlier=earlier,
            minutes=form.minutes_in_all,
            name=form.cleaned_data["name"],
            file=form.cleaned_data["file"],
            person=person_of(request.membership),
            **acting(request),
        )
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


link_earlier_confirm = require_http_methods(["GET", "POST"])(through_link(confirm))
host_earlier_confirm = require_http_methods(["GET", "POST"])(through_account(confirm))
