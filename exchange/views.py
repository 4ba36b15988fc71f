"""Imports of a school: the list, handing in a file, and the page of one import through all its states."""

from functools import partial
from typing import BinaryIO, cast
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import MemberRequest, acting, allow, school_of
from accounts.roles import Role
from core.pages import data_of, paged, status_of
from core.workflow import Refused
from exchange import employers, queries, reading, tasks, workflow
from exchange.access import IMPORTERS, visible_to
from exchange.error_file import error_bundle, error_file
from exchange.forms import ColumnsForm, UploadForm
from exchange.models import ImportRun, Outcome
from exchange.reading import is_stopped

TONES = {
    ImportRun.State.UPLOADED: "quiet",
    ImportRun.State.READING: "info",
    ImportRun.State.COLUMNS: "warn",
    ImportRun.State.PREVIEW: "warn",
    ImportRun.State.APPLYING: "info",
    ImportRun.State.DONE: "good",
    ImportRun.State.FAILED: "bad",
    ImportRun.State.DISCARDED: "quiet",
}
SAMPLES = 3
AT_WORK = (ImportRun.State.UPLOADED, ImportRun.State.READING, ImportRun.State.APPLYING)


@require_GET
@allow(*IMPORTERS)
def imports(request: MemberRequest) -> HttpResponse:
    runs = visible_to(request.membership).select_related("uploaded_by__person")
    page = paged(request, runs)
    rows = [(run, TONES[ImportRun.State(run.state)]) for run in page]
    return render(request, "exchange/imports.html", {"page": page, "rows": rows})


@require_http_methods(["GET", "POST"])
@allow(*IMPORTERS)
def upload(request: MemberRequest, kind: str) -> HttpResponse:
    if kind not in ImportRun.Kind.values:
        raise Http404
    handed_in = (request.POST, request.FILES) if request.method == "POST" else ()
    form = UploadForm(*handed_in, kind=ImportRun.Kind(kind))
    if form.is_valid():
        run = workflow.upload(
            school=school_of(request.membership),
            kind=kind,
            file=form.cleaned_data["file"],
            **acting(request),
        )
        tasks.wake(run)
        return _to(run)
    context = {"form": form, "kind": kind, "is_roster": kind == ImportRun.Kind.ROSTER}
    return render(request, "exchange/upload.html", context, status=422 if form.is_bound else 200)


@require_GET
@allow(*IMPORTERS)
def run(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """The page of one import; asked by htmx, the part that changes while a worker is busy."""
    template = "exchange/run.html#run" if request.htmx else "exchange/run.html"  # type: ignore[attr-defined]
    response = render(request, template, _context(_load(request, public_id), request.membership.role))
    patch_vary_headers(response, ["HX-Request"])
    return response


@require_GET
@allow(*IMPORTERS)
def errors(request: MemberRequest, public_id: UUID) -> HttpResponse:
    found = _load(request, public_id)
    response = HttpResponse("".join(error_file(found)), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{_("lines-that-could-not-go-in")}.csv"'
    return response


@require_GET
@allow(*IMPORTERS)
def errors_again(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """The lines of a roster that did not go in, as a small roster to be corrected and handed in again."""
    found = _load(request, public_id)
    if found.kind != ImportRun.Kind.ROSTER:
        raise Http404
    response = HttpResponse(error_bundle(found), content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="{_("lines-that-could-not-go-in")}.zip"'
    return response


@require_http_methods(["GET", "POST"])
@allow(*IMPORTERS)
def columns(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """Somebody says what the columns of a list hold; it is remembered for the next list."""
    found = _load(request, public_id)
    if found.kind != ImportRun.Kind.EMPLOYERS or found.state not in (ImportRun.State.COLUMNS, ImportRun.State.PREVIEW):
        return _to(found)
    with found.file.open("rb") as file:
        names, rows = employers.sample(cast(BinaryIO, file), SAMPLES)
    said = reading.said_of(found.school_id)
    form = ColumnsForm(data_of(request), columns=names, rows=rows, said=said)
    if form.is_valid():
        return _move(request, public_id, partial(workflow.say_columns, fields=form.said))
    return render(request, "exchange/columns.html", {"form": form, "run": found}, status=status_of(form))


@require_http_methods(["GET", "POST"])
@allow(*IMPORTERS)
def lines(request: MemberRequest, public_id: UUID, outcome: str) -> HttpResponse:
    """All lines of one outcome, to leave some out before the rest is taken over."""
    found = _load(request, public_id)
    if outcome not in queries.CHOSEN:
        raise Http404
    if found.state != ImportRun.State.PREVIEW:
        return _to(found)
    if request.method == "POST":
        shown, kept = _keys(request, "shown"), _keys(request, "kept")
        return _move(request, public_id, partial(workflow.choose, shown=shown, kept=kept))
    page = paged(request, queries.lines_of(found, Outcome(outcome)))
    context = {"run": found, "page": page, "lines": queries.shown(page), "label": Outcome(outcome).label}
    return render(request, "exchange/lines.html", context)


def _keys(request: MemberRequest, name: str) -> list[int]:
    return [int(key) for key in request.POST.getlist(name) if key.isdecimal()]


@require_POST
@allow(*IMPORTERS)
def take_over(request: MemberRequest, public_id: UUID) -> HttpResponse:
    return _move(request, public_id, workflow.take_over)


@require_POST
@allow(*IMPORTERS)
def resume(request: MemberRequest, public_id: UUID) -> HttpResponse:
    return _move(request, public_id, workflow.resume)


@require_POST
@allow(*IMPORTERS)
def discard(request: MemberRequest, public_id: UUID) -> HttpResponse:
    return _move(request, public_id, workflow.discard)


def _move(request: MemberRequest, public_id: UUID, verb) -> HttpResponse:
    found = _load(request, public_id)
    try:
        verb(run=found, **acting(request))
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        if found.state in AT_WORK:
            tasks.wake(found)
    return _to(found)


def _load(request: MemberRequest, public_id: UUID) -> ImportRun:
    runs = visible_to(request.membership).select_related("uploaded_by__person", "school")
    return get_object_or_404(runs, public_id=public_id)


def _to(found: ImportRun) -> HttpResponse:
    return redirect("exchange:run", public_id=found.public_id)


def _next_step(found: ImportRun, role: str) -> tuple[str, str] | None:
    """What one does with what came in: where, and in which words."""
    if found.kind == ImportRun.Kind.ROSTER:
        return reverse("schools:programmes"), _("Put students into a programme")
    if role == Role.COORDINATOR:
        return reverse("employers:employers"), _("See the employers")
    return None


def _choices(found: ImportRun) -> list[tuple[str, str]]:
    """Where lines are left out, for each outcome that has some."""
    if found.state != ImportRun.State.PREVIEW:
        return []
    labels = {
        Outcome.NEW: _("Choose among the new ones"),
        Outcome.CHANGED: _("Choose among the changes"),
        Outcome.ENDS: _("Choose among those that end"),
    }
    there = set(found.rows.filter(outcome__in=labels).order_by().values_list("outcome", flat=True).distinct())
    return [
        (reverse("exchange:lines", args=[found.public_id, outcome]), label)
        for outcome, label in labels.items()
        if outcome in there
    ]


def _context(found: ImportRun, role: str) -> dict:
    at_work = found.state in AT_WORK
    stopped = at_work and is_stopped(found, timezone.now())
    return {
        "run": found,
        "tone": "bad" if stopped else TONES[ImportRun.State(found.state)],
        "state": _("Stopped") if stopped else found.get_state_display(),
        "crumbs": [(_("Imports"), reverse("exchange:imports")), (found.file_name, "")],
        "is_roster": found.kind == ImportRun.Kind.ROSTER,
        "at_work": at_work and not stopped,
        "stopped": stopped,
        "totals": queries.totals(found),
        "left_alone": queries.left_alone(found),
        "other_name": found.source_name if found.source_name != found.school.name else "",
        "next_step": _next_step(found, role) if found.state == ImportRun.State.DONE else None,
        "has_changes": any(found.total(outcome) for outcome in queries.CHOSEN),
        "choices": _choices(found),
        "errors": found.total(Outcome.ERROR),
        "examples": queries.examples(found) if found.state in (ImportRun.State.PREVIEW, ImportRun.State.DONE) else {},
    }
