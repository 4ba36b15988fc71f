from django.urls import path

from exchange import views

app_name = "exchange"

urlpatterns = [
    path("", views.imports, name="imports"),
    path("new/<slug:kind>/", views.upload, name="upload"),
    path("<uuid:public_id>/", views.run, name="run"),
    path("<uuid:public_id>/errors.csv", views.errors, name="errors"),
    path("<uuid:public_id>/errors.zip", views.errors_again, name="errors_again"),
    path("<uuid:public_id>/columns/", views.columns, name="columns"),
    path("<uuid:public_id>/lines/<slug:outcome>/", views.lines, name="lines"),
    path("<uuid:public_id>/take-over/", views.take_over, name="take_over"),
    path("<uuid:public_id>/discard/", views.discard, name="discard"),
    path("<uuid:public_id>/resume/", views.resume, name="resume"),
]
