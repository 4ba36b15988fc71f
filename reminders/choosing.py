"""The page on which a reader chooses which letters come: by the address in a letter, or signed in."""

from collections.abc import Iterator

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from accounts.models import Person
from accounts.passkeys import base_of
from core.pages import data_of, status_of
from core.workflow import Actor
from reminders.choices import choose, read, unwanted_by
from reminders.models import MessageClass

INSTEAD: dict[MessageClass, str | Promise] = {
    MessageClass.TASKS: gettext_lazy("Without them the school calls you when a student depends on it."),
    MessageClass.REMINDERS: gettext_lazy("Without them you get one letter for each thing; then the school calls."),
    MessageClass.PLACES: gettext_lazy("Without them the school calls you, or asks somebody else."),
    MessageClass.NEWS: gettext_lazy("Without them you hear nothing; what you are asked to do still comes."),
}
ONE_CLICK = ("List-Unsubscribe", "One-Click")


class ChoicesForm(forms.Form):
    wanted = forms.TypedMultipleChoiceField(
        label=gettext_lazy("I want"),
        choices=MessageClass.choices,
        coerce=MessageClass,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def rows(self) -> Iterator[tuple[forms.boundfield.BoundWidget, str | Promise]]:
        """Each box with what happens without such letters."""
        for box in self["wanted"]:
            yield box, INSTEAD[MessageClass(box.data["value"])]


@csrf_exempt
@login_not_required
@require_http_methods(["GET", "POST"])
def off(request: HttpRequest, token: str) -> HttpResponse:
    """The address in a letter: one press in a mail program takes its class away, and a person gets the page."""
    known = read(token)
    if known is None:
        raise Http404
    person, message_class = known
    if request.POST.get(ONE_CLICK[0]) == ONE_CLICK[1]:
        without = unwanted_by(person) | {message_class}
        choose(person=person, without=without, by=Actor("link", person.pk, ""), at=timezone.now())
        return HttpResponse(status=204)
    return _page(request, person, Actor("link", person.pk, ""), "base_phone.html")


@require_http_methods(["GET", "POST"])
def own(request: HttpRequest) -> HttpResponse:
    """The same for whoever has signed in."""
    person = Person.objects.filter(user=request.user.pk).first()
    if person is None:
        raise Http404
    membership = request.membership  # type: ignore[attr-defined]
    actor = Actor("user", request.user.pk, membership.role if membership else "")
    return _page(request, person, actor, base_of(request))


@csrf_protect
def _page(request: HttpRequest, person: Person, actor: Actor, base: str) -> HttpResponse:
    initial = {"wanted": [one for one in MessageClass if one not in unwanted_by(person)]}
    form = ChoicesForm(data_of(request), initial=initial)
    if form.is_valid():
        without = set(MessageClass) - set(form.cleaned_data["wanted"])
        choose(person=person, without=without, by=actor, at=timezone.now())
        messages.success(request, _("Your choice is saved."))
        return redirect(request.path)
    return render(request, "reminders/choices.html", {"base": base, "form": form}, status=status_of(form))
