from schools.workflow.blocks import BLOCKS, move_block, remove_block, write_block
from schools.workflow.cohorts import move_up
from schools.workflow.exceptions import EXCEPTIONS, grant_exception, withdraw_exception, write_facts
from schools.workflow.programmes import (
    ENROLMENTS,
    GUARDIANS,
    PROGRAMMES,
    add_guardian,
    create_programme,
    current_version,
    edit_programme,
    enrol,
    open_cohort,
    remove_unit,
    save_unit,
    set_deadlines,
    set_own_school_days,
    set_school_days,
)
from schools.workflow.rule_sets import RULE_SETS, bring_rule_set, copy_rule_set, save_wording
from schools.workflow.skills import ASKED, add_skill, end_skill, write_phrases
from schools.workflow.years import copy_programme, roll_over

__all__ = [
    "ASKED",
    "BLOCKS",
    "ENROLMENTS",
    "EXCEPTIONS",
    "GUARDIANS",
    "PROGRAMMES",
    "RULE_SETS",
    "add_guardian",
    "add_skill",
    "bring_rule_set",
    "copy_programme",
    "copy_rule_set",
    "create_programme",
    "current_version",
    "edit_programme",
    "end_skill",
    "enrol",
    "grant_exception",
    "move_block",
    "move_up",
    "open_cohort",
    "remove_block",
    "remove_unit",
    "roll_over",
    "save_unit",
    "save_wording",
    "set_deadlines",
    "set_own_school_days",
    "set_school_days",
    "withdraw_exception",
    "write_block",
    "write_facts",
    "write_phrases",
]
