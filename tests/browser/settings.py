"""The site of the browser tests: the demo mailbox for a mail server, static files straight from their folders."""

from importlib.resources import files

from config.settings.local import *
from tests.browser import clock

clock.follow()
MIDDLEWARE = ["tests.browser.clock.Clock", *MIDDLEWARE]
if "STATIC_ROOT" not in os.environ:
    STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
    WHITENOISE_AUTOREFRESH = True
    WHITENOISE_USE_FINDERS = True
# Pages fetch axe from here, so that the browser compiles it once and not for each page.
STATICFILES_DIRS = [*STATICFILES_DIRS, ("axe", str(files("axe_playwright_python")))]
CELERY_TASK_ALWAYS_EAGER = True
CELERY_TASK_EAGER_PROPAGATES = True
