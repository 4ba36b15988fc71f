"""Where the database is: `DATABASE_URL`, or the embedded server while `make run` holds it up."""

import fcntl
import os
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

LOCK = "lock"
ADDRESS = "database-address"
# For pages of few rows among millions: no time to compile a query, no fear of reading here and there on a disk without
# moving parts, and what is read piece by piece is read to its end.
PLANNER = "-c jit=off -c random_page_cost=1.1 -c cursor_tuple_fraction=1.0"


def choose(var: Path | None) -> dict:
    """The server named by `DATABASE_URL`, else the one running in `var`, else one that only explains itself."""
    url = os.environ.get("DATABASE_URL") or (running_url(var) if var else None)
    return from_url(url) if url else {"ENGINE": "config.no_database"}


def running_url(var: Path) -> str | None:
    """The address `make run` left for other commands. It counts only while `make run` holds its lock."""
    try:
        with (var / LOCK).open() as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        address = var / ADDRESS
        return address.read_text() if address.exists() else None
    except (FileNotFoundError, PermissionError):
        return None  # never started in this folder, or started by somebody else
    return None


def from_url(url: str) -> dict:
    """Django's settings for a `postgres://user:password@host:port/name?option=value` address.

    `options=` without a value leaves `PLANNER` out, for a pool that lets no settings through.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ImproperlyConfigured("DATABASE_URL must begin with postgres://")
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "OPTIONS": {"pool": {"min_size": 1, "max_size": 4, "timeout": 10}, "options": PLANNER, **options},
        "CONN_HEALTH_CHECKS": True,
        "ATOMIC_REQUESTS": True,
    }
