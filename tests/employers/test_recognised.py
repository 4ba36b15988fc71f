"""A school calls a firm a recognised host: with a reason, seen by colleagues and by the firm, and taken back."""

from datetime import UTC, date, datetime

import pytest
from django.urls import reverse

from accounts.access import actor_of
from accounts.roles import Role
from core.models import Transition
from core.workflow import Refused
from employers.models import Employer, SchoolEmployer
from employers.workflow import no_longer, recognise

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
WHY = "Five apprentices, each of them stayed."


@pytest.fixture
def relation(cast) -> SchoolEmployer:
    firm = Employer.objects.get(organisation=cast.insider(Role.OWNER).organisation)
    return SchoolEmployer.objects.get(school=cast.insider(Role.HEAD).organisation, employer=firm)


def test_recognising_is_said_once_with_a_reason_and_can_be_taken_back(cast, relation):
    by = actor_of(cast.insider(Role.HEAD))
    assert recognise(relation=relation, reason=WHY, by=by, at=NOW)
    assert not recognise(relation=relation, reason="Again.", by=by, at=NOW.replace(month=12))
    relation.refresh_from_db()
    assert relation.recognised_on == date(2026, 11, 24)
    assert no_longer(relation=relation, reason="New owner.", by=by, at=NOW)
    assert not no_longer(relation=relation, reason="New owner.", by=by, at=NOW)
    relation.refresh_from_db()
    assert relation.recognised_on is None
    rows = Transition.objects.filter(noun="relation", object_id=relation.pk, verb__in=("recognise", "no_longer"))
    assert list(rows.order_by("pk").values_list("verb", "reason")) == [("recognise", WHY), ("no_longer", "New owner.")]


@pytest.mark.parametrize(("role", "reason"), [(Role.HEAD, " "), (Role.TEACHER, WHY), (Role.OWNER, WHY)])
def test_without_a_reason_or_by_somebody_who_does_not_lead_nothing_is_recognised(cast, relation, role, reason):
    with pytest.raises(Refused):
        recognise(relation=relation, reason=reason, by=actor_of(cast.insider(role)), at=NOW)
    relation.refresh_from_db()
    assert relation.recognised_on is None


def test_a_head_recognises_a_host_on_its_page_and_the_firm_reads_it_without_the_reason(cast, relation):
    client, key = cast.client(cast.insider(Role.HEAD)), relation.employer.public_id
    page, path = reverse("employers:employer", args=[key]), reverse("employers:recognise", args=[key])
    assert path in client.get(page).content.decode()
    assert client.post(path, {"reason": ""}).status_code == 422
    assert client.post(path, {"reason": WHY})["Location"] == page
    assert "Recognised host since" in client.get(page).content.decode()
    owner = cast.client(cast.insider(Role.OWNER))
    text = owner.get(page).content.decode()
    assert "Harbour Vocational College recognises your firm as a host since" in text
    assert WHY not in text
    client.post(reverse("employers:no_longer", args=[key]), {"reason": "New owner."})
    assert "Recognised host since" not in client.get(page).content.decode()
    assert "recognises your firm" not in owner.get(page).content.decode()


def test_another_school_is_not_told(cast, relation):
    recognise(relation=relation, reason=WHY, by=actor_of(cast.insider(Role.HEAD)), at=NOW)
    other = cast.outsider(Role.HEAD)
    SchoolEmployer.objects.create(school=other.organisation, employer=relation.employer)
    text = cast.client(other).get(reverse("employers:employer", args=[relation.employer.public_id])).content.decode()
    assert relation.employer.name in text
    assert "Recognised host since" not in text


def test_recognised_hosts_can_be_chosen_in_the_list(cast, relation):
    recognise(relation=relation, reason=WHY, by=actor_of(cast.insider(Role.HEAD)), at=NOW)
    client, path = cast.client(cast.insider(Role.TEACHER)), reverse("employers:employers")
    assert client.get(path).content.decode().count("row-link") > 1
    text = client.get(path, {"recognised": "1"}).content.decode()
    assert text.count("row-link") == 1
    assert relation.employer.name in text
