import os
from pathlib import Path

from celery import Celery
from celery.signals import setup_logging

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.local")

app = Celery("passerelle")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@setup_logging.connect
def keep_logging(**kwargs) -> None:
    """Django has set up the log; with a receiver here Celery leaves it alone."""


@app.on_after_configure.connect
def make_room_for_a_broker_in_files(sender: Celery, **kwargs) -> None:
    """Nobody else makes these folders: a first message would fail."""
    options = sender.conf.broker_transport_options
    for name in ("data_folder_in", "control_folder", "processed_folder"):
        if name in options:
            Path(options[name]).mkdir(parents=True, exist_ok=True)
