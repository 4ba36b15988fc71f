"""What a school does with its firms: it comes to know them, looks after them, says which ones it recognises, and sends
nobody there any more."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Organisation, Person
from accounts.roles import HOST, Role
from core.models import Transition
from core.names import sort_key
from core.workflow import Actor, Move, Refused, Workflow
from employers.models import Employer, SchoolEmployer, Site
from employers.queries import approval_of
from employers.rules import Decline, Stop, address_key, identity

SAME_ANSWER = timedelta(hours=24)
"""The same no within this time is a second tap, not a second answer."""
_WRITERS = frozenset({Role.COORDINATOR})
_LEADERS = frozenset({Role.COORDINATOR, Role.HEAD})
_VISITORS = frozenset({Role.COORDINATOR, Role.TEACHER})
RELATIONS = Workflow(
    noun="relation",
    moves=(
        Move("register", gettext_lazy("Add a firm"), (), None, _WRITERS),
        Move("edit", gettext_lazy("Change what the school keeps"), (), None, _WRITERS),
        Move("rename", gettext_lazy("Change name or number"), (), None, _WRITERS),
        Move("give_on", gettext_lazy("Give to a colleague"), (), None, _LEADERS),
        Move("check", gettext_lazy("Record a check"), (), None, _VISITORS),
        Move("recognise", gettext_lazy("Recognise this host"), (), None, _LEADERS, needs_reason=True),
        Move("no_longer", gettext_lazy("Take the recognition back"), (), None, _LEADERS, needs_reason=True),
        Move("suspend", gettext_lazy("No new placements here"), (), None, frozenset({Role.SAFEGUARDING})),
        Move("restore", gettext_lazy("New placements again"), (), None, frozenset({Role.SAFEGUARDING})),
        Move("stop", gettext_lazy("The firm stops"), (), None, _LEADERS),
        Move("go_on", gettext_lazy("The firm goes on"), (), None, _LEADERS),
        Move("not_this_year", gettext_lazy("No places this year"), (), None, frozenset(HOST), needs_reason=True),
    ),
    school_id=lambda relation: relation.school_id,
)


@transaction.atomic
def register_employer(
    *, school: Organisation, name: str, register_number: str, address: str, postcode: str, email: str, phone: str,
    owner: Person | None, by: Actor, at: datetime,
) -> tuple[SchoolEmployer, bool]:  # fmt: skip
    """The school's relation to a firm and whether it is new.

    A firm that another school knows (employers.rules.identity) is linked, not doubled; a new address becomes a site.
    """
    RELATIONS.must_allow("register", by)
    employer = _employer(school.country, name, register_number, postcode)
    site, _new_site = Site.objects.get_or_create(
        employer=employer,
        address_key=address_key(address, postcode),
        defaults={
            "address": address, "postcode": postcode, "country": school.country, "time_zone": school.time_zone,
            "email": email, "phone": phone,
        },
    )  # fmt: skip
    relation, new = SchoolEmployer.objects.get_or_create(school=school, employer=employer, defaults={"owner": owner})
    RELATIONS.log(relation, "register", by=by, at=at, details={"site": site.pk, "new": new})
    return relation, new


def _employer(country: str, name: str, register_number: str, postcode: str) -> Employer:
    employer, _new = Employer.objects.select_related("merged_into").get_or_create(
        identity=identity(country, register_number, name, postcode),
        defaults={
            "name": name, "sort_key": sort_key(name), "country": country, "register_number": register_number
        },
    )  # fmt: skip
    return employer.merged_into or employer


@transaction.atomic
def rename(*, relation: SchoolEmployer, name: str, register_number: str, by: Actor, at: datetime) -> None:
    """The name of the firm and its number in the register, for every school; a later list finds the firm by them.

    Raises `Refused` for what another firm is known by.
    """
    RELATIONS.must_allow("rename", by)
    name = " ".join(name.split())
    firm = Employer.objects.select_for_update(of=("self",)).get(pk=relation.employer_id)
    if (firm.name, firm.register_number) == (name, register_number):
        return
    site = firm.sites.order_by("pk").first()
    values = {
        "name": name,
        "sort_key": sort_key(name),
        "register_number": register_number,
        "identity": identity(firm.country, register_number, name, site.postcode if site else ""),
    }
    if Employer.objects.filter(identity=values["identity"]).exclude(pk=firm.pk).exists():
        raise Refused(_("Another firm is known by this. Look at “On the list twice?” on the page of this firm."))
    for field, value in values.items():
        setattr(firm, field, value)
    firm.save(update_fields=list(values))
    RELATIONS.log(relation, "rename", by=by, at=at)


@transaction.atomic
def edit_relation(
    *, relation: SchoolEmployer, tier: str, approved_until: date | None, notes: str, by: Actor, at: datetime
) -> None:
    """Change how closely the firm is checked, and what the school notes for itself.

    `approved_until` is what a person says; the checks of the tier have the last word.
    """
    RELATIONS.must_allow("edit", by)
    relation.tier, relation.notes = tier, notes
    relation.approved_until = approval_of(relation, approved_until)
    relation.save(update_fields=["tier", "approved_until", "notes"])
    RELATIONS.log(relation, "edit", by=by, at=at, details={"tier": tier})


@transaction.atomic
def give_on(*, relation: SchoolEmployer, to: Person, by: Actor, at: datetime) -> bool:
    """Somebody else of the school looks after the firm from now on; whether that is new."""
    RELATIONS.must_allow("give_on", by)
    locked = SchoolEmployer.objects.select_for_update(of=("self",)).get(pk=relation.pk)
    if locked.owner_id == to.pk:
        return False
    relation.owner = to
    relation.save(update_fields=["owner"])
    RELATIONS.log(relation, "give_on", by=by, at=at, details={"from": locked.owner_id, "to": to.pk})
    return True


@transaction.atomic
def recognise(*, relation: SchoolEmployer, reason: str, by: Actor, at: datetime) -> bool:
    """The school calls the firm a recognised host, and says why; whether that is new. Said again, the first day stays.

    Raises `Refused` without a reason.
    """
    return _recognise(relation, "recognise", timezone.localdate(at), reason, by, at)


@transaction.atomic
def no_longer(*, relation: SchoolEmployer, reason: str, by: Actor, at: datetime) -> bool:
    """The school takes this back, and says why; whether that is new. Raises `Refused` without a reason."""
    return _recognise(relation, "no_longer", None, reason, by, at)


def _recognise(relation: SchoolEmployer, verb: str, on: date | None, reason: str, by: Actor, at: datetime) -> bool:
    RELATIONS.must_allow(verb, by)
    if not reason.strip():
        raise Refused(_("Please give a reason."))
    locked = SchoolEmployer.objects.select_for_update(of=("self",)).get(pk=relation.pk)
    if bool(locked.recognised_on) == bool(on):
        return False
    relation.recognised_on = on
    relation.save(update_fields=["recognised_on"])
    RELATIONS.log(relation, verb, by=by, at=at, reason=" ".join(reason.split()))
    return True


@transaction.atomic
def stop(*, relation: SchoolEmployer, why: Stop, since: date, by: Actor, at: datetime) -> bool:
    """The firm has closed, for every school, or this one no longer approves it; whether that is new.

    Raises `Refused` for the safeguarding lead's reason, which has a verb of its own.
    """
    RELATIONS.must_allow("stop", by)
    SchoolEmployer.objects.select_for_update(of=("self",)).get(pk=relation.pk)
    employer = relation.employer
    if why == Stop.SUSPENDED:
        raise Refused(_("Only the safeguarding lead decides this."))
    before = employer.closed_on if why == Stop.CLOSED else relation.not_approved_since
    if before == since:
        return False
    if why == Stop.CLOSED:
        employer.closed_on = since
        employer.save(update_fields=["closed_on"])
    else:
        relation.not_approved_since = since
        relation.save(update_fields=["not_approved_since"])
    RELATIONS.log(relation, "stop", by=by, at=at, details={"why": str(why), "since": since.isoformat()})
    return True


@transaction.atomic
def go_on(*, relation: SchoolEmployer, by: Actor, at: datetime) -> None:
    """It was a mistake, or it is over: the firm is open and approved again."""
    RELATIONS.must_allow("go_on", by)
    employer = relation.employer
    employer.closed_on, relation.not_approved_since = None, None
    employer.save(update_fields=["closed_on"])
    relation.save(update_fields=["not_approved_since"])
    RELATIONS.log(relation, "go_on", by=by, at=at)


@transaction.atomic
def suspend_employer(*, school: Organisation, employer: Employer, by: Actor, at: datetime) -> None:
    """No new placements of the school at this firm until it is restored; asked again, the first day stays."""
    RELATIONS.must_allow("suspend", by)
    relation, _new = SchoolEmployer.objects.select_for_update().get_or_create(school=school, employer=employer)
    if relation.suspended_at is None:
        relation.suspended_at = at
        relation.save(update_fields=["suspended_at"])
        RELATIONS.log(relation, "suspend", by=by, at=at)


@transaction.atomic
def restore_employer(*, school: Organisation, employer: Employer, by: Actor, at: datetime) -> None:
    """New placements at this firm again."""
    RELATIONS.must_allow("restore", by)
    relation = SchoolEmployer.objects.select_for_update().get(school=school, employer=employer)
    if relation.suspended_at:
        relation.suspended_at = None
        relation.save(update_fields=["suspended_at"])
        RELATIONS.log(relation, "restore", by=by, at=at)


@transaction.atomic
def not_this_year(
    *, school: Organisation, employer: Employer, reason: str, text: str = "", by: Actor, at: datetime
) -> bool:
    """The firm offers the school no places now, and says why; whether that is new today. Nothing else changes by it.

    `reason` is one of `employers.rules.Decline`. Raises `Refused` without one.
    """
    RELATIONS.must_allow("not_this_year", by)
    if reason not in Decline.values:
        raise Refused(_("Please choose a reason."))
    relation, _new = SchoolEmployer.objects.select_for_update().get_or_create(school=school, employer=employer)
    words, details = " ".join(text.split()), {"decline": str(reason)}
    last = Transition.objects.filter(noun="relation", object_id=relation.pk, verb="not_this_year")
    said = last.order_by("-at", "-pk").first()
    if said and (said.reason, said.details) == (words, details) and at - said.at < SAME_ANSWER:
        return False
    RELATIONS.log(relation, "not_this_year", by=by, at=at, reason=words, details=details)
    return True
