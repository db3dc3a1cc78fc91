"""Catalogs of translations, kept without GNU gettext: found in the sources, written, compiled."""
