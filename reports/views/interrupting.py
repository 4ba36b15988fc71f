"""An interruption of exactly those placements that a list shows, and their going on again."""

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import MemberRequest, allow
from accounts.roles import Role
from placements.queries.interrupting import MOST, hit, left
from placements.views.interrupting import with_ticks
from reports.filters import wanted, without_page
from reports.queries.placements import chosen


@require_http_methods(["GET", "POST"])
@allow(Role.COORDINATOR, Role.HEAD)
def interrupt_listed(request: MemberRequest) -> HttpResponse:
    """The filters of the list choose; those who are not at work are named too, and stay as they are."""
    viewer = request.membership
    found = chosen(viewer, wanted(request.GET))
    rows = list(hit(viewer, again="again" in request.GET).filter(pk__in=found.order_by().values("pk"))[:MOST])
    others = list(left(found, rows)[:MOST]) if len(rows) < MOST else []
    return with_ticks(request, rows, _way(request), {"filters": None, "asked": True, "others": others})


def _way(request: MemberRequest) -> tuple[str, str]:
    """Back to the list as it was filtered."""
    query = request.GET.copy()
    query.pop("again", None)
    kept = without_page(query)
    return _("As in the list"), f"{reverse('reports:placements')}{'?' if kept else ''}{kept}"
