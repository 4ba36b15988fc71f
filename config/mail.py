"""How mail leaves: through a mail server, or a provider that django-anymail knows. Read from the environment."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ImproperlyConfigured

# What each provider must be given; `…_API_URL` may be set too, for those that have a place in Europe of their own.
PROVIDERS: dict[str, tuple[str, ...]] = {
    "brevo": ("BREVO_API_KEY",),
    "mailgun": ("MAILGUN_API_KEY", "MAILGUN_SENDER_DOMAIN", "MAILGUN_WEBHOOK_SIGNING_KEY"),
    "mailjet": ("MAILJET_API_KEY", "MAILJET_SECRET_KEY"),
    "postmark": ("POSTMARK_SERVER_TOKEN",),
    "sparkpost": ("SPARKPOST_API_KEY",),
}
SECRET_LENGTH = 20


def provider(environ: Mapping[str, str]) -> str:
    """The name of the provider, empty for a mail server. Raises `ImproperlyConfigured` for one that is not known."""
    name = environ.get("MAIL_PROVIDER", "")
    if name and name not in PROVIDERS:
        raise ImproperlyConfigured(f"MAIL_PROVIDER must be one of {', '.join(PROVIDERS)}.")
    return name


def mailer(environ: Mapping[str, str]) -> dict[str, Any]:
    """The default of MAILERS."""
    if name := provider(environ):
        # The keys stand in ANYMAIL, where the page that hears of deliveries reads them too.
        return {"BACKEND": f"anymail.backends.{name}.EmailBackend"}
    return {
        "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "OPTIONS": {
            "host": environ.get("MAIL_HOST", "localhost"),
            "port": int(environ.get("MAIL_PORT", "25")),
            "username": environ.get("MAIL_USER", ""),
            "password": environ.get("MAIL_PASSWORD", ""),
            "use_tls": environ.get("MAIL_TLS", "") == "1",
            "timeout": 20,
        },
    }


def anymail(environ: Mapping[str, str]) -> dict[str, Any]:
    """The settings of the provider, by django-anymail's names; nothing for a mail server."""
    name = provider(environ)
    if not name:
        return {}
    names = (*PROVIDERS[name], f"{name.upper()}_API_URL")
    keys = {key: environ[key] for key in names if environ.get(key)}
    return keys | {"WEBHOOK_SECRET": environ.get("MAIL_WEBHOOK_SECRET", ""), "REQUESTS_TIMEOUT": 20}


def refuse_half(environ: Mapping[str, str]) -> None:
    """Raises `ImproperlyConfigured` when what would send mail is only half set, or twice."""
    name = provider(environ)
    needed = (*PROVIDERS[name], "MAIL_WEBHOOK_SECRET") if name else ("MAIL_HOST",)
    for key in needed:
        if not environ.get(key):
            raise ImproperlyConfigured(f"{key} must be set in production.")
    if name and environ.get("MAIL_HOST"):
        raise ImproperlyConfigured("Set MAIL_HOST or MAIL_PROVIDER, not both.")
    user, _colon, password = environ.get("MAIL_WEBHOOK_SECRET", "").partition(":")
    if name and not (user and len(password) >= SECRET_LENGTH):
        raise ImproperlyConfigured(f"MAIL_WEBHOOK_SECRET must be user:password, {SECRET_LENGTH} characters or more.")
