"""What the log tells, and what it must never tell."""

import json
import logging

import pytest
import structlog
from django.db import IntegrityError
from django.test import Client
from structlog.stdlib import ProcessorFormatter
from structlog.testing import capture_logs

from accounts import links
from config import log

TOKEN = "a-token-that-opens-something"
ADDRESS = "lina@harbour.example"


def written(record: logging.LogRecord) -> str:
    shape = log.configure(structlog.processors.JSONRenderer(), "INFO")["formatters"]["event"]
    return ProcessorFormatter(**{name: value for name, value in shape.items() if name != "()"}).format(record)


@pytest.mark.django_db
def test_a_request_that_breaks_leaves_its_route_and_where_but_no_token_and_no_words(caplog, monkeypatch):
    def broken(token):
        raise IntegrityError(f"Key (email)=({ADDRESS}) already exists.")

    monkeypatch.setattr(links, "find", broken)
    assert Client(raise_request_exception=False).get(f"/link/{TOKEN}/").status_code == 500
    (text,) = [written(record) for record in caplog.records]
    told = json.loads(text)
    assert (told["event"], told["route"], told["error"]) == ("django.request", "link/<str:token>/", "IntegrityError")
    assert told["where"][-1].endswith("broken")
    assert TOKEN not in text
    assert ADDRESS not in text


def test_an_error_of_our_own_is_told_without_its_words():
    try:
        raise ValueError(ADDRESS)
    except ValueError as error:
        info = (type(error), error, error.__traceback__)
    record = logging.LogRecord("celery.app.trace", logging.ERROR, "", 0, "Task raised %r", (info[1],), info)
    record.data = {"name": "reminders.tasks.sweep"}
    text = written(record)
    assert ADDRESS not in text
    assert json.loads(text)["task"] == "reminders.tasks.sweep"


@pytest.mark.django_db
def test_an_address_that_is_not_there_is_counted_without_its_path(settings, caplog):
    settings.MIDDLEWARE = ["config.log.RequestLog", *settings.MIDDLEWARE]
    with capture_logs() as lines:
        Client().get(f"/link/{TOKEN}/")
        Client().get(f"/nothing/{TOKEN}/")
    told = [(line["event"], line["method"], line["route"], line["status"]) for line in lines]
    assert told == [("request", "GET", "link/<str:token>/", 404), ("request", "GET", "", 404)]
    assert caplog.messages == []
