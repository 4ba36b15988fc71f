"""Ways to sign in: the fresh code before a passkey is added, and that nobody reaches somebody else's."""

import re

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.core.mail import EmailMessage
from django.urls import reverse

from accounts.models import User
from accounts.roles import Role

FORGED = (
    "", "{}", "no json", "[]", "5", '{"id": "x", "rawId": "x", "response": {}}',
    '{"id": "eA", "rawId": "eA", "type": "public-key", "response": {"clientDataJSON": "e30", "attestationObject": "oA",'
    ' "authenticatorData": "eA", "signature": "eA", "userHandle": "eA"}, "clientExtensionResults": {}}',
)  # fmt: skip
NEW, WAYS = (reverse(f"accounts:{name}") for name in ("passkey_new", "ways"))
QUESTION = "Is it you?"


@pytest.fixture(autouse=True)
def fresh_counters():
    cache.clear()


@pytest.fixture
def marek(cast):
    return cast.insider(Role.SUPERVISOR).user


@pytest.fixture
def client(cast):
    return cast.client(cast.insider(Role.SUPERVISOR))


def passkey_of(user: User, name: str = "My phone") -> Authenticator:
    data = {"name": name, "credential": {}}
    return Authenticator.objects.create(user=user, type=Authenticator.Type.WEBAUTHN, data=data)


def asked(client, mailoutbox: list[EmailMessage]) -> str:
    client.post(NEW, {"send_code": "1"})
    return re.search(r"^\d{6}$", mailoutbox[-1].body, re.MULTILINE)[0]


def prove(client, mailoutbox):
    return client.post(NEW, {"code": asked(client, mailoutbox)})


def test_a_passkey_is_added_only_after_a_fresh_code(marek, client, mailoutbox):
    assert QUESTION in client.get(NEW).text
    assert QUESTION in client.post(NEW, {"name": "x", "credential": "{}"}).text
    answer = prove(client, mailoutbox)
    assert (answer["Location"], mailoutbox[0].to) == (NEW, [marek.email])
    assert "Make the passkey" in client.get(NEW).text


def test_the_code_holds_a_quarter_of_an_hour(client, mailoutbox):
    with time_machine.travel("2026-11-24T10:00:00Z", tick=False) as now:
        prove(client, mailoutbox)
        now.shift(14 * 60)
        assert "Make the passkey" in client.get(NEW).text
        now.shift(2 * 60)
        assert QUESTION in client.get(NEW).text


def test_a_code_that_is_old_wrong_or_was_never_asked_for_is_refused_in_words(client, mailoutbox):
    assert "Ask for a code first." in client.post(NEW, {"code": "123456"}).text
    with time_machine.travel("2026-11-24T10:00:00Z", tick=False) as now:
        digits = asked(client, mailoutbox)
        wrong = client.post(NEW, {"code": f"{(int(digits) + 1) % 10**6:06d}"})
        assert (wrong.status_code, "This is not the code from the mail." in wrong.text) == (422, True)
        now.shift(11 * 60)
        assert "older than 10 minutes" in client.post(NEW, {"code": digits}).text
    assert QUESTION in client.get(NEW).text


def test_five_wrong_codes_close_the_right_one(client, mailoutbox):
    digits = asked(client, mailoutbox)
    for _try in range(5):
        client.post(NEW, {"code": f"{(int(digits) + 1) % 10**6:06d}"})
    assert "That were too many tries." in client.post(NEW, {"code": digits}).text
    assert QUESTION in client.get(NEW).text


def test_codes_cannot_be_asked_for_without_end(client, mailoutbox):
    answers = [client.post(NEW, {"send_code": "1"}).status_code for _try in range(5)]
    assert answers == [200, 200, 200, 422, 422]
    assert len(mailoutbox) == 3


def test_the_code_of_one_account_proves_nothing_for_the_next_one_in_the_browser(cast, client, mailoutbox):
    prove(client, mailoutbox)
    client.post(reverse("account_logout"))
    client.force_login(cast.insider(Role.OWNER).user)
    assert QUESTION in client.get(NEW).text


def test_whoever_has_just_signed_in_by_a_code_is_not_asked_again(client, marek, mailoutbox):
    client.logout()
    client.post(reverse("account_login"), {"email": marek.email})
    digits = re.search(r"^\d{3}-\d{3}-\d{3}$", mailoutbox[-1].body, re.MULTILINE)[0]
    client.post(reverse("account_confirm_login_code"), {"code": digits})
    assert "Make the passkey" in client.get(NEW).text


def test_what_the_browser_asks_is_for_this_account_and_wants_finger_face_or_pin(client, marek, mailoutbox):
    prove(client, mailoutbox)
    asked_for = client.get(NEW, headers={"Accept": "application/json"}).json()["publicKey"]
    assert asked_for["rp"] == {"id": "testserver", "name": "Passerelle"}
    assert (asked_for["user"]["name"], asked_for["user"]["displayName"]) == (marek.email, "Marek Novak")
    assert asked_for["authenticatorSelection"]["userVerification"] == "required"
    assert asked_for["authenticatorSelection"]["residentKey"] == "required"


@pytest.mark.parametrize("credential", FORGED)
def test_a_passkey_that_no_browser_made_is_refused_and_its_name_stays(client, mailoutbox, credential):
    prove(client, mailoutbox)
    client.get(NEW, headers={"Accept": "application/json"})
    answer = client.post(NEW, {"name": "In the van", "credential": credential})
    assert (answer.status_code, 'value="In the van"' in answer.text) == (422, True)
    assert not Authenticator.objects.exists()


@pytest.mark.parametrize("credential", FORGED)
def test_nobody_signs_in_with_a_passkey_that_is_none(client, marek, credential):
    client.logout()
    passkey_of(marek)
    use = reverse("mfa_login_webauthn")
    client.get(use, headers={"Accept": "application/json"})
    answer = client.post(use, {"credential": credential})
    assert answer["Location"] == reverse("account_login")
    assert "_auth_user_id" not in client.session


def test_a_passkey_is_no_second_question_after_the_code(client, marek, mailoutbox):
    passkey_of(marek)
    client.logout()
    client.post(reverse("account_login"), {"email": marek.email})
    digits = re.search(r"^\d{3}-\d{3}-\d{3}$", mailoutbox[-1].body, re.MULTILINE)[0]
    answer = client.post(reverse("account_confirm_login_code"), {"code": digits})
    assert answer["Location"] == "/"
    assert client.session["_auth_user_id"] == str(marek.pk)


def test_own_passkeys_are_named_and_removed_and_those_of_others_are_not_there(cast, client, marek):
    mine, other = passkey_of(marek), passkey_of(cast.insider(Role.OWNER).user, "Bakery till")
    page = client.get(WAYS)
    assert ("My phone" in page.text, "Bakery till" in page.text) == (True, False)
    client.post(reverse("accounts:passkey", args=[mine.pk]), {"name": "Phone in the workshop"})
    mine.refresh_from_db()
    assert str(mine) == "Phone in the workshop"
    for name in ("passkey", "passkey_remove"):
        assert client.post(reverse(f"accounts:{name}", args=[other.pk]), {"name": "x"}).status_code == 404
    assert client.get(reverse("accounts:passkey_remove", args=[mine.pk])).status_code == 200
    assert set(Authenticator.objects.all()) == {mine, other}
    client.post(reverse("accounts:passkey_remove", args=[mine.pk]))
    assert list(Authenticator.objects.all()) == [other]
