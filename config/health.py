"""`/healthz`: whether this process answers and reaches its database. `/readyz`: whether the whole machinery works."""

import functools

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from reminders.health import problems
from reminders.vitals import heartbeats, vitals


@never_cache
@require_safe
@login_not_required
@transaction.non_atomic_requests
def healthz(request: HttpRequest) -> HttpResponse:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return _plain("no database", 503)
    return _plain("ok")


@never_cache
@require_safe
@login_not_required
@transaction.non_atomic_requests
def readyz(request: HttpRequest) -> HttpResponse:
    """A line for each thing that is wrong; it says nothing of people, since everybody may ask."""
    try:
        wrong = _wrong()
    except DatabaseError:
        wrong = ["no database"]
    return _plain("\n".join(wrong), 503) if wrong else _plain("ready")


def _wrong() -> list[str]:
    if _migrations() - set(MigrationRecorder(connection).applied_migrations()):
        return ["migrations missing"]
    return [problem.value for problem in problems(vitals(heartbeats()), timezone.now())]


@functools.cache
def _migrations() -> set[tuple[str, str]]:
    """All that this release knows; read once, as its files do not change while it runs."""
    return set(MigrationLoader(None).disk_migrations)


def _plain(text: str, status: int = 200) -> HttpResponse:
    return HttpResponse(text, status=status, content_type="text/plain")
