"""Signals that other apps may listen to."""

from django.dispatch import Signal

# Sent when somebody came back from the tenant and what they proved was written down.
# Arguments: request, user (who proved it), assurance (the record as it stands now). Sender: Assurance.
proof_recorded = Signal()
