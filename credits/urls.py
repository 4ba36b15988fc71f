from django.urls import path

from credits.views import correcting, deciding, effects, hosting, pacing, records, transcripts

app_name = "credits"

urlpatterns = [
    path("credit/", deciding.to_decide, name="to_decide"),
    path("credit/pace/", pacing.pace, name="pace"),
    path("credit/<uuid:public_id>/", deciding.decision, name="decision"),
    path("credit/<uuid:public_id>/papers/", records.records, name="records"),
    path("credit/papers/<uuid:public_id>/remove/", records.remove, name="record_remove"),
    path("credit/decisions/<uuid:public_id>/", deciding.decided, name="decided"),
    path("credit/decisions/<uuid:public_id>/ask/", correcting.ask, name="ask"),
    path("credit/requests/<uuid:public_id>/", correcting.correction, name="correction"),
    path("credit/transcript/<uuid:public_id>/", transcripts.transcript, name="transcript"),
    path("credit/transcript/<uuid:public_id>/issue/", transcripts.issue, name="transcript_issue"),
    path("credit/transcript/<uuid:public_id>/<int:sequence>.pdf", transcripts.pdf, name="transcript_pdf"),
    path("programmes/rules/<uuid:public_id>/effect/", effects.effect_new, name="effect_new"),
    path("programmes/rules/effect/<uuid:public_id>/", effects.effect, name="effect"),
    path("host/missing/<uuid:public_id>/", hosting.host_missing, name="host_missing"),
    path("link/<str:token>/missing/<uuid:public_id>/", hosting.link_missing, name="link_missing"),
    path("my/transcript/", transcripts.my_transcript, name="my_transcript"),
    path("check/", transcripts.check, name="check"),
    path("check/<str:code>/", transcripts.check, name="check_code"),
]
