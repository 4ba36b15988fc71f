"""Verbs of what hosts of a programme are asked at the end: sentences to tap, and skills of the occupation."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.roles import Role
from core.workflow import Actor, Move, Refused, Workflow
from schools.models import FeedbackPhrase, Programme, Skill
from schools.skills.asking import OWN_AT_MOST, own_skills, scale_for_own
from schools.skills.phrases import AT_MOST, PHRASES

_WRITERS = frozenset({Role.COORDINATOR, Role.ADMINISTRATOR})
ASKED = Workflow(
    noun="asked_of_hosts",
    moves=(
        Move("phrases", gettext_lazy("Write sentences to tap"), (), None, _WRITERS),
        Move("add_skill", gettext_lazy("Ask about a skill"), (), None, _WRITERS),
        Move("end_skill", gettext_lazy("No longer ask about a skill"), (), None, _WRITERS),
    ),
    school_id=lambda programme: programme.school_id,
)


@transaction.atomic
def write_phrases(*, programme: Programme, texts: Sequence[str], by: Actor, at: datetime) -> None:
    """The sentences that a host of this programme may tap, in this order. None, or those for everybody, keep none of
    its own; the same again changes nothing.

    Raises `Refused` for more than six.
    """
    ASKED.must_allow("phrases", by)
    wanted = list(dict.fromkeys(text for text in (" ".join(text.split()) for text in texts) if text))
    if len(wanted) > AT_MOST:
        raise Refused(_("At most %(most)s sentences fit on a phone.") % {"most": AT_MOST})
    if wanted == [str(phrase) for phrase in PHRASES]:
        wanted = []
    Programme.objects.select_for_update().get(pk=programme.pk)
    known = FeedbackPhrase.objects.filter(programme=programme).order_by("position", "pk")
    if [phrase.text for phrase in known] == wanted:
        return
    known.delete()
    FeedbackPhrase.objects.bulk_create(
        FeedbackPhrase(programme=programme, position=position, text=text) for position, text in enumerate(wanted, 1)
    )
    ASKED.log(programme, "phrases", by=by, at=at, details={"phrases": len(wanted)})


@transaction.atomic
def add_skill(
    *, programme: Programme, key: UUID, name: str, anchors: Sequence[str], language: str, by: Actor, at: datetime
) -> Skill:
    """A skill of the programme's own, on the scale of the common ones, in the words of one language. The same `key`
    again gives the skill that it made: words never change under marks, another wording is another skill.

    Raises `Refused` for a sixth skill, and for anchors that do not fit the levels.
    """
    ASKED.must_allow("add_skill", by)
    Programme.objects.select_for_update().get(pk=programme.pk)
    known = Skill.objects.filter(public_id=key, programme=programme).first()
    if known:
        return known
    today = at.astimezone(ZoneInfo(programme.school.time_zone)).date()
    scale, asked = scale_for_own(today), own_skills(programme, today)
    if len(asked) >= OWN_AT_MOST:
        raise Refused(_("At most %(most)s skills of your own. Take one out first.") % {"most": OWN_AT_MOST})
    if scale is None or len(anchors) != len(scale.levels):
        raise Refused(_("Every level needs a sentence."))
    last = Skill.objects.filter(programme=programme).aggregate(last=Max("position"))["last"] or 0
    words = {"name": {language: name}, "anchors": {language: list(anchors)}}
    skill = Skill.objects.create(
        public_id=key, scale=scale, programme=programme, key=str(key), position=last + 1, **words
    )
    ASKED.log(programme, "add_skill", by=by, at=at, details={"skill": skill.pk})
    return skill


@transaction.atomic
def end_skill(*, skill: Skill, by: Actor, at: datetime) -> None:
    """Placements that begin from today on are not asked about it; marks that were made stay. Twice is like once.

    Raises `Refused` for a skill that is common to all programmes.
    """
    ASKED.must_allow("end_skill", by)
    if skill.programme is None:
        raise Refused(_("This skill is common to all programmes."))
    locked = Skill.objects.select_for_update().get(pk=skill.pk)
    if locked.ended_on is None:
        locked.ended_on = at.astimezone(ZoneInfo(skill.programme.school.time_zone)).date()
        locked.save(update_fields=["ended_on"])
        ASKED.log(skill.programme, "end_skill", by=by, at=at, details={"skill": skill.pk})
