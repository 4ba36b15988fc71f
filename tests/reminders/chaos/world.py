"""The smallest world in which letters are true: people who asked for a new link to the hours of their students."""

import sys
from datetime import timedelta

import django


def fill(people: int) -> None:
    """That many people with an address, and for each an old link and one row that is due now.

    A new link goes out at any hour of any day, so that the test may run on a Sunday night.
    """
    from django.utils import timezone

    from accounts.models import ContactPoint, Link, Organisation, Person
    from reminders.models import Due, Kind, Reader

    now = timezone.now()
    school = Organisation.objects.create(kind=Organisation.Kind.SCHOOL, name="Alder College")
    humans = Person.objects.bulk_create(
        Person(given_name="Robin", family_name=f"Number {n}", sort_key=f"number {n:05}") for n in range(people)
    )
    ContactPoint.objects.bulk_create(
        ContactPoint(person=human, channel=ContactPoint.Channel.EMAIL, address=f"robin.{n}@chaos.test")
        for n, human in enumerate(humans)
    )
    links = Link.objects.bulk_create(
        Link(
            token_hash=f"{n:064}",
            person=human,
            school=school,
            purpose=Link.Purpose.CONFIRM,
            subject_id=0,
            created_at=now - timedelta(days=31),
            expires_at=now - timedelta(days=1),
        )
        for n, human in enumerate(humans)
    )
    Due.objects.bulk_create(
        Due(
            kind=Kind.LINK,
            subject_id=link.pk,
            round="asked",
            person=link.person,
            school=school,
            reader=Reader.HOST,
            due_at=now,
        )
        for link in links
    )


if __name__ == "__main__":
    django.setup()
    fill(int(sys.argv[1]))
