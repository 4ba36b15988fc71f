"""Signing in with a code, with the same answer for known and unknown addresses; signing out; changing roles."""

import re

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from structlog.testing import capture_logs

from accounts.models import Membership
from accounts.roles import Role
from core.models import Transition


@pytest.fixture(autouse=True)
def fresh_counters():
    cache.clear()


def ask(client: Client, email: str, **query):
    return client.post(reverse("account_login"), {"email": email, **query})


def code_in(mail) -> str:
    return re.search(r"^\d{3}-\d{3}-\d{3}$", mail.body, re.MULTILINE).group()


def test_a_code_by_mail_signs_in_and_sets_the_language_of_the_person(cast, client, mailoutbox):
    person = cast.insider(Role.COORDINATOR).user.person
    person.language = "fr"
    person.save()
    assert ask(client, person.user.email)["Location"] == reverse("account_confirm_login_code")
    [mail] = mailoutbox
    assert (mail.to, mail.subject) == ([person.user.email], "Your code for signing in")
    answer = client.post(reverse("account_confirm_login_code"), {"code": code_in(mail)})
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert answer.cookies["django_language"].value == "fr"
    assert client.session["_auth_user_id"] == str(person.user_id)


def test_sign_in_goes_on_to_the_page_that_was_asked_for_but_never_to_another_site(cast, client, mailoutbox):
    email = cast.insider(Role.COORDINATOR).user.email
    ask(client, email, next="/programmes/")
    confirm = reverse("account_confirm_login_code")
    assert client.post(confirm, {"code": code_in(mailoutbox[0]), "next": "/programmes/"})["Location"] == "/programmes/"
    client.post(reverse("account_logout"))
    ask(client, email)
    assert client.post(confirm, {"code": code_in(mailoutbox[1]), "next": "https://evil.example/"})["Location"] == "/"


def test_an_unknown_address_gets_the_same_answer_and_no_mail(cast, mailoutbox):
    pages = []
    for email in (cast.insider(Role.HEAD).user.email, "nobody@nowhere.example"):
        client = Client()
        answer = ask(client, email)
        page = client.get(answer["Location"])
        wrong = client.post(answer["Location"], {"code": "000-000-001"})
        pages.append((answer.status_code, page.status_code, wrong.status_code, words(page, email), words(wrong, email)))
    assert pages[0] == pages[1]
    assert pages[0][:3] == (302, 200, 422)
    assert [mail.to for mail in mailoutbox] == [[cast.insider(Role.HEAD).user.email]]


def words(answer, email: str) -> str:
    return re.sub(r'csrfmiddlewaretoken" value="\w+|"X-CSRFToken": "\w+', "", answer.content.decode()).replace(
        email, "X"
    )


def test_a_page_behind_sign_in_sends_to_the_address_page_and_an_empty_address_is_refused(cast, client):
    answer = client.get(reverse("accounts:members"))
    assert answer["Location"] == f"/accounts/login/?next={reverse('accounts:members')}"
    assert client.get(answer["Location"]).status_code == 200
    refused = ask(client, "not an address")
    assert refused.status_code == 422
    assert "not an address" in refused.content.decode()


def test_another_code_can_be_asked_for_while_one_is_waiting(cast, client, mailoutbox):
    email = cast.insider(Role.HEAD).user.email
    ask(client, email)
    assert client.get(reverse("account_login")).status_code == 200
    ask(client, email)
    old, new = map(code_in, mailoutbox)
    confirm = reverse("account_confirm_login_code")
    if old != new:
        assert client.post(confirm, {"code": old}).status_code == 422
    assert client.post(confirm, {"code": new}).status_code == 302


def test_a_code_dies_after_three_wrong_tries(cast, client, mailoutbox):
    ask(client, cast.insider(Role.HEAD).user.email)
    confirm = reverse("account_confirm_login_code")
    assert [client.post(confirm, {"code": "1"}).status_code for _ in range(3)] == [422, 422, 302]
    assert client.post(confirm, {"code": code_in(mailoutbox[0])})["Location"] == reverse("account_request_login_code")
    assert "_auth_user_id" not in client.session


def test_signing_out_is_a_post(cast):
    client = cast.client(cast.insider(Role.HEAD))
    assert client.get(reverse("account_logout")).status_code == 405
    assert "_auth_user_id" in client.session
    assert client.post(reverse("account_logout"))["Location"] == "/"
    assert "_auth_user_id" not in client.session


def test_an_account_without_a_role_today_is_told_so(cast, client, mailoutbox):
    membership = cast.insider(Role.HEAD)
    Membership.objects.filter(pk=membership.pk).update(ends_on="2020-01-01")
    ask(client, membership.user.email)
    answer = client.post(reverse("account_confirm_login_code"), {"code": code_in(mailoutbox[0])})
    assert answer["Location"] == reverse("accounts:no_role")
    assert "You have no role today" in client.get(answer["Location"]).content.decode()


def test_somebody_with_two_roles_changes_between_them_and_never_into_the_role_of_another(cast):
    head = cast.insider(Role.HEAD)
    client = cast.client(head)
    switch, members = reverse("accounts:switch"), reverse("accounts:members")
    assert client.post(switch, {"membership": cast.insider(Role.ADMINISTRATOR).pk}).status_code == 404
    second = Membership.objects.create(user=head.user, organisation=head.organisation, role=Role.ADMINISTRATOR)
    assert client.get(members).status_code == 404
    assert client.post(switch, {"membership": second.pk})["Location"] == "/"
    page = client.get(members)
    assert page.status_code == 200
    assert "Act as Head of school</span>" in page.content.decode()
    assert "Act as Administrator" not in page.content.decode()
    assert not Transition.objects.filter(noun="membership").exists()


def test_a_mail_server_that_is_down_does_not_tell_a_known_address_from_an_unknown_one(cast, settings):
    smtp = {"BACKEND": "django.core.mail.backends.smtp.EmailBackend", "OPTIONS": {"host": "127.0.0.1", "port": 1}}
    settings.MAILERS = {"default": smtp}
    with capture_logs() as lines:
        answers = [ask(Client(), email) for email in (cast.insider(Role.HEAD).user.email, "nobody@nowhere.example")]
    assert [(one.status_code, one["Location"]) for one in answers] == [(302, "/accounts/login/code/confirm/")] * 2
    assert lines == [{"event": "code_not_sent", "error": "ConnectionRefusedError", "log_level": "error"}]


def test_coming_back_to_an_address_that_only_takes_forms_shows_a_page_with_a_way_on(cast, client):
    client.force_login(cast.insider(Role.COORDINATOR).user)
    answer = client.get(reverse("accounts:switch"))
    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert "Go to the first page" in answer.content.decode()
