"""Whom a changed wording would help or hurt, before it is saved."""

import json
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.access import MemberRequest, acting, allow, person_of
from accounts.roles import Role
from core.pages import paged
from core.workflow import Refused
from credits.effects import Effects, effects, named
from credits.rules.effect import Effect
from schools.access import drafts_visible_to, own_rule_sets_of
from schools.forms import WordingForm
from schools.models import RuleSetDraft
from schools.rule_sets.phrases import named as in_words
from schools.rule_sets.reading import Unreadable
from schools.workflow.rule_sets import Wording, draft_wording, newest_number


@require_POST
@allow(Role.COORDINATOR)
def effect_new(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """The wording comes from the page that shows what is different; it is checked again and kept as a draft."""
    found = get_object_or_404(own_rule_sets_of(request.membership), public_id=public_id)
    form = WordingForm(request.POST)
    try:
        wording = Wording.read(form.cleaned_data["text"] if form.is_valid() else "")
        draft = draft_wording(rule_set=found, wording=wording, person=person_of(request.membership), **acting(request))
    except Unreadable:
        messages.error(request, _("The file did not come back whole. Please hand it in again."))
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        return redirect("credits:effect", draft.public_id)
    return redirect("schools:rule_set_upload", public_id)


@require_GET
@allow(Role.COORDINATOR, Role.HEAD)
def effect(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """How many gain, lose and stay as they are; each number opens to the students behind it."""
    drafts = drafts_visible_to(request.membership).select_related("rule_set")
    draft = get_object_or_404(drafts, public_id=public_id)
    show = Effect(request.GET["show"]) if request.GET.get("show") in list(Effect) else Effect.LOSES
    found = effects(draft, request.membership, today=timezone.localdate(), show=show)
    page = paged(request, found.rows)
    title = in_words(draft.content["name"])
    context = {
        "draft": draft,
        "title": title,
        "found": found,
        "tabs": _tabs(draft, found, show),
        "page": page,
        "rows": named(list(page)),
        "form": _carrying(draft) if request.membership.role == Role.COORDINATOR else None,
        "crumbs": [(title, reverse("schools:rule_set", args=[draft.rule_set.public_id]))],
    }
    return render(request, "credits/effect.html", context)


def _tabs(draft: RuleSetDraft, found: Effects, show: Effect) -> list[dict]:
    here = reverse("credits:effect", args=[draft.public_id])
    labels = {Effect.LOSES: _("Lose"), Effect.GAINS: _("Gain"), Effect.SAME: _("Stay as they are")}
    return [
        {"label": label, "url": f"{here}?show={kind}", "current": kind == show, "count": found.counts[kind]}
        for kind, label in labels.items()
    ]


def _carrying(draft: RuleSetDraft) -> WordingForm:
    text = json.dumps(draft.content, ensure_ascii=False, separators=(",", ":"))
    return WordingForm(initial={"text": text, "base": newest_number(draft.rule_set)})
