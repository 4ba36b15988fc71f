"""What there is to sign."""

from django.urls import reverse

from accounts.models import Link
from placements.models import Placement, Signature
from reminders.letters.parts import Matter
from reminders.matters.placements import matter_of, still_to_come
from reminders.models import Due
from reminders.ways import Ways


def to_sign(rows: list[Due], placements: dict[int, Placement], ways: Ways) -> list[Matter]:
    signatures = Signature.objects.select_related("agreement__plan").in_bulk({row.subject_id for row in rows})
    return [
        matter_of(
            placements[signature.agreement.plan.placement_id],
            ways,
            by=still_to_come(signature.agreement.sign_by, ways.now),
            url=ways.task(Link.Purpose.SIGN, signature.pk, reverse("placements:sign", args=[signature.public_id])),
        )
        for signature in signatures.values()
    ]
