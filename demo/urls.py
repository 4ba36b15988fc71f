from django.urls import path

from demo import gallery, views

app_name = "demo"

urlpatterns = [
    path("demo/", views.people, name="people"),
    path("ui/", gallery.gallery, name="ui"),
    path("demo/sign-in/", views.sign_in, name="sign_in"),
]
