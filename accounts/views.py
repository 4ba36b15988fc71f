"""The staff of a school and their roles, for its administrator; and changing between one's own roles."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django.views.i18n import set_language

from accounts.access import MemberRequest, acting, allow, members_visible_to, school_of
from accounts.forms import LastDayForm, MemberForm
from accounts.middleware import ROLE_KEY
from accounts.models import Membership, Person
from accounts.queries import staff
from accounts.roles import Role
from accounts.rules import Standing, standing
from accounts.workflow import add_member, end_membership
from core.pages import data_of, paged, status_of
from core.workflow import Refused

TONES = {Standing.NOW: "good", Standing.LATER: "info", Standing.OVER: "quiet"}


@require_POST
def switch(request: HttpRequest) -> HttpResponse:
    """Act in another of one's own roles from now on."""
    chosen = request.POST.get("membership", "")
    own = {str(membership.pk): membership.pk for membership in request.memberships}  # type: ignore[attr-defined]
    if chosen not in own:
        raise Http404
    request.session[ROLE_KEY] = own[chosen]
    return redirect("/")


@require_POST
@login_not_required
def language(request: HttpRequest) -> HttpResponse:
    """Another language, on this machine for anybody; for whoever has signed in also in their letters."""
    chosen = request.POST.get("language", "")
    if request.user.is_authenticated and chosen in dict(settings.LANGUAGES):
        Person.objects.filter(user=request.user).update(language=chosen)
    return set_language(request)


@require_GET
def no_role(request: HttpRequest) -> HttpResponse:
    """For somebody who has an account and no role today."""
    return render(request, "accounts/no_role.html")


@require_GET
@allow(Role.ADMINISTRATOR)
def members(request: MemberRequest) -> HttpResponse:
    q = request.GET.get("q", "").strip()
    page = paged(request, staff(members_visible_to(request.membership), q))
    rows = [(membership, *_state(membership)) for membership in page]
    return render(request, "accounts/members.html", {"page": page, "rows": rows, "q": q})


def _state(membership: Membership) -> tuple[str, str]:
    found = standing(membership.starts_on, membership.ends_on, timezone.localdate())
    return TONES[found], str(found.label)


def _crumbs() -> list[tuple[str, str]]:
    return [(_("Staff and accounts"), reverse("accounts:members"))]


@require_http_methods(["GET", "POST"])
@allow(Role.ADMINISTRATOR)
def member_new(request: MemberRequest) -> HttpResponse:
    form = MemberForm(data_of(request))
    if form.is_valid():
        try:
            membership = add_member(
                school=school_of(request.membership),
                **acting(request),
                **form.cleaned_data,
            )
        except Refused as refusal:
            form.add_error("role", str(refusal))
        else:
            name = membership.user.person.full_name
            messages.success(request, _("%(name)s can sign in now.") % {"name": name})
            return redirect("accounts:members")
    return render(request, "accounts/member_new.html", {"form": form, "crumbs": _crumbs()}, status=status_of(form))


@require_http_methods(["GET", "POST"])
@allow(Role.ADMINISTRATOR)
def member_end(request: MemberRequest, public_id: UUID, role: str) -> HttpResponse:
    """Set the last day of one role of one member of the staff."""
    membership = get_object_or_404(
        members_visible_to(request.membership).select_related("user__person"),
        user__person__public_id=public_id,
        role=role,
    )
    form = LastDayForm(data_of(request), initial={"last_day": membership.ends_on or timezone.localdate()})
    if form.is_valid():
        try:
            end_membership(
                membership=membership,
                last_day=form.cleaned_data["last_day"],
                **acting(request),
            )
        except Refused as refusal:
            form.add_error("last_day", str(refusal))
        else:
            messages.success(request, _("The last day is saved."))
            return redirect("accounts:members")
    context = {"form": form, "membership": membership, "person": membership.user.person, "crumbs": _crumbs()}
    return render(request, "accounts/member_end.html", context, status=status_of(form))
