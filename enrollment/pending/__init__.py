"""Enrollments that are not finished."""
