"""Every page of both apps, for one line of a site's own URLs; `accounts.social_urls` is the other."""

from django.urls import include, path

urlpatterns = [
    path("", include("accounts.urls")),
    path("", include("enrollment.urls")),
]
