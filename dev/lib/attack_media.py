"""Gives the hostile files of attack_corpus.py to Tapedeck, and proves that nothing else was read or fetched. Prints a table; see dev/attack.

Usage: attack_media.py FOLDER convert PROGRAM...          each file by one `convert`, two at a time
       attack_media.py FOLDER serve PROGRAM...            through a server that it starts
       attack_media.py FOLDER URL WORK                    through a server that runs and works in the folder WORK, such as a cluster
Each answer is a line of target/logs/attack-convert.jsonl, or -serve, or -cluster.
ATTACK=whole makes thousands of files, some of 100 MB; ATTACK=brief takes every eighth of the short corpus.
"""

import ctypes
import http.client
import json
import os
import re
import socket
import subprocess
import sys
import threading
import time
import urllib.parse
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from attack_corpus import CANARY, CORPUS, make

FOLDER, TARGET, REST = Path(sys.argv[1]), sys.argv[2], sys.argv[3:]
OUT = FOLDER / "out"
SIZE = os.environ.get("ATTACK", "short")
LIMIT_KB = 768 * 1024
SECONDS_EACH = 900 if SIZE == "whole" else 180
SECONDS = {"brief": 300, "short": 1500, "whole": 6 * 3600}[SIZE]
RATIO = 4000  # bytes of MP3 for each byte of the source, above the first 12 MB
ENDED = ("ready", "failed", "cancelled", "expired")


class Watch:
    """Counts connections, reads of the canary, and the largest child."""

    def __init__(self):
        self.calls = self.reads = self.largest = 0
        self.tcp = socket.create_server(("127.0.0.1", 0))
        self.port = self.tcp.getsockname()[1]
        self.udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.udp.bind(("127.0.0.1", self.port))
        threading.Thread(target=self.accept, daemon=True).start()
        threading.Thread(target=self.receive, daemon=True).start()

    def accept(self):
        while True:
            call, _ = self.tcp.accept()
            self.calls += 1
            call.close()

    def receive(self):
        while self.udp.recv(1):
            self.calls += 1

    def watch_canary(self):
        libc = ctypes.CDLL(None)
        handle = libc.inotify_init1(os.O_CLOEXEC)
        libc.inotify_add_watch(handle, str(CANARY).encode(), 0x1 | 0x20)  # read or opened

        def read():
            while os.read(handle, 4096):
                self.reads += 1

        threading.Thread(target=read, daemon=True).start()

    def watch_children(self, place):
        """Those that were given a file below this place."""

        def look():
            while True:
                for process in Path("/proc").glob("[0-9]*"):
                    try:
                        if b"ffmpeg" in (process / "cmdline").read_bytes().split(b"\0")[0] and place in (process / "cmdline").read_bytes():
                            peak = re.search(r"VmHWM:\s+(\d+)", (process / "status").read_text())
                            self.largest = max(self.largest, int(peak.group(1)) if peak else 0)
                    except OSError:
                        pass  # it has just ended
                time.sleep(0.05)

        threading.Thread(target=look, daemon=True).start()


class Answers:
    """What came of each file: a code, the bytes of its MP3, and seconds."""

    def __init__(self, files):
        self.files = files
        self.codes, self.grown, self.slow, self.faults, self.alive = Counter(), [], [], [], True
        self.lock = threading.Lock()
        kind = TARGET if TARGET in ("convert", "serve") else "cluster"
        logs = Path(__file__).resolve().parent.parent.parent / "target" / "logs"
        logs.mkdir(parents=True, exist_ok=True)
        self.log = open(logs / f"attack-{kind}.jsonl", "w")

    def add(self, file, code, mp3, seconds):
        with self.lock:
            self.codes[code] += 1
            print(json.dumps({"file": file.name, "answer": code, "mp3": mp3, "seconds": round(seconds, 1)}), file=self.log, flush=True)
            if mp3 > 12 * 10**6 + RATIO * file.stat().st_size:
                self.grown.append(file.name)
            if seconds > SECONDS_EACH:
                self.slow.append(f"{file.name}: {seconds:.0f} s")
            if not code:
                self.faults.append(file.name)


def with_convert(files, answers, watch):
    """Two runs over halves of the corpus: a JVM of 256 MB must survive all of its files."""
    watch.watch_children(str(CORPUS).encode())
    OUT.mkdir()
    begun = time.monotonic()
    works = []
    for number in range(2):
        with open(FOLDER / f"results{number}", "wb") as results, open(FOLDER / f"messages{number}", "wb") as messages:
            names = files[number::2]
            works.append(subprocess.Popen([*REST, "convert", "--json", "--jobs", "1", "-o", str(OUT / str(number)) + "/", *map(str, names)],
                                          stdout=results, stderr=messages))
    for number, work in enumerate(works):
        try:
            code = work.wait(max(1, SECONDS - (time.monotonic() - begun)))
        except subprocess.TimeoutExpired:
            work.kill()
            code = "stuck"
        answers.alive &= code in (0, 1)
        said = (FOLDER / f"messages{number}").read_text(errors="replace").splitlines()
        answers.faults += [line for line in said if "Exception" in line or line.startswith("\tat ")]
        source = {str(file): file for file in files[number::2]}
        for line in (FOLDER / f"results{number}").read_text().splitlines():
            made = json.loads(line)
            code = made["problem"]["code"] if "problem" in made else made["state"]
            answers.add(source[made["input"]], code, made.get("size", 0), made.get("seconds", 0))
    return [each for each in OUT.rglob("*") if each.is_file() and each.suffix != ".mp3"]


class Server:
    """One user of a server."""

    def __init__(self, url):
        self.at = urllib.parse.urlparse(url)
        person = {"email": "mallory@example.org", "password": "a long walk on the beach"}
        self.token = ""
        self.call("POST", "/v1/accounts", json.dumps(person), {"Content-Type": "application/json"})
        self.person = person
        self.sign_in()

    def sign_in(self):
        _, session = self.call("POST", "/v1/sessions", json.dumps(self.person), {"Content-Type": "application/json"})
        self.token = session["accessToken"]

    def call(self, method, path, body=None, headers=None):
        connection = http.client.HTTPConnection(self.at.hostname, self.at.port, timeout=120)
        try:
            connection.request(method, path, body, {"Authorization": f"Bearer {self.token}", **(headers or {})} if self.token else headers or {})
            answer = connection.getresponse()
            if path.endswith("/mp3"):
                return answer.status, int(answer.getheader("Content-Length") or 0)
            content = answer.read()
            return answer.status, json.loads(content) if content else {}
        finally:
            connection.close()

    def upload(self, file, name):
        edge = b"----tapedeck-attack-0123456789"
        head = b'--%s\r\nContent-Disposition: form-data; name="file"; filename="%s"\r\nContent-Type: video/mp4\r\n\r\n' % (edge, name)
        body = head + file.read_bytes() + b"\r\n--%s--\r\n" % edge
        while True:
            status, answer = self.call("POST", "/v1/conversions", body, {"Content-Type": "multipart/form-data; boundary=" + edge.decode()})
            if status == 401:
                self.sign_in()
            elif status in (429, 503):
                time.sleep(2)
            else:
                return status, answer

    def convert(self, file, name):
        """The code or state that came of a file, and the bytes of its MP3."""
        status, made = self.upload(file, name)
        if status != 202:
            return made.get("code", ""), 0
        path = f"/v1/conversions/{made['id']}"
        while made.get("state") not in ENDED:
            status, made = self.call("GET", path + "?wait=20")
            if status == 401:
                self.sign_in()
            elif status != 200:
                time.sleep(1)
        size = self.call("GET", path + "/mp3")[1] if made["state"] == "ready" else 0
        self.call("DELETE", path)
        return made["problem"]["code"] if made.get("problem") else made["state"], size


# Names that only an upload can have; the others are those of the corpus's own files.
NAMES = [b"../../../etc/passwd", b"..%2f..%2fa.mp4", b"a\0b.mp4", b"-i", b"%s%n%d.mp4", b"%0a%0d.mp4", b"n" * 4096 + b".mp4", b"\xff\xfe.mp4", b"", b"C:\\a\\b.mp4", b"a\"; x=\"y.mp4"]


def with_server(url, files, answers):
    server = Server(url)
    good = next(file for file in files if file.stat().st_size > 1000)
    jobs = [(file, file.name.encode().replace(b"\n", b"%0A").replace(b'"', b"%22")) for file in files] + [(good, name) for name in NAMES]

    def one(job):
        begun = time.monotonic()
        try:
            code, mp3 = server.convert(*job)
        except (OSError, ValueError, KeyError, http.client.HTTPException) as e:
            code, mp3 = "", 0
            print(f"{job[0].name} as {job[1][:40]}: {e!r}", file=sys.stderr)
        answers.add(job[0], code, mp3, time.monotonic() - begun)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(one, jobs))
    answers.files += [good] * len(NAMES)
    answers.alive = server.call("GET", "/v1/limits")[0] == 200


def left_in(work):
    """What the converter keeps of conversions that have ended."""
    for _ in range(60):
        left = [each for place in Path(work).rglob("scratch") for each in place.rglob("*") if each.is_file()]
        if not left:
            return []
        time.sleep(0.5)
    return left


def with_own_server(files, answers, watch):
    data = FOLDER / "data"
    watch.watch_children(str(data).encode())
    with open(FOLDER / "messages", "wb") as messages:
        server = subprocess.Popen([*REST, "serve", "--port", "0", "--data", str(data)], stdout=messages, stderr=messages)
    try:
        url = None
        while not url and server.poll() is None:
            url = re.search(r"http://127\.0\.0\.1:\d+", (FOLDER / "messages").read_text(errors="replace"))
            time.sleep(0.2)
        if not url:
            sys.exit((FOLDER / "messages").read_text(errors="replace"))
        with_server(url.group(), files, answers)
        answers.alive &= server.poll() is None
        answers.faults += [line for line in (FOLDER / "messages").read_text(errors="replace").splitlines() if line.startswith("\tat ")]
        return left_in(data)
    finally:
        server.terminate()
        server.wait(60)


def main():
    watch = Watch()
    make(watch.port, SIZE != "whole")
    files = sorted(each for each in CORPUS.iterdir())
    if SIZE == "brief":
        files = files[::8]
    watch.watch_canary()
    answers = Answers(list(files))
    begun = time.monotonic()
    if TARGET == "convert":
        left = with_convert(files, answers, watch)
    elif TARGET == "serve":
        left = with_own_server(files, answers, watch)
    else:
        watch.watch_children(REST[0].encode())
        with_server(TARGET, files, answers)
        left = left_in(REST[0])
    count, given = sum(answers.codes.values()), len(answers.files)
    table = [
        ("files", given, given > 0), ("answers", count, count == given), ("connections", watch.calls, watch.calls == 0),
        ("canaries read", watch.reads, watch.reads == 0), ("alive to the end", answers.alive, answers.alive),
        ("unforeseen errors", len(answers.faults), not answers.faults), ("files left", len(left), not left),
        ("MP3s beyond the ratio", len(answers.grown), not answers.grown), ("answers too late", len(answers.slow), not answers.slow),
        ("largest child, MB", watch.largest // 1024, watch.largest <= LIMIT_KB), ("seconds", round(time.monotonic() - begun, 1), True),
    ]
    for name, value, good in table:
        print(f"{'ok' if good else '!!'}  {name:24} {value}")
    for kind, number in answers.codes.most_common():
        print(f"      {number:5} {kind or 'no typed answer'}")
    for each in [*answers.grown, *answers.slow, *answers.faults, *left][:20]:
        print(f"      {each}")
    sys.exit(0 if all(good for _, _, good in table) else 1)


main()
