"""The coordinator's lists of letters and of what was not sent, the story of a letter, and sending again."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from placements.models import Placement
from reminders.models import Delivery, Due, Outbox, Problem, Reason
from tests.placements.college import LAST, NOW, put_name
from tests.reminders.conftest import post, sweep

LETTERS = "/letters/"
LEFT_OUT = "/letters/left-out/"
WEEK_AFTER = LAST + timedelta(days=7)


@pytest.fixture
def office(world, client):
    client.force_login(world.college.coordinator.user)
    return client


@pytest.fixture
def sent(world):
    world.places = world.proposed()
    sweep(NOW)
    post(NOW)
    return world


def fail(letter: Outbox) -> None:
    Outbox.objects.filter(pk=letter.pk).update(state="failed", sent_at=None, problem=Problem.REFUSED, attempts=5)


def again(client, letter: Outbox):
    return client.post(reverse("reminders:send_again", args=[letter.public_id]), follow=True)


def test_an_empty_list_says_when_letters_go_out(office):
    page = office.get(LETTERS).content.decode()
    assert "No letters yet" in page


def test_failed_letters_come_first_with_the_reason_and_no_address(office, sent):
    failed = Outbox.objects.get(reader="host")
    fail(failed)
    page = office.get(LETTERS)
    assert next(row.letter.reader for row in page.context["rows"]) == "host"
    text = page.content.decode()
    assert "The mail server refused the address" in text
    assert "Nia Berg" in text
    assert "milan.novak@" not in text


def test_the_list_costs_the_same_queries_for_one_and_for_four(office, sent, django_assert_max_num_queries):
    with django_assert_max_num_queries(12) as four:
        office.get(LETTERS)
    Outbox.objects.exclude(reader="host").delete()
    with django_assert_max_num_queries(12) as one:
        office.get(LETTERS)
    assert len(one) == len(four)


def test_what_was_not_sent_stands_there_with_the_reason_what_it_asked_for_and_the_state_seen(office, world):
    world.proposed()
    sweep(NOW + timedelta(days=10))
    Due.objects.update(seen=Placement.State.PLANNED)
    page = office.get(LEFT_OUT)
    assert [row.due.reason for row in page.context["rows"]] == ["too_late"] * 4
    assert {row.facts for row in page.context["rows"]} == {"It asks for: signature. The placement was then: Planned."}
    assert page.content.decode().count("The placement was then: Planned.") == 4


def test_what_waits_for_a_reason_stands_there_too_and_what_only_waits_for_its_day_does_not(office, sent):
    Due.objects.filter(state="waiting", reader="host").update(reason=Reason.QUIET)
    page = office.get(LEFT_OUT)
    assert {(row.due.reader, row.due.reason) for row in page.context["rows"]} == {("host", "quiet")}
    assert "It is evening, night or a free day there" in page.content.decode()


@pytest.mark.parametrize(
    ("asked", "readers"),
    [
        ("reason=quiet", {"host"}),
        ("reason=done", {"student"}),
        ("kind=sign&q=novak", {"host"}),
        ("q=nobody", set()),
    ],
)
def test_what_was_not_sent_is_found_by_reason_kind_and_name(office, sent, asked, readers):
    Due.objects.filter(reader="host").update(state="waiting", reason=Reason.QUIET)
    Due.objects.filter(reader="student").update(state="skipped", reason=Reason.DONE)
    page = office.get(f"{LEFT_OUT}?{asked}")
    assert {row.due.reader for row in page.context["rows"]} == readers


def test_both_lists_are_narrowed_to_one_placement(office, sent):
    placement = sent.places["host"].agreement.plan.placement
    other = sent.college.placement(starts_on=WEEK_AFTER, ends_on=WEEK_AFTER)
    for path in (LETTERS, LEFT_OUT):
        Due.objects.filter(state="waiting").update(reason=Reason.QUIET)
        assert office.get(f"{path}?placement={placement.public_id}").context["rows"]
        assert not office.get(f"{path}?placement={other.public_id}").context["rows"]


def test_a_letter_is_found_by_the_student_by_the_reader_and_by_where_it_is(office, sent):
    host = Outbox.objects.get(reader="host")
    Delivery.objects.create(outbox=host, event="delivered", at=NOW)

    def found(query: str) -> set[str]:
        return {row.letter.reader for row in office.get(f"{LETTERS}?{query}").context["rows"]}

    everybody = set(Outbox.objects.values_list("reader", flat=True))
    assert found("q=berg") == everybody
    assert found("q=novak") == {"host"}
    assert found("show=arrived") == {"host"}
    assert found("show=sent") == everybody - {"host"}
    assert found("kind=sign") == everybody
    assert found("kind=confirm") == set()


@pytest.mark.parametrize("path", ["?show=waiting", "?show=failed", "?show=bounced", "left-out/?reason=done"])
def test_a_view_without_rows_says_so_and_shows_the_way_to_all(office, sent, path):
    page = office.get(LETTERS + path).content.decode()
    assert "fits this search" in page
    assert "Show all" in page


@pytest.mark.parametrize("path", ["?show=nonsense", "?kind=nonsense", "left-out/?reason=nonsense", "?placement=1"])
def test_an_unknown_view_is_not_there(office, path):
    assert office.get(LETTERS + path).status_code == 404


def test_the_story_of_a_letter_tells_what_it_says_and_what_became_of_it(office, sent):
    letter = Outbox.objects.get(reader="host")
    Delivery.objects.create(outbox=letter, event="bounced", at=NOW + timedelta(hours=1))
    Outbox.objects.filter(pk=letter.pk).update(state="bounced", problem=Problem.CAME_BACK)
    Due.objects.filter(outbox=letter).update(seen=Placement.State.PLANNED)
    page = office.get(reverse("reminders:letter", args=[letter.public_id]))
    text = page.content.decode()
    assert [event.text for event in page.context["events"]] == ["Came back", "It went out."]
    assert [row.facts for row in page.context["matters"]] == [
        "It asks for: signature. The placement was then: Planned."
    ]
    assert "It came back: the address does not work" in text
    assert "To Milan Novak (Host)" in text
    assert "milan.novak@" not in text
    assert f'href="/letters/{letter.public_id}/address/"' in text


def test_the_day_of_the_coordinator_counts_what_failed_and_what_came_back(office, sent):
    failed, bounced = Outbox.objects.order_by("pk")[:2]
    fail(failed)
    Outbox.objects.filter(pk=bounced.pk).update(state="bounced")
    assert office.get("/").context["day"].week.failed == 2


def test_a_letter_that_just_went_out_says_from_when_it_can_be_sent_again(office, sent):
    letter = Outbox.objects.get(reader="host")
    address = reverse("reminders:letter", args=[letter.public_id])
    with time_machine.travel(NOW + timedelta(hours=23), tick=False):
        page = office.get(address).content.decode()
        assert "Possible from Wed 25 Nov" in page
        assert "send-again/" not in page
    with time_machine.travel(NOW + timedelta(hours=24), tick=False):
        assert "send-again/" in office.get(address).content.decode()


def test_a_failed_letter_is_sent_again_at_once_but_not_twice_in_a_day(office, sent):
    letter = Outbox.objects.get(reader="host")
    fail(letter)
    with time_machine.travel(NOW, tick=False):
        assert "The letter goes out within a few minutes." in again(office, letter).content.decode()
        assert post(NOW) == 1
        fail(letter)
        assert "less than 24 hours ago" in again(office, letter).content.decode()
    letter.refresh_from_db()
    assert letter.state == Outbox.State.FAILED


def test_a_sent_letter_can_be_sent_again_after_a_day_while_something_is_open(office, sent):
    letter = Outbox.objects.get(reader="host")
    with time_machine.travel(NOW + timedelta(hours=23), tick=False):
        assert "less than 24 hours ago" in again(office, letter).content.decode()
    tomorrow = NOW + timedelta(hours=25)
    with time_machine.travel(tomorrow, tick=False):
        again(office, letter)
    assert sweep(tomorrow) == [("sign", "again 2026-11-25", "send")]
    assert Outbox.objects.filter(person=letter.person).count() == 2
    put_name(sent.places["host"])
    with time_machine.travel(tomorrow + timedelta(days=2), tick=False):
        assert "Everything in this letter is done" in again(office, letter).content.decode()


def test_the_head_reads_and_cannot_send(world, sent, client):
    world.college.coordinator.role = "head"
    world.college.coordinator.save()
    client.force_login(world.college.coordinator.user)
    letter = Outbox.objects.get(reader="host")
    page = client.get(reverse("reminders:letter", args=[letter.public_id]))
    assert page.status_code == 200
    assert "Send again" not in page.content.decode()
    assert client.post(reverse("reminders:send_again", args=[letter.public_id])).status_code == 404


def test_letters_of_another_school_are_not_there(cast, sent):
    client = cast.client(cast.insider("coordinator"))
    letter = Outbox.objects.get(reader="host")
    assert client.post(reverse("reminders:send_again", args=[letter.public_id])).status_code == 404
    assert "Nia Berg" not in client.get(LETTERS).content.decode()


def test_looking_changes_nothing(office, sent):
    before = list(Outbox.objects.values_list()), list(Due.objects.values_list())
    letter = Outbox.objects.get(reader="host")
    for path in ("", "left-out/", f"{letter.public_id}/"):
        assert office.get(LETTERS + path).status_code == 200
    assert (list(Outbox.objects.values_list()), list(Due.objects.values_list())) == before
