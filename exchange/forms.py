from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

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
