"""Lists with their filters, kept under a name: each person's own, for one school. Nobody else sees them."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet, TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Membership, Person
from core.workflow import Refused
from reports.models import SavedView

MOST = 30


class List(TextChoices):
    PLACEMENTS = "placements", gettext_lazy("Placements")
    STUDENTS = "students", gettext_lazy("Students")
    EMPLOYERS = "employers", gettext_lazy("Employers")


def saved_views_of(viewer: Membership) -> QuerySet[SavedView]:
    """The only door to them."""
    return SavedView.objects.filter(school=viewer.organisation_id, person__user=viewer.user_id)


@transaction.atomic
def keep_view(*, viewer: Membership, person: Person, list: List, name: str, query: str, at: datetime) -> SavedView:
    """Keep what the list shows now; the same name again means these filters from now on.

    Raises `Refused` when the person has as many as a menu can hold.
    """
    mine = saved_views_of(viewer)
    if mine.exclude(list=list, name=name).count() >= MOST:
        raise Refused(_("You have %(most)s saved views. Delete one first.") % {"most": MOST})
    kept, _made = SavedView.objects.update_or_create(
        school=viewer.organisation, person=person, list=list, name=name, defaults={"query": query, "at": at}
    )
    return kept


@transaction.atomic
def rename_view(*, view: SavedView, name: str, at: datetime) -> None:
    """Raises `Refused` when another one of the same list has this name."""
    same = SavedView.objects.filter(school=view.school_id, person=view.person_id, list=view.list, name=name)
    if same.exclude(pk=view.pk).exists():
        raise Refused(_("Another view of this list has this name."))
    SavedView.objects.filter(pk=view.pk).update(name=name, at=at)


def forget_view(*, view: SavedView) -> None:
    view.delete()
