"""The changes by name, longest first; a lane imports them once its Django is set up."""

CHANGES: dict[str, str] = {
    "admin-reset": "tests.faults.staff.Reset",
    "not-me": "tests.faults.changes.Alarm",
    "add-totp": "tests.faults.adding.Confirm",
    "add-phone": "tests.faults.adding.ConfirmPhone",
    "step-up": "tests.faults.logins.StepUp",
    "sign-in": "tests.faults.logins.SignIn",
    "remove": "tests.faults.changes.Remove",
    "rename": "tests.faults.changes.Rename",
    "recovery-code": "tests.faults.changes.RecoveryCode",
    "link": "tests.faults.changes.Link",
    "admin-remove": "tests.faults.staff.Remove",
    "admin-invite": "tests.faults.staff.Invite",
    "begin-totp": "tests.faults.adding.Begin",
    "mfa_user-remove": "tests.faults.commands.Remove",
    "mfa_user-code": "tests.faults.commands.RecoveryCode",
    "mfa_user-invite": "tests.faults.commands.Invite",
    "mfa_factors": "tests.faults.commands.Switch",
    "mfa_policy": "tests.faults.commands.Policy",
    "page": "tests.faults.changes.Page",
    "activity": "tests.faults.changes.Activity",
}
