"""The tea house's pages."""

from django.http import HttpResponse
from django.shortcuts import render

from accounts.step_up import step_up_required


def home(request):
    return render(request, "members/home.html")


@step_up_required
def cellar(_request):
    return HttpResponse("the oldest teas")
