"""How long an enrollment lives and how often what may be tried; pages render these and repeat none."""

from datetime import timedelta

# Auth0 does not say how long an `auth_session` lives (My Account API); ten minutes is the local tenant's.
LIFE = timedelta(minutes=10)
# Between two codes to the same phone or mailbox: long enough for the first to arrive.
COOL_DOWN = timedelta(seconds=30)
# One call to the tenant takes less, so a longer silence means that its worker is gone.
LEASE = timedelta(seconds=60)
# A code of six digits, guessed: 10 in 1,000,000, and a new enrollment has a new code.
MOST_ATTEMPTS = 10
# Each may cost the site a text message or a call, and somebody's phone a ring.
MOST_BEGUN = 20
MOST_BEGUN_WITHIN = timedelta(hours=1)
# An unconfirmed method that no row claims may be under way on the tenant's own page; after this it is not.
STRAY_AGE = timedelta(hours=1)
# What is over and cleaned up after is kept this long, for whoever asks what became of it.
KEPT_FOR = timedelta(days=30)
