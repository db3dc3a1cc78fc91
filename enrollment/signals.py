"""Signals that other apps may listen to."""

from django.dispatch import Signal

# Sent after a change of somebody's factors, or of the tenant's, was carried out and written down.
# Arguments: event (ActivityEvent: action, factor_kind, factor_name, outcome …), actor (Actor),
# subject (User, or None where it concerned the whole tenant). Sender: ActivityEvent.
account_changed = Signal()
