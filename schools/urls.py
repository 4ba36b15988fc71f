from django.urls import path

from schools.views import cohorts, programmes

app_name = "schools"

urlpatterns = [
    path("programmes/", programmes.programmes, name="programmes"),
    path("programmes/new/", programmes.programme_new, name="programme_new"),
    path("programmes/<uuid:public_id>/", programmes.programme, name="programme"),
    path("programmes/<uuid:public_id>/edit/", programmes.programme_edit, name="programme_edit"),
    path("programmes/<uuid:public_id>/units/new/", programmes.unit_new, name="unit_new"),
    path("programmes/<uuid:public_id>/units/<int:position>/", programmes.unit, name="unit"),
    path("programmes/<uuid:public_id>/units/<int:position>/remove/", programmes.unit_remove, name="unit_remove"),
    path("programmes/<uuid:public_id>/cohorts/new/", programmes.cohort_new, name="cohort_new"),
    path("programmes/cohorts/<uuid:public_id>/", cohorts.cohort, name="cohort"),
    path("programmes/cohorts/<uuid:public_id>/enrol/", cohorts.enrol, name="enrol"),
]
