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
)
from schools.workflow.rule_sets import RULE_SETS, bring_rule_set, copy_rule_set, save_wording

__all__ = [
    "ENROLMENTS",
    "EXCEPTIONS",
    "GUARDIANS",
    "PROGRAMMES",
    "RULE_SETS",
    "add_guardian",
    "bring_rule_set",
    "copy_rule_set",
    "create_programme",
    "current_version",
    "edit_programme",
    "enrol",
    "grant_exception",
    "open_cohort",
    "remove_unit",
    "save_unit",
    "save_wording",
    "withdraw_exception",
    "write_facts",
]
