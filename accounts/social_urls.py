"""social-auth's URLs under the names it looks for: the tenant's by our views, other providers' by its own.

Nothing unlinks the tenant's, which is the identity that a person has here.
"""

from django.urls import path, register_converter
from django.urls.converters import StringConverter
from social_django import views as social_views

from accounts import conf
from accounts.views import login


class OtherProvider(StringConverter):
    """The name of any provider but the tenant's."""

    def to_python(self, value: str) -> str:
        if value == conf.provider():
            raise ValueError
        return value

    def to_url(self, value: str) -> str:
        return self.to_python(value)


register_converter(OtherProvider, "accounts_other_provider")
OTHER = "<accounts_other_provider:backend>"

app_name = "social"
urlpatterns = [
    path(f"login/{OTHER}/", social_views.auth, name="begin"),
    path(f"complete/{OTHER}/", social_views.complete, name="complete"),
    path(f"disconnect/{OTHER}/", social_views.disconnect, name="disconnect"),
    path(f"disconnect/{OTHER}/<int:association_id>/", social_views.disconnect, name="disconnect_individual"),
    path("login/<str:backend>/", login.login, name="begin"),
    path("complete/<str:backend>/", login.callback, name="complete"),
]
