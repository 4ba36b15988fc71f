"""The code behind a link: a sensitive step asks whoever holds the link to show that the mail reaches them (E12).

No code is kept: the session of the browser holds its hash, the log of moves how often one was asked for and mistyped.
"""

import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Link
from accounts.roles import HOST
from core.models import Transition
from core.workflow import Actor, Move, Refused, Workflow

LIFETIME = timedelta(minutes=10)
TRIES = 5
MOST_AN_HOUR = 5

CODE = Workflow(
    noun="code",
    moves=(
        Move("ask", gettext_lazy("Send me a code"), (), None, frozenset(HOST)),
        Move("mistype", gettext_lazy("Type a wrong code"), (), None, frozenset(HOST)),
        Move("prove", gettext_lazy("Type the code"), (), None, frozenset(HOST)),
    ),
    school_id=lambda link: link.school_id,
)


@transaction.atomic
def ask_code(*, link: Link, by: Actor, at: datetime) -> str:
    """A new code of six digits, to be sent to the person of the link and kept nowhere.

    Raises `Refused` after five codes within an hour.
    """
    CODE.must_allow("ask", by)
    _lock(link)
    if _moves(link, "ask", since=at - timedelta(hours=1)) >= MOST_AN_HOUR:
        raise Refused(_("You have asked for many codes. Please wait an hour, or call the school."))
    CODE.log(link, "ask", by=by, at=at)
    return f"{secrets.randbelow(10**6):06d}"


@transaction.atomic
def prove(*, link: Link, asked_at: datetime, kept: str, typed: str, by: Actor, at: datetime) -> bool:
    """Whether this is the code that was sent at `asked_at`, of which `kept` is the hash; a wrong one is counted.

    Raises `Refused` for a code older than ten minutes and after five wrong ones.
    """
    CODE.must_allow("prove", by)
    _lock(link)
    if at - asked_at > LIFETIME:
        raise Refused(_("This code is older than 10 minutes. Ask for a new one."))
    if _moves(link, "mistype", since=asked_at) >= TRIES:
        raise Refused(_("That were too many tries. Ask for a new code."))
    is_right = constant_time_compare(hash_of(link, typed), kept)
    CODE.log(link, "prove" if is_right else "mistype", by=by, at=at)
    return is_right


def hash_of(link: Link, code: str) -> str:
    """What a session keeps of a code; good for this link only."""
    return salted_hmac("placements.codes", f"{link.pk}:{''.join(code.split())}", algorithm="sha256").hexdigest()


def _lock(link: Link) -> None:
    Link.objects.select_for_update().get(pk=link.pk)


def _moves(link: Link, verb: str, since: datetime) -> int:
    return Transition.objects.filter(noun=CODE.noun, object_id=link.pk, verb=verb, at__gte=since).count()
