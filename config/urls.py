"""Every address of the site, by app. Each name needs a row in the access table of the house tests."""

from django.conf import settings
from django.urls import include, path

from accounts.views import language
from config.health import healthz, readyz

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("", include("reports.urls")),
    path("accounts/", include("accounts.sign_in")),
    path("accounts/", include("accounts.urls")),
    path("language/", language, name="set_language"),
    path("", include("schools.urls")),
    path("", include("employers.urls")),
    path("", include("placements.urls")),
    path("", include("credits.urls")),
    path("", include("reminders.urls")),
    path("imports/", include("exchange.urls")),
]

if settings.ANYMAIL.get("WEBHOOK_SECRET"):
    urlpatterns.append(path("post/", include("reminders.webhook")))

if settings.DEMO:
    urlpatterns.append(path("", include("demo.urls")))
