from django.urls import path

from demo import gallery, mailbox, views

app_name = "demo"

urlpatterns = [
    path("demo/", views.people, name="people"),
    path("ui/", gallery.gallery, name="ui"),
    path("demo/sign-in/", views.sign_in, name="sign_in"),
    path("demo/mailbox/", mailbox.mailbox, name="mailbox"),
    path("demo/mailbox/<slug:name>/", mailbox.message, name="message"),
]
