"""Signals that other apps may listen to."""

from django.dispatch import Signal

# Sent when somebody came back from the tenant and what they proved was written down.
# Arguments: request, user (who proved it), assurance (the record as it stands now). Sender: Assurance.
proof_recorded = Signal()

# Asked of whoever keeps the list of people's factors (`accounts.step_up.second_factors`); receivers answer a
# `HadFactor`. Arguments: subject (a `sub`), before (a datetime, or None for now), may_call (whether the
# tenant may be asked, once, or only what is known already). Sender: HadFactor.
second_factor_asked = Signal()
