"""An account for somebody at a workplace who guides many students: they open it and close it, without a password."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Link, Membership, Organisation, Person, User
from accounts.people import mail_address_of
from accounts.roles import HOST, Role
from core.workflow import Actor, Move, Refused, Workflow
from employers.models import Employer, Site
from employers.queries import at_work

HOST_ACCOUNT = Workflow(
    noun="host_account",
    moves=(
        Move("open", gettext_lazy("Open an account"), (), None, frozenset(HOST)),
        Move("close", gettext_lazy("Close the account"), (), None, frozenset({Role.SUPERVISOR})),
    ),
    school_id=lambda membership: None,
)


@transaction.atomic
def open_account(*, link: Link, by: Actor, at: datetime) -> User:
    """The account of the person to whom the school sent the link, with a role at their firm. Twice is like once.

    The address is the one at which the school writes to them; whoever calls has seen that they read its mail. Raises
    `Refused` for a link that was sent on, without an address, at a school's own workshop, and where the address
    belongs to somebody else's account.
    """
    HOST_ACCOUNT.must_allow("open", by)
    if link.forwarded_from_id:
        raise Refused(_("This link was sent on to you. Only the person to whom the school wrote can open an account."))
    person = Person.objects.select_for_update(of=("self",)).get(pk=link.person_id)
    site = site_of(person, at)
    if site is None:
        raise Refused(_("The school has no firm of yours. Please ask the school for an account."))
    user = person.user or _account(person)
    membership, new = Membership.objects.get_or_create(
        user=user, organisation=_organisation(site), role=Role.SUPERVISOR,
        defaults={"starts_on": timezone.localdate(at)},
    )  # fmt: skip
    if membership.ends_on:
        membership.ends_on = None
        membership.save(update_fields=["ends_on"])
    if new:
        HOST_ACCOUNT.log(membership, "open", by=by, at=at)
    return user


def site_of(person: Person, at: datetime) -> Site | None:
    """A site of a firm where this person guides students now; nothing at a school's own workshop."""
    rows = person.supervisors.filter(at_work(timezone.localdate(at)), site__employer__isnull=False)
    first = rows.select_related("site__employer").order_by("pk").first()
    return first.site if first else None


def _account(person: Person) -> User:
    email = mail_address_of(person.pk)
    if email is None:
        raise Refused(_("The school has no e-mail address of yours that works. Please call the school."))
    user = User.objects.filter(email=email.lower()).first() or User.objects.create_user(email)
    if Person.objects.filter(user=user).exists():
        raise Refused(_("There is an account with your address already, under another name. Please call the school."))
    person.user = user
    person.save(update_fields=["user"])
    return user


def _organisation(site: Site) -> Organisation:
    """That of the firm; made when nobody of the firm has had an account so far."""
    employer = Employer.objects.select_for_update(of=("self",)).get(sites=site)
    if employer.organisation is None:
        employer.organisation = Organisation.objects.create(
            kind=Organisation.Kind.EMPLOYER, name=employer.name, country=employer.country, region=site.region,
            time_zone=site.time_zone,
        )  # fmt: skip
        employer.save(update_fields=["organisation"])
    return employer.organisation


@transaction.atomic
def close_account(*, membership: Membership, by: Actor, at: datetime) -> None:
    """Take the role away, and the account with its passkeys when it has no other role. What was answered stays.

    Links in the mails of the school go on working.
    """
    HOST_ACCOUNT.must_allow("close", by)
    user = membership.user
    HOST_ACCOUNT.log(membership, "close", by=by, at=at)
    membership.delete()
    if not user.memberships.exists():
        user.delete()
