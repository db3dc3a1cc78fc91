"""Wires the apps together: settings, URLs, WSGI and ASGI. Holds no logic."""
