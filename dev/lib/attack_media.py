"""Makes a corpus of hostile media files, converts it, and proves that nothing else was read or fetched. Prints a table; see dev/attack.

Usage: attack_media.py FOLDER PROGRAM...        with ATTACK=whole thousands of files, else some hundreds
"""

import ctypes
import json
import os
import random
import socket
import struct
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path

FOLDER, PROGRAM = Path(sys.argv[1]), sys.argv[2:]
LIMIT_KB = 768 * 1024
SECONDS = 900
RATIO = 4000  # bytes of MP3 for each byte of the source, above the first megabyte
CORPUS, OUT, CANARY = FOLDER / "corpus", FOLDER / "out", FOLDER / "canary"
EXTENSIONS = ["mp4", "mkv", "mp3", "wav", "avi", "ts", "ogg", "flac"]


def ffmpeg(*arguments):
    subprocess.run(["ffmpeg", "-v", "error", "-y", *map(str, arguments)], check=True, stdin=subprocess.DEVNULL)


def box(name, body=b""):
    return struct.pack(">I", len(body) + 8) + name + body


def full(name, body, flags=0):
    return box(name, struct.pack(">I", flags) + body)


def movie(samples=1, tracks=1, dref=b"", edits=b"", more=b"", timescale=48000, rate=48000):
    """An MP4 with one sample table of a constant size, whatever number of samples it claims."""
    matrix = struct.pack(">9I", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
    entry = bytes(6) + struct.pack(">HQHHIHHI", 1, 0, 2, 16, 0, 0, 0, 0)[:22] + struct.pack(">I", rate << 16 & 0xFFFFFFFF)
    table = box(b"stbl", full(b"stsd", struct.pack(">I", 1) + box(b"sowt", entry))
                + full(b"stts", struct.pack(">III", 1, samples, 1)) + full(b"stsc", struct.pack(">IIII", 1, 1, 1, 1))
                + full(b"stsz", struct.pack(">II", 4, samples)) + full(b"stco", struct.pack(">II", 1, 40)))
    dref = dref or full(b"url ", b"", 1)
    media = box(b"mdia", full(b"mdhd", struct.pack(">IIIIHH", 0, 0, timescale, samples, 0x55C4, 0))
                + full(b"hdlr", b"mhlrsoun" + bytes(13))
                + box(b"minf", full(b"smhd", bytes(4)) + box(b"dinf", full(b"dref", struct.pack(">I", 1) + dref)) + table))
    head = full(b"tkhd", struct.pack(">IIIII", 0, 0, 1, 0, samples) + bytes(16) + matrix + bytes(8), 7)
    track = box(b"trak", head + edits + media)
    times = full(b"mvhd", struct.pack(">IIIIIH", 0, 0, timescale, samples, 0x10000, 0x100) + bytes(10) + matrix + bytes(28))
    return box(b"ftyp", b"qt  " + bytes(4) + b"qt  ") + box(b"mdat", bytes(4000)) + box(b"moov", times + track * tracks + more)


def playlists(port):
    file, http = f"{CANARY}/canary.ts", f"http://127.0.0.1:{port}/"
    for kind, to in (("file", file), ("http", http + "a.ts")):
        yield f"hls-{kind}", f"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n{to}\n#EXT-X-ENDLIST\n"
        yield f"hls-map-{kind}", f'#EXTM3U\n#EXT-X-MAP:URI="{to}"\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n{to}\n#EXT-X-ENDLIST\n'
        yield f"hls-master-{kind}", f"#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n{to}\n"
        yield f"hls-concat-{kind}", f"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nconcat:{to}|{file}\n#EXT-X-ENDLIST\n"
        yield f"hls-subfile-{kind}", f"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nsubfile,,start,0,end,9,,:{to}\n#EXT-X-ENDLIST\n"
        yield f"m3u-{kind}", f"#EXTM3U\n#EXTINF:1,a\n{to}\n"
        yield f"concat-{kind}", f"ffconcat version 1.0\nfile '{to}'\n"
        yield f"dash-{kind}", ('<?xml version="1.0"?><MPD type="static" mediaPresentationDuration="PT1S" '
                               'profiles="urn:mpeg:dash:profile:isoff-on-demand:2011"><Period><AdaptationSet contentType="audio" mimeType='
                               f'"audio/mp4"><Representation id="1" bandwidth="1"><BaseURL>{to}</BaseURL></Representation></AdaptationSet></Period></MPD>')
        yield f"pls-{kind}", f"[playlist]\nFile1={to}\nNumberOfEntries=1\n"
        yield f"xspf-{kind}", f'<?xml version="1.0"?><playlist version="1"><trackList><track><location>{to}</location></track></trackList></playlist>'
        yield f"asx-{kind}", f'<asx version="3.0"><entry><ref href="{to}"/></entry></asx>'
    yield "hls-key", f'#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXT-X-KEY:METHOD=AES-128,URI="{http}key"\n#EXTINF:1,\n{file}\n#EXT-X-ENDLIST\n'
    yield "sdp", f"v=0\no=- 0 0 IN IP4 127.0.0.1\ns=a\nc=IN IP4 127.0.0.1\nt=0 0\nm=audio {port} RTP/AVP 0\n"
    yield "ram", f"rtsp://127.0.0.1:{port}/a\n"
    yield "xxe", f'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file://{file}">]><MPD>&x;</MPD>'


def riff(name, chunks):
    return b"RIFF" + struct.pack("<I", len(chunks) + 4) + name + chunks


def chunk(name, body):
    return name + struct.pack("<I", len(body)) + body + bytes(len(body) & 1)


def disguises(text):
    plain = text.encode()
    yield "plain", plain
    yield "bom", b"\xef\xbb\xbf" + plain
    yield "late", b"\n" * 3000 + plain
    yield "id3", b"ID3\x04\0\0\0\0\0\x0a" + bytes(10) + plain
    yield "ftyp", box(b"ftyp", b"isom" + bytes(4) + b"isom") + plain
    gab2 = b"GAB2\0\2\0" + struct.pack("<I", 2) + b"a\0" + struct.pack("<HI", 4, len(plain)) + plain
    head = chunk(b"strh", b"txts" + bytes(52)) + chunk(b"strf", b"")
    yield "gab2", riff(b"AVI ", chunk(b"LIST", b"hdrl" + chunk(b"avih", bytes(56)) + chunk(b"LIST", b"strl" + head))
                       + chunk(b"LIST", b"movi" + chunk(b"00tx", gab2)))


def wave(channels=1, rate=8000, bits=16, claimed=None, data=bytes(4000), tag=1):
    size = len(data) if claimed is None else claimed
    form = struct.pack("<HHIIHH", tag, channels & 0xFFFF, rate & 0xFFFFFFFF, 0, 4, bits)
    return b"RIFF" + struct.pack("<I", 0xFFFFFFFF) + b"WAVE" + chunk(b"fmt ", form) + b"data" + struct.pack("<I", size) + data


def bombs():
    canary = f"file://{CANARY}/canary.ts".encode()
    for flags in (0, 1):
        yield f"dref-url-{flags}.mp4", movie(100, dref=full(b"url ", canary + b"\0", flags))
        alias = bytes(6) + b"\0\2" + bytes(142) + struct.pack(">hH", 18, len(str(CANARY))) + str(CANARY).encode()
        yield f"dref-alis-{flags}.mov", movie(100, dref=full(b"alis", alias, flags))
    rdrf = full(b"rdrf", b"url " + struct.pack(">I", len(canary) + 1) + canary + b"\0")
    yield "rmra.mov", box(b"moov", box(b"rmra", box(b"rmda", rdrf))) + bytes(5000)
    for samples in (10**6, 2**31 - 1, 2**32 - 1):
        yield f"stsz-{samples}.mp4", movie(samples)
        yield f"stsz-{samples}-of-15.mp4", movie(samples, 15)
    yield "tracks-5000.mp4", movie(1, 5000)
    yield "tracks-empty-1e6.mp4", movie(more=box(b"trak") * 10**6)
    edits = full(b"elst", struct.pack(">I", 50000) + struct.pack(">IiI", 2**31, -1, 0x10000) * 50000)
    yield "elst-50000.mp4", movie(9, edits=box(b"edts", edits))
    yield "elst-claimed.mp4", movie(9, edits=box(b"edts", full(b"elst", struct.pack(">I", 2**32 - 1))))
    for scale in (0, 1, 2**32 - 1):
        yield f"timescale-{scale}.mp4", movie(100, timescale=scale)
    run = full(b"trun", struct.pack(">I", 2**32 - 1), 0x300)
    yield "trun.mp4", movie() + box(b"moof", full(b"mfhd", bytes(4)) + box(b"traf", full(b"tfhd", struct.pack(">I", 1)) + run) * 20)
    for size in (2**63 - 1, 2**63, 2**64 - 1, 2**40, 9):
        yield f"box-{size}.mp4", box(b"ftyp", b"isom" + bytes(4)) + struct.pack(">I4sQ", 1, b"free", size) + bytes(999)
    deep = b""
    for _ in range(8000):
        deep = box(b"moov", deep)
    yield "deep.mp4", box(b"ftyp", b"isom" + bytes(4)) + deep
    ebml = bytes.fromhex("1a45dfa3 9f 4286810142f7810142f2810442f381084282886d6174726f736b61 4287810442858102")
    yield "ebml-unknown.mkv", ebml + bytes.fromhex("18538067 01ffffffffffffff") + bytes.fromhex("1f43b675 01ffffffffffffff") * 5000
    yield "ebml-deep.mkv", ebml + bytes.fromhex("18538067 01ffffffffffffff 1254c367 01ffffffffffffff") + bytes.fromhex("67c801ffffffffffffff") * 9000
    yield "ebml-huge.mkv", ebml + bytes.fromhex("18538067 01ffffffffffffff 1654ae6b 017fffffffffffff") + bytes(4000)
    for rate in (0, 1, 7, 2**31 - 1, 2**32 - 1):
        yield f"rate-{rate}.wav", wave(rate=rate)
    for channels in (0, 9, 255, 65535):
        yield f"channels-{channels}.wav", wave(channels)
    yield "claimed.wav", wave(claimed=2**32 - 2)
    floats = struct.pack("<4f", float("nan"), float("inf"), -1e38, 1e-45) * 500
    yield "nan.wav", wave(bits=32, data=floats, tag=3)
    for text, name in ((b"<script>alert(1)</script>", "html"), ("\u202e\u2066gp3.\u0007\u001b[2J".encode(), "bidi"), (b"A" * 10**7, "long")):
        frame = b"TIT2" + struct.pack(">I", len(text) + 1) + b"\0\0\3" + text
        size = len(frame)
        head = b"ID3\3\0\0" + bytes(size >> 7 * i & 127 for i in (3, 2, 1, 0))
        yield f"id3-{name}.mp3", head + frame + GOOD["mp3"]
    yield "id3-claimed.mp3", b"ID3\4\0\0\x7f\x7f\x7f\x7f" + GOOD["mp3"]
    yield "zeros.mp4", bytes(10**6)
    yield "empty.mp4", b""


def damaged(short):
    rnd = random.Random(16)
    for extension, good in GOOD.items():
        for at in range(200, len(good), max(1024, len(good) // (4 if short else 40))):
            yield f"cut-{extension}-{at}.{extension}", good[:at]
        for number in range(6 if short else 60):
            bad = bytearray(good)
            for _ in range(20):
                bad[rnd.randrange(len(bad))] ^= 1 << rnd.randrange(8)
            yield f"flipped-{extension}-{number}.{extension}", bytes(bad)


def names():
    for name in ("-i.mp4", "%s%n%d.mp4", "a\nb.mp4", "a;touch x...mp4", "$(touch x).mp4", "https:__a.mp4", "concat:a|b.mp4", "\u202e4pm.mp4", "n" * 250 + ".mp4"):
        yield name, GOOD["mp4"]


GOOD = {}


def make(port, short):
    CANARY.mkdir(), CORPUS.mkdir(), OUT.mkdir()
    ffmpeg("-f", "lavfi", "-i", "sine=d=1", "-c:a", "mp2", CANARY / "canary.ts")
    for extension in EXTENSIONS:
        ffmpeg("-f", "lavfi", "-i", "sine=d=2", FOLDER / f"good.{extension}")
        GOOD[extension] = (FOLDER / f"good.{extension}").read_bytes()
    for name, text in playlists(port):
        for disguise, content in disguises(text):
            for extension in EXTENSIONS[:1] if short else EXTENSIONS:
                (CORPUS / f"{name}-{disguise}.{extension}").write_bytes(content)
    for kind in (bombs(), damaged(short), names()):
        for name, content in kind:
            (CORPUS / name).write_bytes(content)
    return sum(1 for _ in CORPUS.iterdir())


class Watch:
    """Counts connections, reads of the canary, and the largest child."""

    def __init__(self):
        self.calls = self.reads = self.largest = 0
        self.tcp = socket.create_server(("127.0.0.1", 0))
        self.port = self.tcp.getsockname()[1]
        self.udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.udp.bind(("127.0.0.1", self.port))
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            call, _ = self.tcp.accept()
            self.calls += 1
            call.close()

    def watch_canary(self):
        libc = ctypes.CDLL(None)
        handle = libc.inotify_init1(os.O_CLOEXEC)
        libc.inotify_add_watch(handle, str(CANARY).encode(), 0x1 | 0x20)  # read or opened

        def read():
            while os.read(handle, 4096):
                self.reads += 1

        threading.Thread(target=read, daemon=True).start()

    def look(self, parent):
        for process in Path("/proc").iterdir():
            try:
                if process.name.isdigit() and int((process / "stat").read_text().rsplit(")", 1)[1].split()[1]) == parent:
                    status = dict(line.split(":", 1) for line in (process / "status").read_text().splitlines())
                    if status["Name"].strip() == "ffmpeg":
                        self.largest = max(self.largest, int(status["VmHWM"].split()[0]))
            except (OSError, KeyError, ValueError):
                pass  # it has just ended


def main():
    short = os.environ.get("ATTACK") != "whole"
    watch = Watch()
    count = make(watch.port, short)
    watch.watch_canary()
    sizes = {str(each): each.stat().st_size for each in CORPUS.iterdir()}
    begun = time.monotonic()
    with open(FOLDER / "results", "wb") as results, open(FOLDER / "messages", "wb") as messages:
        work = subprocess.Popen([*PROGRAM, "convert", "--json", "-r", str(CORPUS), "-o", str(OUT)], stdout=results, stderr=messages)
        while work.poll() is None and time.monotonic() - begun < SECONDS:
            watch.look(work.pid)
            time.sleep(0.02)
        stuck = work.poll() is None
        if stuck:
            work.kill()
    seconds = time.monotonic() - begun
    lines = [json.loads(line) for line in (FOLDER / "results").read_text().splitlines()]
    kinds = Counter(line["problem"]["code"] if "problem" in line else line["state"] for line in lines)
    source = {Path(path).stem: size for path, size in sizes.items()}
    grown = [each for each in OUT.rglob("*.mp3") if each.stat().st_size > 10**6 + RATIO * source.get(each.stem, 1)]
    left = [each for each in OUT.rglob("*") if each.is_file() and each.suffix != ".mp3"]
    faults = sum("Exception" in line or "\tat " in line for line in (FOLDER / "messages").read_text(errors="replace").splitlines())
    table = [
        ("files", count, count == len(lines)), ("answers", len(lines), count == len(lines)), ("connections", watch.calls, watch.calls == 0),
        ("canaries read", watch.reads, watch.reads == 0), ("stuck", int(stuck), not stuck), ("exit code", work.returncode, work.returncode in (0, 1)),
        ("unforeseen errors", faults, faults == 0), ("files left", len(left), not left), ("MP3s beyond the ratio", len(grown), not grown),
        ("largest child, MB", watch.largest // 1024, watch.largest <= LIMIT_KB), ("seconds", round(seconds, 1), True),
    ]
    for name, value, good in table:
        print(f"{'ok' if good else '!!'}  {name:24} {value}")
    for kind, number in kinds.most_common():
        print(f"      {number:5} {kind}")
    for path in (grown + left)[:10]:
        print(f"      {path.name}")
    sys.exit(0 if all(good for _, _, good in table) else 1)


main()
