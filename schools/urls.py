from django.urls import path

from schools.views import blocks, cohorts, deadlines, exceptions, programmes, rule_sets, skills, years

app_name = "schools"

urlpatterns = [
    path("programmes/", programmes.programmes, name="programmes"),
    path("programmes/new/", programmes.programme_new, name="programme_new"),
    path("programmes/<uuid:public_id>/", programmes.programme, name="programme"),
    path("programmes/new-year/", years.new_year, name="new_year"),
    path("programmes/<uuid:public_id>/copy/", years.programme_copy, name="programme_copy"),
    path("programmes/<uuid:public_id>/edit/", programmes.programme_edit, name="programme_edit"),
    path("programmes/<uuid:public_id>/units/new/", programmes.unit_new, name="unit_new"),
    path("programmes/<uuid:public_id>/units/<int:position>/", programmes.unit, name="unit"),
    path("programmes/<uuid:public_id>/units/<int:position>/remove/", programmes.unit_remove, name="unit_remove"),
    path("programmes/<uuid:public_id>/days/", deadlines.deadlines, name="deadlines"),
    path("programmes/<uuid:public_id>/feedback/", skills.asked, name="asked"),
    path("programmes/<uuid:public_id>/skills/new/", skills.skill_new, name="skill_new"),
    path("programmes/skills/<uuid:public_id>/end/", skills.skill_end, name="skill_end"),
    path("programmes/<uuid:public_id>/cohorts/new/", programmes.cohort_new, name="cohort_new"),
    path("programmes/cohorts/<uuid:public_id>/", cohorts.cohort, name="cohort"),
    path("programmes/cohorts/<uuid:public_id>/enrol/", cohorts.enrol, name="enrol"),
    path("programmes/cohorts/<uuid:public_id>/school-days/", cohorts.school_days, name="school_days"),
    path("students/<uuid:public_id>/school-days/", cohorts.own_school_days, name="own_school_days"),
    path("programmes/terms/", blocks.blocks, name="blocks"),
    path("programmes/terms/new/", blocks.block_new, name="block_new"),
    path("programmes/terms/<uuid:public_id>/", blocks.block, name="block"),
    path("programmes/terms/<uuid:public_id>/move/", blocks.block_move, name="block_move"),
    path("programmes/terms/<uuid:public_id>/remove/", blocks.block_remove, name="block_remove"),
    path("programmes/rules/", rule_sets.rule_sets, name="rule_sets"),
    path("programmes/rules/new/", rule_sets.rule_set_new, name="rule_set_new"),
    path("programmes/rules/new/save/", rule_sets.rule_set_bring, name="rule_set_bring"),
    path("programmes/rules/<uuid:public_id>/", rule_sets.rule_set, name="rule_set"),
    path("programmes/rules/<uuid:public_id>/<int:number>/", rule_sets.rule_set_version, name="rule_set_version"),
    path("programmes/rules/<uuid:public_id>/<int:number>.json", rule_sets.rule_set_file, name="rule_set_file"),
    path("programmes/rules/<uuid:public_id>/copy/", rule_sets.rule_set_copy, name="rule_set_copy"),
    path("programmes/rules/<uuid:public_id>/upload/", rule_sets.rule_set_upload, name="rule_set_upload"),
    path("programmes/rules/<uuid:public_id>/save/", rule_sets.rule_set_save, name="rule_set_save"),
    path("students/<uuid:public_id>/exceptions/", exceptions.exceptions, name="exceptions"),
    path("students/<uuid:public_id>/exceptions/facts/", exceptions.facts, name="facts"),
    path("students/exceptions/<uuid:public_id>/withdraw/", exceptions.withdraw, name="exception_withdraw"),
]
