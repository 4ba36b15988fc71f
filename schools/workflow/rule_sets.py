"""What a school does with rule sets: it copies one that came with the program, brings its own, changes the wording."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Organisation, Person
from accounts.roles import Role
from core.workflow import Actor, Move, Refused, Workflow
from schools.models import RuleSet, RuleSetDraft, RuleSetVersion
from schools.rule_sets.document import RuleSet as Document
from schools.rule_sets.reading import content_hash, parsed, read_rule_set
from schools.rule_sets.shipped import add_version

_WRITERS = frozenset({Role.COORDINATOR, Role.ADMINISTRATOR})
RULE_SETS = Workflow(
    noun="rule_set",
    moves=(
        Move("copy", gettext_lazy("Copy for our school"), (), None, _WRITERS),
        Move("bring", gettext_lazy("New from a file"), (), None, _WRITERS),
        Move("draft", gettext_lazy("Keep a wording to see its effect"), (), None, frozenset({Role.COORDINATOR})),
        Move("save_wording", gettext_lazy("Upload a changed version"), (), None, _WRITERS),
    ),
    school_id=lambda rule_set: rule_set.school_id,
)


class Stale(Refused):
    """Somebody saved another version since the difference was shown."""


@dataclass(frozen=True)
class Wording:
    """The text of a file with what it says: `content` is stored, `document` is what the engine reads."""

    content: Any
    document: Document

    @classmethod
    def read(cls, text: bytes | str) -> "Wording":
        """Raises `schools.rule_sets.reading.Unreadable`."""
        return cls(document=read_rule_set(text), content=parsed(text))

    @property
    def hash(self) -> str:
        return content_hash(self.content)


@transaction.atomic
def copy_rule_set(*, rule_set: RuleSet, school: Organisation, by: Actor, at: datetime) -> RuleSet:
    """The school's own rule set with the wordings of the original that may still hold, unchanged: the hash is the same.

    Raises `Refused` when the school has one with this key, and for a rule set of another school.
    """
    RULE_SETS.must_allow("copy", by)
    if rule_set.school_id is not None:
        raise Refused(_("Only rules that came with the program are copied."))
    own = _new(school, rule_set.key, copied_from=rule_set)
    for number, version in enumerate(_not_replaced(rule_set), 1):
        RuleSetVersion.objects.create(
            rule_set=own,
            number=number,
            content=version.content,
            hash=version.hash,
            name=version.name,
            chosen_by=version.chosen_by,
            valid_from=version.valid_from,
            valid_to=version.valid_to,
            at=at,
        )
    RULE_SETS.log(own, "copy", by=by, at=at, details={"copied_from": rule_set.pk})
    return own


def _not_replaced(rule_set: RuleSet) -> list[RuleSetVersion]:
    """The last wording for each stretch of dates: a dated rule set stays whole, what was mended is left behind."""
    last = {(one.chosen_by, one.valid_from, one.valid_to): one for one in rule_set.versions.order_by("number")}
    return sorted(last.values(), key=lambda version: version.number)


@transaction.atomic
def bring_rule_set(*, school: Organisation, wording: Wording, by: Actor, at: datetime) -> RuleSetVersion:
    """A rule set of the school that is no copy. Raises `Refused` when the school has one with this key."""
    RULE_SETS.must_allow("bring", by)
    own = _new(school, wording.document.key)
    version, _is_new = add_version(own, wording.document, wording.content, at=at)
    RULE_SETS.log(own, "bring", by=by, at=at, details={"version": version.number})
    return version


@transaction.atomic
def save_wording(*, rule_set: RuleSet, wording: Wording, base: int, by: Actor, at: datetime) -> RuleSetVersion:
    """The next version of the school's own rule set; decisions that were made keep theirs.

    `base` is the number of the version that the person compared with. Raises `Stale` when there is a newer one, and
    `Refused` for another key, for a wording that is stored already, and for a rule set that came with the program.
    """
    RULE_SETS.must_allow("save_wording", by)
    if rule_set.school_id is None:
        raise Refused(_("You may not do this."))
    must_be_key_of(rule_set, wording)
    RuleSet.objects.select_for_update().get(pk=rule_set.pk)
    if newest_number(rule_set) != base:
        raise Stale(_("Somebody saved another version in the meantime. This is the difference from it."))
    version, is_new = add_version(rule_set, wording.document, wording.content, at=at)
    if not is_new:
        raise Refused(_("Version %(number)s has this wording already.") % {"number": version.number})
    rule_set.drafts.filter(content=wording.content).delete()
    RULE_SETS.log(rule_set, "save_wording", by=by, at=at, details={"version": version.number})
    return version


@transaction.atomic
def draft_wording(*, rule_set: RuleSet, wording: Wording, person: Person, by: Actor, at: datetime) -> RuleSetDraft:
    """Keep a wording that holds for nobody yet; the one that this person tried before goes. The same again is one.

    Raises `Refused` for another key, and for a rule set that came with the program.
    """
    RULE_SETS.must_allow("draft", by)
    if rule_set.school_id is None:
        raise Refused(_("You may not do this."))
    must_be_key_of(rule_set, wording)
    RuleSet.objects.select_for_update().get(pk=rule_set.pk)
    own = rule_set.drafts.filter(person=person)
    if known := own.filter(content=wording.content).first():
        return known
    own.delete()
    draft = RuleSetDraft.objects.create(rule_set=rule_set, content=wording.content, person=person, at=at)
    RULE_SETS.log(rule_set, "draft", by=by, at=at)
    return draft


def must_be_key_of(rule_set: RuleSet, wording: Wording) -> None:
    if wording.document.key != rule_set.key:
        text = _("The key of the file is “%(found)s”; this rule has the key “%(wanted)s”.")
        raise Refused(text % {"found": wording.document.key, "wanted": rule_set.key})


def newest_number(rule_set: RuleSet) -> int:
    """0 before the first version."""
    return rule_set.versions.order_by("-number").values_list("number", flat=True).first() or 0


def must_be_new_key(school: Organisation, key: str) -> None:
    if RuleSet.objects.filter(school=school, key=key).exists():
        raise Refused(_("Your school has a credit rule with the key “%(key)s” already.") % {"key": key})


def _new(school: Organisation, key: str, **values: Any) -> RuleSet:
    # Two at once come one after the other, so that the second is told what the first has made.
    Organisation.objects.select_for_update().get(pk=school.pk)
    must_be_new_key(school, key)
    return RuleSet.objects.create(school=school, key=key, **values)
