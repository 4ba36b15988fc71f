"""What a firm spends on its students in active time, for the school: to see where it asks too much."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from accounts.access import MemberRequest, allow
from accounts.roles import STAFF
from core import formats
from employers.access import employers_visible_to
from placements.access import visible_to
from placements.burden import BUDGETS, Tier
from placements.queries.host_time import closing_figures, times_at
from placements.rules.host_time import FEWEST, Figures


@require_GET
@allow(*STAFF)
def employer_time(request: MemberRequest, public_id: UUID) -> HttpResponse:
    employer = get_object_or_404(employers_visible_to(request.membership), public_id=public_id)
    placements = times_at(employer, request.membership)
    rows = [(one, budget := BUDGETS[Tier(one.tier)], budget.is_over(one.host_seconds)) for one in placements]
    whole = sum(one.host_seconds for one in placements)
    found = closing_figures(visible_to(request.membership).filter(employer=employer))
    context = {
        "employer": employer,
        "rows": rows,
        "facts": [
            (_("All students together"), formats.spent(whole) if whole else _("Not known")),
            (_("Closing feedback, median"), _median(found)),
            (_("Closing feedback without a known time"), found.missing),
        ],
        "crumbs": [
            (_("Employers"), reverse("employers:employers")),
            (employer.name, reverse("employers:employer", args=[public_id])),
        ],
    }
    return render(request, "placements/employer_time.html", context)


def _median(found: Figures) -> str:
    """Fewer than five would tell of single people."""
    if found.median is None:
        words = ngettext("Too few to say: %(n)s of %(fewest)s", "Too few to say: %(n)s of %(fewest)s", found.n)
        return words % {"n": found.n, "fewest": FEWEST}
    return formats.spent(found.median)
