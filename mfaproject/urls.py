"""The site's URLs."""

from django.contrib import admin
from django.urls import include, path

from mfaproject.health import healthz, readyz

handler400 = "accounts.views.error_page.bad_request"
handler500 = "accounts.views.error_page.server_error"
urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("auth/", include("accounts.social_urls")),
    path("", include("enrollment.site_urls")),
    path("admin/", admin.site.urls),
]
