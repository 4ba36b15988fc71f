from django.urls import path

from accounts import passkeys, views

app_name = "accounts"

urlpatterns = [
    path("role/", views.switch, name="switch"),
    path("no-role/", views.no_role, name="no_role"),
    path("ways/", passkeys.ways, name="ways"),
    path("ways/passkeys/new/", passkeys.new, name="passkey_new"),
    path("ways/passkeys/<int:pk>/", passkeys.rename, name="passkey"),
    path("ways/passkeys/<int:pk>/remove/", passkeys.remove, name="passkey_remove"),
    path("members/", views.members, name="members"),
    path("members/new/", views.member_new, name="member_new"),
    path("members/<uuid:public_id>/<slug:role>/end/", views.member_end, name="member_end"),
]
