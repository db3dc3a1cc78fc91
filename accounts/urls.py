"""URLs of accounts."""

from django.urls import path

from accounts.views import backchannel, pages, step_up

app_name = "accounts"
urlpatterns = [
    path("", pages.home, name="home"),
    path("sign-in/", pages.sign_in, name="sign-in"),
    path("step-up/", step_up.StepUpView.as_view(), name="step-up"),
    path("account/language/", pages.language, name="language"),
    path("account/accent.css", pages.accent, name="accent"),
    path("auth/backchannel-logout/", backchannel.backchannel_logout, name="backchannel-logout"),
    path("logout/", pages.sign_out, name="logout"),
]
