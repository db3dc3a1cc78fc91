"""Add a method in the page: begin, confirm, resend, resume, cancel."""
