"""A student's pages of what is learned, and of the papers; each leads to where the things themselves are."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.access import MemberRequest, allow
from accounts.roles import Role
from reports.queries import own_pages as queries


@require_GET
@allow(Role.STUDENT)
def my_learning(request: MemberRequest) -> HttpResponse:
    """What work has shown so far, what hosts and teachers said of it, and the way to credit."""
    found = queries.learning(request.membership)
    rows = [(placement, queries.feedback_of(placement)) for placement in found.placements]
    return render(request, "reports/my_learning.html", {"learning": found, "rows": rows})


@require_GET
@allow(Role.STUDENT)
def my_documents(request: MemberRequest) -> HttpResponse:
    """Agreements, week sheets, photos and transcripts: only what exists."""
    return render(request, "reports/my_documents.html", {"papers": queries.papers(request.membership)})
