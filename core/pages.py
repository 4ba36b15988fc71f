"""What every page does in the same way: read a form, answer with the right status, show a long list piece by piece."""

from typing import Any

from django.core.paginator import Page, Paginator
from django.forms import BaseForm
from django.http import HttpRequest, QueryDict

ROWS = 25


def data_of(request: HttpRequest) -> QueryDict | None:
    """What a form is bound to. An empty post is bound too, so that it comes back with what is missing."""
    return request.POST if request.method == "POST" else None


def status_of(*forms: BaseForm) -> int:
    """422 when one of the forms comes back with errors."""
    return 422 if any(form.errors for form in forms) else 200


def paged(request: HttpRequest, rows: Any, size: int = ROWS) -> Page:
    """The piece of the list that the address asks for; a number that is not there gives the nearest one."""
    return Paginator(rows, size).get_page(request.GET.get("page"))
