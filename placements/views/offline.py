"""What a browser needs to open the app without a network: an empty page, the worker that shows it, the manifest."""

import functools
import json
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, get_language_bidi, override
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET

from placements.forms.hours import TWICE, DayForm
from placements.models import Placement

SCRIPTS = ("queue", "sending", "offline_form", "offline")
"""Of the empty page, beside those of every page."""
ICONS = {"192": "any", "512": "any", "maskable-512": "maskable"}
ACCENT, PAPER = "#0b6b61", "#fbfaf7"


@dataclass(frozen=True)
class Shell:
    """The empty page in one language, the files that it needs, and a name for just these bytes."""

    page: str
    files: list[str]
    version: str


@functools.cache
def shell_in(language: str) -> Shell:
    """Drawn without a request, so that nothing of anybody can stand in it. Once per process: it changes by release."""
    with override(language):
        bidi = get_language_bidi()
        form = DayForm(placement=Placement(), tasks=[], now=timezone.now())
        context = {
            "form": form,
            "asked": [form[name] for name in ("long_day", "late_reason", *TWICE)],
            "scripts": [f"js/{name}.js" for name in SCRIPTS],
            "LANGUAGE_CODE": language,
            "LANGUAGE_BIDI": bidi,
            "shell": {"items": [], "app": ""},
        }
        page = render_to_string("placements/offline.html", context)
    styles = [f"bootstrap/css/bootstrap{'.rtl' if bidi else ''}.min.css", "css/passerelle.css"]
    scripts = [f"js/{name}.js" for name in ("theme", "passerelle", *SCRIPTS)]
    names = [*styles, *scripts, "img/favicon.svg"]
    content = [_bytes(name) for name in (*names, "js/worker.js")]
    digest = sha256(b"\0".join([page.encode(), *content])).hexdigest()[:12]
    return Shell(page, [static(name) for name in names], f"{language}-{digest}")


def _bytes(name: str) -> bytes:
    path = finders.find(name)
    assert path, f"{name} is not among the static files"
    return Path(path).read_bytes()


def _language(request: HttpRequest) -> str:
    asked = request.GET.get("language", "")
    return asked if asked in dict(settings.LANGUAGES) else get_language() or settings.LANGUAGE_CODE


@login_not_required
@require_GET
@cache_control(no_cache=True)
def offline(request: HttpRequest) -> HttpResponse:
    return HttpResponse(shell_in(_language(request)).page)


@login_not_required
@require_GET
@cache_control(no_cache=True)
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker, at the root so that it answers for every page; other bytes are an update."""
    language = _language(request)
    shell = shell_in(language)
    facts = {
        "version": shell.version,
        "page": f"{reverse('placements:offline')}?language={language}",
        "files": shell.files,
    }
    scripts = [static("js/queue.js"), static("js/worker.js")]
    body = f"self.APP = {json.dumps(facts)};\nimportScripts(...{json.dumps(scripts)});\n"
    return HttpResponse(body, "text/javascript", headers={"Service-Worker-Allowed": "/"})


@login_not_required
@require_GET
@cache_control(no_cache=True)
def manifest(request: HttpRequest) -> HttpResponse:
    """What a phone needs to put the app on its first screen."""
    with override(_language(request)):
        facts = {
            "id": "/",
            "name": "Passerelle",
            "short_name": "Passerelle",
            "description": _("Log your days at work, also without a network."),
            "lang": get_language(),
            "dir": "rtl" if get_language_bidi() else "ltr",
            "start_url": "/",
            "scope": "/",
            "display": "standalone",
            "background_color": PAPER,
            "theme_color": ACCENT,
            "icons": [
                {
                    "src": static(f"img/icon-{name}.png"),
                    "sizes": f"{name[-3:]}x{name[-3:]}",
                    "type": "image/png",
                    "purpose": purpose,
                }
                for name, purpose in ICONS.items()
            ],
        }
    return JsonResponse(facts, content_type="application/manifest+json")
