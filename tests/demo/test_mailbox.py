"""The demo's post: what was sent can be read and its links clicked; nothing else of the disk can."""

import pytest
from django.core.mail import EmailMultiAlternatives
from django.urls import reverse


@pytest.fixture
def folder(settings, tmp_path):
    settings.MAIL_DIR = tmp_path / "mail"
    settings.MAILERS = {"default": {"BACKEND": "demo.mailbox.Mailbox", "OPTIONS": {"folder": settings.MAIL_DIR}}}
    return settings.MAIL_DIR


def send(subject: str, body: str = "Hello") -> None:
    message = EmailMultiAlternatives(subject=subject, body=body, to=["Zoé Lind <zoe@example.test>"])
    message.attach_alternative("<p>Hello <script>alert(1)</script></p>", "text/html")
    message.send()


@pytest.mark.django_db
def test_an_empty_mailbox_says_what_makes_a_letter(client, folder):
    assert "No letters yet" in client.get(reverse("demo:mailbox")).content.decode()


@pytest.mark.django_db
def test_letters_are_listed_newest_first_and_survive_a_restart(client, folder):
    send("Début")
    send("Second")
    page = client.get(reverse("demo:mailbox"))
    assert [mail.subject for mail in page.context["rows"]] == ["Second", "Début"]
    assert "Zoé Lind" in page.content.decode()
    assert sorted(path.suffix for path in folder.iterdir()) == [".eml", ".eml"]


@pytest.mark.django_db
def test_the_links_of_a_letter_can_be_clicked_and_its_html_is_only_text(client, folder):
    send("Sign", "Please sign:\nhttp://127.0.0.1:8000/link/Ab_c-1/\n<b>bold</b>")
    name = next(folder.glob("*.eml")).stem
    text = client.get(reverse("demo:message", args=[name])).content.decode()
    assert '<a href="http://127.0.0.1:8000/link/Ab_c-1/"' in text
    assert "<script>alert" not in text
    assert "<b>bold" not in text


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["nothing", "20261124080000000000-00000000", "etc-passwd"])
def test_only_letters_can_be_read(client, folder, name):
    assert client.get(reverse("demo:message", args=[name])).status_code == 404
