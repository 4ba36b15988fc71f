"""What every long list offers to its reader, on whichever floor the list is; the highest floor says what that is."""

from typing import Any

from django import template
from django.conf import settings
from django.utils.module_loading import import_string

register = template.Library()


@register.inclusion_tag("reports/list_ways.html", takes_context=True)
def list_ways(context: template.Context, name: str) -> dict[str, Any]:
    """The own views of the list `name`, and its rows as a file; two queries."""
    return import_string(settings.WAYS_OF_A_LIST)(context["request"], name)
