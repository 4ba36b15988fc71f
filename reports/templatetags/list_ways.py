"""What every long list offers, for the lists of apps below this one."""

from typing import Any

from django import template

from reports.views.lists import ways_of_a_list

register = template.Library()


@register.inclusion_tag("reports/list_ways.html", takes_context=True)
def list_ways(context: template.Context, name: str) -> dict[str, Any]:
    """The own views of the list `name`, and its rows as a file; two queries."""
    return ways_of_a_list(context["request"], name)
