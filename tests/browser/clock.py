"""The clock of a site under test: days pass in a walk, for hours count only after the agreement.

How far it is put forward stands in a file, so that the server and the commands beside it agree.
"""

import os
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import time_machine
from django.http import HttpRequest, HttpResponse

_FILE = Path(os.environ["PASSERELLE_CLOCK"]) if "PASSERELLE_CLOCK" in os.environ else None
_LOCK = threading.Lock()
_travel: list[time_machine.travel] = []
_followed = ""


def put(file: Path, moment: datetime) -> None:
    """Let the site's clock show this moment from now on."""
    draft = file.with_suffix(".part")
    draft.write_text(str((moment - datetime.now(UTC)).total_seconds()))
    draft.rename(file)


def follow() -> None:
    """Go with the file; without one the clock is right."""
    global _followed
    said = _FILE.read_text() if _FILE and _FILE.exists() else ""
    with _LOCK:
        if said == _followed:
            return
        while _travel:
            _travel.pop().stop()
        _travel.append(time_machine.travel(datetime.now(UTC) + timedelta(seconds=float(said)), tick=True))
        _travel[0].start()
        # It stands still until somebody looks.
        datetime.now(UTC)
        _followed = said


class Clock:
    """Looks at the clock before each request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        follow()
        return self.get_response(request)
