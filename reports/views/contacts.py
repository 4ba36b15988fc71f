"""The list of visits, checks and reviews that are late, for whoever looks after the placements."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.access import MemberRequest, allow
from accounts.roles import Role
from core.pages import paged
from reports.queries import contacts as queries


@require_GET
@allow(Role.COORDINATOR, Role.TEACHER)
def late_contacts(request: MemberRequest) -> HttpResponse:
    page = paged(request, queries.late_contacts(request.membership, today=timezone.localdate()))
    return render(request, "reports/late_contacts.html", {"page": page})
