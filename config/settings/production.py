"""A real installation. Refuses to start when a secret is missing or a setting is unsafe."""

import structlog
from django.core.exceptions import ImproperlyConfigured

from config import log, mail
from config.settings.base import *

for name in ("SECRET_KEY", "DATABASE_URL", "ALLOWED_HOSTS", "SITE_URL", "MAIL_FROM"):
    if not os.environ.get(name):
        raise ImproperlyConfigured(f"{name} must be set in production.")
mail.refuse_half(os.environ)
if len(SECRET_KEY) < 50:
    raise ImproperlyConfigured("SECRET_KEY must have at least 50 characters.")
if "*" in ALLOWED_HOSTS:
    raise ImproperlyConfigured("ALLOWED_HOSTS must name the hosts; * is refused.")
if not SITE_URL.startswith("https://"):
    raise ImproperlyConfigured("SITE_URL must begin with https://.")

SECURE_SSL_REDIRECT = True
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
LANGUAGE_COOKIE_SECURE = True

MIDDLEWARE = ["config.log.RequestLog", *MIDDLEWARE]
LOGGING = log.configure(structlog.processors.JSONRenderer(), "INFO")
