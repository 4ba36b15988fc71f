from django.urls import path

from credits import views

app_name = "credits"

urlpatterns = [
    path("credit/", views.to_decide, name="to_decide"),
    path("credit/<uuid:public_id>/", views.decision, name="decision"),
]
