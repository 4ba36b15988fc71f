from django.apps import AppConfig


class DemoConfig(AppConfig):
    """The demo world, the list of its cast, the living page of components and the mailbox. Not in production."""

    name = "demo"
    default_auto_field = "django.db.models.BigAutoField"
