"""Converts tagged files of sixteen containers and compares what mutagen reads with what was written. Prints a table; see dev/tags-check."""

import subprocess
import sys
import tempfile
from pathlib import Path

import mutagen
from mutagen.id3 import ID3

TAPEDECK = sys.argv[1]
SAID = {
    "title": "Tïtle 東京", "artist": "Ann;Bob", "album": "Álbum", "album_artist": "Various", "composer": "Com Poser",
    "genre": "Rock", "date": "2024-05-06", "track": "3/12", "disc": "1/2", "comment": "It’s live", "copyright": "(c) 2024",
    "publisher": "Label", "language": "ita", "compilation": "1", "lyrics": "La\nla", "sort_name": "Title, a",
    "sort_artist": "Ann, A", "sort_album": "Album, an", "sort_album_artist": "Various, A", "sort_composer": "Poser, C",
}
FRAMES = {
    "title": "TIT2", "artist": "TPE1", "album": "TALB", "album_artist": "TPE2", "composer": "TCOM", "genre": "TCON", "date": "TDRC",
    "track": "TRCK", "disc": "TPOS", "comment": "COMM", "copyright": "TCOP", "publisher": "TPUB", "language": "TLAN",
    "compilation": "TCMP", "lyrics": "USLT", "sort_name": "TSOT", "sort_artist": "TSOP", "sort_album": "TSOA",
    "sort_album_artist": "TSO2", "sort_composer": "TSOC",
}
MP4 = "title artist album album_artist composer genre date track disc comment copyright compilation lyrics".split()
RIFF = "title artist album genre comment copyright language".split()
MOV = "title artist album genre comment copyright".split()
CONTAINERS = {
    "mp4": ("aac", MP4), "m4a": ("alac", MP4), "mov": ("aac", MOV), "mkv": ("flac", list(SAID)), "webm": ("libopus", list(SAID)),
    "ogg": ("libvorbis", list(SAID)), "opus": ("libopus", list(SAID)), "flac": ("flac", list(SAID)), "mp3": ("libmp3lame", list(SAID)),
    "wav": ("pcm_s16le", RIFF), "aiff": ("pcm_s16be", list(SAID)), "wma": ("wmav2", list(SAID)), "avi": ("mp2", RIFF),
    "wv": ("wavpack", list(SAID)), "caf": ("pcm_s16le", list(SAID)), "flv": ("aac", list(SAID)),
}


def run(*command):
    done = subprocess.run([str(part) for part in command], stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{command[0]} failed: {done.stderr}")




def expected(key, minor):
    value = SAID[key]
    if key == "artist":
        return ["Ann", "Bob"] if minor == 4 else ["Ann; Bob"]
    return [value]


def read(tags, frame):
    found = tags.getall(frame)
    if not found:
        return []
    text = found[0].text
    return [text] if isinstance(text, str) else [str(each) for each in text]


def check(folder, kind, minor):
    codec, keys = CONTAINERS[kind]
    source, mp3 = folder / f"a.{kind}", folder / f"{kind}-2{minor}.mp3"
    if not source.exists():
        said = [part for key, value in SAID.items() for part in ("-metadata", f"{key}={value}")]
        extra = ["-write_id3v2", "1"] if kind == "aiff" else []
        run("ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i", "sine=d=1", *said, "-c:a", codec, *extra, source)
    run(TAPEDECK, "convert", "--id3", f"2.{minor}", "--id3v1", "-f", "-o", mp3, source)
    tags = ID3(mp3, translate=False)
    wrong = [] if tags.version[:2] == (2, minor) else [f"version {tags.version}"]
    if minor == 3:
        tags.update_to_v24()
    for key in keys:
        if read(tags, FRAMES[key]) != expected(key, minor):
            wrong.append(f"{key}: {read(tags, FRAMES[key])!r}")
    old = mp3.read_bytes()[-128:]
    if old[:3] != b"TAG" or not old[3:].startswith("Tïtle ??".encode("latin-1")):
        wrong.append(f"ID3v1: {old[:33]!r}")
    if not 0.9 < mutagen.File(mp3).info.length < 1.2:
        wrong.append(f"length {mutagen.File(mp3).info.length}")
    return keys, wrong


def main():
    failed = 0
    print(f"mutagen {mutagen.version_string}")
    with tempfile.TemporaryDirectory() as name:
        for kind in CONTAINERS:
            for minor in (3, 4):
                keys, wrong = check(Path(name), kind, minor)
                failed += bool(wrong)
                print(f"{kind:5} 2.{minor}  {len(keys):2} fields  {'; '.join(wrong) or 'as written'}")
    sys.exit(f"{failed} differ" if failed else 0)


main()
