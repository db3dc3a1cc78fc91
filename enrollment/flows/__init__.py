"""What people intend, one module each; page, admin, API and command call these."""
