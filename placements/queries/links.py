"""What was done with the links of a placement: the list of accesses that tells a coordinator which one went astray."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.models import Link
from core.models import Transition

SHOWN = 5

WORDS: dict[tuple[str, str], Any] = {
    ("agreement", "sign"): _("Signed"),
    ("agreement", "refuse"): _("Refused to sign"),
    ("week", "confirm"): _("Confirmed hours"),
    ("week", "undo"): _("Took a confirmation back"),
    ("feedback", "give"): _("Gave feedback"),
    ("feedback", "change"): _("Changed the feedback"),
    ("feedback", "take_back"): _("Took the feedback back"),
    ("skills", "mark"): _("Marked the skills"),
    ("skills", "change"): _("Changed the marks of the skills"),
    ("skills", "take_back"): _("Took the marks of the skills back"),
    ("link", "forward"): _("Sent it to a colleague"),
    ("follow_up", "answer"): _("Said what came after"),
    ("follow_up", "decline"): _("Does not want to be asked again"),
    ("follow_up", "take_back"): _("Took back what came after"),
    ("follow_up", "allow"): _("May be asked again"),
    ("incident", "report"): _("Reported an incident"),
    ("concern", "ask"): _("Asked the school for a talk"),
    ("adjustment", "answer"): _("Answered what a student needs"),
    ("code", "ask"): _("Asked for a code"),
    ("code", "mistype"): _("Typed a wrong code"),
    ("code", "prove"): _("Typed the right code"),
}


@dataclass(frozen=True)
class Use:
    at: datetime
    words: Any


def uses_of(links: Collection[Link]) -> dict[int, list[Use]]:
    """The last things done with each link, the newest first. Looking alone leaves no trace."""
    rows = Transition.objects.filter(actor_kind="link", actor_id__in=[link.pk for link in links])
    uses: dict[int, list[Use]] = defaultdict(list)
    for key, noun, verb, at in rows.order_by("-at", "-pk").values_list("actor_id", "noun", "verb", "at"):
        if key and len(uses[key]) < SHOWN:
            uses[key].append(Use(at, WORDS.get((noun, verb), _("Something else"))))
    return uses
