"""kill -9 of workers, clocks, broker and database while letters go out: none is lost, repeats are counted."""

import os
from collections import defaultdict
from collections.abc import Iterator

import pytest

from accounts.links import token_hash
from tests.launch.conftest import wait_until
from tests.reminders.chaos.brokers import BROKER, BROKERS
from tests.reminders.chaos.installation import CLOCKS, DATABASE, WORKERS, Installation

pytestmark = [pytest.mark.whole, pytest.mark.real]

ONE, TWO = WORKERS
TICK, TOCK = CLOCKS
# After so many messages at the mail server; the next message is already on its way.
KILLS = [
    (25, ONE),
    (100, DATABASE),
    (250, TWO),
    (400, TICK),
    (500, BROKER),
    (650, ONE),
    (800, DATABASE),
    (950, TWO),
    (1100, BROKER),
    (1250, TOCK),
    (1400, DATABASE),
    (1550, ONE),
    (1700, TWO),
    (1850, ONE),
]
WAITING = "SELECT count(*) FROM reminders_due d LEFT JOIN reminders_outbox o ON o.id = outbox_id WHERE sent_at IS NULL"
OUTCOME = """
SELECT d.state, o.state, count(*), count(DISTINCT o.id)
FROM reminders_due d LEFT JOIN reminders_outbox o ON o.id = d.outbox_id GROUP BY 1, 2
"""


@pytest.fixture(params=BROKERS)
def installation(request, tmp_path) -> Iterator[Installation]:
    broker = BROKERS[request.param]
    if broker.missing:
        refuse = pytest.fail if os.environ.get("PASSERELLE_BROKERS") == "required" else pytest.skip
        refuse(broker.missing)
    installation = Installation(tmp_path, broker)
    try:
        installation.prepare()
        yield installation
    finally:
        installation.stop()


def copies(installation: Installation) -> dict[str, list[dict]]:
    """What each address has got, in order."""
    found: dict[str, list[dict]] = defaultdict(list)
    for message in installation.accepted():
        found[message["to"][0]].append(message)
    return found


def finish(installation: Installation, letters: int) -> None:
    """Until the mail server has all, and the database knows that they are sent."""
    installation.wait_for(letters)
    wait_until(lambda: installation.rows(WAITING) == [(0,)], seconds=180)


def start(installation: Installation) -> None:
    for name in (*WORKERS, *CLOCKS):
        installation.start(name)


def test_two_workers_and_two_clocks_send_each_letter_once(installation):
    installation.fill(400)
    start(installation)
    finish(installation, 400)
    assert installation.rows(OUTCOME) == [("in_letter", "sent", 400, 400)]
    assert {len(messages) for messages in copies(installation).values()} == {1}
    assert installation.count() == 400


def test_none_of_2000_letters_is_lost_by_kill_9_and_only_what_was_in_flight_is_repeated(installation, record_property):
    installation.fill(2000)
    start(installation)
    for count, name in KILLS:
        if name in installation.children.running:
            installation.wait_for(count)
            installation.kill(name)
            installation.start(name)
    finish(installation, 2000)

    assert installation.rows(OUTCOME) == [("in_letter", "sent", 2000, 2000)]
    letters = copies(installation)
    lost = 2000 - len(letters)
    repeats = [message for messages in letters.values() for message in messages[1:]]
    in_flight = sum(kill.in_flight for kill in installation.kills)
    record_property(
        "counted",
        f"{type(installation.broker).__name__}: 2000 letters due, {len(installation.kills)} kills, {lost} lost, "
        f"{len(repeats)} repeated with the same Message-ID (at most {in_flight} were in flight)",
    )
    assert lost == 0
    assert all(len({message["message_id"] for message in messages}) == 1 for messages in letters.values())
    assert len({messages[0]["message_id"] for messages in letters.values()}) == 2000
    assert len(repeats) <= in_flight
    assert not [to for to, messages in letters.items() if len(messages) > 1 and not near_a_kill(installation, messages)]
    assert links_that_do_not_work(installation) == set()


def near_a_kill(installation: Installation, messages: list[dict]) -> bool:
    """Whether the first copy came in within seconds of the death of something that had it in hand."""
    return any(abs(kill.at - messages[0]["at"]) < 5 for kill in installation.kills if kill.in_flight)


def links_that_do_not_work(installation: Installation) -> set[str]:
    """Links are stored before a letter leaves: those of every copy that arrived are known."""
    known = {row[0] for row in installation.rows("SELECT token_hash FROM accounts_link WHERE revoked_at IS NULL")}
    hashes = {token_hash(token) for message in installation.accepted() for token in message["tokens"]}
    assert len(hashes) >= 2000
    return hashes - known
