"""A school's own words in its agreements: the list in order, one block, its place, taking it out."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import MemberRequest, acting, allow, school_of
from core.pages import data_of, status_of
from core.workflow import Refused
from schools.access import blocks_visible_to, programmes_visible_to
from schools.forms import BlockForm
from schools.models import AgreementBlock
from schools.views.programmes import WRITERS
from schools.views.programmes import crumbs as way
from schools.workflow import move_block, remove_block, write_block


def _block(request: MemberRequest, public_id: UUID) -> AgreementBlock:
    return get_object_or_404(blocks_visible_to(request.membership), public_id=public_id)


def _crumbs() -> list[tuple[str, str]]:
    return [*way(), (_("Words in agreements"), reverse("schools:blocks"))]


@require_GET
@allow(*WRITERS)
def blocks(request: MemberRequest) -> HttpResponse:
    rows = list(blocks_visible_to(request.membership).select_related("programme").order_by("position", "pk"))
    return render(request, "schools/blocks.html", {"rows": rows, "crumbs": way()})


@require_http_methods(["GET", "POST"])
@allow(*WRITERS)
def block_new(request: MemberRequest) -> HttpResponse:
    form = BlockForm(data_of(request), programmes=programmes_visible_to(request.membership).order_by("name"))
    return _form(request, form, None)


@require_http_methods(["GET", "POST"])
@allow(*WRITERS)
def block(request: MemberRequest, public_id: UUID) -> HttpResponse:
    found = _block(request, public_id)
    initial = {
        "key": found.public_id,
        "heading": found.heading,
        "text": found.text,
        "programme": found.programme.public_id if found.programme else None,
    }
    programmes = programmes_visible_to(request.membership).order_by("name")
    data = {**request.POST.dict(), "key": str(found.public_id)} if request.method == "POST" else None
    return _form(request, BlockForm(data, initial=initial, programmes=programmes), found)


def _form(request: MemberRequest, form: BlockForm, found: AgreementBlock | None) -> HttpResponse:
    if form.is_valid():
        try:
            write_block(school=school_of(request.membership), **form.cleaned_data, **acting(request))
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Saved. It stands in every agreement that is written from now on."))
            return redirect("schools:blocks")
    context = {"form": form, "words": found, "crumbs": _crumbs()}
    return render(request, "schools/block.html", context, status=status_of(form))


@require_POST
@allow(*WRITERS)
def block_move(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """To the place that the button names; without a number the block stays where it is."""
    found = _block(request, public_id)
    place = request.POST.get("place", "")
    if place.isascii() and place.isdigit():
        move_block(block=found, place=int(place[:4]), **acting(request))
    return redirect("schools:blocks")


@require_http_methods(["GET", "POST"])
@allow(*WRITERS)
def block_remove(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """Ask once, then take the block out."""
    found = _block(request, public_id)
    if request.method == "POST":
        remove_block(block=found, **acting(request))
        messages.success(request, _("The block is taken out. Agreements that were written before keep it."))
        return redirect("schools:blocks")
    return render(request, "schools/block_remove.html", {"words": found, "crumbs": _crumbs()})
