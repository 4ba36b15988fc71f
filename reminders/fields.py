"""What a letter asks for, in words: from the fact that closes a matter to its name for readers of the list."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

FIELD_WORDS: dict[str, Promise] = {
    "signature.signed_at": _("signature"),
    "request.answered_at": _("yes or no to the request"),
    "week_confirmation.answered_at": _("word of the host on the hours"),
    "feedback.given_at": _("closing feedback"),
    "work_entry.logged_at": _("log of the day"),
    "decision.decided_at": _("decision on credit"),
    "correction.answered_at": _("answer to the student"),
    "agreement.sign_by": _("plan, sent for signing"),
    "agreement.in_force_at": _("signatures of all"),
    "contact.on": _("note of the contact"),
    "safeguarding_note.state": _("a look at the message"),
    "incident.state": _("report, closed"),
    "concern.state": _("talk with the host"),
    "school_employer.approved_until": _("approval of the workplace"),
    "reflection.answered_at": _("answer to the question"),
    "appointment.starts_at": _("visit or talk"),
    "follow_up.answered_at": _("what came after"),
    "offer.places": _("offer of places, or “not this year”"),
    "wish.told_at": _("wishes for the next place"),
    "placement.state": _("end of the placement"),
    "placement.end_reason": _("end of the placement"),
}
