"""What a host may have seen, to tap instead of writing: a programme's own sentences, or those for everybody."""

from django.utils.translation import gettext_lazy as _

from schools.models import FeedbackPhrase, Programme

AT_MOST = 6
PHRASES = (
    _("Worked carefully and checked the result."),
    _("Asked when something was not clear."),
    _("Started the next job without being told."),
    _("Was friendly and clear with customers."),
    _("Kept tools and workplace clean and safe."),
    _("Came on time and told us when not."),
)


def phrases_of(programme: Programme | None) -> list[str]:
    """The programme's own sentences; where it has none, those for everybody in the reader's language."""
    own = FeedbackPhrase.objects.filter(programme=programme).order_by("position", "pk") if programme else []
    return [phrase.text for phrase in own] or [str(phrase) for phrase in PHRASES]
