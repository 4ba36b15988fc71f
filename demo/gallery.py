"""The living page /ui/: every component in every state, light and dark, each beside the line that calls it."""

from datetime import date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.contrib.messages.constants import ERROR, SUCCESS
from django.contrib.messages.storage.base import Message
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import engines
from django.views.decorators.http import require_GET

from demo.pieces import PIECES, Example

THEMES = ("light", "dark")
TODAY = date(2026, 11, 24)


class SampleForm(forms.Form):
    """Each kind of field that the product uses."""

    name = forms.CharField(label="Name of the firm", help_text="As it stands on the door.")
    mail = forms.EmailField(label="Mail address")
    size = forms.ChoiceField(label="Size", choices=[("s", "1 to 9 people"), ("m", "10 to 49 people")])
    start = forms.DateField(label="First day", widget=forms.DateInput(attrs={"type": "date"}))
    text = forms.CharField(label="What to bring", widget=forms.Textarea(attrs={"rows": 3}), required=False)
    tasks = forms.MultipleChoiceField(
        label="Days",
        choices=[("mon", "Monday"), ("tue", "Tuesday")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    agreed = forms.BooleanField(label="I have read the plan")


class ChipForm(forms.Form):
    """The two chip fields of a day's log and a file."""

    tasks = forms.MultipleChoiceField(
        label="What did you do?",
        choices=[("w", "Wheel truing"), ("g", "Gear change"), ("c", "Customer talk"), ("o", "Something else")],
        widget=forms.CheckboxSelectMultiple,
        initial=["w", "c"],
    )
    alone = forms.ChoiceField(
        label="How did you do it?",
        choices=[("watched", "Watched"), ("help", "With help"), ("checked", "Alone, then checked"), ("alone", "Alone")],
        widget=forms.RadioSelect,
        initial="checked",
    )
    file = forms.FileField(label="Choose a file or drop it here", help_text="A .zip or .csv of up to 20 MB.")


def _tab(label: str, *, current: bool = False, count: int | None = None, icon: str = "") -> SimpleNamespace:
    return SimpleNamespace(label=label, icon=icon, url="#", current=current, count=count)


def _weeks() -> list[dict[str, str]]:
    kinds = ["credited"] * 3 + ["confirmed", "missed", "logged", "off"] + ["planned"] * 7
    return [{"label": f"Week {number}: {kind}", "kind": kind} for number, kind in enumerate(kinds, start=44)]


def _events() -> list[dict[str, str]]:
    return [
        {"when": "Today, 08:05", "text": "The workshop said that nobody came.", "tone": "bad"},
        {"when": "Thu 19 Nov", "text": "Week 46 confirmed: 15 h.", "by": "Ines Duarte", "tone": "good"},
        {"when": "Tue 3 Nov", "text": "Started.", "detail": "Safety talk at 08:15."},
    ]


def _parts() -> list[dict[str, Any]]:
    labels = {"Being agreed": 21, "Ready": 8, "At work": 66, "Ended": 12, "Waiting for credit": 0}
    return [{"label": label, "count": count, "url": "#"} for label, count in labels.items()]


def _sample(uid: str) -> dict[str, Any]:
    """Values that the examples use; `uid` keeps ids apart, since each example is drawn twice."""
    firms = [f"Firm {number}" for number in range(1, 121)]
    return {
        "uid": uid,
        "crumbs": [("Placements", "#"), ("Cycle repair, 1st year", "")],
        "today": TODAY,
        "tomorrow": TODAY + timedelta(days=1),
        "plan": "Mon 26 Oct to Fri 12 Feb, two days a week.",
        "missed": "The workshop wrote at 08:05. Nobody has called yet.",
        "unsigned": "Starts Fri 27 Nov. The host has not opened the plan; asked twice.",
        "zeros": [{**part, "count": 0} for part in _parts()],
        "pairs": [("Starts", 7), ("Ends", 3), ("Visits", 5, "#")],
        "parts": _parts(),
        "nothing": [],
        "weeks": _weeks(),
        "events": _events(),
        "views": [_tab("What happened", current=True), _tab("Plan"), _tab("Hours", count=4), _tab("People")],
        "mains": [
            _tab("Today", icon="calendar-check", current=True),
            _tab("My hours", icon="clock"),
            _tab("Learning", icon="book-open"),
            _tab("Talk", icon="message-circle"),
        ],
        "page": Paginator(firms, 50).page(2),
        "only_page": Paginator(firms[:3], 50).page(1),
        "form": SampleForm(auto_id=f"{uid}-%s"),
        "wrong_form": SampleForm({"mail": "noa at tidewater", "size": "s"}, auto_id=f"{uid}-wrong-%s"),
        "chip_form": ChipForm(auto_id=f"{uid}-chip-%s"),
        "wrong_chip_form": ChipForm({}, auto_id=f"{uid}-wrong-chip-%s"),
        "shell": SimpleNamespace(
            items=[
                _tab("Today", icon="calendar-check", current=True, count=6),
                _tab("Placements", icon="users", count=107),
            ],
            role_label="Coordinator",
            person_name="Noa Lindqvist",
            school_name="Tidewater College",
            demo=False,
            searches=True,
        ),
        "messages": [Message(SUCCESS, "The plan is saved."), Message(ERROR, "The letter was not sent.")],
    }


def _drawn(request: HttpRequest, example: Example, name: str) -> dict[str, Any]:
    template = engines["django"].from_string(example.source)
    drawn = [(theme, template.render(_sample(f"{name}-{theme}"), request)) for theme in THEMES]
    return {"name": example.name, "source": example.source, "drawn": drawn}


@login_not_required
@require_GET
def gallery(request: HttpRequest) -> HttpResponse:
    """Every component in every state. It reads no row, so it also shows what a page looks like without any."""
    rows = [
        {
            "piece": piece,
            "examples": [_drawn(request, each, f"{piece.key}-{n}") for n, each in enumerate(piece.examples)],
        }
        for piece in PIECES
    ]
    times = {"today": TODAY, "later": TODAY + timedelta(days=80), "now": datetime(2026, 11, 24, 7, 40)}
    return render(request, "demo/ui.html", {"rows": rows, **times})
