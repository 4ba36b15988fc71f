"""Finding places for many students: batches, wishes, runs of the matching, and what becomes of their matches."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import MemberRequest, acting, allow, person_of, school_of
from accounts.roles import Role
from core.formats import listed
from core.pages import data_of, paged, status_of
from core.workflow import Refused
from employers.access import employers_visible_to
from employers.models import Need, Offer
from placements import tasks
from placements.access import match_runs_visible_to, matchings_visible_to
from placements.forms.matching import BatchForm, CohortForm, WishForm
from placements.matching.comparing import compare
from placements.models import Matching, MatchRun, Pin
from placements.queries import matched
from placements.queries.matching import offers_of, placed_in, students_of
from placements.queries.wishing import areas_near
from placements.workflow import matching as verbs
from schools.access import cohorts_visible_to, enrolments_visible_to
from schools.models import Enrolment

ROWS = 50
TONES = {
    MatchRun.State.WAITING: "quiet",
    MatchRun.State.RUNNING: "info",
    MatchRun.State.DONE: "good",
    MatchRun.State.CANCELLED: "quiet",
    MatchRun.State.FAILED: "bad",
}


@require_GET
@allow(Role.COORDINATOR)
def matchings(request: MemberRequest) -> HttpResponse:
    page = paged(request, matchings_visible_to(request.membership).prefetch_related("students"))
    return render(request, "placements/matchings.html", {"page": page})


@require_http_methods(["GET", "POST"])
@allow(Role.COORDINATOR)
def matching_new(request: MemberRequest) -> HttpResponse:
    """Choose a cohort, then un-tick whoever does not look for a place."""
    cohorts = CohortForm(request.GET or None, cohorts=cohorts_visible_to(request.membership))
    if not cohorts.is_bound or not cohorts.is_valid():
        return render(request, "placements/matching_cohort.html", {"form": cohorts}, status=status_of(cohorts))
    form = BatchForm(data_of(request), enrolments=_current(request, cohorts.cleaned_data["cohort"]))
    if form.is_valid():
        said = form.cleaned_data
        made = verbs.make_matching(
            school=school_of(request.membership),
            enrolments=list(said.pop("students")),
            person=person_of(request.membership),
            **said,
            **acting(request),
        )
        return redirect("placements:matching", public_id=made.public_id)
    return render(request, "placements/matching_new.html", {"form": form}, status=status_of(form))


@require_GET
@allow(Role.COORDINATOR)
def matching(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """A batch: its students with what they wish and what is settled, and its runs."""
    found = _load(request, public_id)
    page = paged(request, students_of(found), ROWS)
    pins = found.pins.filter(enrolment__in=[row.enrolment_id for row in page]).select_related("offer__site__employer")
    settled = matched.pins_in_words(pins)
    context = {
        "matching": found,
        "page": page,
        "rows": [_row(row, settled.get(row.enrolment_id, [])) for row in page],
        "places": sum(max(offer.places - offer.taken, 0) for offer in offers_of(found)),
        "runs": [(run, TONES[MatchRun.State(run.state)]) for run in found.runs.select_related("person")],
    }
    return render(request, "placements/matching.html", context)


@require_http_methods(["GET", "POST"])
@allow(Role.COORDINATOR)
def matching_wish(request: MemberRequest, public_id: UUID, enrolment: UUID) -> HttpResponse:
    """What one student wishes and needs."""
    found = _load(request, public_id)
    row = get_object_or_404(students_of(found), enrolment__public_id=enrolment)
    hosts = employers_visible_to(request.membership).filter(merged_into=None).order_by("sort_key", "pk")
    wish = getattr(row.enrolment, "wish", None)
    areas = areas_near(school_of(request.membership))
    form = WishForm(data_of(request), hosts=hosts, areas=areas, wish=wish, priority=row.priority)
    if form.is_valid():
        verbs.say_wish(row=row, wishes=form.wishes, priority=form.cleaned_data["priority"], **acting(request))
        return redirect("placements:matching", public_id=public_id)
    context = {"form": form, "matching": found, "row": row, "wish": wish}
    return render(request, "placements/matching_wish.html", context, status=status_of(form))


@require_POST
@allow(Role.COORDINATOR)
def matching_pin(request: MemberRequest, public_id: UUID, enrolment: UUID) -> HttpResponse:
    """Settle a student's place, rule one out, or leave everything open again; the next run keeps to it."""
    found, someone = _load(request, public_id), _enrolment(request, enrolment)
    try:
        if "open" in request.POST:
            verbs.unpin(matching=found, enrolment=someone, **acting(request))
        else:
            _pin(request, found, someone)
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("placements:matching", public_id=public_id)


@require_POST
@allow(Role.COORDINATOR)
def match(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """Start a run; while one is open it is shown instead."""
    run = verbs.start_run(matching=_load(request, public_id), person=person_of(request.membership), **acting(request))
    tasks.wake(run)
    return redirect("placements:match_run", public_id=run.public_id)


@require_GET
@allow(Role.COORDINATOR)
def match_run(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """The page of one run; asked by htmx, the part that changes while a worker is busy."""
    run = _run(request, public_id)
    result = matched.result_of(run)
    context = {
        "run": run,
        "tone": TONES[MatchRun.State(run.state)],
        "at_work": run.state in MatchRun.OPEN,
        "result": result,
        "sizes": matched.problem_size(run.problem) if run.problem else (0, 0),
        "others": run.matching.runs.filter(state=MatchRun.State.DONE).exclude(pk=run.pk).only("public_id", "number"),
        **(_shown(request, result) if result else {}),
    }
    template = "placements/match_run.html#run" if request.htmx else "placements/match_run.html"  # type: ignore[attr-defined]
    response = render(request, template, context)
    patch_vary_headers(response, ["HX-Request"])
    return response


def _shown(request: MemberRequest, result: matched.Result) -> dict[str, Any]:
    """One page of one of the two lists: those without a place first, as long as there are any."""
    lists = {"without": result.without, "with": result.matches}
    asked = request.GET.get("show", "")
    chosen = asked if asked in lists else ("without" if result.without else "with")
    page = paged(request, lists[chosen], ROWS)
    labels = {"without": _("Without a place"), "with": _("With a place")}
    return {
        "tabs": [
            {"label": label, "url": f"?show={name}", "current": name == chosen, "count": len(lists[name])}
            for name, label in labels.items()
        ],
        "page": page,
        "matches": matched.matches_in_words(list(page)) if chosen == "with" else [],
        "without": matched.without_in_words(list(page)) if chosen == "without" else [],
    }


@require_POST
@allow(Role.COORDINATOR)
def match_cancel(request: MemberRequest, public_id: UUID) -> HttpResponse:
    run = _run(request, public_id)
    try:
        verbs.cancel_run(run=run, **acting(request))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("placements:match_run", public_id=public_id)


@require_GET
@allow(Role.COORDINATOR)
def match_choose(request: MemberRequest, public_id: UUID, enrolment: UUID) -> HttpResponse:
    """Every offer for one student, to settle another one by hand."""
    run, someone = _run(request, public_id), _enrolment(request, enrolment)
    page = paged(request, matched.places_for(run, someone), ROWS)
    context = {"run": run, "enrolment": someone, "page": page, "choices": matched.choices_in_words(list(page))}
    return render(request, "placements/match_choose.html", context)


@require_GET
@allow(Role.COORDINATOR)
def match_compare(request: MemberRequest, public_id: UUID, other: UUID) -> HttpResponse:
    """Two runs of one batch side by side: what each found in all, then who loses, who gains, who only moves."""
    after = _run(request, public_id)
    before = get_object_or_404(match_runs_visible_to(request.membership), public_id=other, matching=after.matching)
    moves = compare(*matched.runs_by_student(before, after))
    page = paged(request, moves, ROWS)
    context = {
        "before": before,
        "after": after,
        "totals": matched.totals_in_words(before, after),
        "told": matched.counts_in_words(moves),
        "page": page,
        "rows": matched.moves_in_words(list(page)),
    }
    return render(request, "placements/match_compare.html", context)


@require_http_methods(["GET", "POST"])
@allow(Role.COORDINATOR)
def match_plan(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """Make planned placements of the ticked matches, a page at a time. No host hears of it before a person asks it."""
    run = _run(request, public_id)
    result = matched.result_of(run)
    if result is None:
        return redirect("placements:match_run", public_id=public_id)
    placed = placed_in(run.matching)
    page = paged(request, [row for row in result.matches if row["seeker"] not in placed], ROWS)
    rows = matched.matches_in_words(list(page))
    if request.method == "POST":
        ticked = set(request.POST.getlist("enrolment"))
        chosen = [row.enrolment.pk for row in rows if str(row.enrolment.public_id) in ticked]
        planned = verbs.plan_matches(
            run=run, enrolments=chosen, coordinator=person_of(request.membership), **acting(request)
        )
        _tell(request, planned)
        return redirect("placements:match_plan" if page.has_next() else "placements:match_run", public_id=public_id)
    return render(request, "placements/match_plan.html", {"run": run, "page": page, "rows": rows})


def _row(row: Any, settled: list[str]) -> dict[str, Any]:
    """A student of the batch as its page shows it."""
    wish = getattr(row.enrolment, "wish", None)
    return {
        "enrolment": row.enrolment,
        "priority": row.priority,
        "known": wish is not None,
        "told_at": wish.told_at if wish else None,
        "hosts": listed(host.employer.name for host in wish.hosts.all()) if wish else "",
        "most_km": wish.most_km if wish else None,
        "needs": listed(str(Need(need).label) for need in wish.needs) if wish else "",
        "settled": settled,
    }


def _tell(request: MemberRequest, planned: verbs.Planned) -> None:
    count = len(planned.placements)
    words = ngettext("%(n)s placement is planned.", "%(n)s placements are planned.", count)
    messages.success(request, words % {"n": count})
    people = matched.enrolments_by_key(list(planned.refused))
    for key, why in planned.refused.items():
        messages.warning(request, _("%(name)s: %(why)s") % {"name": people[key].student.person.full_name, "why": why})


def _pin(request: MemberRequest, found: Matching, someone: Enrolment) -> None:
    try:
        key = UUID(request.POST.get("offer", ""))
    except ValueError:
        raise Refused(_("Choose a place.")) from None
    offer = get_object_or_404(Offer, school=found.school_id, public_id=key)
    verdict = Pin.Verdict.NEVER if "never" in request.POST else Pin.Verdict.KEEP
    person = person_of(request.membership)
    verbs.pin(matching=found, enrolment=someone, offer=offer, verdict=verdict, person=person, **acting(request))


def _current(request: MemberRequest, cohort: Any) -> QuerySet[Enrolment]:
    today = timezone.localdate()
    found = enrolments_visible_to(request.membership).filter(cohort=cohort).exclude(ends_on__lt=today)
    return found.select_related("student__person").order_by("student__person__sort_key", "pk")


def _load(request: MemberRequest, public_id: UUID) -> Matching:
    return get_object_or_404(matchings_visible_to(request.membership), public_id=public_id)


def _run(request: MemberRequest, public_id: UUID) -> MatchRun:
    runs = match_runs_visible_to(request.membership).select_related("matching", "person")
    return get_object_or_404(runs, public_id=public_id)


def _enrolment(request: MemberRequest, public_id: UUID) -> Enrolment:
    rows = enrolments_visible_to(request.membership).select_related("student__person")
    return get_object_or_404(rows, public_id=public_id)
