"""Credit rules: the list, one in plain words, copying, and bringing in a changed wording."""

import json
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import MemberRequest, acting, allow, school_of
from accounts.roles import Role
from core.pages import status_of
from core.workflow import Refused
from schools import queries
from schools.access import own_rule_sets_of, rule_sets_visible_to
from schools.forms import RuleSetFileForm, WordingForm
from schools.models import RuleSet, RuleSetVersion
from schools.rule_sets import plain
from schools.rule_sets.comparing import Side, changes
from schools.rule_sets.phrases import say
from schools.rule_sets.reading import Problem, Unreadable
from schools.rule_sets.writing import written
from schools.views.programmes import READERS, WRITERS
from schools.workflow import bring_rule_set, copy_rule_set, save_wording
from schools.workflow.rule_sets import Stale, Wording, must_be_key_of, must_be_new_key


def crumbs(*more: tuple[str, str]) -> list[tuple[str, str]]:
    return [
        (_("Programmes"), reverse("schools:programmes")),
        (_("Credit rules"), reverse("schools:rule_sets")),
        *more,
    ]


def _rule_set(request: MemberRequest, public_id: UUID) -> RuleSet:
    return get_object_or_404(rule_sets_visible_to(request.membership), public_id=public_id)


def _own(request: MemberRequest, public_id: UUID) -> RuleSet:
    return get_object_or_404(own_rule_sets_of(request.membership), public_id=public_id)


@require_GET
@allow(*READERS)
def rule_sets(request: MemberRequest) -> HttpResponse:
    rows = [(row, plain.validity(row.version)) for row in queries.rule_sets(request.membership)]
    context = {"rows": rows, "crumbs": crumbs()[:1], "writes": request.membership.role in WRITERS}
    return render(request, "schools/rule_sets.html", context)


@require_GET
@allow(*READERS)
def rule_set(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """The newest wording."""
    found = _rule_set(request, public_id)
    return _page(request, found, found.versions.order_by("-number")[0])


@require_GET
@allow(*READERS)
def rule_set_version(request: MemberRequest, public_id: UUID, number: int) -> HttpResponse:
    found = _rule_set(request, public_id)
    return _page(request, found, get_object_or_404(found.versions, number=number))


def _page(request: MemberRequest, found: RuleSet, version: RuleSetVersion) -> HttpResponse:
    versions = list(found.versions.defer("content").order_by("-number"))
    document = queries.document_of(version)
    writes = request.membership.role in WRITERS
    copy = own_rule_sets_of(request.membership).filter(key=found.key).first() if found.school_id is None else None
    context = {
        "rule_set": found,
        "version": version,
        "versions": [(one, plain.validity(one)) for one in versions],
        "is_newest": version.number == versions[0].number,
        "title": say(document.name),
        "crumbs": crumbs(),
        "copies": writes and found.school_id is None and copy is None,
        "copy": copy,
        "uploads": writes and found.school_id is not None,
        **_told(document),
    }
    return render(request, "schools/rule_set.html", context)


def _told(document: Any) -> dict[str, Any]:
    """What stands on every page that shows a wording in plain words."""
    link = document.source.link or ""
    return {
        "summary": say(document.summary) if document.summary else "",
        "facts": plain.head(document),
        "source": document.source.title,
        # A file may name any scheme; only the web is a place to go to.
        "source_link": link if link.startswith(("https://", "http://")) else "",
        "readings": [say(text) for text in document.readings],
        "general": plain.general_lines(document),
        "sections": plain.sections(document),
        "remarks": document.remarks,
    }


@require_GET
@allow(*READERS)
def rule_set_file(request: MemberRequest, public_id: UUID, number: int) -> HttpResponse:
    """The JSON of one version, as it can be changed and uploaded again."""
    found = _rule_set(request, public_id)
    version = get_object_or_404(found.versions, number=number)
    response = HttpResponse(written(version.content), content_type="application/json; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{found.key}.json"'
    return response


@require_POST
@allow(*WRITERS)
def rule_set_copy(request: MemberRequest, public_id: UUID) -> HttpResponse:
    found = _rule_set(request, public_id)
    try:
        own = copy_rule_set(rule_set=found, school=school_of(request.membership), **acting(request))
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("schools:rule_set", found.public_id)
    messages.success(request, _("Your school has its own copy now. Choose it in a programme to use it."))
    return redirect("schools:rule_set", own.public_id)


# ── A file: read, looked at, saved ───────────────────────────────────────────────────────────────────────────────────


@require_http_methods(["GET", "POST"])
@allow(*WRITERS)
def rule_set_new(request: MemberRequest) -> HttpResponse:
    """A rule set from a file, which is no copy; first its words are shown."""
    wording, answer = _read_file(request, None)
    if wording is None:
        return answer
    try:
        must_be_new_key(school_of(request.membership), wording.document.key)
    except Refused as refusal:
        return _upload_page(request, None, RuleSetFileForm(), [Problem("key", str(refusal))])
    return _preview(request, wording)


@require_POST
@allow(*WRITERS)
def rule_set_bring(request: MemberRequest) -> HttpResponse:
    wording, _base, answer = _read_back(request, None)
    if wording is None:
        return answer
    try:
        version = bring_rule_set(school=school_of(request.membership), wording=wording, **acting(request))
    except Refused as refusal:
        return _upload_page(request, None, RuleSetFileForm(), [Problem("key", str(refusal))])
    messages.success(request, _("The credit rule is saved. Choose it in a programme to use it."))
    return redirect("schools:rule_set", version.rule_set.public_id)


@require_http_methods(["GET", "POST"])
@allow(*WRITERS)
def rule_set_upload(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """A changed wording of the school's own rule set; first the difference is shown."""
    found = _own(request, public_id)
    wording, answer = _read_file(request, found)
    if wording is None:
        return answer
    try:
        must_be_key_of(found, wording)
    except Refused as refusal:
        return _upload_page(request, found, RuleSetFileForm(), [Problem("key", str(refusal))])
    return _difference(request, found, wording)


@require_POST
@allow(*WRITERS)
def rule_set_save(request: MemberRequest, public_id: UUID) -> HttpResponse:
    found = _own(request, public_id)
    wording, base, answer = _read_back(request, found)
    if wording is None:
        return answer
    try:
        version = save_wording(rule_set=found, wording=wording, base=base, **acting(request))
    except Stale as refusal:
        return _difference(request, found, wording, stale=str(refusal))
    except Refused as refusal:
        return _upload_page(request, found, RuleSetFileForm(), [Problem("", str(refusal))])
    messages.success(request, _("Version %(number)s is saved.") % {"number": version.number})
    return redirect("schools:rule_set", found.public_id)


def _read_file(request: MemberRequest, found: RuleSet | None) -> tuple[Wording | None, HttpResponse]:
    """The wording of the file that was handed in, or the page that asks for one and says what is wrong with it."""
    form = RuleSetFileForm(request.POST, request.FILES) if request.method == "POST" else RuleSetFileForm()
    if not form.is_valid():
        return None, _upload_page(request, found, form, [])
    return _wording(request, found, form.cleaned_data["file"])


def _read_back(request: MemberRequest, found: RuleSet | None) -> tuple[Wording | None, int, HttpResponse]:
    """The wording that comes back from the page that showed it; it is checked again."""
    form = WordingForm(request.POST)
    if not form.is_valid():
        text = _("The file did not come back whole. Please hand it in again.")
        return None, 0, _upload_page(request, found, RuleSetFileForm(), [Problem("", text)])
    wording, answer = _wording(request, found, form.cleaned_data["text"])
    return wording, form.cleaned_data["base"], answer


def _wording(request: MemberRequest, found: RuleSet | None, text: bytes | str) -> tuple[Wording | None, HttpResponse]:
    try:
        return Wording.read(text), HttpResponse()
    except Unreadable as refusal:
        return None, _upload_page(request, found, RuleSetFileForm(), refusal.problems)


def _upload_page(
    request: MemberRequest, found: RuleSet | None, form: RuleSetFileForm, problems: list[Problem]
) -> HttpResponse:
    context = {
        "rule_set": found,
        "form": form,
        "problems": problems,
        "crumbs": crumbs((found.key, reverse("schools:rule_set", args=[found.public_id]))) if found else crumbs(),
    }
    return render(request, "schools/rule_set_upload.html", context, status=422 if problems else status_of(form))


def _preview(request: MemberRequest, wording: Wording) -> HttpResponse:
    context = {
        "title": say(wording.document.name),
        "form": _carrying(wording, 0),
        "crumbs": crumbs(),
        **_told(wording.document),
    }
    return render(request, "schools/rule_set_preview.html", context)


def _difference(request: MemberRequest, found: RuleSet, wording: Wording, stale: str = "") -> HttpResponse:
    newest = found.versions.order_by("-number")[0]
    same = found.versions.filter(hash=wording.hash).values_list("number", flat=True).first()
    document = queries.document_of(newest)
    context = {
        "rule_set": found,
        "newest": newest,
        "next_number": newest.number + 1,
        "same": same,
        "stale": stale,
        "changes": changes(Side(newest.content, document), Side(wording.content, wording.document)),
        "form": _carrying(wording, newest.number),
        "tries": request.membership.role == Role.COORDINATOR,
        "crumbs": crumbs((say(document.name), reverse("schools:rule_set", args=[found.public_id]))),
    }
    return render(request, "schools/rule_set_difference.html", context, status=409 if stale else 200)


def _carrying(wording: Wording, base: int) -> WordingForm:
    text = json.dumps(wording.content, ensure_ascii=False, separators=(",", ":"))
    return WordingForm(initial={"text": text, "base": base})
