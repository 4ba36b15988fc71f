"""The roles of the house, and which of them belong to a school."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    COORDINATOR = "coordinator", _("Coordinator")
    TEACHER = "teacher", _("Teacher")
    HEAD = "head", _("Head of school")
    STUDENT = "student", _("Student")
    GUARDIAN = "guardian", _("Parent or guardian")
    SUPERVISOR = "supervisor", _("Supervisor at the workplace")
    OWNER = "owner", _("Owner of a firm")
    SAFEGUARDING = "safeguarding", _("Safeguarding lead")
    ADMINISTRATOR = "administrator", _("Administrator")


STAFF = (Role.COORDINATOR, Role.TEACHER, Role.HEAD)
SCHOOL_STAFF = (*STAFF, Role.SAFEGUARDING, Role.ADMINISTRATOR)
HOST = (Role.SUPERVISOR, Role.OWNER)
