"""Programs that open every link of a letter change nothing; those that press every button are doubted."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import pytest
import time_machine
from django.apps import apps
from django.core import mail
from django.db import connection
from django.test import Client

from accounts.models import Link
from placements.models import Feedback, HostRequest, Signature, WeekConfirmation
from reminders import posting, sweeping
from tests.conftest import TODAY

pytestmark = [pytest.mark.django_db, pytest.mark.whole]
START = datetime(TODAY.year, TODAY.month, TODAY.day, 12, tzinfo=UTC)
DAYS = 30
ADDRESS = re.compile(r"https?://[^\s\"'<>]+")


@pytest.fixture
def at_noon():
    """The clock stands still while machines read: whatever they press, they press at once."""
    with time_machine.travel(START, tick=False) as travel:
        yield travel


@pytest.fixture
def addresses(at_noon, db) -> list[str]:
    """Every address in every letter that the demo world's cast gets within a month."""
    for day in range(DAYS):
        now = START + timedelta(days=day)
        at_noon.move_to(now)
        list(sweeping.sweep(now=now))
        while posting.send_next(now=now):
            pass
    found = dict.fromkeys(
        address.rstrip(".,")
        for message in mail.outbox
        for text in (message.body, *(str(part.content) for part in message.alternatives))
        for address in ADDRESS.findall(text)
    )
    assert Link.objects.exists()
    return list(found)


def rows() -> dict[str, tuple[int, str]]:
    """The number of rows of each table, and what they say, in short."""
    found = {}
    with connection.cursor() as cursor:
        for model in apps.get_models(include_auto_created=True):
            table = connection.ops.quote_name(model._meta.db_table)
            cursor.execute(
                f"SELECT count(*), md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) FROM {table} t"
            )
            found[model._meta.db_table] = cursor.fetchone()
    return found


def test_a_program_that_opens_every_link_changes_no_row_of_any_table(addresses):
    before = rows()
    answers = []
    for address in addresses:
        for method in ("head", "get"):
            answers.append(getattr(Client(), method)(path_of(address), follow=True).status_code)
    assert [address for address in addresses if "/link/" in address]
    assert set(answers) == {200, 405}
    assert rows() == before


def path_of(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


# ── A program that presses ───────────────────────────────────────────────────────────────────────────────────────────


class Forms(HTMLParser):
    """The forms of a page with what a program would send: all that is filled in, and the first of each choice."""

    def __init__(self):
        super().__init__()
        self.forms: list[dict] = []

    def handle_starttag(self, tag, attributes):
        said = dict(attributes)
        if tag == "form":
            self.forms.append({"action": said.get("action") or "", "method": said.get("method", "get"), "data": {}})
            return
        if not self.forms:
            return
        form, name = self.forms[-1], said.get("name")
        if tag == "button" and said.get("formaction"):
            self.forms.append({**form, "action": said["formaction"]})
        if not name:
            return
        if tag in ("input", "button", "textarea"):
            is_choice = said.get("type") in ("radio", "checkbox")
            if not is_choice or "checked" in said:
                form["data"].setdefault(name, []).append(said.get("value") or "")


def pressed(client: Client, address: str) -> Iterator[str]:
    """Send every form of a page at once, as it is; the addresses to which the answers lead."""
    page = client.get(address, follow=True)
    if page.status_code != 200 or not page.headers["Content-Type"].startswith("text/html"):
        return
    here = page.redirect_chain[-1][0] if page.redirect_chain else address
    parser = Forms()
    parser.feed(page.text)
    yield from (path_of(urljoin(here, found)) for found in re.findall(r'href="([^"]+)"', page.text) if "/link/" in here)
    for form in parser.forms:
        if form["method"].lower() == "post":
            answer = client.post(path_of(urljoin(here, form["action"])), form["data"])
            if answer.status_code == 302:
                yield path_of(urljoin(here, answer.url))


def test_a_program_that_presses_every_button_signs_nothing_gives_no_feedback_and_is_doubted(addresses):
    answered = set(WeekConfirmation.objects.values_list("pk", "answered_at"))
    signed = set(Signature.objects.filter(signed_at__isnull=False).values_list("pk", flat=True))
    feedback = set(Feedback.objects.values_list("pk", flat=True))
    taken = set(HostRequest.objects.exclude(state="open").values_list("pk", flat=True))
    client, seen, waiting = Client(), set(), [path_of(address) for address in addresses]
    while waiting:
        address = waiting.pop()
        if "/link/" in address and address.count("/link/") == 1 and address not in seen and len(seen) < 300:
            seen.add(address)
            waiting += pressed(client, address)
    new = [one for one in WeekConfirmation.objects.all() if (one.pk, one.answered_at) not in answered]
    assert new
    assert {one.doubt for one in new} == {"open"}
    assert {one.doubt for one in HostRequest.objects.exclude(state="open") if one.pk not in taken} <= {"open"}
    assert set(Signature.objects.filter(signed_at__isnull=False).values_list("pk", flat=True)) == signed
    assert set(Feedback.objects.values_list("pk", flat=True)) == feedback
