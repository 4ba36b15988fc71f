from django.urls import path

from credits.views import deciding

app_name = "credits"

urlpatterns = [
    path("credit/", deciding.to_decide, name="to_decide"),
    path("credit/<uuid:public_id>/", deciding.decision, name="decision"),
]
