"""Every page of both apps, for one line of a site's own URLs; `accounts.social_urls` is the other."""

from django.urls import include, path
from django.views.generic import RedirectView

urlpatterns = [
    path("", include("accounts.urls")),
    path("", include("enrollment.urls")),
    # Where password managers look (https://w3c.github.io/webappsec-change-password-url/).
    path(".well-known/change-password", RedirectView.as_view(pattern_name="enrollment:password")),
]
