from django.urls import path

from accounts import views

app_name = "accounts"

urlpatterns = [
    path("role/", views.switch, name="switch"),
    path("no-role/", views.no_role, name="no_role"),
    path("members/", views.members, name="members"),
    path("members/new/", views.member_new, name="member_new"),
    path("members/<uuid:public_id>/<slug:role>/end/", views.member_end, name="member_end"),
]
