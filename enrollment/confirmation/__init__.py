"""How an enrollment in the page is confirmed: one file a method, and in it all that is true of that method.

What it asks (its form), where that stands (its template), what the browser gets, how a proof is judged here
and what a refusal means, what may be tried or sent again.

Nothing here knows rows, flows, requests or the tenant. Kinds of factor lie above and say which method
confirms them; models, flows and views ask the method. The form of a method imports nothing of the site's, so
it lives here; what is asked before an enrollment begins (`enrollment/forms.py`) belongs to no method.
"""
