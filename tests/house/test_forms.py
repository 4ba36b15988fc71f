"""A form that is refused keeps what was typed: on every page of the access table, for every role that may post."""

from html.parser import HTMLParser

import pytest
from django.db import transaction

from accounts.roles import Role
from tests.house.access import TABLE
from tests.house.things import Things

TYPED = {"text", "search", "email", "tel", "number", "url"}


class Fields(HTMLParser):
    """The fields of the forms in <main> that post to the page itself, with what stands in them."""

    def __init__(self, page: str):
        super().__init__()
        self.values: dict[str, str] = {}
        self.typed: dict[str, str] = {}
        self.posts = False
        self.area = ""
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        said = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.posts = said.get("method") == "post" and not said.get("action")
        name = said.get("name", "")
        if not self.posts or not name or "disabled" in said:
            return
        if tag == "textarea":
            self.area = name
            self.values[name] = self.typed[name] = ""
        elif tag == "input" and said.get("type", "text") in TYPED:
            self.values[name] = self.typed[name] = said.get("value", "")
        elif tag == "input" and said.get("type") == "hidden":
            self.values[name] = said.get("value", "")

    def handle_data(self, data):
        if self.area:
            self.values[self.area] += data
            self.typed[self.area] = self.values[self.area]

    def handle_endtag(self, tag):
        if tag == "form":
            self.posts = False
        if tag == "textarea":
            self.area = ""


PAGES = [(name, role) for name, row in sorted(TABLE.items()) for role in row.post if role in row.get]


@pytest.mark.parametrize("role", Role)
def test_a_refused_form_keeps_what_was_typed(cast, role):
    client, things, lost, refused = cast.client(cast.insider(role)), Things(role), [], 0
    for name in [name for name, poster in PAGES if poster == role]:
        cookies = client.cookies.copy()
        with transaction.atomic():
            path = TABLE[name].path(things)
            fields = Fields(client.get(path).content.decode())
            typed = {field: f"Typed in {number}" for number, field in enumerate(fields.typed)}
            answer = client.post(path, fields.values | typed)
            transaction.set_rollback(True)
        client.cookies = cookies
        if answer.status_code == 422 and typed:
            refused += 1
            kept = Fields(answer.content.decode()).typed
            lost += [(name, field) for field, text in typed.items() if kept.get(field, "").strip() != text]
    assert lost == []
    assert refused or role in {Role.SAFEGUARDING, Role.GUARDIAN}
