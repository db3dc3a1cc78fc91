"""The site's URLs."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("auth/", include("social_django.urls", namespace="social")),
    path("", include("accounts.urls")),
    path("", include("enrollment.urls")),
    path("admin/", admin.site.urls),
]
