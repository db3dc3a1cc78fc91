"""How gunicorn runs the site: it reads this file by itself where it is started. Its flags go before this."""

import os


def processors() -> int:
    """Those that this process may use, which in a container are fewer than there are."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


# A worker for each processor, or as many as WEB_CONCURRENCY says: more than one need a shared CACHE_URL.
workers = int(os.environ.get("WEB_CONCURRENCY") or processors())
# Most of a request is waiting, for the tenant or the database: meanwhile a worker answers others.
worker_class = "gthread"
# More than wait at once while the tenant hangs (each for TENANT_REQUEST_TIMEOUT at most), so that others and
# the health checks get through. Each that is busy holds a connection of the database.
threads = 40
# For a worker that stands still as a whole. A slow request does not: TENANT_READ_TIMEOUT & Co. limit that.
timeout = 30
# A change that has begun is to end, and an email that is handed over to be noted: some calls to the tenant,
# and one to the mail server.
graceful_timeout = 30
# Longer than proxies keep idle connections (nginx: 60 s): if closed here, one may just be in use again.
keepalive = 75
# If a log is asked for (--access-logfile), then one without queries: they hold codes and states.
access_log_format = "%(h)s %(m)s %(U)s %(s)s %(M)sms"
# Nothing here is steered while it runs, and the socket for that would be one file for all sites of a user.
control_socket_disable = True
