"""Who can be signed in as in the demo world, and the same roles of another school that must see nothing."""

from accounts.models import Membership
from accounts.roles import Role

HARBOUR = "Harbour Vocational College"
WESTGATE = "Westgate Trade School"

# role: (given name, family name); the other school's people all carry the sentinel name.
CAST = {
    Role.COORDINATOR: ("Amina", "Haddad"),
    Role.TEACHER: ("Pär", "Lind"),
    Role.HEAD: ("Ingrid", "Solberg"),
    Role.STUDENT: ("Lina", "Kowal"),
    Role.GUARDIAN: ("Ewa", "Kowal"),
    Role.SUPERVISOR: ("Marek", "Novak"),
    Role.OWNER: ("Sofia", "Conti"),
    Role.SAFEGUARDING: ("Ruth", "Mensah"),
    Role.ADMINISTRATOR: ("Teodor", "Blom"),
}
SENTINEL = "Xylander"
OUTSIDERS = {role: (given, SENTINEL) for role, (given, _family) in CAST.items()}


def address(role: str, school: str = HARBOUR) -> str:
    return f"{role}@{'harbour' if school == HARBOUR else 'westgate'}.example"


def member(role: str, school: str = HARBOUR) -> Membership:
    """The cast's membership in that role. Raises Membership.DoesNotExist before the world is loaded."""
    return Membership.objects.select_related("user__person", "organisation").get(
        user__email=address(role, school), role=role
    )
