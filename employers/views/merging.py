"""Firms that are on the list twice: what is proposed, both side by side, one firm of two, and the way back."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import MemberRequest, acting, allow, person_of, school_of
from accounts.roles import Role
from core.pages import paged
from core.workflow import Refused
from employers import doubles as reads
from employers.access import employers_visible_to, merges_visible_to
from employers.models import Employer, NotSame
from employers.rules import UNDO_FOR
from employers.workflow import ask_again, merge_employers, say_two, undo_merge


def _crumbs(*more: tuple[str, str]) -> list[tuple[str, str]]:
    return [(_("Employers"), reverse("employers:employers")), *more]


def _list() -> tuple[str, str]:
    return _("Possible duplicates"), reverse("employers:doubles")


@require_GET
@allow(Role.COORDINATOR)
def doubles(request: MemberRequest) -> HttpResponse:
    found = reads.doubles(request.membership)
    context = {
        "crumbs": _crumbs(),
        "page": paged(request, found),
        "count": len(found),
        "merges": [(merge, merge.at + UNDO_FOR) for merge in reads.open_merges(request.membership, timezone.now())],
        "said": reads.said_two(request.membership),
    }
    return render(request, "employers/doubles.html", context)


def _both(request: MemberRequest, kept: UUID, gone: UUID) -> tuple[Employer, Employer]:
    """404 for a firm that the school does not work with, and for a firm and itself."""
    found = employers_visible_to(request.membership).filter(public_id__in=(kept, gone))
    firms = {one.public_id: one for one in found.order_by("pk")}
    if len(firms) != 2:
        raise Http404
    return firms[kept], firms[gone]


@require_http_methods(["GET", "POST"])
@allow(Role.COORDINATOR)
def double(request: MemberRequest, kept: UUID, gone: UUID) -> HttpResponse:
    """Both entries side by side; a post makes them one firm."""
    if done := reads.merge_of(request.membership, kept, gone):
        return redirect("employers:merge", done.public_id)
    one, other = _both(request, kept, gone)
    problem = ""
    if request.method == "POST":
        school, person = school_of(request.membership), person_of(request.membership)
        try:
            merge = merge_employers(school=school, kept=one, gone=other, person=person, **acting(request))
        except Refused as refusal:
            problem = str(refusal)
        else:
            return redirect("employers:merge", merge.public_id)
    context = {
        "crumbs": _crumbs(_list()),
        "preview": reads.preview(one, other, request.membership),
        "problem": problem,
        "until": timezone.now() + UNDO_FOR,
    }
    return render(request, "employers/double.html", context, status=422 if problem else 200)


@require_GET
@allow(Role.COORDINATOR)
def twice(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """The other entry of a firm, where nothing was proposed: somebody knows it and looks for its name."""
    firm = get_object_or_404(employers_visible_to(request.membership), public_id=public_id)
    q = request.GET.get("q", "").strip()
    page = paged(request, reads.others(request.membership, firm, q))
    context = {
        "crumbs": _crumbs((firm.name, reverse("employers:employer", args=[public_id]))),
        "firm": firm,
        "q": q,
        "page": page,
        "rows": [(one, *sorted((firm, one), key=lambda entry: entry.pk)) for one in page],
        "clear": request.path if q else "",
    }
    return render(request, "employers/twice.html", context)


@require_POST
@allow(Role.COORDINATOR)
def double_two(request: MemberRequest, kept: UUID, gone: UUID) -> HttpResponse:
    one, other = _both(request, kept, gone)
    say_two(one=one, other=other, person=person_of(request.membership), **acting(request))
    messages.success(request, _("Saved as two firms. Nobody is asked about them again."))
    return redirect("employers:doubles")


@require_POST
@allow(Role.COORDINATOR)
def double_again(request: MemberRequest, kept: UUID, gone: UUID) -> HttpResponse:
    """What was said of the two is taken back; asked again, nothing is left to do."""
    low, high = sorted(_both(request, kept, gone), key=lambda one: one.pk)
    if pair := NotSame.objects.filter(one=low, other=high).first():
        ask_again(pair=pair, **acting(request))
    messages.success(request, _("These two are proposed again if they look like one firm."))
    return redirect("employers:doubles")


@require_GET
@allow(Role.COORDINATOR)
def merge(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """What was made one, and until when it can be undone."""
    found = get_object_or_404(reads.merges(request.membership), public_id=public_id)
    until = found.at + UNDO_FOR
    context = {
        "crumbs": _crumbs(_list()),
        "merge": found,
        "until": until,
        "may_undo": found.undone_at is None and timezone.now() <= until,
    }
    return render(request, "employers/merge.html", context)


@require_POST
@allow(Role.COORDINATOR)
def merge_undo(request: MemberRequest, public_id: UUID) -> HttpResponse:
    found = get_object_or_404(merges_visible_to(request.membership), public_id=public_id)
    try:
        stay = undo_merge(merge=found, **acting(request))
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        tell_undone(request, _("They are two firms again, each with what it had."), stay)
    return redirect("employers:merge", found.public_id)


def tell_undone(request: MemberRequest, words: str, stay: int) -> None:
    """After a merge was taken apart; `stay` is how many rows somebody has changed since."""
    messages.success(request, words)
    if stay:
        text = ngettext(
            "%(number)s thing was changed since and stays as it is now.",
            "%(number)s things were changed since and stay as they are now.",
            stay,
        )
        messages.info(request, text % {"number": stay})
