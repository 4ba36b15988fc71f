from django.urls import path

from reminders import choosing, correcting, repeating, views

app_name = "reminders"

urlpatterns = [
    path("letters/", views.letters, name="letters"),
    path("letters/left-out/", views.left_out, name="left_out"),
    path("letters/again/", repeating.many_again, name="many_again"),
    path("letters/mine/", choosing.own, name="choices"),
    path("letters/off/<str:token>/", choosing.off, name="off"),
    path("letters/preview/", views.preview, name="previews"),
    path("letters/preview/<str:kind>/", views.preview, name="preview"),
    path("letters/<uuid:public_id>/", views.letter, name="letter"),
    path("letters/<uuid:public_id>/address/", correcting.correct, name="correct"),
    path("letters/<uuid:public_id>/send-again/", views.send_again, name="send_again"),
    path("placements/<uuid:public_id>/letters/", views.about, name="about"),
]
