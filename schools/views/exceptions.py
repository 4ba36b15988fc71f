"""What is different for one student: exceptions, special consideration, and the facts that the rule set asks for."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import MemberRequest, acting, allow, person_of
from accounts.roles import STAFF, Role
from core.pages import data_of, status_of
from core.workflow import Refused
from schools import queries
from schools.access import enrolments_visible_to, exceptions_visible_to
from schools.forms import ExceptionForm, FactsForm
from schools.models import Enrolment
from schools.rule_sets.asking import facts_asked
from schools.rule_sets.phrases import say, value
from schools.workflow import grant_exception, withdraw_exception, write_facts

APPROVERS = (Role.COORDINATOR, Role.HEAD)


def _enrolment(request: MemberRequest, public_id: UUID) -> Enrolment:
    rows = enrolments_visible_to(request.membership).select_related("student__person", "cohort__version__programme")
    return get_object_or_404(rows, public_id=public_id)


@require_http_methods(["GET", "POST"])
@allow(*STAFF)
def exceptions(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """Everybody of the staff reads; the head and the coordinator write."""
    page = _Page(request, _enrolment(request, public_id))
    if request.method == "POST" and not page.writes:
        raise Http404
    if page.document is None:
        return page.answer()
    form = ExceptionForm(data_of(request), found=page.document)
    if form.is_valid() and _granted(request, page.enrolment, form):
        return redirect("schools:exceptions", page.enrolment.public_id)
    return page.answer(exception_form=form)


def _granted(request: MemberRequest, enrolment: Enrolment, form: ExceptionForm) -> bool:
    approver = person_of(request.membership)
    try:
        grant_exception(enrolment=enrolment, **form.cleaned_data, approver=approver, **acting(request))
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(request, _("The exception holds from now on."))
    return True


@require_POST
@allow(*APPROVERS)
def facts(request: MemberRequest, public_id: UUID) -> HttpResponse:
    page = _Page(request, _enrolment(request, public_id))
    if page.document is None:
        raise Http404
    form = page.facts_form(request.POST)
    if not form.is_valid():
        return page.answer(facts_form=form)
    try:
        write_facts(enrolment=page.enrolment, facts=form.answers, **acting(request))
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Saved."))
    return redirect("schools:exceptions", page.enrolment.public_id)


@require_http_methods(["GET", "POST"])
@allow(*APPROVERS)
def withdraw(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """Ask once, then take the exception back."""
    rows = exceptions_visible_to(request.membership).select_related(
        "enrolment__student__person", "enrolment__cohort__version"
    )
    exception = get_object_or_404(rows, public_id=public_id)
    enrolment = exception.enrolment
    if request.method == "POST":
        try:
            withdraw_exception(exception=exception, **acting(request))
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("The exception is taken back. The rule holds again."))
        return redirect("schools:exceptions", enrolment.public_id)
    page = _Page(request, enrolment)
    context = {
        "row": next(row for row in page.rows if row.exception == exception),
        "enrolment": enrolment,
        "crumbs": [*page.crumbs, (_("Exceptions"), reverse("schools:exceptions", args=[enrolment.public_id]))],
    }
    return render(request, "schools/exception_withdraw.html", context)


class _Page:
    """The page of one enrolment, whichever of its forms came back."""

    def __init__(self, request: MemberRequest, enrolment: Enrolment):
        today = timezone.localdate()
        self.request = request
        self.enrolment = enrolment
        self.writes = request.membership.role in APPROVERS
        self.version = queries.open_version(enrolment, today)
        self.document = queries.document_of(self.version) if self.version else None
        self.rows = queries.exceptions(enrolment, self.document, today)

    @property
    def crumbs(self) -> list[tuple[str, str]]:
        student = self.enrolment.student
        return [
            (_("Students"), reverse("reports:students")),
            (student.person.full_name, reverse("reports:student", args=[student.public_id])),
        ]

    def facts_form(self, data: Any = None) -> FactsForm:
        asked = facts_asked(self.document) if self.document else []
        return FactsForm(data, asked=asked, known=self.enrolment.facts)

    def answer(self, exception_form: ExceptionForm | None = None, facts_form: FactsForm | None = None) -> HttpResponse:
        if exception_form is None and self.document:
            exception_form = ExceptionForm(found=self.document)
        facts_form = facts_form or self.facts_form()
        context = {
            "enrolment": self.enrolment,
            "crumbs": self.crumbs,
            "rows": self.rows,
            "version": self.version,
            "rule_name": say(self.document.name) if self.document else "",
            "writes": self.writes,
            "exception_form": exception_form,
            "facts_form": facts_form,
            "answers": self._answers(),
        }
        sent = [form for form in (exception_form, facts_form) if form]
        return render(self.request, "schools/exceptions.html", context, status=status_of(*sent))

    def _answers(self) -> list[tuple[str, str]]:
        """For those who only read."""
        asked = facts_asked(self.document) if self.document else []
        known = self.enrolment.facts
        return [
            (say(one.label), value(known[one.name], one.words) if one.name in known else _("Not known"))
            for one in asked
        ]
