"""Search from anywhere: one box on every page of the staff, and the page of what was found."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.access import MemberRequest, allow
from accounts.roles import STAFF
from reports.queries import search as queries


@require_GET
@allow(*STAFF)
def search(request: MemberRequest) -> HttpResponse:
    """A name goes out in the address of the page, as with every list; the log keeps only the pattern of addresses."""
    q = request.GET.get("q", "").strip()[: queries.LONGEST]
    groups = queries.search(request.membership, q, today=timezone.localdate())
    context = {"q": q, "groups": groups, "is_short": queries.is_short(q)}
    template = "reports/search.html#found" if request.headers.get("HX-Request") else "reports/search.html"
    return render(request, template, context)
