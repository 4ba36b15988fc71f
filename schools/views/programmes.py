"""Programmes and their units."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import MemberRequest, acting, allow, school_of
from accounts.roles import Role
from core.pages import data_of, paged, status_of
from core.templatetags.ui import hours
from core.workflow import Refused
from schools import queries
from schools.access import programmes_visible_to
from schools.forms import CohortForm, ProgrammeForm, UnitForm
from schools.models import Programme, Unit
from schools.rule_sets.phrases import named
from schools.workflow import create_programme, edit_programme, open_cohort, remove_unit, save_unit

WRITERS = (Role.COORDINATOR, Role.ADMINISTRATOR)
READERS = (*WRITERS, Role.HEAD, Role.TEACHER)


def _programme(request: MemberRequest, public_id: UUID) -> Programme:
    return get_object_or_404(programmes_visible_to(request.membership), public_id=public_id)


def crumbs(programme: Programme | None = None) -> list[tuple[str, str]]:
    """The way to a page below the list, or below one programme."""
    way = [(_("Programmes"), reverse("schools:programmes"))]
    return (
        way if programme is None else [*way, (programme.name, reverse("schools:programme", args=[programme.public_id]))]
    )


def _unit(programme: Programme, position: int) -> Unit:
    return get_object_or_404(queries.unit_at(programme, position))


@require_GET
@allow(*READERS)
def programmes(request: MemberRequest) -> HttpResponse:
    page = paged(request, queries.programmes(request.membership))
    return render(request, "schools/programmes.html", {"page": page, "writes": request.membership.role in WRITERS})


@require_GET
@allow(*READERS)
def programme(request: MemberRequest, public_id: UUID) -> HttpResponse:
    page = queries.programme_page(_programme(request, public_id), request.membership)
    role = request.membership.role
    facts = [
        (_("Hours at work"), hours(page.version.required_minutes)),
        (_("Units"), len(page.units)),
        (_("Outcomes"), sum(len(unit.outcomes.all()) for unit in page.units)),
        (_("Code"), page.programme.code or _("None")),
        (_("Occupations"), ", ".join(page.programme.occupation_codes) or _("None")),
        _rule_fact(page.version),
    ]
    context = {
        "page": page,
        "crumbs": crumbs(),
        "facts": facts,
        "writes": role in WRITERS,
        "enrols": role == Role.COORDINATOR,
        "opens_cohorts": role != Role.ADMINISTRATOR,
    }
    return render(request, "schools/programme.html", context)


def _rule_fact(version: Any) -> tuple[str, ...]:
    if version.rule_id is None:
        return (_("Credit rule"), _("None"))
    return (_("Credit rule"), named(version.rule_names), reverse("schools:rule_set", args=[version.rule_id]))


def _form(request: MemberRequest, **values: Any) -> ProgrammeForm:
    rule_sets = queries.rule_set_choices(request.membership)
    return ProgrammeForm(data_of(request), rule_sets=rule_sets, general=queries.general_rule_name(), **values)


@require_http_methods(["GET", "POST"])
@allow(*WRITERS)
def programme_new(request: MemberRequest) -> HttpResponse:
    form = _form(request)
    if form.is_valid():
        try:
            made = create_programme(school=school_of(request.membership), **form.cleaned_data, **acting(request))
        except Refused as refusal:
            form.add_error("name", str(refusal))
        else:
            messages.success(request, _("The programme is there. Now add its units."))
            return redirect("schools:programme", made.public_id)
    return render(request, "schools/programme_new.html", {"form": form, "crumbs": crumbs()}, status=status_of(form))


@require_http_methods(["GET", "POST"])
@allow(*WRITERS)
def programme_edit(request: MemberRequest, public_id: UUID) -> HttpResponse:
    programme = _programme(request, public_id)
    version = programme.versions.select_related("rule_set").order_by("-number")[0]
    initial = {
        "name": programme.name,
        "code": programme.code,
        "occupation_codes": programme.occupation_codes,
        "required_minutes": version.required_minutes,
        "whole_minutes": version.whole_minutes,
        "sign_days_before": version.sign_days_before,
        "rule_set": version.rule_set.public_id if version.rule_set else None,
    }
    form = _form(request, initial=initial)
    if form.is_valid():
        try:
            saved = edit_programme(programme=programme, **form.cleaned_data, **acting(request))
        except Refused as refusal:
            form.add_error("name", str(refusal))
        else:
            _say_saved(request, version.number, saved.number)
            return redirect("schools:programme", programme.public_id)
    context = {"form": form, "programme": programme, "crumbs": crumbs(programme)}
    return render(request, "schools/programme_edit.html", context, status=status_of(form))


def _say_saved(request: MemberRequest, before: int, after: int) -> None:
    if before == after:
        messages.success(request, _("The programme is saved."))
    else:
        text = _(
            "The programme has a new version, number %(number)s. Students of the old one keep their hours and rule."
        )
        messages.success(request, text % {"number": after})


@require_http_methods(["GET", "POST"])
@allow(*WRITERS)
def unit_new(request: MemberRequest, public_id: UUID) -> HttpResponse:
    programme = _programme(request, public_id)
    return _unit_form(request, programme, None, UnitForm(data_of(request)))


@require_http_methods(["GET", "POST"])
@allow(*WRITERS)
def unit(request: MemberRequest, public_id: UUID, position: int) -> HttpResponse:
    programme = _programme(request, public_id)
    unit = _unit(programme, position)
    return _unit_form(request, programme, unit, UnitForm(data_of(request), initial=queries.unit_text(unit)))


def _unit_form(request: MemberRequest, programme: Programme, unit: Unit | None, form: UnitForm) -> HttpResponse:
    if form.is_valid():
        try:
            saved = save_unit(programme=programme, unit=unit, **form.cleaned_data, **acting(request))
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Unit %(number)s is saved.") % {"number": saved.position})
            return redirect("schools:programme", programme.public_id)
    context = {"form": form, "programme": programme, "unit": unit, "crumbs": crumbs(programme)}
    return render(request, "schools/unit.html", context, status=status_of(form))


@require_http_methods(["GET", "POST"])
@allow(*WRITERS)
def unit_remove(request: MemberRequest, public_id: UUID, position: int) -> HttpResponse:
    """Ask once, then take the unit out."""
    programme = _programme(request, public_id)
    unit = _unit(programme, position)
    if request.method == "POST":
        try:
            remove_unit(programme=programme, unit=unit, **acting(request))
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("The unit is removed."))
        return redirect("schools:programme", programme.public_id)
    context = {"programme": programme, "unit": unit, "crumbs": crumbs(programme)}
    return render(request, "schools/unit_remove.html", context)


@require_http_methods(["GET", "POST"])
@allow(*WRITERS)
def cohort_new(request: MemberRequest, public_id: UUID) -> HttpResponse:
    programme = _programme(request, public_id)
    form = CohortForm(data_of(request), initial={"starts_on": timezone.localdate()})
    if form.is_valid():
        try:
            open_cohort(programme=programme, **form.cleaned_data, **acting(request))
        except Refused as refusal:
            form.add_error("name", str(refusal))
        else:
            messages.success(request, _("The cohort is open. Now enrol its students."))
            return redirect("schools:programme", programme.public_id)
    context = {"form": form, "programme": programme, "crumbs": crumbs(programme)}
    return render(request, "schools/cohort_new.html", context, status=status_of(form))
