from django.urls import path

from reports.views import (
    caseload,
    contacts,
    hand_overs,
    handling,
    home,
    interrupting,
    lists,
    own_pages,
    placements,
    relationship,
    search,
    students,
)

app_name = "reports"

urlpatterns = [
    path("", home.home, name="home"),
    path("search/", search.search, name="search"),
    path("lists/views/", lists.saved_views, name="saved_views"),
    path("lists/views/<uuid:public_id>/", lists.saved_view, name="saved_view"),
    path("lists/views/<uuid:public_id>/delete/", lists.saved_view_delete, name="saved_view_delete"),
    path("lists/<str:name>/views/new/", lists.saved_view_new, name="saved_view_new"),
    path("lists/<str:name>/<str:kind>/", lists.export, name="export"),
    path("placements/", placements.placements, name="placements"),
    path("placements/hand-on/", caseload.hand_on_many, name="hand_on"),
    path("placements/interrupt/listed/", interrupting.interrupt_listed, name="interrupt_listed"),
    path("placements/<uuid:public_id>/", placements.placement, name="placement"),
    path("employers/<uuid:public_id>/log/", relationship.relationship, name="relationship"),
    path("contacts/late/", contacts.late_contacts, name="late_contacts"),
    path("day/colleagues/", home.colleagues, name="colleagues"),
    path("day/<uuid:public_id>/<slug:kind>/", handling.handling, name="handling"),
    path("day/<uuid:public_id>/<slug:kind>/take/", handling.take, name="handling_take"),
    path("hand-overs/", hand_overs.hand_overs, name="hand_overs"),
    path("hand-overs/<uuid:public_id>/", hand_overs.hand_over, name="hand_over"),
    path("students/", students.students, name="students"),
    path("students/<uuid:public_id>/", students.student, name="student"),
    path("my/hours/", students.my_hours, name="my_hours"),
    path("my/credit/", students.my_credit, name="my_credit"),
    path("my/learning/", own_pages.my_learning, name="my_learning"),
    path("my/documents/", own_pages.my_documents, name="my_documents"),
]
