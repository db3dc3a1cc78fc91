"""This project's user model; the apps work with any other."""

from django.contrib.auth.models import AbstractUser


class User(AbstractUser):
    """A person, made by signing in; who they are at the tenant is in social-auth's row."""

    def __str__(self) -> str:
        return self.get_full_name() or self.email or self.username
