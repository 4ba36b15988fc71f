"""Photos of a day of work: the learner adds them with parts hidden; who may see the day at work sees them."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import documents
from accounts.access import MemberRequest, acting, allow
from accounts.roles import Role
from core.pages import status_of
from core.workflow import Refused
from placements.access import PHOTO_ROLES, entries_visible_to, photos_visible_to
from placements.forms.photos import PhotoForm
from placements.models import WorkEntry
from placements.workflow.photos import add_photo, remove_photo, why_not


@require_http_methods(["GET", "POST"])
@allow(*PHOTO_ROLES)
def photo(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """The photos of one day; for its learner with the form to add one."""
    is_learner = request.membership.role == Role.STUDENT
    if request.method == "POST" and not is_learner:
        raise Http404
    entries = entries_visible_to(request.membership).select_related(
        "segment__site__employer", "placement__school", "placement__learner", "learner"
    )
    entry = get_object_or_404(entries, public_id=public_id)
    form = PhotoForm(request.POST, request.FILES) if request.method == "POST" else PhotoForm()
    if form.is_valid() and _added(request, entry, form):
        messages.success(request, _("The photo is saved. Have a look: is every part hidden that should be?"))
        return redirect("placements:photo", entry.public_id)
    context = {
        "entry": entry,
        "photos": photos_visible_to(request.membership).filter(entry=entry).order_by("at", "pk"),
        "form": form if is_learner else None,
        "closed": why_not(entry) if is_learner else None,
    }
    return render(request, "placements/photos.html", context, status=status_of(form))


@require_GET
@allow(*PHOTO_ROLES)
def photo_file(request: MemberRequest, public_id: UUID) -> HttpResponse:
    found = get_object_or_404(photos_visible_to(request.membership).select_related("document"), public_id=public_id)
    return documents.answer(found.document)


@require_POST
@allow(Role.STUDENT)
def photo_remove(request: MemberRequest, public_id: UUID) -> HttpResponse:
    found = get_object_or_404(photos_visible_to(request.membership).select_related("entry"), public_id=public_id)
    remove_photo(photo=found, **acting(request))
    messages.success(request, _("The photo is gone."))
    return redirect("placements:photo", found.entry.public_id)


def _added(request: MemberRequest, entry: WorkEntry, form: PhotoForm) -> bool:
    values = form.cleaned_data
    try:
        add_photo(
            entry=entry,
            file=values["file"],
            consent=values["consent"],
            hide=values["hide"],
            public_id=values["key"],
            **acting(request),
        )
    except Refused as refusal:
        form.add_error("file", str(refusal))
        return False
    return True
