"""What is different for one student: exceptions from a rule, and the facts that the rule set asks for.

The head of school and the coordinator decide on both; a teacher, who decides on the credit itself, reads them.
"""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Person
from accounts.roles import Role
from core.workflow import Actor, Move, Refused, Workflow
from schools.models import Enrolment, RuleException
from schools.queries import document_of, version_in_force
from schools.rule_sets.asking import Excepted, facts_asked, rules_to_except
from schools.rule_sets.document import RuleSet as Document
from schools.workflow.programmes import ENROLMENTS

_APPROVERS = frozenset({Role.COORDINATOR, Role.HEAD})
EXCEPTIONS = Workflow(
    noun="rule_exception",
    moves=(
        Move("grant", gettext_lazy("Allow an exception"), (), None, _APPROVERS),
        Move("withdraw", gettext_lazy("Take back"), (), None, _APPROVERS),
    ),
    school_id=lambda exception: exception.enrolment.student.school_id,
    timeline=lambda exception: f"enrolment:{exception.enrolment_id}",
)


@transaction.atomic
def grant_exception(
    *, enrolment: Enrolment, rule: str, minutes: int | None = None, consideration: str = "", reason: str,
    expires_on: date | None = None, approver: Person, by: Actor, at: datetime,
) -> RuleException:  # fmt: skip
    """Waive a rule, or ask for fewer `minutes`; with `consideration` it is one of the rule set's reasons for that.

    Raises `Refused` for a rule or a reason that the version in force does not have, for minutes where the rule asks
    for no time, for a day that is over, and while the rule has an exception.
    """
    EXCEPTIONS.must_allow("grant", by)
    enrolment = _locked(enrolment)
    found = document_of(version_in_force(enrolment, at.date()))
    _must_fit(found, rule, minutes, consideration)
    if not reason.strip():
        raise Refused(_("Please give a reason."))
    if expires_on is not None and expires_on < at.date():
        raise Refused(_("The last day is over already."))
    if in_force(enrolment, at.date()).filter(rule=rule).exists():
        raise Refused(_("This rule has an exception already. Take that one back first."))
    exception = RuleException.objects.create(
        enrolment=enrolment, rule=rule, minutes=minutes, consideration=consideration, reason=reason.strip(),
        approver=approver, expires_on=expires_on, at=at,
    )  # fmt: skip
    details = {"rule": rule, "minutes": minutes, "expires_on": expires_on.isoformat() if expires_on else None}
    EXCEPTIONS.log(exception, "grant", by=by, at=at, reason=exception.reason, details=details)
    return exception


def in_force(enrolment: Enrolment, today: date) -> Any:
    """The exceptions that hold on that day; the last day still counts."""
    return enrolment.rule_exceptions.filter(Q(expires_on=None) | Q(expires_on__gte=today), withdrawn_at=None)


def _locked(enrolment: Enrolment) -> Enrolment:
    rows = Enrolment.objects.select_for_update(of=("self",)).select_related("cohort__version", "student")
    return rows.get(pk=enrolment.pk)


def _must_fit(found: Document, rule: str, minutes: int | None, consideration: str) -> None:
    known = next((one for one in rules_to_except(found) if one.key == rule), None)
    if known is None:
        raise Refused(_("This rule is not in the credit rule that holds for the student."))
    if minutes is not None and not known.less:
        raise Refused(_("This rule asks for no time, so it can only be waived."))
    if consideration:
        _must_consider(found, known, minutes, consideration)


def _must_consider(found: Document, rule: Excepted, minutes: int | None, consideration: str) -> None:
    if not rule.considered or found.consideration is None:
        raise Refused(_("The credit rule knows no special consideration here."))
    if consideration not in found.consideration.reasons:
        raise Refused(_("Choose one of the reasons of the credit rule."))
    if minutes is None:
        raise Refused(_("Special consideration needs the hours that are asked instead."))


@transaction.atomic
def withdraw_exception(*, exception: RuleException, by: Actor, at: datetime) -> None:
    """From now on the rule holds again; decisions that were made stay. Raises `Refused` when it is taken back."""
    EXCEPTIONS.must_allow("withdraw", by)
    locked = RuleException.objects.select_for_update(of=("self",)).get(pk=exception.pk)
    if locked.withdrawn_at is not None:
        raise Refused(_("This exception is taken back already."))
    locked.withdrawn_at = exception.withdrawn_at = at
    locked.save(update_fields=["withdrawn_at"])
    EXCEPTIONS.log(exception, "withdraw", by=by, at=at, details={"rule": exception.rule})


@transaction.atomic
def write_facts(*, enrolment: Enrolment, facts: dict[str, Any], by: Actor, at: datetime) -> None:
    """Note what the rule set asks about the student; None forgets. What other rule sets asked for stays.

    Raises `Refused` for a name that the version in force does not ask for, and for a value it does not know.
    """
    ENROLMENTS.must_allow("write_facts", by)
    locked = _locked(enrolment)
    asked = {one.name: one for one in facts_asked(document_of(version_in_force(locked, at.date())))}
    for name, value in facts.items():
        if name not in asked or not (value is None or asked[name].fits(value)):
            raise Refused(_("The credit rule does not know this answer."))
    before = locked.facts
    after = {name: value for name, value in (before | facts).items() if value is not None}
    locked.facts = enrolment.facts = after
    locked.save(update_fields=["facts"])
    changed = sorted(name for name in facts if before.get(name) != after.get(name))
    ENROLMENTS.log(locked, "write_facts", by=by, at=at, details={"facts": changed})
