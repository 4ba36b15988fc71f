"""What goes to the log: events with numbers, and addresses by their pattern.

Never a path, for it may hold the token of a link; never the words of an exception, for databases quote rows in them.
"""

import sys
import time
import traceback
from collections.abc import Callable, MutableMapping
from typing import Any

import structlog
from django.http import HttpRequest, HttpResponse
from structlog.stdlib import ProcessorFormatter

FRAMES = 12
log = structlog.get_logger(__name__)


def configure(renderer: Any, level: str) -> dict[str, Any]:
    """Settings for LOGGING: all that is logged, through structlog or not, goes one way to standard error."""
    common: list[Any] = [structlog.stdlib.add_log_level, structlog.processors.TimeStamper(fmt="iso", utc=True)]
    structlog.configure(
        processors=[*common, ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )
    processors = [without_people, ProcessorFormatter.remove_processors_meta, renderer]
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"event": {"()": ProcessorFormatter, "processors": processors, "foreign_pre_chain": common}},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "event"}},
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            "django": {"handlers": [], "level": "WARNING"},
            # Answers below 500 are no trouble of ours; `RequestLog` counts them.
            "django.request": {"level": "ERROR"},
        },
    }


def without_people(logger: Any, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Take out what may name somebody: the message of a failed request or task, and the text of an exception."""
    error = event.pop("exc_info", None)
    request = getattr(event["_record"], "request", None)
    if not event["_from_structlog"] and (error or request):
        event["event"] = event["_record"].name
    if request:
        event["route"] = route_of(request)
    if task := getattr(event["_record"], "data", {}).get("name"):
        event["task"] = task
    kind, _value, frames = sys.exc_info() if error is True else error or (None, None, None)
    if kind:
        event["error"] = kind.__name__
        event["where"] = [f"{at.filename}:{at.lineno} {at.name}" for at in traceback.extract_tb(frames)[-FRAMES:]]
    return event


def route_of(request: HttpRequest) -> str:
    """The pattern that the address fits, such as "link/<str:token>/"; nothing for an unknown address."""
    return request.resolver_match.route if request.resolver_match else ""


class RequestLog:
    """One line for each request: what was asked, what was answered and how long it took, in milliseconds."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began = time.monotonic()
        response = self.get_response(request)
        took = round((time.monotonic() - began) * 1000)
        log.info("request", method=request.method, route=route_of(request), status=response.status_code, ms=took)
        return response
