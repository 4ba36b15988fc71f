"""Links for people without an account: minted when a letter is sent, found by the hash of their token."""

import hashlib
import secrets
from datetime import datetime, timedelta

from accounts.models import Link, Organisation, Person

LIFETIME = timedelta(days=30)


def token_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def mint(
    *,
    person: Person,
    school: Organisation,
    purpose: Link.Purpose,
    subject_id: int,
    at: datetime,
    forwarded_from: Link | None = None,
) -> tuple[Link, str]:
    """A new link and its token (32 random bytes); the token is stored nowhere."""
    token = secrets.token_urlsafe(32)
    link = Link.objects.create(
        token_hash=token_hash(token),
        person=person,
        school=school,
        purpose=purpose,
        subject_id=subject_id,
        created_at=at,
        expires_at=at + LIFETIME,
        forwarded_from=forwarded_from,
    )
    return link, token


def find(token: str) -> Link | None:
    """The link of a token, also an expired or revoked one."""
    return Link.objects.select_related("person", "school").filter(token_hash=token_hash(token)).first()


def is_open(link: Link, *, now: datetime) -> bool:
    return link.revoked_at is None and now < link.expires_at


def revoke(link: Link, *, at: datetime) -> None:
    """Close a link for good; closing it twice keeps the first time."""
    Link.objects.filter(pk=link.pk, revoked_at=None).update(revoked_at=at)


def revoke_all(person: Person, *, at: datetime) -> int:
    """Close all links of a person, such as when they went to somebody else's address; how many were open."""
    return Link.objects.filter(person=person, revoked_at=None).update(revoked_at=at)
