"""`make run`: the demo world on the embedded database. Never for real people's data."""

from config.settings.base import *

DEMO = True
SECRET_KEY = SECRET_KEY or "local-only-not-a-secret-" + "0" * 40
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]", "testserver"]
INSTALLED_APPS = [*INSTALLED_APPS, "demo"]

# Letters stay in a folder, and the page /demo/mailbox/ shows them, unless a real mail server is named.
MAIL_DIR = VAR_DIR / "mail"
if not os.environ.get("MAIL_HOST") and not MAIL_PROVIDER:
    MAILERS = {"default": {"BACKEND": "demo.mailbox.Mailbox", "OPTIONS": {"folder": MAIL_DIR}}}

# Text messages go to standard output.
SMS_BACKEND = SMS_BACKEND or "reminders.channels.console"
