"""A talk with a firm that is about no placement: written down once, read by the school, found by who teaches."""

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
from placements.workflow.contacts import note_contact

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
