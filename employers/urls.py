from django.urls import path

from employers.views import checks, firms, merging, one_person, workplaces

app_name = "employers"

urlpatterns = [
    path("employers/", firms.employers, name="employers"),
    path("employers/new/", firms.employer_new, name="employer_new"),
    path("employers/duplicates/", merging.doubles, name="doubles"),
    path("employers/duplicates/<uuid:kept>/<uuid:gone>/", merging.double, name="double"),
    path("employers/duplicates/<uuid:kept>/<uuid:gone>/two/", merging.double_two, name="double_two"),
    path("employers/duplicates/<uuid:kept>/<uuid:gone>/again/", merging.double_again, name="double_again"),
    path("employers/merges/<uuid:public_id>/", merging.merge, name="merge"),
    path("employers/merges/<uuid:public_id>/undo/", merging.merge_undo, name="merge_undo"),
    path("employers/<uuid:public_id>/", firms.employer, name="employer"),
    path("employers/<uuid:public_id>/twice/", merging.twice, name="twice"),
    path("employers/<uuid:public_id>/name/", firms.firm_name, name="firm_name"),
    path("employers/<uuid:public_id>/notes/", firms.relation, name="relation"),
    path("employers/<uuid:public_id>/checks/<slug:kind>/", checks.check, name="check"),
    path("employers/<uuid:public_id>/recognise/", checks.recognise, name="recognise"),
    path("employers/<uuid:public_id>/no-longer/", checks.no_longer, name="no_longer"),
    path("employers/sites/<uuid:public_id>/offers/new/", workplaces.offer_new, name="offer_new"),
    path("employers/offers/<uuid:public_id>/withdraw/", workplaces.offer_withdraw, name="offer_withdraw"),
    path("employers/<uuid:public_id>/sites/new/", workplaces.site_new, name="site_new"),
    path("employers/sites/<uuid:public_id>/", workplaces.site, name="site"),
    path("employers/sites/<uuid:public_id>/supervisors/new/", firms.supervisor_new, name="supervisor_new"),
    path("employers/sites/<uuid:public_id>/closed/", firms.closed_days, name="closed_days"),
    path("employers/sites/<uuid:public_id>/region/", firms.region, name="region"),
    path("employers/sites/<uuid:public_id>/photos/", firms.photos, name="photos"),
    path("employers/sites/closed/<uuid:public_id>/remove/", firms.closed_days_remove, name="closed_days_remove"),
    path("employers/supervisors/<uuid:kept>/<uuid:gone>/", one_person.one_person, name="one_person"),
    path("employers/supervisors/<uuid:kept>/<uuid:gone>/two/", one_person.two_people, name="two_people"),
    path("employers/supervisors/one/<uuid:public_id>/undo/", one_person.one_person_undo, name="one_person_undo"),
    path("employers/supervisors/<uuid:public_id>/end/", firms.supervisor_end, name="supervisor_end"),
]
