from django.urls import path

from employers import views

app_name = "employers"

urlpatterns = [
    path("employers/", views.employers, name="employers"),
    path("employers/new/", views.employer_new, name="employer_new"),
    path("employers/<uuid:public_id>/", views.employer, name="employer"),
    path("employers/<uuid:public_id>/notes/", views.relation, name="relation"),
    path("employers/sites/<uuid:public_id>/offers/new/", views.offer_new, name="offer_new"),
    path("employers/sites/<uuid:public_id>/supervisors/new/", views.supervisor_new, name="supervisor_new"),
    path("employers/sites/<uuid:public_id>/closed/", views.closed_days, name="closed_days"),
    path("employers/sites/<uuid:public_id>/region/", views.region, name="region"),
    path("employers/sites/<uuid:public_id>/photos/", views.photos, name="photos"),
    path("employers/sites/closed/<uuid:public_id>/remove/", views.closed_days_remove, name="closed_days_remove"),
    path("employers/supervisors/<uuid:public_id>/end/", views.supervisor_end, name="supervisor_end"),
]
