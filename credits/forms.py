"""The forms with which a teacher decides, a student asks to look at a decision again, and a teacher answers."""

from collections.abc import Iterable
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.forms import DayInput
from core.templatetags.ui import hours
from credits.models import Correction, Decision
from credits.queries import Opinion, RecordsPage
from credits.rules import giving
from credits.sentences import credit, label_of, measure_word, own_words
from placements.models import Placement

_OUTCOMES = [
    (Decision.State.CREDITED, _("Credit: everything that the rules ask for is there")),
    (Decision.State.PARTLY, _("Credit a part now")),
    (Decision.State.NOT_YET, _("Not yet")),
]


class DecisionForm(forms.Form):
    """What, how much and why; `seen` says which evidence the teacher looked at."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    outcome = forms.ChoiceField(
        label=_("Your decision"),
        choices=_OUTCOMES,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what you decide.")},
    )
    hours = forms.IntegerField(label=_("Hours"), min_value=0, max_value=20_000, required=False)
    rest = forms.IntegerField(label=_("Minutes"), min_value=0, max_value=59, required=False)
    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("Needed when you decide otherwise than the rule proposes. The student reads it."),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, data: Any = None, *, opinion: Opinion):
        """Where the rules propose several awards, each can be left out."""
        super().__init__(data, initial=proposed(opinion))
        gifts = giving.proposed(opinion.result) if opinion.result else []
        if opinion.gathered and len(gifts) > 1:
            labels = [(gift.award, _award_words(opinion, gift)) for gift in gifts]
            self.fields["awards"] = forms.MultipleChoiceField(
                label=_("What is given"), choices=labels, required=False, widget=forms.CheckboxSelectMultiple
            )

    @property
    def awards(self) -> list[str] | None:
        """The keys of the awards that were ticked; nothing where there was no choice."""
        return self.cleaned_data["awards"] if "awards" in self.fields else None

    @property
    def minutes(self) -> int:
        if self.cleaned_data["outcome"] == Decision.State.NOT_YET:
            return 0
        return (self.cleaned_data["hours"] or 0) * 60 + (self.cleaned_data["rest"] or 0)


def proposed(opinion: Opinion) -> dict[str, Any]:
    """The form filled in with what the rules propose."""
    result = opinion.result
    gifts = giving.proposed(result) if result else []
    some = Decision.State.CREDITED if result and result.result == "met" else Decision.State.PARTLY
    minutes = result.proposed_minutes if result else 0
    return {
        "seen": opinion.seen,
        "outcome": some if gifts else Decision.State.NOT_YET,
        "awards": [gift.award for gift in gifts],
        "hours": minutes // 60,
        "rest": minutes % 60,
    }


def _award_words(opinion: Opinion, gift: giving.Gift) -> str:
    """What an award gives: "Unit 1: 1 unit, 55 h"."""
    assert opinion.gathered is not None
    label = label_of(opinion.gathered.rule_set, gift.award)
    if not gift.credit:
        return gettext("%(label)s: %(hours)s") % {"label": label, "hours": hours(gift.minutes)}
    words = {
        "label": label,
        "credit": credit(gift.credit),
        "measure": measure_word(gift.measure),
        "hours": hours(gift.minutes),
    }
    return gettext("%(label)s: %(credit)s (%(measure)s), %(hours)s") % words


class WordsField(forms.CharField):
    """Some lines of text; a line break counts as one character, as the browser counts it."""

    widget = forms.Textarea(attrs={"rows": 5})

    def to_python(self, value: Any) -> str:
        return (super().to_python(value) or "").replace("\r\n", "\n")


class AskForm(forms.Form):
    """What is wrong with a decision. `key` makes the same request sent twice one request."""

    key = forms.UUIDField(initial=uuid4, widget=forms.HiddenInput)
    text = WordsField(
        label=_("What is wrong?"),
        help_text=_("Say which days or hours you mean, and what you think is right. At most 1,000 characters."),
        max_length=1000,
        error_messages={"required": _("Please write what is wrong.")},
    )


class AnswerForm(forms.Form):
    """Whether a decision stays, and why."""

    outcome = forms.ChoiceField(
        label=_("Your answer"),
        choices=[
            (Correction.State.DECLINED, Correction.State.DECLINED.label),
            (Correction.State.UPHELD, Correction.State.UPHELD.label),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what you answer.")},
    )
    answer = WordsField(
        label=_("Why"),
        help_text=_("The student reads it. At most 1,000 characters."),
        max_length=1000,
        error_messages={"required": _("Please write an answer: the student reads it.")},
    )


class RecordForm(forms.Form):
    """Something dated that the rules ask about; which fields there are follows from what they ask."""

    kind = forms.ChoiceField(label=_("What"))
    on = forms.DateField(label=_("Day"), widget=DayInput())

    def __init__(self, data: Any = None, *, page: RecordsPage):
        super().__init__(data)
        self.page = page
        self.fields["kind"].choices = self._words(paper.kind for paper in page.papers)  # type: ignore[attr-defined]
        self._ask("party", _("Written by"), [name for paper in page.papers for name in paper.parties])
        self._ask("result", _("Result"), [name for paper in page.papers for name in paper.results])
        if any(paper.scored for paper in page.papers):
            self.fields["score"] = forms.IntegerField(label=_("Points"), min_value=0, max_value=10_000, required=False)
        self._ask("signers", _("Signed by"), [name for paper in page.papers for name in paper.signers], several=True)
        if any(paper.about_units for paper in page.papers):
            self._ask_about("unit", _("Unit"), [(str(unit.pk), unit.title) for unit in page.units])
        self._ask_about("placement", _("Workplace"), [(str(one.pk), self._place(one)) for one in page.placements])

    def _words(self, names: Iterable[str]) -> list[tuple[str, str]]:
        return [(name, own_words(self.page.rule_set, name)[0]) for name in dict.fromkeys(names)]

    def _ask(self, name: str, label: Any, words: list[str], *, several: bool = False) -> None:
        if words and several:
            self.fields[name] = forms.MultipleChoiceField(
                label=label, choices=self._words(words), required=False, widget=forms.CheckboxSelectMultiple
            )
        elif words:
            self._ask_about(name, label, self._words(words))

    def _ask_about(self, name: str, label: Any, choices: list[tuple[str, str]]) -> None:
        if choices:
            self.fields[name] = forms.ChoiceField(label=label, choices=[("", "–"), *choices], required=False)

    def _place(self, placement: Placement) -> str:
        return placement.employer.name if placement.employer else gettext("School workshop")

    @property
    def said(self) -> dict[str, Any]:
        """As `write_record` asks for it."""
        units = {str(unit.pk): unit for unit in self.page.units}
        placements = {str(one.pk): one for one in self.page.placements}
        answers = {name: value for name, value in self.cleaned_data.items() if value not in ("", None, [])}
        return {
            **answers,
            "unit": units.get(answers.get("unit", "")),
            "placement": placements.get(answers.get("placement", "")),
        }
