"""What hosts of a programme are asked at the end: sentences to tap, and skills of the occupation."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import MemberRequest, acting, allow
from core.pages import data_of, status_of
from core.workflow import Refused
from schools.access import own_skills_visible_to, programmes_visible_to
from schools.forms import PhrasesForm, SkillForm
from schools.models import Programme
from schools.skills.asking import OWN_AT_MOST, levels_of, own_skills, said, scale_for_own
from schools.skills.phrases import phrases_of
from schools.views.programmes import READERS, WRITERS, crumbs
from schools.workflow import add_skill, end_skill, write_phrases


def _programme(request: MemberRequest, public_id: UUID) -> Programme:
    return get_object_or_404(programmes_visible_to(request.membership).select_related("school"), public_id=public_id)


@require_http_methods(["GET", "POST"])
@allow(*READERS)
def asked(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """The sentences and the skills of one programme; who does not write programmes reads them."""
    programme, writes = _programme(request, public_id), request.membership.role in WRITERS
    if request.method == "POST" and not writes:
        raise Http404
    form = PhrasesForm(data_of(request), phrases=phrases_of(programme))
    if form.is_valid():
        write_phrases(programme=programme, texts=form.texts, **acting(request))
        messages.success(request, _("Saved. Hosts see these sentences from now on."))
        return redirect("schools:asked", programme.public_id)
    own = own_skills(programme, timezone.localdate())
    context: dict[str, Any] = {
        "programme": programme,
        "form": form,
        "writes": writes,
        "phrases": phrases_of(programme),
        "skills": [(skill, said(skill.name), levels_of(skill)) for skill in own],
        "may_add": writes and len(own) < OWN_AT_MOST,
        "crumbs": crumbs(programme),
    }
    return render(request, "schools/asked.html", context, status=status_of(form))


@require_http_methods(["GET", "POST"])
@allow(*WRITERS)
def skill_new(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """A skill of the occupation, with what one sees at each level."""
    programme = _programme(request, public_id)
    scale = scale_for_own(timezone.localdate())
    form = SkillForm(data_of(request), levels=[said(level) for level in scale.levels] if scale else [])
    if form.is_valid():
        language = (get_language() or "en").split("-")[0]
        try:
            add_skill(programme=programme, language=language, **form.values, **acting(request))
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Saved. Hosts and students are asked about it from now on."))
            return redirect("schools:asked", programme.public_id)
    context = {"form": form, "programme": programme, "crumbs": _way(programme)}
    return render(request, "schools/skill_new.html", context, status=status_of(form))


@require_http_methods(["GET", "POST"])
@allow(*WRITERS)
def skill_end(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """Ask once, then no longer ask about it."""
    rows = own_skills_visible_to(request.membership).select_related("programme__school", "scale")
    skill = get_object_or_404(rows, public_id=public_id)
    programme: Any = skill.programme
    if request.method == "POST":
        end_skill(skill=skill, **acting(request))
        messages.success(request, _("It is no longer asked about. Marks that were made stay."))
        return redirect("schools:asked", programme.public_id)
    context = {"name": said(skill.name), "programme": programme, "crumbs": _way(programme)}
    return render(request, "schools/skill_end.html", context)


def _way(programme: Programme) -> list[tuple[str, str]]:
    return [*crumbs(programme), (_("What hosts are asked"), reverse("schools:asked", args=[programme.public_id]))]
