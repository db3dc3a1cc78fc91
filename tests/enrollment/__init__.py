"""Tests of what people prove themselves with."""
