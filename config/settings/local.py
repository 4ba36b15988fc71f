"""`make run`: the demo world on the embedded database. Never for real people's data."""

from config.settings.base import *

DEMO = True
SECRET_KEY = SECRET_KEY or "local-only-not-a-secret-" + "0" * 40
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]", "testserver"]
INSTALLED_APPS = [*INSTALLED_APPS, "demo"]
