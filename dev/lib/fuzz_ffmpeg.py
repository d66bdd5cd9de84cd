"""Changes good media files and gives them to the small ffmpeg with the address sanitizer; see dev/fuzz.

Usage: fuzz_ffmpeg.py FOLDER SECONDS PROGRAM...       FOLDER has ffmpeg and samples, as dev/media-tools --sanitized leaves them

Run number N makes its file of the seed N, so the folder's file `next` is all that is needed to go on where the last run ended.
What crashes is kept in FOLDER/findings, once for each place in ffmpeg, with what the sanitizer said and what Tapedeck answers to it.
"""

import json
import os
import random
import re
import resource
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

FOLDER, SECONDS, PROGRAM = Path(sys.argv[1]).resolve(), float(sys.argv[2]), sys.argv[3:]
ROOT = Path(__file__).resolve().parent.parent.parent
FINDINGS, NEXT = FOLDER / "findings", FOLDER / "next"
CPU_SECONDS = 30
SANITIZER = {"ASAN_OPTIONS": "detect_leaks=0:allocator_may_return_null=1:max_allocation_size_mb=512:hard_rss_limit_mb=768:exitcode=99"}
PICTURES = {".png": "png_pipe", ".jpg": "jpeg_pipe", ".webp": "webp_pipe", ".gif": "gif", ".bmp": "bmp_pipe", ".tiff": "tiff_pipe"}
NUMBERS = [0, 1, 2, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFE, 0xFFFFFFFF, 0x10000000, 4, 8, 16]


def listed(kind):
    lines = (ROOT / "dev/lib/ffmpeg/components").read_text().splitlines()
    return ",".join(line.split(" ", 1)[1] for line in lines if line.startswith(kind + " "))


DECODERS, DEMUXERS = listed("decoder"), listed("demuxer")


def changed(rnd, samples):
    path = rnd.choice(samples)
    data = bytearray(path.read_bytes()[: 300_000])
    for _ in range(1 << rnd.randrange(6)):
        if not data:
            break
        most = min(len(data), rnd.choice([64, 512, 4096, len(data), len(data)]))
        at = rnd.randrange(most)
        kind = rnd.randrange(8)
        if kind < 2:
            data[at] ^= 1 << rnd.randrange(8)
        elif kind == 2:
            data[at] = rnd.randrange(256)
        elif kind == 3:
            size = rnd.choice([1, 2, 4, 8])
            number = rnd.choice(NUMBERS) & (1 << 8 * size) - 1
            data[at : at + size] = number.to_bytes(size, rnd.choice(["big", "little"]))
        elif kind == 4:
            del data[at : at + rnd.choice([1, 4, 30, 500])]
        elif kind == 5:
            part = data[at : at + rnd.choice([4, 16, 200, 3000])]
            data[at:at] = part * rnd.choice([1, 2, 20])
        elif kind == 6:
            other = rnd.choice(samples).read_bytes()[: 300_000]
            begin = rnd.randrange(len(other))
            data[at : at + 200] = other[begin : begin + rnd.choice([8, 100, 2000])]
        else:
            del data[max(1, at) :]
    return path.suffix, bytes(data)


def limited():
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def run(file, suffix):
    head = [FOLDER / "ffmpeg", "-nostdin", "-loglevel", "quiet", "-max_alloc", str(256 << 20), "-protocol_whitelist", "file,pipe"]
    if suffix in PICTURES:
        tail = ["-f", PICTURES[suffix], "-max_pixels", "100000000", "-i", f"file:{file}", "-frames:v", "1", "-c:v", "mjpeg", "-f", "image2pipe", "pipe:1"]
    else:
        tail = ["-format_whitelist", DEMUXERS, "-codec_whitelist", DECODERS, "-threads", "1", "-vn", "-sn", "-dn", "-i", f"file:{file}",
                "-map", "0:a", "-map_metadata", "0", "-map_chapters", "0", "-c:a", "pcm_f32le", "-t", "20", "-f", "matroska", "pipe:1"]
    return subprocess.run([*head, *tail], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                          preexec_fn=limited, env={**os.environ, **SANITIZER})


def place(code, said):
    kind = re.search(r"ERROR: AddressSanitizer: ([\w-]+)", said)
    frames = [frame for frame in re.findall(r"#\d+ 0x[0-9a-f]+ in (\w+) [^\n]*ffmpeg", said) if not frame.startswith("__")]
    if kind:
        return kind.group(1) + "-" + (frames[0] if frames else "unknown")
    return "time" if code in (-24, -9) else f"signal{-code}"


def answer(file):
    """What Tapedeck says of the file, with ffmpeg as it is used, in its cage."""
    with tempfile.TemporaryDirectory() as out:
        made = subprocess.run([*PROGRAM, "convert", "--json", "-o", out + "/", str(file)], capture_output=True, text=True,
                              env={**os.environ, "TAPEDECK_CONVERTER_CAGE": "required"})
    try:
        line = json.loads(made.stdout)
        return line["problem"]["code"] if "problem" in line else line["state"]
    except (ValueError, KeyError):
        return f"no answer, exit code {made.returncode}"


class Fuzzing:
    def __init__(self):
        self.lock = threading.Lock()
        self.number = int(NEXT.read_text()) if NEXT.exists() else 0
        self.begun = self.number
        self.samples = sorted((FOLDER / "samples").iterdir())
        self.end = time.monotonic() + SECONDS

    def take(self):
        with self.lock:
            self.number += 1
            if self.number % 50 == 0:
                NEXT.write_text(str(self.number))
            return self.number

    def work(self):
        with tempfile.TemporaryDirectory() as folder:
            while time.monotonic() < self.end:
                number = self.take()
                suffix, data = changed(random.Random(number), self.samples)
                file = Path(folder) / f"file{suffix}"
                file.write_bytes(data)
                made = run(file, suffix)
                if made.returncode in (99, -24, -9) or made.returncode < 0:
                    self.found(number, suffix, data, made)

    def found(self, number, suffix, data, made):
        said = made.stderr.decode(errors="replace")
        name = place(made.returncode, said)
        with self.lock:
            if any(FINDINGS.glob(name + "-*")):
                return
            kept = FINDINGS / f"{name}-{number}{suffix}"
            kept.write_bytes(data)
            kept.with_suffix(".txt").write_text(said)
        print(f"{kept.name}: {len(data)} bytes; Tapedeck answers: {answer(kept)}", flush=True)


def main():
    FINDINGS.mkdir(exist_ok=True)
    fuzzing = Fuzzing()
    workers = [threading.Thread(target=fuzzing.work) for _ in range(os.cpu_count() or 1)]
    for each in workers:
        each.start()
    for each in workers:
        each.join()
    NEXT.write_text(str(fuzzing.number))
    kinds = len({each.name.rsplit("-", 1)[0] for each in FINDINGS.iterdir()})
    print(f"ffmpeg: {fuzzing.number - fuzzing.begun} runs in {SECONDS:.0f} s, {fuzzing.number} in all, findings kept: {kinds}")
    sys.exit(1 if kinds else 0)


main()
