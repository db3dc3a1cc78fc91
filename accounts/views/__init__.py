"""Views: each reads a request, calls what decides, and picks a page."""
