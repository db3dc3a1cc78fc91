"""URLs of enrollment. A factor's id comes from the tenant and holds `|`, quoted in the URL."""

from django.urls import path

from enrollment.views.activity import ActivityView
from enrollment.views.add import AddView
from enrollment.views.recovery_code import RecoveryCodeView
from enrollment.views.remove import RemoveView
from enrollment.views.rename import RenameView
from enrollment.views.security import SecurityView

app_name = "enrollment"
urlpatterns = [
    path("account/security/", SecurityView.as_view(), name="security"),
    path("account/security/activity/", ActivityView.as_view(), name="activity"),
    path("account/security/recovery-code/", RecoveryCodeView.as_view(), name="recovery-code"),
    path("account/security/add/<str:kind>/", AddView.as_view(), name="add"),
    # `path`, not `str`: an id with a slash in it must not break the page that lists it.
    path("account/security/<path:factor_id>/rename/", RenameView.as_view(), name="rename"),
    path("account/security/<path:factor_id>/remove/", RemoveView.as_view(), name="remove"),
]
