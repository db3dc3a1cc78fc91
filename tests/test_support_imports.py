"""The walls are held against every import that a module makes, however it is written."""

import ast

import pytest

from tests.support.imports import HiddenImportError, imports


@pytest.mark.parametrize(
    "line",
    [
        "import enrollment.conf",
        "import enrollment.conf as c",
        "from enrollment import conf",
        "from enrollment.conf import site_url",
        "def late():\n    from enrollment import conf",
        "if TYPE_CHECKING:\n    from enrollment import conf",
        "importlib.import_module('enrollment.conf')",
        "import_string('enrollment.conf')",
        "__import__('enrollment.conf')",
    ],
)
def test_import_is_seen_however_it_is_written(line: str) -> None:
    assert "enrollment.conf" in set(imports(ast.parse(line)))


@pytest.mark.parametrize("line", ["from . import views", "from .views import x", "from .. import devtenant"])
def test_import_that_does_not_say_where_it_goes_is_refused(line: str) -> None:
    with pytest.raises(HiddenImportError, match="from \\."):
        list(imports(ast.parse(line)))
