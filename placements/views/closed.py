"""The page behind a link that is no longer open."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts import links
from placements.doors import is_closed


def closed(request: HttpRequest, token: str) -> HttpResponse:
    """An expired link can be asked for again; a closed one and one that never was look the same."""
    link = links.find(token)
    if link is None or is_closed(link):
        return render(request, "placements/link_closed.html", status=404)
    context = {"token": token, "school_name": link.school.name}
    return render(request, "placements/link_expired.html", context, status=410)
