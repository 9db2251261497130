#!/usr/bin/env python3
"""Makes libs/audio/src/measure/pitch.golden.json from the speech in ../shared/data; with --check it compares.

pip install praat-parselmouth numpy; ffmpeg decodes.
"""
import importlib.metadata as metadata
import json
import pathlib
import subprocess
import sys

import numpy as np
import parselmouth

ROOT = pathlib.Path(__file__).resolve().parents[2]
TARGET = ROOT / "libs/audio/src/measure/pitch.golden.json"
DATA = ROOT.parent / "shared/data"
EVERY = 5  # frames


def decode(path):
    show = ["ffprobe", "-v", "error", "-select_streams", "a:0", "-show_entries", "stream=sample_rate,channels", "-of", "json", path]
    stream = json.loads(subprocess.run(show, capture_output=True, check=True).stdout)["streams"][0]
    raw = subprocess.run(["ffmpeg", "-nostdin", "-v", "error", "-i", path, "-f", "f32le", "-"], capture_output=True, check=True).stdout
    return np.frombuffer(raw, np.float32).astype(np.float64).reshape(-1, stream["channels"]).mean(axis=1), int(stream["sample_rate"])


def case(path):
    samples, rate = decode(path)
    pitch = parselmouth.Sound(samples, rate).to_pitch_ac(time_step=0.01, pitch_floor=75.0, pitch_ceiling=600.0)
    f0 = pitch.selected_array["frequency"][::EVERY]
    return {"file": str(path.relative_to(DATA)), "samples": len(samples), "frames": pitch.n_frames, "firstSec": round(pitch.xs()[0], 6), "f0Hz": [round(float(x), 1) for x in f0]}


def make():
    paths = [*sorted(DATA.glob("ljspeech/wavs/*.wav")), *sorted(p for p in DATA.glob("recordings/*") if p.suffix in (".wav", ".mp3", ".flac")), *sorted(DATA.glob("zh/*.wav"))]
    return {"madeBy": "tools/golden/pitch.py", "with": {"praat-parselmouth": metadata.version("praat-parselmouth"), "praat": parselmouth.PRAAT_VERSION}, "every": EVERY, "files": [case(p) for p in paths]}


def close(a, b):
    if isinstance(a, dict):
        return all(close(a[k], b[k]) for k in a if k != "with")
    if isinstance(a, list):
        return len(a) == len(b) and sum(not close(x, y) for x, y in zip(a, b)) <= 0.002 * len(a)
    return abs(a - b) <= 0.11 if isinstance(a, float) or isinstance(b, float) else a == b


if __name__ == "__main__":
    made = json.loads(json.dumps(make()))
    if "--check" in sys.argv:
        if not close(made, json.loads(TARGET.read_text())):
            sys.exit(f"{TARGET} differs from what Praat gives")
    else:
        TARGET.write_text(json.dumps(made, separators=(",", ":")) + "\n")
