"""The list of the cast, and signing in as one of them with one click. Only where the demo world is installed."""

from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from accounts.middleware import ROLE_KEY
from accounts.models import Membership
from accounts.roles import Role
from demo import cast

# What there is to do for each of them, in the order of the page.
ERRANDS = {
    Role.COORDINATOR: _("looks after 123 placements and sees what needs her today."),
    Role.STUDENT: _("is 17 and learns at Marek Motors. She logs her day on her phone."),
    Role.SUPERVISOR: _("is foreman at Marek Motors and confirms the week of two students."),
    Role.OWNER: _("owns Sunrise Bakery and is asked to sign an agreement."),
    Role.TEACHER: _("teaches Automotive and decides on credit."),
    Role.GUARDIAN: _("is Lina's mother: she signs and reads along."),
    Role.HEAD: _("wants the whole school on one page."),
    Role.SAFEGUARDING: _("is there when a student needs to talk."),
    Role.ADMINISTRATOR: _("looks after accounts and imports."),
}


@login_not_required
@require_GET
def people(request: HttpRequest) -> HttpResponse:
    members = Membership.objects.filter(user__email__in=[cast.address(role) for role in ERRANDS]).select_related(
        "user__person", "organisation"
    )
    by_role = {member.role: member for member in members}
    rows = [(by_role[role], errand) for role, errand in ERRANDS.items() if role in by_role]
    return render(request, "demo/people.html", {"rows": rows})


@csrf_exempt  # nobody here is real, and a script may come in with one POST
@login_not_required
@require_POST
def sign_in(request: HttpRequest) -> HttpResponse:
    """Be the one named by `as`, a role of the cast."""
    try:
        member = cast.member(Role(request.POST.get("as", "")))
    except (ValueError, Membership.DoesNotExist):
        raise Http404 from None
    login(request, member.user, backend=settings.AUTHENTICATION_BACKENDS[0])
    request.session[ROLE_KEY] = member.pk
    return redirect("/")
