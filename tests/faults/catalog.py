"""The changes by name, longest first; a lane imports them once its Django is set up."""

CHANGES: dict[str, str] = {
    "not-me": "tests.faults.changes.Alarm",
    "remove": "tests.faults.changes.Remove",
    "rename": "tests.faults.changes.Rename",
    "recovery-code": "tests.faults.changes.RecoveryCode",
    "link": "tests.faults.changes.Link",
    "page": "tests.faults.changes.Page",
    "activity": "tests.faults.changes.Activity",
}
