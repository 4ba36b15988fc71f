"""What hosts are made to fill in, found out by trying: every form of every page, empty and answer by answer."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django import forms
from django.db import transaction
from django.forms.models import ModelChoiceField
from django.test import Client

from accounts.roles import Role
from demo import cast as demo_cast
from placements.models import Adjustment
from tests.house.access import TABLE
from tests.house.things import Things

_OF_LINK = {"sign": "sign", "confirm": "home", "request": "request", "feedback": "closing"}
# One page with two forms, and two addresses that take them.
_SAME_PAGE = {"not_this_year": "offers"}
_OF_NUMBER = re.compile(r"_\d+$")
_WHOLE_FORM = {"__all__"}
_SHARED = (
    "sign",
    "refuse",
    "request",
    "request_decline",
    "request_undo",
    "request_settle",
    "contact_form",
    "sheet_upload",
)


def screens(role: Role) -> Iterator[tuple[str, str]]:
    """The screens of hosts and their paths: by account for this role, and by link for the supervisor."""
    for name, row in sorted(TABLE.items()):
        short = name.partition(":")[2]
        if role == Role.SUPERVISOR and short.startswith("link"):
            yield short.removeprefix("link_"), row.template
        elif role in row.get + row.post and (short.startswith("host") or short in _SHARED):
            yield short.removeprefix("host_"), row.template
    if role == Role.SUPERVISOR:
        yield from (("link", f"/link/{{{purpose}}}/") for purpose in _OF_LINK)


def screen_of(name: str, template: str) -> str:
    """As the clock of the forms names them."""
    if name == "link":
        return _OF_LINK[template.removeprefix("/link/{").removesuffix("}/")]
    return "home" if name == "host" else _SAME_PAGE.get(name, name)


@contextmanager
def caught() -> Iterator[list[forms.BaseForm]]:
    """The forms that are made in the meantime."""
    made: list[forms.BaseForm] = []
    known = forms.BaseForm.__init__

    def remember(self, *args, **kwargs) -> None:
        known(self, *args, **kwargs)
        made.append(self)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(forms.BaseForm, "__init__", remember)
        yield made


def asked_in(form: forms.BaseForm) -> set[str]:
    """The visible fields that this form needs: those marked so, and those of which it complains."""
    needed = {name for name, field in form.fields.items() if field.required}
    complained = set(form.errors) - _WHOLE_FORM if form.is_bound else set()
    return {
        _OF_NUMBER.sub("", name)
        for name in needed | complained
        if not isinstance(form.fields[name].widget, forms.HiddenInput)
    }


def answers(form: forms.BaseForm) -> Iterator[dict[str, str]]:
    """All numbers written, then each choice that the form offers, one at a time: what else does it ask for then?

    Of fields that only a number tells apart (`skill_3`, `skill_4`) the first stands for all.
    """
    families: set[str] = set()
    numbers = [name for name, field in form.fields.items() if isinstance(field, forms.IntegerField)]
    if numbers:
        yield {form.add_prefix(name): "1" for name in numbers}
    for name, field in form.fields.items():
        family = _OF_NUMBER.sub("", name)
        if isinstance(field, forms.ChoiceField) and not isinstance(field, ModelChoiceField) and family not in families:
            families.add(family)
            yield from ({form.add_prefix(name): str(value)} for value, _label in field.choices if value != "")


def required_of(role: Role) -> set[tuple[str, str]]:
    """Screen and field of all that this role is made to fill in."""
    found: set[tuple[str, str]] = set()
    for name, template in screens(role):
        found |= {
            ("code" if field == "code" else screen_of(name, template), field) for field in fields_on(role, template)
        }
    return found


def fields_on(role: Role, template: str) -> set[str]:
    """The fields of one page, in a world where the student has said what helps at work.

    By link it is the same form as signed in: there the answers are tried.
    """
    client, is_link = Client(), template.startswith("/link/")
    if not is_link:
        client.force_login(demo_cast.member(role).user)
    with transaction.atomic():
        things = Things(role)
        Adjustment.objects.create(student=things.student(), text="Larger print", for_host=True, written_at=things.now)
        path = template.format_map(things)
        with caught() as made:
            client.get(path)
            client.post(path, {})
            for sent in [] if is_link else [one for form in list(made) for one in answers(form)]:
                _try(client, path, sent)
        found = {field for form in made for field in asked_in(form)}
        transaction.set_rollback(True)
    return found


def _try(client: Client, path: str, sent: dict[str, str]) -> None:
    with transaction.atomic():
        client.post(path, sent)
        transaction.set_rollback(True)
