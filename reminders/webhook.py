"""Where the provider of mail tells what became of letters: django-anymail checks its secret and takes its words apart.

Only there when a provider is set (config/mail.py): nothing else imports this module or the library behind it.
"""

from typing import Any

from anymail.signals import AnymailTrackingEvent, EventType, tracking
from anymail.urls import urlpatterns as of_all_providers
from django.conf import settings
from django.dispatch import receiver
from django.utils import timezone

from reminders.delivery import record
from reminders.models import Delivery

EVENTS = {
    EventType.DELIVERED: Delivery.Event.DELIVERED,
    EventType.BOUNCED: Delivery.Event.BOUNCED,
    EventType.REJECTED: Delivery.Event.REJECTED,
    EventType.FAILED: Delivery.Event.REJECTED,
    EventType.COMPLAINED: Delivery.Event.COMPLAINED,
    EventType.UNSUBSCRIBED: Delivery.Event.COMPLAINED,
}
"""Whoever leaves by a link of the provider gets nothing from it any more, as after a complaint."""


@receiver(tracking)
def hear(sender: Any, event: AnymailTrackingEvent, **more: Any) -> None:
    if event.event_type in EVENTS:
        record(
            provider_id=event.message_id or "",
            event=EVENTS[event.event_type],
            address=event.recipient or "",
            at=event.timestamp or timezone.now(),
        )


urlpatterns = [one for one in of_all_providers if one.name == f"{settings.MAIL_PROVIDER}_tracking_webhook"]
