"""The pages that stay open under a path rule that covers them, since it would keep out whom they are for.

Adding a factor is the only way in of somebody who has none, and "This wasn't me" must hold nobody up. Both
have gates of their own: adding asks for the proof that it takes, and the alarm opens nothing.
"""

ADDING = "enrollment:add-any"
ALARM = "enrollment:not-me"
NAMES = frozenset(
    {
        *(ADDING, "enrollment:add", "enrollment:add-link", "enrollment:pending"),
        *("enrollment:pending-resend", "enrollment:pending-cancel", "enrollment:pending-status"),
        *(ALARM, "enrollment:not-me-done"),
    }
)
