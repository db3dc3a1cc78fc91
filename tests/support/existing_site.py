"""A copy of `tests/existing_site` with the apps from the wheel, in an environment that knows no checkout."""

import os
import shutil
import subprocess
import sys
import sysconfig
import time
import urllib.error
import urllib.request
from pathlib import Path

from tests.support.tenant import Tenant
from tests.support.wheel import ROOT, build_wheel
from tools import ports

SITE = ROOT / "tests/existing_site"
START_SECONDS = 60


class ExistingSite:
    """The site's folder, its commands, and the server once it is started."""

    def __init__(self, folder: Path, tenant: Tenant) -> None:
        self.folder, self.tenant = folder / "site", tenant
        shutil.copytree(SITE, self.folder, ignore=shutil.ignore_patterns("__pycache__"))
        self.python = _environment(folder, build_wheel(folder / "dist"))
        self.server: subprocess.Popen[bytes] | None = None
        self.address = ""

    @property
    def variables(self) -> dict[str, str]:
        """Of this process's environment nothing but where programs are: no path to the checkout."""
        web, management = self.tenant.clients["web"], self.tenant.clients["management"]
        return {
            "PATH": os.environ["PATH"],
            "AUTH0_DOMAIN": self.tenant.domain,
            "AUTH0_CLIENT_ID": web["client_id"],
            "AUTH0_CLIENT_SECRET": web["client_secret"],
            "AUTH0_MGMT_CLIENT_ID": management["client_id"],
            "AUTH0_MGMT_CLIENT_SECRET": management["client_secret"],
        }

    def run(self, *command: str, fails: bool = False) -> subprocess.CompletedProcess[str]:
        """Run the environment's Python in the site's folder."""
        done = subprocess.run(
            [self.python, *command],
            cwd=self.folder,
            env=self.variables,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert fails is bool(done.returncode), done.stdout + done.stderr
        return done

    def manage(self, *arguments: str) -> str:
        """Run a command of the site; what it printed comes back, without the checks' messages."""
        return self.run("manage.py", *arguments).stdout

    def check(self) -> str:
        """Run the checks, those of the tables too; their messages come back, and an error fails the test."""
        return self.run("manage.py", "check", "--database", "default").stderr

    def shell(self, code: str) -> str:
        """Run code with the site's models; what it printed comes back."""
        return self.manage("shell", "--no-imports", "-c", code).strip()

    def start(self) -> None:
        """Serve it by threads, static files included, until `stop`."""
        port = ports.free()
        self.address = f"http://localhost:{port}"
        with (self.folder / "server.log").open("ab") as log:
            self.server = subprocess.Popen(
                [self.python, "manage.py", "runserver", "--noreload", str(port)],
                cwd=self.folder,
                env=self.variables,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        self._wait(f"{self.address}/login/")

    def stop(self) -> None:
        if self.server is not None:
            self.server.terminate()
            self.server.wait(10)

    def last_words(self) -> str:
        return (self.folder / "server.log").read_text(errors="replace")[-6000:]

    def _wait(self, url: str) -> None:
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        for _ in range(START_SECONDS * 10):
            try:
                with opener.open(url, timeout=5):
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
        raise AssertionError(f"the site did not start:\n{self.last_words()}")


def _environment(folder: Path, wheel: Path) -> Path:
    """Make an environment with the wheel in it, and the packages that this one has after it."""
    home = folder / "environment"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", home], check=True, timeout=120)
    python = home / "bin/python"
    install = [
        "-m",
        "pip",
        "--python",
        str(python),
        "install",
        "--quiet",
        "--no-deps",
        "--no-index",
        str(wheel),
    ]
    subprocess.run([sys.executable, *install], check=True, timeout=120)
    (packages,) = home.glob("lib/python*/site-packages")
    (packages / "present.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return python
