"""A talk with a firm that is about no placement: written down once, read by the school, found by who teaches, and
corrected by whoever wrote it, while the earlier words stay."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from accounts.access import actor_of
from accounts.roles import Role
from core.models import Transition
from core.workflow import Refused
from employers.models import Employer
from placements.models import Contact
from placements.workflow.contacts import correct_note, note_contact

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
TODAY = NOW.date()


@pytest.fixture
def firm(cast) -> Employer:
    return Employer.objects.get(name="Sunrise Bakery")


def note(member, firm, **changes) -> Contact:
    values = {"on": TODAY, "method": "phone", "seen": "They want two.", "learned": "", "public_id": uuid4()} | changes
    return note_contact(
        school=member.organisation, employer=firm, person=member.user.person, by=actor_of(member), at=NOW, **values
    )


def test_the_same_note_twice_is_one_and_its_words_are_not_in_the_log(cast, firm):
    member, key = cast.insider(Role.HEAD), uuid4()
    first = note(member, firm, public_id=key)
    assert note(member, firm, public_id=key) == first
    assert (first.placement, first.kind, first.with_host) == (None, "contact", True)
    row = Transition.objects.get(noun="contact", object_id=first.pk)
    assert (row.timeline, row.reason, row.details) == ("", "", {"on": "2026-11-24", "method": "phone"})


def test_a_day_to_come_no_word_and_somebody_of_the_firm_are_refused(cast, firm):
    for role, changes in (
        (Role.TEACHER, {"on": TODAY + timedelta(days=1)}),
        (Role.TEACHER, {"seen": ""}),
        (Role.OWNER, {}),
    ):
        with pytest.raises(Refused):
            note(cast.insider(role), firm, **changes)
    assert not Contact.objects.filter(placement=None).exists()


def test_a_talk_is_noted_on_its_page_and_what_was_learned_is_found(cast, firm):
    client = cast.client(cast.insider(Role.TEACHER))
    path, log = (reverse(name, args=[firm.public_id]) for name in ("placements:firm_contact", "reports:relationship"))
    assert client.get(path).status_code == 200
    sent = {"key": uuid4(), "method": "phone", "on": TODAY.isoformat(), "seen": "", "learned": ""}
    refused = client.post(path, sent | {"method": "pigeon", "seen": "They want two."})
    assert refused.status_code == 422
    assert "They want two." in refused.content.decode()
    assert client.post(path, sent).status_code == 422
    answer = client.post(path, sent | {"seen": "They want two.", "learned": "They bake with spelt."})
    assert answer["Location"] == log
    text = client.get(log).content.decode()
    assert "They want two." in text
    assert "They bake with spelt." in text
    assert "They bake with spelt." in client.get(reverse("placements:learned")).content.decode()


# ── Corrected by its author ──────────────────────────────────────────────────────────────────────────────────────────


def correct(contact: Contact, member, at=NOW + timedelta(days=9), **changes) -> Contact:
    words = {"on": TODAY, "method": "phone", "seen": "They want two.", "learned": ""} | changes
    correct_note(contact=contact, person=member.user.person, by=actor_of(member), at=at, **words)
    return Contact.objects.get(pk=contact.pk)


def test_the_author_corrects_a_talk_whenever_and_the_earlier_words_are_kept(cast, firm):
    head = cast.insider(Role.HEAD)
    corrected = correct(note(head, firm), head, on=TODAY - timedelta(days=1), seen="They want three.")
    assert (corrected.on, corrected.method, corrected.seen) == (TODAY - timedelta(days=1), "phone", "They want three.")
    assert corrected.earlier == [
        {"on": "2026-11-24", "method": "phone", "seen": "They want two.", "learned": "",
         "at": "2026-12-03T09:00:00+00:00"},
    ]  # fmt: skip
    row = Transition.objects.get(noun="contact", object_id=corrected.pk, verb="correct")
    assert (row.reason, row.details) == ("", {"changed": ["on", "seen"]})
    again = correct(corrected, head, seen="They want four.", at=NOW + timedelta(days=10))
    assert [words["seen"] for words in again.earlier] == ["They want two.", "They want three."]


def test_the_same_words_correct_nothing(cast, firm):
    head = cast.insider(Role.HEAD)
    assert correct(note(head, firm), head).earlier == []
    assert not Transition.objects.filter(noun="contact", verb="correct").exists()


def test_nobody_else_corrects_it_and_no_correction_takes_the_words_away_or_lies_in_the_future(cast, firm):
    head = cast.insider(Role.HEAD)
    contact = note(head, firm)
    with pytest.raises(Refused, match="Only who wrote it can correct it"):
        correct(contact, cast.insider(Role.COORDINATOR), seen="They want none.")
    with pytest.raises(Refused, match="Write down what was said or learned"):
        correct(contact, head, seen="")
    with pytest.raises(Refused, match="This day has not come yet"):
        correct(contact, head, on=TODAY + timedelta(days=10))
    contact.refresh_from_db()
    assert (contact.seen, contact.earlier) == ("They want two.", [])


def test_the_page_of_the_firm_says_the_right_day_and_who_corrected_it_when_and_what_stood_there(
    cast, firm, time_machine
):
    head = cast.insider(Role.HEAD)
    contact = note(head, firm, seen="They want tow.")
    time_machine.move_to(NOW + timedelta(days=2))
    path = reverse("placements:firm_contact_correct", args=[contact.public_id])
    log = reverse("reports:relationship", args=[firm.public_id])
    client, colleague = cast.client(head), cast.client(cast.insider(Role.COORDINATOR))
    assert path in client.get(log).content.decode()
    assert "They want tow." in client.get(path).content.decode()
    sent = {"key": contact.public_id, "method": "video", "on": "2026-11-23", "seen": "They want two.", "learned": ""}
    refused = client.post(path, sent | {"on": "2026-12-24"})
    assert refused.status_code == 422
    assert "This day has not come yet." in refused.content.decode()
    assert client.post(path, sent)["Location"] == log
    text = colleague.get(log).content.decode()
    assert "School and workplace were in contact on Mon 23 Nov." in text
    assert f"Corrected on Thu 26 Nov 2026 by {head.user.person.full_name}. It said before:" in text
    assert "Tue 24 Nov 2026 · Phone" in text
    assert "They want tow." in text
    assert path not in text
    assert colleague.get(path).status_code == 404
    assert colleague.post(path, sent).status_code == 404
