"""Who is in a cohort, and enrolling."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import MemberRequest, acting, allow, school_of
from accounts.roles import STAFF, Role
from core.pages import data_of, paged, status_of
from schools import queries
from schools.access import classes_visible_to, cohorts_visible_to, enrolments_visible_to
from schools.forms import EnrolForm, SchoolDaysForm
from schools.models import Cohort, Enrolment, SchoolClass, Student
from schools.views.programmes import crumbs
from schools.workflow import enrol as enrol_students
from schools.workflow import set_own_school_days, set_school_days

SHOWN = 100


def _cohort(request: MemberRequest, public_id: UUID) -> Cohort:
    return get_object_or_404(
        cohorts_visible_to(request.membership).select_related("version__programme"), public_id=public_id
    )


@require_GET
@allow(*STAFF)
def cohort(request: MemberRequest, public_id: UUID) -> HttpResponse:
    cohort = _cohort(request, public_id)
    q = request.GET.get("q", "").strip()
    page = paged(request, queries.enrolled(cohort, request.membership, q))
    enrols = request.membership.role == Role.COORDINATOR
    way = crumbs(cohort.version.programme)
    is_empty = not q and not page.paginator.count
    context = {
        "cohort": cohort,
        "page": page,
        "q": q,
        "enrols": enrols,
        "earlier": queries.earlier_cohorts(cohort, request.membership) if enrols and is_empty else [],
        "crumbs": way,
    }
    return render(request, "schools/cohort.html", context)


@require_http_methods(["GET", "POST"])
@allow(Role.COORDINATOR)
def enrol(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """Choose a class or search by name (by GET), tick the students, choose the teacher (by POST)."""
    cohort = _cohort(request, public_id)
    chosen = _class(request)
    q = request.GET.get("q", "").strip()
    students = queries.candidates(request.membership, chosen, q, SHOWN)
    inside = set(Enrolment.objects.filter(cohort=cohort, student__in=students).values_list("student_id", flat=True))
    form = _form(request, cohort, chosen, students, inside)
    if form.is_valid():
        return _enrol(request, cohort, form, students)
    context = {
        "cohort": cohort,
        "crumbs": [
            *crumbs(cohort.version.programme),
            (cohort.name, reverse("schools:cohort", args=[cohort.public_id])),
        ],
        "form": form,
        "q": q,
        "chosen": chosen,
        "classes": classes_visible_to(request.membership).order_by("name", "pk"),
        "rows": [(one, one.pk in inside, str(one.public_id) in form.ticked) for one in students],
        "all_inside": bool(students) and len(inside) == len(students),
        "asked": bool(chosen or q),
    }
    return render(request, "schools/enrol.html", context, status=status_of(form))


def _class(request: MemberRequest) -> SchoolClass | None:
    if not (asked := request.GET.get("class")):
        return None
    try:
        return get_object_or_404(classes_visible_to(request.membership), public_id=asked)
    except ValidationError as error:
        raise Http404 from error


def _form(
    request: MemberRequest, cohort: Cohort, chosen: SchoolClass | None, students: list[Student], inside: set[int]
) -> EnrolForm:
    """A class is offered with all boxes ticked, people found by name with none."""
    teacher = queries.teacher_of(chosen)
    initial = {
        "students": [str(one.public_id) for one in students if one.pk not in inside] if chosen else [],
        "teacher": teacher.public_id if teacher else None,
        "starts_on": cohort.starts_on,
    }
    teachers = queries.teachers(school_of(request.membership))
    data = data_of(request)
    return EnrolForm(data, initial=initial, students=students, teachers=teachers)


def _enrol(request: MemberRequest, cohort: Cohort, form: EnrolForm, students: list[Student]) -> HttpResponse:
    wanted = set(form.cleaned_data["students"])
    new = enrol_students(
        cohort=cohort,
        students=[one for one in students if str(one.public_id) in wanted],
        teacher=form.cleaned_data["teacher"],
        starts_on=form.cleaned_data["starts_on"],
        **acting(request),
    )
    text = ngettext("%(number)s student is enrolled.", "%(number)s students are enrolled.", len(new))
    messages.success(request, text % {"number": len(new)})
    return redirect("schools:cohort", cohort.public_id)


# ── Days at school ───────────────────────────────────────────────────────────────────────────────────────────────────


@require_http_methods(["GET", "POST"])
@allow(Role.COORDINATOR)
def school_days(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """The weekdays on which the students of a cohort are at school, also during placements."""
    cohort = _cohort(request, public_id)
    form = SchoolDaysForm(data_of(request), of_student=False, initial={"weekdays": cohort.school_weekdays})
    back = reverse("schools:cohort", args=[cohort.public_id])
    if form.is_valid():
        set_school_days(cohort=cohort, weekdays=form.cleaned_data["weekdays"], **acting(request))
        messages.success(request, _("The days at school are saved."))
        return redirect(back)
    way = [*crumbs(cohort.version.programme), (cohort.name, back)]
    context = {"form": form, "lead": cohort.name, "crumbs": way, "back": back}
    return render(request, "schools/school_days.html", context, status=status_of(form))


@require_http_methods(["GET", "POST"])
@allow(Role.COORDINATOR)
def own_school_days(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """The weekdays of one student, where they differ from the cohort's."""
    enrolment = get_object_or_404(
        enrolments_visible_to(request.membership).select_related("student__person", "cohort__version__programme"),
        public_id=public_id,
    )
    own, cohort = enrolment.school_weekdays, enrolment.cohort
    initial = {"differs": own is not None, "weekdays": cohort.school_weekdays if own is None else own}
    form = SchoolDaysForm(data_of(request), of_student=True, initial=initial)
    back = reverse("schools:cohort", args=[cohort.public_id])
    if form.is_valid():
        set_own_school_days(enrolment=enrolment, weekdays=form.own, **acting(request))
        messages.success(request, _("The days at school are saved."))
        return redirect(back)
    way = [*crumbs(cohort.version.programme), (cohort.name, back)]
    context = {"form": form, "lead": enrolment.student.person.full_name, "crumbs": way, "back": back}
    return render(request, "schools/school_days.html", context, status=status_of(form))
