"""The living page /ui/: every component in every state, light and dark, each beside the line that calls it."""

from dataclasses import dataclass
from datetime import date, datetime
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

THEMES = ("light", "dark")


@dataclass(frozen=True)
class Example:
    """One state of one component; `source` is both what is drawn and what is shown as code."""

    name: str
    source: str


@dataclass(frozen=True)
class Section:
    """A component: the file in templates/ui/, what it is for, and its states."""

    file: str
    title: str
    use: str
    examples: list[Example]


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
        "today": date(2026, 11, 24),
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
        ),
        "messages": [Message(SUCCESS, "The plan is saved."), Message(ERROR, "The letter was not sent.")],
    }


SECTIONS = [
    Section(
        "page_head.html",
        "Page head",
        "At the top of every page, in the block “header”. The body holds the actions; one is primary.",
        [
            Example(
                "whole",
                """{% page_head title="Noa Berg at Tideline Cycles" crumbs=crumbs tone="warn" state="Unsigned" lead="Mon 26 Oct to Fri 12 Feb, two days a week." %}
  <a class="btn btn-quiet" href="#">{% icon "pencil" %}Change the plan</a>
  <a class="btn btn-primary" href="#">Send again</a>
{% endpage_head %}""",
            ),
            Example("plain", """{% page_head title="3 things need you" over=today|day_long %}{% endpage_head %}"""),
        ],
    ),
    Section(
        "state.html",
        "State badge",
        "A state is always a word, an icon and a colour. Five tones; another icon may be named.",
        [
            Example(
                "the five tones",
                """{% state "good" "Confirmed" %} {% state "warn" "Unsigned" %} {% state "bad" "Did not come" %} {% state "info" "At work" %} {% state "quiet" "Draft" %} {% state "quiet" "Paused" icon="circle-pause" %}""",
            ),
        ],
    ),
    Section(
        "avatar.html",
        "Person",
        "Initials, hidden from screen readers, beside the name; in a “person” row with a state at the end.",
        [
            Example(
                "in a row",
                """<div class="person">{% avatar "Noa Berg" %}<div><div class="fw-semibold">Noa Berg</div><div class="muted small">2 days, {{ 900|hours }}</div></div>{% state "good" "Confirmed" %}</div>""",
            ),
        ],
    ),
    Section(
        "need.html",
        "What needs somebody",
        "Rows of the coordinator's day, in a sheet, under a group name. Only the first action is primary.",
        [
            Example(
                "rows",
                """<section class="sheet" aria-label="What needs you">
  <h2 class="group-name">Today</h2>
  {% need title="Noa Berg at Tideline Cycles" name="Noa Berg" url="#" tone="bad" state="Did not come" why="The workshop wrote at 08:05. Nobody has called yet." %}<a class="btn btn-primary" href="#">Call the student</a>{% endneed %}
  {% need title="Sam Aydin at Hotel Lantern" name="Sam Aydin" tone="warn" state="Unsigned" why="Starts Fri 27 Nov. The host has not opened the plan; asked twice." %}<button class="btn btn-quiet">Ask again</button>{% endneed %}
</section>""",
            ),
            Example(
                "done",
                """<section class="sheet">{% empty_state icon="circle-check" title="Nothing needs you now" text="The next start is on Mon 30 Nov." %}{% endempty_state %}</section>""",
            ),
        ],
    ),
    Section(
        "ring.html",
        "Hours ring",
        "Whole minutes: credited, confirmed, logged, required. Place it in a sheet of any width.",
        [
            Example("partial", """<section class="sheet sheet-pad">{% ring 7200 9450 10170 18900 %}</section>"""),
            Example("empty", """<section class="sheet sheet-pad">{% ring 0 0 0 18900 %}</section>"""),
            Example("done", """<section class="sheet sheet-pad">{% ring 18900 18900 19350 18900 %}</section>"""),
            Example("no number is required", """<section class="sheet sheet-pad">{% ring 450 450 930 %}</section>"""),
        ],
    ),
    Section(
        "week.html",
        "Week strip",
        "One cell per week or day, each with words: credited, confirmed, logged, planned, missed, off.",
        [
            Example("a term", """{% week weeks "14 weeks from 26 October" %}"""),
            Example(
                "empty", """{% week nothing "No week is planned" %}<p class="muted mb-0">No week is planned yet.</p>"""
            ),
        ],
    ),
    Section(
        "day_row.html",
        "Day of work",
        "For hosts and students. The body is a link or a button; text and state may be left out.",
        [
            Example(
                "a week to confirm",
                """<section class="sheet sheet-pad">
  <div class="person mb-2">{% avatar "Noa Berg" %}<div><div class="fw-semibold">Noa Berg</div><div class="muted small">2 days, {{ 900|hours }}</div></div></div>
  {% day_row day=today minutes=450 text="Wheel truing, alone. Gear change, with help." %}<a href="#">Change</a>{% endday_row %}
  {% day_row day=today minutes=0 tone="warn" state="Ill" text="" %}<a href="#">Change</a>{% endday_row %}
  <div class="d-grid gap-2 mt-3"><button class="btn btn-primary btn-lg">Yes, all right</button><button class="btn btn-quiet">Something was different</button></div>
</section>""",
            ),
        ],
    ),
    Section(
        "strip.html",
        "Strip by state",
        "How many of each; every number opens to its rows. Parts of nothing stay in the legend.",
        [
            Example(
                "counted",
                """<section class="sheet sheet-pad"><h2>All 107 placements</h2>{% strip parts "Placements by state" %}</section>""",
            ),
        ],
    ),
    Section(
        "facts.html",
        "Facts",
        "Small numbers side by side: (label, value) or (label, value, url).",
        [Example("three", """{% facts pairs %}""")],
    ),
    Section(
        "timeline.html",
        "Timeline",
        "What happened, newest first: when, text, and perhaps by, detail, tone.",
        [Example("partial", """<section class="sheet sheet-pad">{% timeline events %}</section>""")],
    ),
    Section(
        "tabs.html",
        "Tabs",
        "Views of one thing, each with its own address.",
        [Example("four", """{% tabs views "Views of this placement" %}""")],
    ),
    Section(
        "bottom_tabs.html",
        "Bottom tabs",
        "Drawn by base_phone.html from shell.items; up to five.",
        [Example("four", """{% bottom_tabs mains %}""")],
    ),
    Section(
        "filter_bar.html",
        "Search and filters",
        "Above a list, by GET. “/” jumps to it. The body holds selects with a label or an aria-label.",
        [
            Example(
                "with a filter",
                """{% filter_bar q="tide" label="Search employers" clear="#" %}<select class="form-select" name="state" aria-label="State"><option>All states</option></select>{% endfilter_bar %}""",
            ),
        ],
    ),
    Section(
        "pages.html",
        "List and pages",
        "A table on a desk, cards on a phone: class “list” in a “sheet sheet-list”, data-label on each cell, the row's name as a th with a row-link.",
        [
            Example(
                "rows",
                """<div class="sheet sheet-list"><table class="list">
  <thead><tr><th scope="col">Student</th><th scope="col">Employer</th><th scope="col">State</th><th scope="col" class="number">Hours</th></tr></thead>
  <tbody>
    <tr><th scope="row"><a class="row-link" href="#">Noa Berg</a></th><td data-label="Employer">Tideline Cycles</td><td data-label="State">{% state "good" "At work" %}</td><td data-label="Hours" class="number">{{ 7200|hours }}</td></tr>
    <tr><th scope="row"><a class="row-link" href="#">Sam Aydin</a></th><td data-label="Employer">Hotel Lantern</td><td data-label="State">{% state "warn" "Unsigned" %}</td><td data-label="Hours" class="number">{{ 0|hours }}</td></tr>
  </tbody>
</table></div>
{% pages page %}""",
            ),
            Example("one page", """{% pages only_page %}"""),
        ],
    ),
    Section(
        "empty_state.html",
        "Empty",
        "Nothing here, why, and one thing to do. An icon of lucide.dev.",
        [
            Example(
                "with an action",
                """<section class="sheet">{% empty_state icon="building-2" title="No employers yet" text="Bring them in from a file, or write down the first one." %}<a class="btn btn-primary" href="#">Bring in a file</a>{% endempty_state %}</section>""",
            ),
            Example(
                "nothing found",
                """<section class="sheet">{% empty_state icon="search" title="Nothing found for “tidx”" %}<a class="btn btn-quiet" href="#">Show all</a>{% endempty_state %}</section>""",
            ),
        ],
    ),
    Section(
        "error_state.html",
        "Error",
        "What happened, what was kept, what to do now.",
        [
            Example(
                "a stopped import",
                """<section class="sheet">{% error_state title="The import stopped at line 412" text="Nothing was changed. The file is kept for 7 days." %}<button class="btn btn-primary">Start again</button>{% enderror_state %}</section>""",
            ),
        ],
    ),
    Section(
        "loading.html",
        "Loading",
        "Where a list will come.",
        [Example("loading", """<section class="sheet">{% loading "The list is coming" %}</section>""")],
    ),
    Section(
        "progress.html",
        "Progress",
        "Long work that can be left: with url= the piece asks for itself every two seconds; leave url out when it is done.",
        [
            Example(
                "partial",
                """{% progress label="Reading employers" done=1240 total=3000 note="You can leave this page; it goes on." %}""",
            ),
            Example("not yet known", """{% progress label="Waiting for its turn" %}"""),
            Example(
                "done",
                """{% note "good" title="3,000 lines read" %}<p>2,988 are in, <a href="#">12 have a problem</a>.</p>{% endnote %}""",
            ),
        ],
    ),
    Section(
        "note.html",
        "Note",
        "A message inside a page, in four tones.",
        [
            Example(
                "four tones",
                """{% note "info" %}<p>The host can still change this week.</p>{% endnote %}
{% note "good" title="Signed by all four" %}<p>It starts on Mon 30 Nov.</p>{% endnote %}
{% note "warn" title="Two days differ" %}<p>The student wrote {{ 930|hours }}, the host {{ 900|hours }}.</p>{% endnote %}
{% note "bad" %}<p>The letter came back. Is the address right?</p>{% endnote %}""",
            ),
        ],
    ),
    Section(
        "messages.html",
        "Messages",
        "Django's messages, drawn by both base templates; read out once.",
        [Example("two", """{% include "ui/messages.html" %}""")],
    ),
    Section(
        "dialog.html",
        "Dialog",
        "Asks once before something that cannot be undone. The opener is a link to a plain page that asks the same.",
        [
            Example(
                "opener and dialog",
                """<a class="btn btn-leave" href="#" data-dialog="{{ uid }}-end">End this placement…</a>
{% dialog id=uid|add:"-end" title="End this placement?" %}
  <p>The host and the student get a letter. Hours that are confirmed stay.</p>
  <form method="post" action="#"><div class="actions"><button class="btn btn-quiet" data-close>Keep it</button><button class="btn btn-danger">End it</button></div></form>
{% enddialog %}""",
            ),
        ],
    ),
    Section(
        "chips.html",
        "Chips",
        "A form's MultipleChoiceField or ChoiceField with RadioSelect; real inputs underneath.",
        [
            Example("done", """<form>{% chips chip_form.tasks %}{% chips chip_form.alone %}</form>"""),
            Example("error", """{% chips wrong_chip_form.tasks %}"""),
        ],
    ),
    Section(
        "file_drop.html",
        "File",
        "A form's FileField; without JavaScript an ordinary file input.",
        [
            Example("empty", """{% file_drop chip_form.file %}"""),
            Example("error", """{% file_drop wrong_chip_form.file %}"""),
        ],
    ),
    Section(
        "form_errors.html",
        "Form",
        "Forms come from crispy-forms in a “form”; form_errors above a form that came back.",
        [
            Example(
                "empty",
                """{% load crispy_forms_filters %}<form class="form" method="post" action="#" novalidate>{{ form|crispy }}<div class="actions"><button class="btn btn-primary">Save</button><a class="btn btn-plain" href="#">Cancel</a></div></form>""",
            ),
            Example(
                "error",
                """{% load crispy_forms_filters %}{% form_errors wrong_form %}<form class="form" method="post" action="#" novalidate>{{ wrong_form|crispy }}<div class="actions"><button class="btn btn-primary">Save</button></div></form>""",
            ),
        ],
    ),
    Section(
        "brand.html",
        "Brand",
        "The mark (mark.html) and a name: Passerelle at the desk, the school on a phone. A link only for people with pages.",
        [
            Example("a school", """{% include "ui/brand.html" with brand_name="Tidewater College" %}"""),
            Example("mark", """{% include "ui/mark.html" %}"""),
        ],
    ),
    Section(
        "rail_items.html",
        "Rail",
        "Drawn by base.html from the context processor “shell”; ends with languages.html.",
        [
            Example("coordinator", """{% include "ui/rail_items.html" %}"""),
            Example("language", """{% include "ui/languages.html" %}"""),
        ],
    ),
]


def _drawn(request: HttpRequest, example: Example) -> dict[str, Any]:
    template = engines["django"].from_string(example.source)
    name = example.name.replace(" ", "-")
    pieces = [(theme, template.render(_sample(f"{name}-{theme}"), request)) for theme in THEMES]
    return {"name": example.name, "source": example.source, "pieces": pieces}


@login_not_required
def gallery(request: HttpRequest) -> HttpResponse:
    """Every component in every state. Without a database: it also answers when nothing else does."""
    sections = [{"section": part, "examples": [_drawn(request, each) for each in part.examples]} for part in SECTIONS]
    return render(
        request,
        "demo/ui.html",
        {"sections": sections, "today": date(2026, 11, 24), "now": datetime(2026, 11, 24, 7, 40)},
    )
