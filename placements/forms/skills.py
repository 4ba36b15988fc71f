"""Marks of skills: for each skill one of its levels, "not seen", or nothing at all."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from placements.workflow.skills import Marks
from schools.models import Skill
from schools.skills.asking import levels_of, said

NOT_SEEN = "not_seen"


class SkillsForm(forms.Form):
    """Levels with what one sees at each. Nothing is required: what is not chosen is no mark."""

    def __init__(self, *args, skills: Sequence[Skill], levels: Mapping[int, int | None] | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial = {_name(pk): NOT_SEEN if level is None else str(level) for pk, level in (levels or {}).items()}
        self.skills = {_name(skill.pk): skill for skill in skills}
        self.fields |= {name: _field(skill) for name, skill in self.skills.items()}

    @property
    def rows(self) -> list[tuple[forms.BoundField, list[tuple[Any, str]]]]:
        """Each skill with its choices, and with what one sees at each level."""
        rows = []
        for name, skill in self.skills.items():
            anchors = [anchor for _number, _level, anchor in levels_of(skill)]
            rows.append((self[name], list(zip(self[name], [*anchors, ""], strict=True))))
        return rows

    @property
    def marks(self) -> Marks:
        chosen = {skill: self.cleaned_data[name] for name, skill in self.skills.items()}
        return {skill: None if level == NOT_SEEN else int(level) for skill, level in chosen.items() if level}


def _name(skill: int) -> str:
    return f"skill_{skill}"


def _field(skill: Skill) -> forms.ChoiceField:
    choices = [(str(number), name) for number, name, _anchor in levels_of(skill)]
    return forms.ChoiceField(
        label=said(skill.name),
        choices=[*choices, (NOT_SEEN, _("Not seen"))],
        required=False,
        widget=forms.RadioSelect,
    )
