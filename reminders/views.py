"""Letters as the school sees them: what went to whom and why, what did not and why not, and what each letter says."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import MemberRequest, acting, allow
from accounts.roles import Role
from core.workflow import Refused
from placements.access import visible_to
from placements.models import Placement
from reminders import previewing, queries, workflow
from reminders.access import OFFICE, READERS, letters_visible_to
from reminders.letters import LETTERS
from reminders.models import Kind, Reason
from reminders.queries import Wanted
from reminders.stages import Stage
from reminders.story import events


@require_safe
@allow(*READERS)
def letters(request: MemberRequest) -> HttpResponse:
    """The list; `show` is a stage of a letter."""
    wanted = wanted_of(request)
    page, rows = queries.letters_page(request.membership, wanted, request.GET.get("page", "1"), now=timezone.now())
    may_repeat = request.membership.role == Role.COORDINATOR and page.object_list
    context = _lists("letters", wanted, request) | {"page": page, "rows": rows, "may_repeat": may_repeat}
    return render(request, "reminders/letters.html", context)


@require_safe
@allow(*READERS)
def left_out(request: MemberRequest) -> HttpResponse:
    wanted = wanted_of(request)
    page, rows = queries.left_out_page(request.membership, wanted, request.GET.get("page", "1"))
    return render(
        request, "reminders/left_out.html", _lists("left_out", wanted, request) | {"page": page, "rows": rows}
    )


def wanted_of(request: MemberRequest) -> Wanted:
    """What the address asks for; 404 for what is not there."""
    asked = {name: request.GET.get(name, "").strip() for name in ("q", "kind", "show", "reason", "placement")}
    known = {"kind": Kind.values, "show": Stage.values, "reason": Reason.values}
    if any(asked[name] and asked[name] not in values for name, values in known.items()):
        raise Http404
    placement = _placement(request, asked["placement"]) if asked["placement"] else None
    return Wanted(asked["q"], asked["kind"], asked["show"], asked["reason"], placement)


def _placement(request: MemberRequest, public_id: str) -> Placement:
    try:
        return get_object_or_404(visible_to(request.membership).select_related("learner"), public_id=UUID(public_id))
    except ValueError:
        raise Http404 from None


def _lists(current: str, wanted: Wanted, request: MemberRequest) -> dict:
    labels = {"letters": _("Letters"), "left_out": _("Not sent, and why")}
    more = f"?placement={wanted.placement.public_id}" if wanted.placement else ""
    return {
        "wanted": wanted,
        "kinds": [kind for kind in LETTERS if (kind == Kind.TALK) != (request.membership.role in OFFICE)],
        "stages": list(Stage),
        "reasons": list(Reason),
        "clear": reverse(f"reminders:{current}") if wanted else "",
        "views": [
            {"label": label, "url": reverse(f"reminders:{name}") + more, "current": name == current}
            for name, label in labels.items()
        ],
    }


@require_safe
@allow(*READERS)
def letter(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """The story of one letter: what it says and why, how it went out, and what became of it."""
    found = get_object_or_404(queries.letters_to_open(request.membership), public_id=public_id)
    row, matters = queries.story(found, request.membership, now=timezone.now())
    context = {
        "row": row,
        "letter": found,
        "matters": matters,
        "events": events(found),
        "may_write": request.membership.role == Role.COORDINATOR,
        "again_from": workflow.again_from(found),
        "crumbs": [(_("Letters"), reverse("reminders:letters"))],
    }
    return render(request, "reminders/letter.html", context)


@require_safe
@allow(*OFFICE)
def about(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """All letters about one placement; asked by htmx, the part that its page shows."""
    placement = get_object_or_404(
        visible_to(request.membership).select_related("learner", "employer"), public_id=public_id
    )
    context = {
        "placement": placement,
        "about": queries.about(placement, request.membership, now=timezone.now()),
        "crumbs": [(placement.learner.full_name, reverse("reports:placement", args=[public_id]))],
    }
    template = "reminders/about.html#piece" if request.htmx else "reminders/about.html"  # type: ignore[attr-defined]
    response = render(request, template, context)
    patch_vary_headers(response, ["HX-Request"])
    return response


@require_POST
@allow(Role.COORDINATOR)
def send_again(request: MemberRequest, public_id: UUID) -> HttpResponse:
    found = get_object_or_404(letters_visible_to(request.membership), public_id=public_id)
    try:
        workflow.send_again(outbox=found, **acting(request))
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The letter goes out within a few minutes."))
    return redirect("reminders:letter", public_id=public_id)


@require_safe
@allow(*READERS)
def preview(request: MemberRequest, kind: str = "") -> HttpResponse:
    """One kind of letter as it would leave now, in the language of the page or the one asked for."""
    kind = kind or request.GET.get("kind", Kind.SIGN)
    language = request.GET.get("language", translation.get_language())
    if kind not in LETTERS or language not in dict(settings.LANGUAGES):
        raise Http404
    context = {
        "preview": previewing.preview(Kind(kind), request.membership, language=language, now=timezone.now()),
        "kind": Kind(kind),
        "kinds": list(LETTERS),
        "languages": [(code, get_language_info(code)["name_local"]) for code, _name in settings.LANGUAGES],
        "crumbs": [(_("Letters"), reverse("reminders:letters"))],
    }
    return render(request, "reminders/preview.html", context)
