""" "Not me": one tap behind a link, then who it is, or that nobody knows."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from core.pages import data_of, status_of
from core.workflow import Refused
from placements.doors import Door
from placements.forms.signing import ForwardForm
from placements.views.doors import through_link
from placements.views.links import host_behind
from placements.workflow.handing_over import may_say_not_me, not_me


@require_http_methods(["GET", "POST"])
@through_link
def link_not_me(request: HttpRequest, door: Door) -> HttpResponse:
    """Name the colleague, or say that you do not know; the link is closed then."""
    if door.link is None or not may_say_not_me(door.link):
        raise Http404
    school_name = door.school.name if door.school else ""
    unknown = request.method == "POST" and "unknown" in request.POST
    form = ForwardForm(None if unknown else data_of(request))
    if (unknown or form.is_valid()) and _handed_over(form, door, unknown=unknown):
        return render(request, "placements/not_me_done.html", {"unknown": unknown, "school_name": school_name})
    context = {"form": form, "home": door.home, "school_name": school_name}
    return render(request, "placements/not_me.html", context, status=status_of(form))


def _handed_over(form: ForwardForm, door: Door, *, unknown: bool) -> bool:
    colleague = {} if unknown else form.cleaned_data
    try:
        not_me(link=door.link, by=host_behind(door), at=timezone.now(), **colleague)  # type: ignore[arg-type]
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    return True
