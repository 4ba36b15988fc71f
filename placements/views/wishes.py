"""A student's own wishes for the next place: where from, how far, what is needed, and which firms."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import MemberRequest, acting, allow, school_of
from accounts.roles import Role
from core.pages import data_of, paged, status_of
from core.workflow import Refused
from employers.models import Employer
from placements.forms.wishes import OwnWishesForm
from placements.queries.wishing import Own, areas_near, firms_to_name, own_wishes
from placements.workflow import wishing


@require_http_methods(["GET", "POST"])
@allow(Role.STUDENT)
def wishes(request: MemberRequest) -> HttpResponse:
    """All but the firms is one form; the firms stand below it, each with its own buttons."""
    own = own_wishes(request.membership, timezone.localdate())
    if own is None:
        return render(request, "placements/wishes.html", {"own": None})
    form = OwnWishesForm(data_of(request), wish=own.wish, areas=areas_near(school_of(request.membership)))
    if form.is_valid() and _told(request, form, own):
        messages.success(request, _("Saved. Your school sees it now."))
        return redirect("placements:wishes")
    context = {"own": own, "form": form, "firms": own.firms, "most": wishing.FIRMS, "today": timezone.localdate()}
    return render(request, "placements/wishes.html", context, status=status_of(form))


def _told(request: MemberRequest, form: OwnWishesForm, own: Own) -> bool:
    try:
        wishing.tell_wishes(
            enrolment=own.enrolment, wishes=form.wishes, agrees=form.cleaned_data["agrees"], **acting(request)
        )
    except Refused as refusal:
        form.add_error("agrees", str(refusal))
        return False
    return True


@require_GET
@allow(Role.STUDENT)
def wish_firms(request: MemberRequest) -> HttpResponse:
    """The firms of the school, to find one by its name."""
    own, q = _own(request), request.GET.get("q", "").strip()
    context = {
        "page": paged(request, firms_to_name(school_of(request.membership), q)),
        "q": q,
        "named": {firm.pk for firm in own.firms},
    }
    return render(request, "placements/wish_firms.html", context)


@require_POST
@allow(Role.STUDENT)
def wish_firm(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """Name a firm, put it first, or take it away: each counts at once."""
    own, step = _own(request), request.POST.get("step")
    try:
        if step == "choose":
            firm = get_object_or_404(firms_to_name(school_of(request.membership)), public_id=public_id)
            wishing.choose_firm(enrolment=own.enrolment, employer=firm, **acting(request))
        else:
            verb = wishing.prefer_firm if step == "prefer" else wishing.drop_firm
            verb(enrolment=own.enrolment, employer=_named(own, public_id), **acting(request))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("placements:wishes")


def _own(request: MemberRequest) -> Own:
    own = own_wishes(request.membership, timezone.localdate())
    if own is None:
        raise Http404
    return own


def _named(own: Own, public_id: UUID) -> Employer:
    """One of those that the student has named, whether or not students go there now."""
    firm = next((firm for firm in own.firms if firm.public_id == public_id), None)
    if firm is None:
        raise Http404
    return firm
