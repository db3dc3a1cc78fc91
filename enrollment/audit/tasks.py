"""The task by which a worker delivers the outbox, where a site configures Django's Tasks."""

import django

if django.VERSION >= (6, 0):
    from django.tasks import task
else:  # the backport, which a site that sets TASKS has installed
    from django_tasks import task  # type: ignore[no-redef]  # one or the other

from enrollment.audit.delivery import deliver_due


@task()
def deliver_emails() -> int:
    """Return how many were sent."""
    return deliver_due()
