"""What a student, or the school for it, says of the place that it looks for, without typing."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from core.languages import language_choices
from employers.models import Need
from placements.models import Wish
from placements.rules.wishing import Position
from placements.workflow.wishing import Wishes

KILOMETRES = (2, 5, 10, 15, 20, 30, 50)
IN_OWN_WORDS = (
    (Need.STEP_FREE, _("I need a place without steps")),
    (Need.TRANSPORT, _("I come by bus or train")),
    (Need.QUIET, _("I need quiet around me to work")),
    (Need.BREAKS, _("I need more breaks")),
    (Need.LATE_START, _("I can be there after nine, not before")),
)


class PlaceForm(forms.Form):
    """Where the way begins is an area that the school knows; what is kept and not among the choices is one of them."""

    no_area: Any = _("Not known")
    area = forms.ChoiceField(label=_("Where does the way to work begin?"), required=False)
    most_km = forms.TypedChoiceField(
        label=_("No farther than"), coerce=int, empty_value=None, required=False, widget=forms.RadioSelect
    )
    languages = forms.MultipleChoiceField(
        label=_("Languages at work"), required=False, widget=forms.CheckboxSelectMultiple
    )
    needs = forms.MultipleChoiceField(
        label=_("What the place must have"), choices=Need.choices, required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, data: QueryDict | None, *, wish: Wish | None, areas: Mapping[Position, str]):
        super().__init__(data, initial=_initial(wish))
        kept = self.initial
        self._choose("area", [("", self.no_area), *_areas(areas, kept.get("area", ""))])
        self._choose("most_km", [("", _("Any distance")), *_distances(kept.get("most_km"))])
        self._choose("languages", language_choices(kept.get("languages", ())))

    def _choose(self, name: str, choices: list[tuple[Any, Any]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    @property
    def wishes(self) -> Wishes:
        said = self.cleaned_data
        north, _comma, east = said["area"].partition(",")
        return Wishes(
            position=(float(north), float(east)) if said["area"] else None,
            most_km=said["most_km"],
            languages=tuple(sorted(said["languages"])),
            needs=tuple(said["needs"]),
        )


class OwnWishesForm(PlaceForm):
    """The same in the words of the student, who agrees that the school reads what is needed."""

    no_area = _("Rather not say")
    agrees = forms.BooleanField(label=_("My school may read what I need, to find a place for me"), required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["area"].label = _("Where does your way to work begin?")
        self.fields["most_km"].label = _("How far can you go?")
        self.fields["languages"].label = _("Which languages can you work in?")
        self.fields["needs"].label = _("What do you need?")
        self._choose("needs", list(IN_OWN_WORDS))


def _initial(wish: Wish | None) -> dict[str, Any]:
    if wish is None:
        return {}
    return {
        "area": "" if wish.latitude is None else f"{wish.latitude},{wish.longitude}",
        "most_km": wish.most_km,
        "languages": wish.languages,
        "needs": wish.needs,
        "agrees": wish.agreed_at is not None,
    }


def _areas(areas: Mapping[Position, str], kept: str) -> list[tuple[str, Any]]:
    found: dict[str, Any] = {f"{north},{east}": name for (north, east), name in areas.items()}
    if kept:
        found.setdefault(kept, _("As it is written down now"))
    return list(found.items())


def _distances(kept: int | None) -> list[tuple[int, Any]]:
    return [(km, _("%(km)s km") % {"km": km}) for km in sorted({*KILOMETRES, *([kept] if kept else [])})]
