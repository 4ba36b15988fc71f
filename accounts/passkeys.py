"""Ways to sign in: the code by mail, which always works, and passkeys that a person adds, names and removes."""

from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal import auth, flows
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.forms import MadePasskeyForm, NewPasskeyForm, PasskeyNameForm
from accounts.fresh import needs_fresh_code
from accounts.roles import HOST, Role
from core.pages import data_of, status_of

_ON_A_PHONE = (Role.STUDENT, Role.GUARDIAN, *HOST)


def own(request: HttpRequest) -> QuerySet[Authenticator]:
    """The passkeys of whoever has signed in, oldest first."""
    return Authenticator.objects.filter(user=request.user.pk, type=Authenticator.Type.WEBAUTHN).order_by("pk")


@require_GET
def ways(request: HttpRequest) -> HttpResponse:
    context = {
        "base": base_of(request),
        "email": request.user.email,  # type: ignore[union-attr]
        "passkeys": list(own(request)),
        "closes": _closing(request),
    }
    return render(request, "account/ways.html", context)


@require_http_methods(["GET", "POST"])
@needs_fresh_code
def new(request: HttpRequest) -> HttpResponse:
    """The page with its button; its script asks here, as JSON, what the browser shall make."""
    if request.method == "GET" and request.headers.get("Accept") == "application/json":
        return JsonResponse(auth.begin_registration(request.user, True))  # type: ignore[arg-type]
    form = NewPasskeyForm(data_of(request), initial={"name": _("My passkey")})
    if form.is_valid() and _added(request, form):
        messages.success(request, _("The passkey is saved. Next time you can sign in with it."))
        return redirect("accounts:ways")
    context = {"base": base_of(request), "form": form, "crumbs": _crumbs()}
    return render(request, "account/passkey_new.html", context, status=status_of(form))


def _added(request: HttpRequest, form: NewPasskeyForm) -> bool:
    """Look at what the browser signed, and keep it."""
    checked = MadePasskeyForm({**request.POST.dict(), "passwordless": "on"}, user=request.user)
    if not checked.is_valid():
        form.add_error(None, _("The passkey could not be saved. Please try again."))
        return False
    flows.add_authenticator(request, name=form.cleaned_data["name"], credential=checked.cleaned_data["credential"])
    return True


@require_http_methods(["GET", "POST"])
def rename(request: HttpRequest, pk: int) -> HttpResponse:
    passkey = get_object_or_404(own(request), pk=pk)
    form = PasskeyNameForm(data_of(request), initial={"name": str(passkey)})
    if form.is_valid():
        flows.rename_authenticator(request, passkey, form.cleaned_data["name"])
        messages.success(request, _("The new name is saved."))
        return redirect("accounts:ways")
    context = {"base": base_of(request), "form": form, "crumbs": _crumbs()}
    return render(request, "account/passkey.html", context, status=status_of(form))


@require_http_methods(["GET", "POST"])
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks once; the code by mail goes on working."""
    passkey = get_object_or_404(own(request), pk=pk)
    if request.method == "POST":
        flows.remove_authenticator(request, passkey)
        messages.success(request, _("The passkey is removed. You can delete it on your device too."))
        return redirect("accounts:ways")
    context = {"base": base_of(request), "name": str(passkey), "crumbs": _crumbs()}
    return render(request, "account/passkey_remove.html", context)


def _closing(request: HttpRequest) -> str:
    """Where somebody at a workplace closes the account; other accounts belong to the school."""
    membership = request.membership  # type: ignore[attr-defined]
    is_host = membership is not None and membership.role == Role.SUPERVISOR
    return reverse("placements:host_account_close") if is_host else ""


def base_of(request: HttpRequest) -> str:
    """The shell of somebody's own pages: one column for those who come with a phone."""
    membership = request.membership  # type: ignore[attr-defined]
    return "base_phone.html" if membership is None or membership.role in _ON_A_PHONE else "base.html"


def _crumbs() -> list[tuple[str, str]]:
    return [(_("Ways to sign in"), reverse("accounts:ways"))]
