"""The form of a photo of work: the picture, the parts to hide, and the learner's word about who is on it."""

from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

PARTS = (
    (0, _("Top left")),
    (1, _("Top middle")),
    (2, _("Top right")),
    (3, _("Left")),
    (4, _("Middle")),
    (5, _("Right")),
    (6, _("Bottom left")),
    (7, _("Bottom middle")),
    (8, _("Bottom right")),
)


class PhotoForm(forms.Form):
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    file = forms.FileField(
        label=_("Take or choose a photo"),
        help_text=_("JPEG, PNG or WebP, up to 10 MB."),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
        error_messages={"required": _("Please choose a photo."), "empty": _("This file is empty.")},
    )
    hide = forms.TypedMultipleChoiceField(
        label=_("Which parts should be hidden?"),
        coerce=int,
        choices=PARTS,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    consent = forms.BooleanField(
        label=_("Nobody can be recognised on it, or everybody on it agreed"),
        error_messages={"required": _("Tick this only if it is true. Otherwise hide that part or take another photo.")},
    )
