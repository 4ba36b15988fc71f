from django.urls import path

from reports.views import contacts, home, own_pages, placements, search, students

app_name = "reports"

urlpatterns = [
    path("", home.home, name="home"),
    path("search/", search.search, name="search"),
    path("placements/", placements.placements, name="placements"),
    path("placements/<uuid:public_id>/", placements.placement, name="placement"),
    path("contacts/late/", contacts.late_contacts, name="late_contacts"),
    path("students/", students.students, name="students"),
    path("students/<uuid:public_id>/", students.student, name="student"),
    path("my/hours/", students.my_hours, name="my_hours"),
    path("my/credit/", students.my_credit, name="my_credit"),
    path("my/learning/", own_pages.my_learning, name="my_learning"),
    path("my/documents/", own_pages.my_documents, name="my_documents"),
]
