"""The examples of the living page: each source is both what is drawn and what is shown as code."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Example:
    """One state of one component."""

    name: str
    source: str


@dataclass(frozen=True)
class Piece:
    """A component: its file in templates/ui/, what it is for, its states as (name, source)."""

    file: str
    title: str
    use: str
    states: dict[str, str]

    @property
    def key(self) -> str:
        return self.file.removesuffix(".html").replace("_", "-")

    @property
    def examples(self) -> list[Example]:
        return [Example(name, source.strip()) for name, source in self.states.items()]


PIECES = [
    Piece(
        "page_head.html",
        "Page head",
        "At the top of every page, in the block “header”. The body holds the actions; at most one is primary.",
        {
            "whole": """
{% page_head title="Noa Berg at Tideline Cycles" crumbs=crumbs tone="warn" state="Unsigned" lead=plan %}
  <a class="btn btn-quiet" href="#">{% icon "pencil" %}Change the plan</a>
  <a class="btn btn-primary" href="#">Send again</a>
{% endpage_head %}""",
            "plain": """{% page_head title="3 things need you" over=today|day_long %}{% endpage_head %}""",
        },
    ),
    Piece(
        "state.html",
        "State badge",
        "A state is always a word, an icon and a colour. Five tones; another icon may be named.",
        {
            "the tones": """
{% state "good" "Confirmed" %}
{% state "warn" "Unsigned" %}
{% state "bad" "Did not come" %}
{% state "info" "At work" %}
{% state "quiet" "Draft" %}
{% state "quiet" "Paused" icon="circle-pause" %}""",
        },
    ),
    Piece(
        "person.html",
        "Person",
        "Initials (avatar.html), name, one line, a state at the end; url makes the name a link.",
        {
            "with a state": """{% person "Noa Berg" note="2 days, 15 h" tone="good" state="Confirmed" %}""",
            "plain": """{% person "Sam Aydin" url="#" %}""",
            "only initials": """{% avatar "Noa Berg" %}""",
        },
    ),
    Piece(
        "need.html",
        "What needs somebody",
        "Rows of the coordinator's day in a sheet, under a group-name. Only the first action is primary.",
        {
            "rows": """
<section class="sheet" aria-labelledby="{{ uid }}-needs">
  <h2 class="group-name" id="{{ uid }}-needs">Today</h2>
  {% need title="Noa Berg at Tideline Cycles" name="Noa Berg" url="#" tone="bad" state="Did not come" why=missed %}
    <a class="btn btn-primary" href="#">Call the student</a>
  {% endneed %}
  {% need title="Sam Aydin at Hotel Lantern" name="Sam Aydin" tone="warn" state="Unsigned" why=unsigned %}
    <button class="btn btn-quiet">Ask again</button>
  {% endneed %}
</section>""",
            "done": """
<section class="sheet">
  {% empty_state icon="circle-check" title="Nothing needs you now" text="The next start is on Mon 30 Nov." %}
  {% endempty_state %}
</section>""",
        },
    ),
    Piece(
        "ring.html",
        "Hours ring",
        "Whole minutes in this order: credited, confirmed, logged, required. It fits a sheet of any width.",
        {
            "partial": """<section class="sheet sheet-pad">{% ring 7200 9450 10170 18900 %}</section>""",
            "empty": """<section class="sheet sheet-pad">{% ring 0 0 0 18900 %}</section>""",
            "done": """<section class="sheet sheet-pad">{% ring 18900 18900 19350 18900 %}</section>""",
            "no number is required": """<section class="sheet sheet-pad">{% ring 450 450 930 %}</section>""",
        },
    ),
    Piece(
        "week.html",
        "Week strip",
        "One cell per week or day with label and kind: credited, confirmed, logged, planned, missed, off.",
        {
            "a term": """{% week weeks "14 weeks from 26 October" %}""",
            "empty": """{% week nothing "Weeks" %}<p class="muted mb-0">No week is planned yet.</p>""",
        },
    ),
    Piece(
        "day_row.html",
        "Day of work",
        "For hosts and students, in a sheet sheet-pad. The body is a link or a button; text and state may be left out.",
        {
            "a week to confirm": """
<section class="sheet sheet-pad">
  {% person "Noa Berg" note="2 days, 15 h" %}
  {% day_row day=today minutes=450 text="Wheel truing, alone. Gear change, with help." %}
    <a href="#">Change</a>
  {% endday_row %}
  {% day_row day=tomorrow minutes=0 tone="warn" state="Ill" %}<a href="#">Change</a>{% endday_row %}
  <div class="stack mt-3">
    <button class="btn btn-primary btn-lg">Yes, all right</button>
    <button class="btn btn-quiet">Something was different</button>
  </div>
</section>""",
        },
    ),
    Piece(
        "strip.html",
        "Strip by state",
        "How many of each: mappings with label, count, url, colour (part-1 to part-6). A number opens to its rows.",
        {
            "counted": """
<section class="sheet sheet-pad"><h2>All 107 placements</h2>{% strip parts "Placements by state" %}</section>""",
            "empty": """<section class="sheet sheet-pad"><h2>No placements</h2>{% strip zeros "None" %}</section>""",
        },
    ),
    Piece(
        "facts.html",
        "Facts",
        "Small things side by side: (label, value) or (label, value, url).",
        {"three": """{% facts pairs %}"""},
    ),
    Piece(
        "timeline.html",
        "Timeline",
        "What happened, newest first: when, text, and perhaps by, detail, tone.",
        {"partial": """<section class="sheet sheet-pad">{% timeline events %}</section>"""},
    ),
    Piece(
        "tabs.html",
        "Tabs",
        "Views of one thing, each with its own address: label, url, current, count.",
        {"four": """{% tabs views "Views of this placement" %}"""},
    ),
    Piece(
        "bottom_tabs.html",
        "Bottom tabs",
        "Drawn by base_phone.html from shell.items, at most five.",
        {"four": """{% bottom_tabs mains %}"""},
    ),
    Piece(
        "filter_bar.html",
        "Search and filters",
        "Above a list, by GET; the key / jumps to it. The body holds selects with an aria-label.",
        {
            "searched": """
{% filter_bar q="tide" label="Search employers" clear="#" %}
  <select class="form-select" name="state" aria-label="State"><option>All states</option></select>
{% endfilter_bar %}""",
        },
    ),
    Piece(
        "pages.html",
        "List and pages",
        "A table on a desk, cards on a phone: table.list in a sheet sheet-list, the row's name a th with a row-link,"
        " every other cell with data-label, numbers with the class number, buttons in a cell actions-cell.",
        {
            "partial": """
<div class="sheet sheet-list">
  <table class="list">
    <thead>
      <tr>
        <th scope="col">Student</th><th scope="col">Employer</th><th scope="col">State</th>
        <th scope="col" class="number">Hours</th>
      </tr>
    </thead>
    <tbody>
      <tr>
        <th scope="row"><a class="row-link" href="#">Noa Berg</a></th>
        <td data-label="Employer">Tideline Cycles</td>
        <td data-label="State">{% state "good" "At work" %}</td>
        <td data-label="Hours" class="number">{{ 7200|hours }}</td>
      </tr>
      <tr>
        <th scope="row"><a class="row-link" href="#">Sam Aydin</a></th>
        <td data-label="Employer">Hotel Lantern</td>
        <td data-label="State">{% state "warn" "Unsigned" %}</td>
        <td data-label="Hours" class="number">{{ 0|hours }}</td>
      </tr>
    </tbody>
  </table>
</div>
{% pages page %}""",
            "one page": """{% pages only_page %}""",
        },
    ),
    Piece(
        "empty_state.html",
        "Empty",
        "Nothing here, why, and in the body the one thing to do. The icon is a name of the lucide set."
        " With heading=True the title is the heading of the page.",
        {
            "with an action": """
<section class="sheet">
  {% empty_state icon="building-2" title="No employers yet" text="Bring them in from a file, or add the first one." %}
    <a class="btn btn-primary" href="#">Bring in a file</a>
  {% endempty_state %}
</section>""",
            "nothing found": """
<section class="sheet">
  {% empty_state icon="search" title="Nothing found for “tidx”" %}
    <a class="btn btn-quiet" href="#">Show all</a>
  {% endempty_state %}
</section>""",
        },
    ),
    Piece(
        "error_state.html",
        "Error",
        "What happened, what was kept, and in the body what to do now.",
        {
            "stopped": """
<section class="sheet">
  {% error_state title="The import stopped at line 412" text="Nothing was changed. The file is kept for 7 days." %}
    <button class="btn btn-primary">Start again</button>
  {% enderror_state %}
</section>""",
        },
    ),
    Piece(
        "loading.html",
        "Loading",
        "Where a list will come.",
        {"loading": """<section class="sheet">{% loading "The list is coming" %}</section>"""},
    ),
    Piece(
        "progress.html",
        "Progress",
        "Long work that can be left. With url= the piece asks for itself every two seconds: answer with the same piece,"
        " and without url when the work is done.",
        {
            "partial": """
{% progress label="Reading employers" done=1240 total=3000 note="You can leave this page; it goes on." %}""",
            "not yet known": """{% progress label="Waiting for its turn" %}""",
            "done": """
{% note "good" title="3,000 lines read" %}
  <p>2,988 are in, <a href="#">12 have a problem</a>.</p>
{% endnote %}""",
        },
    ),
    Piece(
        "note.html",
        "Note",
        "A message inside a page, in four tones.",
        {
            "the tones": """
{% note "info" %}<p>The host can still change this week.</p>{% endnote %}
{% note "good" title="Signed by all four" %}<p>It starts on Mon 30 Nov.</p>{% endnote %}
{% note "warn" title="Two days differ" %}<p>The student wrote {{ 930|hours }}, the host 15 h.</p>{% endnote %}
{% note "bad" %}<p>The letter came back. Is the address right?</p>{% endnote %}""",
        },
    ),
    Piece(
        "messages.html",
        "Messages",
        "Django's messages, drawn by both base templates and read out once.",
        {"two": """{% include "ui/messages.html" %}"""},
    ),
    Piece(
        "dialog.html",
        "Dialog and question",
        "Asks once before something that cannot be undone, and says what will happen. The opener is a link to a plain"
        " page that holds the same question (ask.html), for those without JavaScript.",
        {
            "opener and dialog": """
<a class="btn btn-leave" href="#" data-dialog="{{ uid }}-end">End this placement…</a>
{% dialog id=uid|add:"-end" title="End this placement?" %}
  {% ask action="#" yes="End it" no="Keep it" back="#" danger=True %}
    <p>The host and the student get a letter. Hours that are confirmed stay.</p>
  {% endask %}
{% enddialog %}""",
            "the plain page": """
<section class="sheet sheet-pad form">
  {% ask action="#" yes="End it" no="Keep it" back="#" danger=True %}
    <p>The host and the student get a letter. Hours that are confirmed stay.</p>
  {% endask %}
</section>""",
        },
    ),
    Piece(
        "chips.html",
        "Chips",
        "Each choice is a chip.html; a number after the field says how many are shown before the others wait.",
        {
            "partial": """<form>{% chips chip_form.tasks %}{% chips chip_form.alone %}</form>""",
            "more": """<form>{% chips chip_form.tasks 1 %}</form>""",
            "error": """<form>{% chips wrong_chip_form.tasks %}</form>""",
        },
    ),
    Piece(
        "file_drop.html",
        "File",
        "A FileField; without JavaScript an ordinary file input.",
        {
            "empty": """{% file_drop chip_form.file %}""",
            "error": """{% file_drop wrong_chip_form.file %}""",
        },
    ),
    Piece(
        "form_errors.html",
        "Form",
        "Fields come from crispy-forms, in a form with the class form; form_errors stands above one that came back.",
        {
            "empty": """
{% load crispy_forms_filters %}
<form class="form" method="post" action="#" novalidate>
  {{ form|crispy }}
  <div class="actions">
    <button class="btn btn-primary">Save</button><a class="btn btn-plain" href="#">Cancel</a>
  </div>
</form>""",
            "error": """
{% load crispy_forms_filters %}
{% form_errors wrong_form %}
<form class="form" method="post" action="#" novalidate>
  {{ wrong_form|crispy }}
  <div class="actions"><button class="btn btn-primary">Save</button></div>
</form>""",
        },
    ),
    Piece(
        "brand.html",
        "Brand",
        "The mark (mark.html) and a name: Passerelle at a desk, the school on a phone. A link for those with pages.",
        {
            "a school": """{% include "ui/brand.html" with brand_name="Tidewater College" %}""",
            "the mark": """{% include "ui/mark.html" %}""",
        },
    ),
    Piece(
        "search_box.html",
        "Search",
        "On every page of whoever may search (shell.searches); “/” goes to it.",
        {"on a page": """{% include "ui/search_box.html" %}"""},
    ),
    Piece(
        "rail_items.html",
        "Rail",
        "Drawn by base.html from the context processor “shell”; ends with the languages (languages.html).",
        {"coordinator": """{% include "ui/rail_items.html" %}"""},
    ),
]
