"""The tea house's URLs."""

from django.contrib import admin
from django.contrib.auth.views import LoginView
from django.urls import include, path

from members import views

urlpatterns = [
    path("", views.home, name="home"),
    path("cellar/", views.cellar, name="cellar"),
    path("login/", LoginView.as_view(), name="login"),
    path("backoffice/", admin.site.urls),
]

# Account security
urlpatterns += [path("auth/", include("accounts.social_urls"))]
urlpatterns += [path("", include("enrollment.site_urls"))]
