"""What is done with firms, their sites and people, the places they offer, and what they set themselves.

Verbs raise `core.workflow.Refused` with a text for the person who tried.
"""

from employers.workflow.capacity import CAPACITY, come_back, leave, set_limits
from employers.workflow.checks import record_check
from employers.workflow.firms import (
    RELATIONS,
    edit_relation,
    give_on,
    go_on,
    no_longer,
    not_this_year,
    recognise,
    register_employer,
    restore_employer,
    stop,
    suspend_employer,
)
from employers.workflow.merging import (
    MERGES,
    NOT_SAME,
    PERSON_MERGES,
    ask_again,
    merge_employers,
    merge_people,
    say_two,
    undo_merge,
    undo_people,
)
from employers.workflow.offers import OFFERS, offer_places, withdraw_offer
from employers.workflow.sites import (
    SITES,
    SUPERVISORS,
    add_own_site,
    add_supervisor,
    allow_photos,
    choose_region,
    close_site,
    end_supervisor,
    guide_at,
    name_successor,
    open_site,
)

__all__ = [
    "CAPACITY",
    "MERGES",
    "NOT_SAME",
    "OFFERS",
    "PERSON_MERGES",
    "RELATIONS",
    "SITES",
    "SUPERVISORS",
    "add_own_site",
    "add_supervisor",
    "allow_photos",
    "ask_again",
    "choose_region",
    "close_site",
    "come_back",
    "edit_relation",
    "end_supervisor",
    "give_on",
    "go_on",
    "guide_at",
    "leave",
    "merge_employers",
    "merge_people",
    "name_successor",
    "no_longer",
    "not_this_year",
    "offer_places",
    "open_site",
    "recognise",
    "record_check",
    "register_employer",
    "restore_employer",
    "say_two",
    "set_limits",
    "stop",
    "suspend_employer",
    "undo_merge",
    "undo_people",
    "withdraw_offer",
]
