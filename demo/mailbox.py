"""The demo's post: mail goes into a folder instead of out, and a page shows it, so that its links can be clicked."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage as ParsedMessage
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

A_PAGE = 50
_NAME = re.compile(r"[0-9]{20}-[0-9a-f]{8}")


class Mailbox(BaseEmailBackend):
    """A mailer that writes each message to a file of its own; the name says only when."""

    def __init__(self, *, folder: str | Path, **options: Any):
        super().__init__(**options)
        self.folder = Path(folder)

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for message in email_messages:
            self._write(message.message().as_bytes())
        return len(email_messages)

    def _write(self, content: bytes) -> None:
        """Write beside and rename, so that a reader never meets half a message."""
        name = f"{timezone.now():%Y%m%d%H%M%S%f}-{hashlib.sha256(content).hexdigest()[:8]}"
        draft = self.folder / f"{name}.part"
        draft.write_bytes(content)
        draft.rename(self.folder / f"{name}.eml")


@dataclass(frozen=True)
class Mail:
    """A message in the folder."""

    name: str
    to: str
    subject: str
    at: datetime
    text: str
    html: str


@login_not_required
@require_safe
def mailbox(request: HttpRequest) -> HttpResponse:
    """All letters, newest first."""
    names = sorted((path.stem for path in _folder().glob("*.eml")), reverse=True)
    page = Paginator(names, A_PAGE).get_page(request.GET.get("page", "1"))
    rows = [mail for name in page.object_list if (mail := _read(name))]
    return render(request, "demo/mailbox.html", {"page": page, "rows": rows})


@login_not_required
@require_safe
def message(request: HttpRequest, name: str) -> HttpResponse:
    mail = _read(name) if _NAME.fullmatch(name) else None
    if mail is None:
        raise Http404
    return render(request, "demo/mailbox_message.html", {"mail": mail})


def _folder() -> Path:
    return Path(settings.MAIL_DIR)


def _read(name: str) -> Mail | None:
    try:
        content = (_folder() / f"{name}.eml").read_bytes()
    except FileNotFoundError:
        return None
    parsed = message_from_bytes(content, policy=policy.default)
    return Mail(
        name=name,
        to=str(parsed["To"]),
        subject=str(parsed["Subject"]),
        at=datetime.strptime(f"{name[:20]}+0000", "%Y%m%d%H%M%S%f%z"),
        text=_body(parsed, "plain"),
        html=_body(parsed, "html"),
    )


def _body(parsed: ParsedMessage, kind: str) -> str:
    part = parsed.get_body((kind,))
    return part.get_content() if part else ""
