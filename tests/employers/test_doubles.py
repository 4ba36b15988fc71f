"""Firms that are on the list twice: found, compared side by side, put together, undone; nothing for other schools."""

from datetime import UTC, datetime

import pytest
from django.urls import reverse

from accounts.access import actor_of
from accounts.roles import Role
from employers.doubles import doubles
from employers.duplicates import Kind
from employers.models import Employer, Merge, NotSame, SchoolEmployer
from employers.workflow import add_supervisor, register_employer

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
FIRM = {
    "name": "Élan Joinery Ltd", "register_number": "03107561", "address": "4 Dock Road", "postcode": "HB1 2AA",
    "email": "", "phone": "020 7123456",
}  # fmt: skip
AGAIN = FIRM | {"name": "Elan Joinery", "register_number": "", "address": "4, Dock Rd"}
BRANCH = FIRM | {"name": "Elan Joinery", "register_number": "", "address": "9 Mill Lane", "postcode": "HB2 2AA"}


def register(member, values) -> Employer:
    signed = {"by": actor_of(member), "at": NOW}
    relation, _new = register_employer(school=member.organisation, owner=member.user.person, **values, **signed)
    return relation.employer


@pytest.fixture
def coordinator(cast):
    return cast.insider(Role.COORDINATOR)


@pytest.fixture
def client(cast, coordinator):
    return cast.client(coordinator)


@pytest.fixture
def two(coordinator) -> tuple[Employer, Employer]:
    return register(coordinator, FIRM), register(coordinator, AGAIN)


def page(name: str, *firms: Employer) -> str:
    return reverse(f"employers:{name}", args=[one.public_id for one in firms])


def text_of(client, path: str) -> str:
    return client.get(path).content.decode()


def test_a_firm_that_was_typed_twice_is_proposed_with_the_reasons(client, coordinator, two):
    (found,) = doubles(coordinator)
    assert (found.kept, found.gone) == two
    assert (found.likeness.kind, found.likeness.certain) == (Kind.SAME, True)
    text = text_of(client, reverse("employers:doubles"))
    assert "One firm" in text
    assert "The same phone, the same name, the same address" in text
    assert "1 firm may be on your list twice." in text_of(client, reverse("employers:employers"))


def test_a_firm_at_another_address_is_proposed_as_a_branch(client, coordinator):
    kept, gone = register(coordinator, FIRM), register(coordinator, BRANCH)
    (found,) = doubles(coordinator)
    assert (found.kept, found.gone, found.likeness.kind) == (kept, gone, Kind.BRANCH)
    assert "The second address becomes a site of it." in text_of(client, page("double", kept, gone))


def test_an_entry_that_nothing_proposes_is_found_by_its_name_and_compared_with_the_older_one_kept(client, coordinator):
    kept = register(coordinator, FIRM)
    gone = register(
        coordinator, FIRM | {"name": "Wood and Nails", "register_number": "2", "phone": "", "address": "1 A"}
    )
    assert doubles(coordinator) == []
    path = page("twice", gone)
    assert path in text_of(client, page("employer", gone))
    assert page("double", kept, gone) in text_of(client, f"{path}?q=elan")
    assert "No firm found" in text_of(client, f"{path}?q=nobody")


def test_a_firm_of_another_school_is_not_among_those_that_may_be_the_same(cast, coordinator, client):
    own = register(coordinator, FIRM)
    other = register(cast.outsider(Role.COORDINATOR), FIRM | {"name": "Wood and Nails", "register_number": "2"})
    assert "Wood and Nails" not in text_of(client, page("twice", own))
    assert client.get(page("twice", other)).status_code == 404


def test_a_school_hears_nothing_of_firms_that_only_another_school_knows(cast, coordinator, client):
    kept, gone = register(coordinator, FIRM), register(cast.outsider(Role.COORDINATOR), AGAIN)
    assert doubles(coordinator) == []
    assert client.get(page("double", kept, gone)).status_code == 404
    assert client.post(page("double", kept, gone)).status_code == 404
    assert not Merge.objects.exists()


def test_two_firms_are_not_proposed_again_until_somebody_asks_again(client, coordinator, two):
    assert client.post(page("double_two", *two)).status_code == 302
    assert doubles(coordinator) == []
    assert "Ask again" in text_of(client, reverse("employers:doubles"))
    client.post(page("double_again", *two))
    client.post(page("double_again", *two))
    assert not NotSame.objects.exists()
    assert len(doubles(coordinator)) == 1


def test_what_was_said_of_a_part_holds_for_the_whole(client, coordinator, two):
    kept, gone = two
    third = register(coordinator, BRANCH | {"name": "Elan Joinery North", "phone": ""})
    client.post(page("double", third, gone))
    low, high = sorted((kept, gone), key=lambda one: one.pk)
    NotSame.objects.create(one=low, other=high, at=NOW)
    assert doubles(coordinator) == []


def test_the_preview_shows_both_and_what_is_afterwards_and_changes_nothing(client, coordinator, two):
    kept, gone = two
    add_supervisor(
        site=gone.sites.get(), given_name="Vera", family_name="Vale", email="vera@elan.example", starts_on=NOW.date(),
        by=actor_of(coordinator), at=NOW,
    )  # fmt: skip
    SchoolEmployer.objects.filter(employer=gone).update(notes="Has a dog.", tier="enhanced")
    text = text_of(client, page("double", kept, gone))
    for words in ("This entry stays", "Afterwards", "Vera Vale", "Has a dog.", "Enhanced", "03107561"):
        assert words in text
    assert not Merge.objects.exists()


def test_the_preview_costs_the_same_with_one_site_and_with_many(client, coordinator, two, django_assert_num_queries):
    for number in range(3):
        with django_assert_num_queries(11):
            client.get(page("double", *two))
        register(coordinator, AGAIN | {"address": f"{number} Mill Lane"})


def test_one_firm_is_made_and_made_two_again(client, coordinator, two):
    kept, gone = two
    answer = client.post(page("double", kept, gone), follow=True)
    merge = Merge.objects.get()
    done = reverse("employers:merge", args=[merge.public_id])
    assert answer.redirect_chain[-1][0] == done
    assert "This is one firm now" in answer.content.decode()
    assert client.post(page("double", kept, gone))["Location"] == done
    assert "Another entry was put into this firm" in text_of(client, page("employer", kept))
    answer = client.post(reverse("employers:merge_undo", args=[merge.public_id]), follow=True)
    assert "They are two firms again" in answer.content.decode()
    assert client.get(page("employer", gone)).status_code == 200


def test_the_page_of_a_firm_that_was_merged_leads_to_the_other_one_and_no_list_shows_it(client, coordinator, two):
    kept, gone = two
    client.post(page("double", kept, gone))
    assert client.get(page("employer", gone))["Location"] == page("employer", kept)
    assert text_of(client, reverse("employers:employers") + "?q=elan").count("row-link") == 1
    assert client.get(page("relation", gone)).status_code == 404
    assert doubles(coordinator) == []


def test_another_school_sees_its_firm_under_the_name_that_is_kept_and_not_who_put_it_together(cast, client, two):
    kept, gone = two
    outsider = cast.outsider(Role.COORDINATOR)
    assert register(outsider, AGAIN) == gone
    client.post(page("double", kept, gone))
    theirs = cast.client(outsider)
    assert theirs.get(page("employer", gone))["Location"] == page("employer", kept)
    assert "Another entry was put" not in text_of(theirs, page("employer", kept))
    merge = Merge.objects.get()
    assert theirs.get(reverse("employers:merge", args=[merge.public_id])).status_code == 404
    assert theirs.post(reverse("employers:merge_undo", args=[merge.public_id])).status_code == 404
    client.post(reverse("employers:merge_undo", args=[merge.public_id]))
    assert theirs.get(page("employer", gone)).status_code == 200
    assert theirs.get(page("employer", kept)).status_code == 404


def test_an_undo_after_30_days_is_refused_in_words(client, two):
    client.post(page("double", *two))
    merge = Merge.objects.get()
    Merge.objects.update(at=NOW.replace(year=2025))
    answer = client.post(reverse("employers:merge_undo", args=[merge.public_id]), follow=True)
    assert "The 30 days are over." in answer.content.decode()
    assert "The 30 days in which this can be undone are over." in answer.content.decode()


def test_a_list_without_doubles_says_so(client):
    assert "No duplicates found" in text_of(client, reverse("employers:doubles"))
