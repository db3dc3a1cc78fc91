"""The URLs of a site that has mounted none of the apps' pages yet."""

from typing import Any

urlpatterns: list[Any] = []
