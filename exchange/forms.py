from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from exchange.employers import NAMES, field_of, spelling
from exchange.models import ImportRun
from exchange.problems import TEXTS, problem

MAX_MEGABYTES = 20
ENDINGS = {ImportRun.Kind.ROSTER: ".zip", ImportRun.Kind.EMPLOYERS: ".csv,.xlsx,.txt"}
LABELS = {
    ImportRun.Kind.ROSTER: _("Choose the roster or drop it here"),
    ImportRun.Kind.EMPLOYERS: _("Choose the list or drop it here"),
}
HELP = {
    ImportRun.Kind.ROSTER: _("A OneRoster zip file of up to %(limit)s MB."),
    ImportRun.Kind.EMPLOYERS: _("A CSV (UTF-8) or Excel file of up to %(limit)s MB."),
}


FIELDS = {
    "name": _("Name"),
    "register_number": _("Register number"),
    "address": _("Address"),
    "town": _("Town"),
    "postcode": _("Postcode"),
    "sectors": _("Sector codes"),
    "size": _("People who work there"),
    "email": _("E-mail address"),
    "phone": _("Phone"),
    "latitude": _("Latitude"),
    "longitude": _("Longitude"),
    "reference": _("Your reference"),
}
assert FIELDS.keys() == NAMES.keys()


class UploadForm(forms.Form):
    """One file. What is inside is a worker's business; only its size is looked at here."""

    file = forms.FileField(
        error_messages={"required": _("Please choose a file."), "empty": TEXTS["empty_file"]},
    )

    def __init__(self, *args, kind: ImportRun.Kind, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["file"]
        field.label = LABELS[kind]
        field.help_text = HELP[kind] % {"limit": MAX_MEGABYTES}
        field.widget.attrs["accept"] = ENDINGS[kind]

    def clean_file(self) -> UploadedFile:
        file = self.cleaned_data["file"]
        if file.size > MAX_MEGABYTES * 1024 * 1024:
            raise ValidationError(str(problem("too_big", limit=MAX_MEGABYTES)))
        return file


class ColumnsForm(forms.Form):
    """What each column of a list of employers holds. A column without a name cannot be remembered, and is not read."""

    def __init__(self, *args, columns: Sequence[str], rows: Sequence[Sequence[str]], said: Mapping[str, str], **kwargs):
        super().__init__(*args, **kwargs)
        self._rows = rows
        self._columns = {f"column_{place}": (place, column) for place, column in enumerate(columns) if spelling(column)}
        for name, (_place, column) in self._columns.items():
            self.fields[name] = forms.ChoiceField(
                label=column.strip()[:100],
                choices=[("", _("Do not read")), *FIELDS.items()],
                initial=field_of(column, said),
                required=False,
                widget=forms.Select(attrs={"class": "form-select"}),
            )

    @property
    def rows(self) -> Iterator[tuple[forms.BoundField, list[str]]]:
        """Each column with what stands in its first lines."""
        for name, (place, _column) in self._columns.items():
            yield self[name], [row[place][:60] for row in self._rows if place < len(row) and row[place].strip()]

    @property
    def said(self) -> dict[str, str]:
        return {spelling(column): self.cleaned_data[name] for name, (_place, column) in self._columns.items()}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        chosen = [field for field in cleaned.values() if field]
        if "name" not in chosen:
            raise ValidationError(_("Say which column holds the name of the employer."))
        for field in chosen:
            if chosen.count(field) > 1:
                raise ValidationError(_("Two columns say the same: “%(field)s”.") % {"field": FIELDS[field]})
        return cleaned
