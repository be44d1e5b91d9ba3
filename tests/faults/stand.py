"""A node of real processes on a data directory of its own, to be killed, starved and lied to; and the judgement after.

What must hold whatever was done to it: every act that was acknowledged stands on the log exactly once, with its rows;
the log is whole, keeps its own rules, and continues every checkpoint that anybody was ever shown.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from tests import nodes
from tests.faults.witnesses import SwitchedWitness

from aydyn.audit.logs import Unreadable, verify_log
from aydyn.audit.verdicts import State
from aydyn.ledger.checkpoints import Checkpoint
from aydyn.ledger.merkle import Frontier
from aydyn.ledger.notes import SignedNote
from aydyn.ledger.policies import Group, Named, Policy

ROOT = Path(__file__).resolve().parents[2]
SETTINGS = """\
origin = "{origin}"
sequence_interval = 0.05
recheck_interval = 1
"""


def address_of(server: str, name: str) -> str:
    """The address of another database of the same PostgreSQL server."""
    return urlunsplit(urlsplit(server)._replace(path=f"/{name}"))


def on_server(server: str, statement: str) -> None:
    """Run one statement that stands outside any transaction."""
    import psycopg

    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(statement)


@dataclass
class Template:
    """A node that was set up once, from which the stands of all tests are copied; ``server``: "" for SQLite."""

    folder: Path
    server: str = ""
    name: str = ""

    @classmethod
    def make(cls, folder: Path, server: str) -> Template:
        """Migrate and load the pack: the slow part, done once a database."""
        template = cls(folder, server, f"aydyn_faults_{secrets.token_hex(4)}" if server else "")
        nodes.write_settings(folder)
        if server:
            on_server(server, f"CREATE DATABASE {template.name}")
        run(folder, template.database, "node_setup")
        return template

    @property
    def database(self) -> str:
        """What AYDYN_DATABASE says."""
        return address_of(self.server, self.name) if self.server else "sqlite"

    def drop(self) -> None:
        """Take the database away."""
        if self.server:
            on_server(self.server, f"DROP DATABASE IF EXISTS {self.name} WITH (FORCE)")


def environment(data: Path, database: str) -> dict[str, str]:
    """The environment of the node's processes."""
    path = f"{ROOT / 'src'}{os.pathsep}{ROOT}"
    chosen = {"PYTHONPATH": path, "AYDYN_DATA": str(data), "AYDYN_DATABASE": database, "AYDYN_SUPERVISED": "1"}
    return {**os.environ, **chosen, "DJANGO_SETTINGS_MODULE": "aydyn.node.settings"}


def run(data: Path, database: str, module: str) -> str:
    """Run one process to its end; returns what it printed."""
    command = [sys.executable, "-m", f"tests.faults.{module}"]
    done = subprocess.run(
        command, env=environment(data, database), cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True
    )
    return done.stdout


@dataclass
class Stand:
    """One node under test."""

    data: Path
    database: str
    server: str
    witnesses: list[SwitchedWitness]
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict[str, subprocess.Popen[bytes]])
    served: dict[int, bytes] = field(default_factory=dict[int, bytes])
    contradictions: list[str] = field(default_factory=list[str])
    _over: threading.Event = field(default_factory=threading.Event)

    @classmethod
    def make(cls, folder: Path, template: Template) -> Stand:
        """Copy the template and put two witnesses beside it."""
        data, database = folder / "node", "sqlite"
        shutil.copytree(template.folder, data)
        if template.server:
            name = f"aydyn_faults_{secrets.token_hex(4)}"
            on_server(template.server, f"CREATE DATABASE {name} TEMPLATE {template.name}")
            database = address_of(template.server, name)
        witnesses = [SwitchedWitness(name, folder / f"witness-{name}") for name in nodes.WITNESSES]
        text = SETTINGS.format(origin=nodes.ORIGIN)
        for one in witnesses:
            text += f'[[witness]]\nname = "{one.name}"\nurl = "http://127.0.0.1:{one.port}"\nvkey = "{one.keys[0].verifier.vkey}"\n'
            text += f'vkey_pq = "{one.keys[1].verifier.vkey}"\n'
        (data / "node.toml").write_text(text, "utf-8")
        stand = cls(data, database, template.server, witnesses)
        threading.Thread(target=stand._watch, daemon=True).start()
        return stand

    def close(self) -> None:
        """End all processes and take everything away."""
        self._over.set()
        for name in list(self.processes):
            self.kill(name)
        for one in self.witnesses:
            one.close()
        if self.server:
            on_server(self.server, f"DROP DATABASE IF EXISTS {urlsplit(self.database).path[1:]} WITH (FORCE)")

    # ------------------------------------------------------------------------------------------ processes

    def start(self, name: str, module: str, *words: str) -> None:
        """Start one of the node's processes; what it says goes to a file."""
        with (self.data / f"{name}.log").open("ab") as out:
            self.processes[name] = subprocess.Popen(
                [sys.executable, "-m", f"tests.faults.{module}", *words], env=environment(self.data, self.database),
                cwd=ROOT, stdout=out, stderr=out, stdin=subprocess.DEVNULL,
            )  # fmt: skip

    def start_writer(self, name: str = "writer", *, pause: float = 0.0) -> None:
        """Start a process that files and enters."""
        self.start(name, "node_writer", str(self.data / f"{name}.acks"), str(pause))

    def start_sequencer(self, name: str = "sequencer", *, holder: str = "faults", place: str = "") -> None:
        """Start a sequencer; the same holder takes its own lease up again at once."""
        self.start(name, "node_sequencer", holder, *([place] if place else []))

    def signal(self, name: str, number: int) -> None:
        """Send a signal to one process."""
        os.kill(self.processes[name].pid, number)

    def kill(self, name: str) -> None:
        """SIGKILL one process and wait for its end."""
        process = self.processes.pop(name)
        process.send_signal(signal.SIGCONT)
        process.kill()
        process.wait()

    def log(self, name: str) -> str:
        """What a process has said."""
        return (self.data / f"{name}.log").read_text("utf-8", "replace")

    # ------------------------------------------------------------------------------------------ what is seen from outside

    def acknowledged(self) -> list[tuple[str, str]]:
        """Leaf hash and case number of every act that was acknowledged to somebody."""
        lines = [line for file in self.data.glob("*.acks") for line in file.read_text("ascii").splitlines()]
        return [(line.split(" ")[0], line.split(" ")[1]) for line in lines if line.count(" ") == 1]

    def _note(self) -> SignedNote | None:
        try:
            return SignedNote.parse((self.data / "tiles" / "checkpoint").read_bytes())
        except FileNotFoundError:
            return None

    def published(self) -> Checkpoint | None:
        """The checkpoint that the node serves now; its signatures, the witnesses' included, must be right."""
        note = self._note()
        return self.policy().open(note, need_quorum=False).checkpoint if note else None

    def _watch(self) -> None:
        """Keep every checkpoint that is served, as a monitor does."""
        before = b""
        while not self._over.wait(0.01):
            note = self._note()
            if note is not None and note.text != before:
                before, found = note.text, self.policy().open(note, need_quorum=False).checkpoint
                if self.served and found.size < max(self.served):
                    self.contradictions.append(f"{found.size} entries were served after {max(self.served)}")
                if self.served.setdefault(found.size, found.root) != found.root:
                    self.contradictions.append(f"two roots were served for {found.size} entries")

    def wait_for(self, what: str, condition: Any, seconds: float = 20.0) -> None:
        """Wait until ``condition()`` holds; fails with what was waited for."""
        until = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < until, f"in {seconds} s it was not so that {what}; {self.logs()}"
            time.sleep(0.02)

    def logs(self) -> str:
        """The last words of all processes."""
        return "\n".join(
            f"{file.name}: {file.read_text('utf-8', 'replace')[-600:]}" for file in sorted(self.data.glob("*.log"))
        )

    # ------------------------------------------------------------------------------------------ the judgement

    def facts(self) -> dict[str, Any]:
        """What the database holds."""
        found: dict[str, Any] = json.loads(run(self.data, self.database, "node_facts").splitlines()[-1])
        return found

    def settle(self) -> dict[str, Any]:
        """Stop writing, let one sequencer finish its work, and return the facts."""
        for name in [name for name in self.processes if name.startswith("writer")]:
            self.kill(name)
        if not any(name.startswith("sequencer") for name in self.processes):
            self.start_sequencer()
        until = time.monotonic() + 60
        while True:
            self._wait_for_rest(until)
            found = self.facts()
            if found["halted"] or (found["final"] and not found["waiting"] and found["published"] == found["size"]):
                return found
            assert time.monotonic() < until, f"the node did not settle: {found['waiting']} wait; {self.logs()}"

    def _wait_for_rest(self, until: float) -> None:
        """Until the very same checkpoint, with its quorum, has been served for a while."""
        rest, last = 0, b""
        while rest < 10 and time.monotonic() < until:
            time.sleep(0.1)
            note = self._note()
            rest = rest + 1 if note is not None and note.text == last and self._has_quorum(note) else 0
            last = note.text if note else b""

    def _has_quorum(self, note: SignedNote) -> bool:
        return self.policy().is_met(self.policy().open(note, need_quorum=False).cosigned)

    def judge(self) -> dict[str, Any]:
        """Settle, then assert all that must hold; returns the facts."""
        found = self.settle()
        assert found["halted"] == ""
        assert found["faults"] == []
        assert found["indexes_are_whole"]
        assert found["entries"] == found["size"] == found["published"] == len(found["hashes"])
        assert found["cases_without_entry"] == 0
        self._judge_acts(found)
        self._judge_log(found)
        return found

    def _judge_acts(self, found: dict[str, Any]) -> None:
        places = Counter(found["hashes"])
        doubled = [leaf for leaf, times in places.items() if times > 1]
        lost = [leaf for leaf, _ in self.acknowledged() if leaf not in places]
        assert (lost, doubled) == ([], [])
        numbers = Counter(found["numbers"])
        missing = [number for _, number in self.acknowledged() if number != "-" and numbers[number] != 1]
        assert missing == []

    def _judge_log(self, found: dict[str, Any]) -> None:
        verdict = verify_log(self._read, [self.policy()])
        assert verdict.state is State.VERIFIED, [*verdict.reasons, *verdict.breaches]
        seen = dict(self.served)
        for one in self.witnesses:
            last = one.seen()
            if last is not None:
                seen[last.size] = last.root
        frontier, kept = Frontier(), dict[int, bytes]()
        for leaf in found["hashes"]:
            frontier.append(bytes.fromhex(leaf))
            if frontier.size in seen:
                kept[frontier.size] = frontier.root()
        assert self.contradictions == []
        assert kept == {size: root for size, root in seen.items() if size}, (
            "the log does not continue what it has shown"
        )

    def _read(self, path: str) -> bytes:
        try:
            return (self.data / "tiles" / path).read_bytes()
        except FileNotFoundError as error:
            raise Unreadable(str(error)) from None

    def policy(self) -> Policy:
        """The trust policy of this node: its key, and both witnesses."""
        witnesses = {one.name: Named(one.keys[0].verifier) for one in self.witnesses}
        return Policy([Named(nodes.log_keys()[0].verifier)], witnesses, {"q": Group(2, tuple(witnesses))}, "q")
