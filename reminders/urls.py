from django.urls import path

from reminders import choosing, views

app_name = "reminders"

urlpatterns = [
    path("letters/", views.letters, name="letters"),
    path("letters/mine/", choosing.own, name="choices"),
    path("letters/off/<str:token>/", choosing.off, name="off"),
    path("letters/preview/<str:kind>/", views.preview, name="preview"),
    path("letters/<uuid:public_id>/send-again/", views.send_again, name="send_again"),
]
