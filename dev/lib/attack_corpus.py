"""A corpus of hostile media files, made by a script: nothing here was found elsewhere. For attack_media.py."""

import random
import struct
import subprocess
import sys
from pathlib import Path

FOLDER = Path(sys.argv[1])
CORPUS, CANARY = FOLDER / "corpus", FOLDER / "canary"
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


def vint(number):
    length = next(i for i in range(1, 9) if number < (1 << 7 * i) - 1)
    return (1 << 7 * length | number).to_bytes(length, "big")


def element(identity, *parts):
    body = b"".join(parts)
    return bytes.fromhex(identity) + vint(len(body)) + body


def matroska(*parts):
    ebml = element("1a45dfa3", element("4282", b"matroska"), element("4287", b"\x04"), element("4285", b"\x02"))
    track = element("ae", element("d7", b"\1"), element("73c5", b"\1"), element("83", b"\2"), element("86", b"A_PCM/INT/LIT"),
                    element("e1", element("b5", struct.pack(">d", 8000)), element("9f", b"\1"), element("6264", b"\x10")))
    cluster = element("1f43b675", element("e7", b"\0"), *(element("a3", b"\x81" + struct.pack(">h", i * 100) + b"\x80" + bytes(1600)) for i in range(50)))
    info = element("1549a966", element("2ad7b1", b"\x0f\x42\x40"), element("4d80", b"x"), element("5741", b"x"))
    return ebml + element("18538067", info, element("1654ae6b", track), *parts, cluster)


def id3(frames):
    size = len(frames)
    return b"ID3\4\0\0" + bytes(size >> 7 * i & 127 for i in (3, 2, 1, 0)) + frames + GOOD["mp3"]


def frame(name, body):
    return name + bytes(len(body) >> 7 * i & 127 for i in (3, 2, 1, 0)) + b"\0\0" + body


def crowds(short):
    """Lists that ffmpeg searches again for each new entry; the kind that nobody counts before it begins is WMA's and FLV's."""
    many = 20_000 if short else 300_000
    tag = [element("67c8", element("45a3", b"KEY%07d" % i), element("4487", b"v")) for i in range(many)]
    yield f"tags-{many}.mkv", matroska(element("1254c367", element("7373", *tag)))
    chapters = [element("b6", element("73c4", (many - i).to_bytes(3, "big")), element("91", i.to_bytes(3, "big"))) for i in range(many)]
    yield f"chapters-{many}.mkv", matroska(element("1043a770", element("45b9", *chapters)))
    files = [element("61a7", element("466e", b"a"), element("4660", b"text/plain"), element("465c", b"x")) for i in range(many // 10)]
    yield f"attached-{many // 10}.mkv", matroska(element("1941a469", *files))
    yield f"attached-playlist.mkv", matroska(element("1941a469", element(
        "61a7", element("466e", b"../../a.m3u8"), element("4660", b"image/png"), element("465c", b"#EXTM3U\n" + str(CANARY).encode() + b"/canary.ts\n"))))
    yield f"txxx-{many}.mp3", id3(b"".join(frame(b"TXXX", b"\0KEY%07d\0v" % i) for i in range(many)))
    yield f"chap-{many}.mp3", id3(b"".join(frame(b"CHAP", b"c%07d\0" % i + struct.pack(">IIII", i, i + 1, 0, 0)) for i in range(many)))
    yield f"apic-{many}.mp3", id3(b"".join(frame(b"APIC", b"\0image/png\0\3\0\x89PNG\r\n\x1a\nx") for i in range(many)))
    items = b"".join(box(b"----", box(b"name", bytes(4) + b"KEY%07d" % i) + box(b"data", struct.pack(">II", 1, 0) + b"v")) for i in range(many))
    yield f"ilst-{many}.m4a", movie(1000, more=box(b"udta", box(b"meta", bytes(4) + full(b"hdlr", bytes(4) + b"mdir" + bytes(13)) + box(b"ilst", items))))
    info = b"INFO" + b"".join(b"%04X" % (i % 65536) + struct.pack("<I", 2) + b"v\0" for i in range(many))
    yield f"info-{many}.wav", wave()[:-4008] + chunk(b"LIST", info) + chunk(b"data", bytes(4000))
    head = GOOD["flac"][4:42]
    comments = struct.pack("<II", 0, many) + b"".join(struct.pack("<I", 12) + b"KEY%07d=v" % i for i in range(many))
    yield f"comments-{many}.flac", b"fLaC\0" + head[1:] + b"\x84" + len(comments).to_bytes(3, "big") + comments + GOOD["flac"][-9000:]
    flv = b"\2\0\x0aonMetaData\x08" + struct.pack(">I", many) + b"".join(b"\0\x0aKEY%07d\0" % i + struct.pack(">d", i) for i in range(many)) + b"\0\0\x09"
    yield f"amf-{many}.flv", b"FLV\1\4\0\0\0\x09\0\0\0\0\x12" + len(flv).to_bytes(3, "big") + bytes(7) + flv + bytes(4000)


def frames(short):
    """Many frames of few bytes, and pictures and tags of any size."""
    seconds = 600 if short else 7200
    for name, codec in (("alac.m4a", "alac"), ("flac.flac", "flac"), ("wavpack.wv", "wavpack"), ("vorbis.ogg", "libvorbis"), ("aac.aac", "aac")):
        ffmpeg("-f", "lavfi", "-i", f"anullsrc=r=8000:cl=mono:d={seconds}", "-c:a", codec, FOLDER / name)
        yield f"silent-{name}", (FOLDER / name).read_bytes()
    silent = (FOLDER / "aac.aac").read_bytes()
    length = (silent[3] & 3) << 11 | silent[4] << 3 | silent[5] >> 5
    adts = silent[length : length + ((silent[length + 3] & 3) << 11 | silent[length + 4] << 3 | silent[length + 5] >> 5)]
    yield "adts-frames.aac", adts * (10**4 if short else 10**6)
    # One chunk of samples that the index names again and again.
    repeats = 200 if short else 20_000
    whole = movie(1000 * repeats)
    one = full(b"stsc", struct.pack(">IIII", 1, 1, 1, 1)) + full(b"stsz", struct.pack(">II", 4, 1000 * repeats)) + full(b"stco", struct.pack(">II", 1, 40))
    again = (full(b"stsc", struct.pack(">IIII", 1, 1, 1000, 1)) + full(b"stsz", struct.pack(">II", 4, 1000 * repeats))
             + full(b"stco", struct.pack(">I", repeats) + struct.pack(">I", 40) * repeats))
    yield "again.mov", longer(whole, one, again)
    rnd = random.Random(100)
    for size in (10**6,) if short else (10**6, 100 * 10**6):
        noise = rnd.randbytes(size)
        yield f"cover-{size}.mp3", id3(frame(b"APIC", b"\0image/jpeg\0\3\0\xff\xd8\xff\xe0" + noise))
        yield f"text-{size}.mp3", id3(frame(b"TXXX", b"\0key\0" + b"A" * size))
        yield f"value-{size}.mkv", matroska(element("1254c367", element("7373", element("67c8", element("45a3", b"T"), element("4487", b"A" * size)))))
    side = 3000 if short else 10_000
    ffmpeg("-f", "lavfi", "-i", f"color=s={side}x{side}", "-frames:v", "1", FOLDER / "large.png")
    picture = (FOLDER / "large.png").read_bytes()
    yield f"cover-{side}x{side}.mp3", id3(frame(b"APIC", b"\0image/png\0\3\0" + picture))
    yield f"attached-{side}x{side}.mkv", matroska(element("1941a469", element(
        "61a7", element("466e", b"cover.png"), element("4660", b"image/png"), element("465c", picture))))
    bomb = bytearray(picture)
    bomb[16:24] = struct.pack(">II", 2**31 - 1, 2**31 - 1)
    yield "cover-claimed.mp3", id3(frame(b"APIC", b"\0image/png\0\3\0" + bytes(bomb)))
    with (FOLDER / "subtitles.srt").open("w") as file:
        file.write("1\n00:00:00,000 --> 00:00:01,000\n#EXTM3U\n" + f"file://{CANARY}/canary.ts\n")
    ffmpeg("-f", "lavfi", "-i", "sine=d=1", "-i", FOLDER / "subtitles.srt", FOLDER / "subtitles.mkv")
    yield "subtitles.mkv", (FOLDER / "subtitles.mkv").read_bytes()


def longer(whole, old, new):
    """A movie with other tables, all boxes around them as much longer."""
    at = whole.index(old)
    made = bytearray(whole.replace(old, new))
    for name in (b"stbl", b"minf", b"mdia", b"trak", b"moov"):
        place = whole.rindex(name, 0, at) - 4
        made[place : place + 4] = struct.pack(">I", struct.unpack(">I", whole[place : place + 4])[0] + len(new) - len(old))
    return bytes(made)


def damaged(short):
    rnd = random.Random(16)
    for extension, good in GOOD.items():
        for at in range(200, len(good), max(1024, len(good) // 4) if short else 1024):
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
    for each in (CANARY, CORPUS):
        each.mkdir()
    ffmpeg("-f", "lavfi", "-i", "sine=d=1", "-c:a", "mp2", CANARY / "canary.ts")
    for extension in EXTENSIONS:
        ffmpeg("-f", "lavfi", "-i", "sine=d=2", FOLDER / f"good.{extension}")
        GOOD[extension] = (FOLDER / f"good.{extension}").read_bytes()
    for name, text in playlists(port):
        for disguise, content in disguises(text):
            for extension in EXTENSIONS[:1] if short else EXTENSIONS:
                (CORPUS / f"{name}-{disguise}.{extension}").write_bytes(content)
    for kind in (bombs(), crowds(short), frames(short), damaged(short), names()):
        for name, content in kind:
            (CORPUS / name).write_bytes(content)
    return sum(1 for _ in CORPUS.iterdir())
