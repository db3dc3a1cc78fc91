"""The two of social-auth's URLs that are needed, under the names it looks for.

Its other views would unlink the one identity that a person has here, or start a sign-in by GET.
"""

from django.urls import path

from accounts.views import login

app_name = "social"
urlpatterns = [
    path("login/<str:backend>/", login.login, name="begin"),
    path("complete/<str:backend>/", login.callback, name="complete"),
]
