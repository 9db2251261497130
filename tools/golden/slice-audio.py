#!/usr/bin/env python3
"""Makes libs/audio/src/slice/engine-clips.golden.json with a GPT-SoVITS checkout's own tools/slice_audio.py; with --check it compares.

pip install numpy scipy ffmpeg-python   (and ffmpeg on the PATH)
python tools/golden/slice-audio.py CHECKOUT [--check]

tools/my_utils.py also imports gradio and pandas, which slicing does not use: empty modules stand in for them. Inputs are float WAV at
32 kHz, mono, so that ffmpeg passes the samples as they are. What is kept of each clip: its name, length, sha256 of its 16-bit samples and every 4001st of them.
"""
import hashlib
import json
import os
import pathlib
import subprocess
import sys
import tempfile

import numpy as np
from scipy.io import wavfile

TARGET = pathlib.Path(__file__).resolve().parents[2] / "libs/audio/src/slice/engine-clips.golden.json"
EVERY = 4001
# Parts are [milliseconds, amplitude]; noise of the tests' generator, the part's place as its seed.
CASES = [
    {"name": "plain.wav", "parts": [[700, 0], [5200, 0.3], [900, 0.001], [4100, 0.05], [1500, 0]], "max": 0.9, "alpha": 0.25},
    {"name": "loud 1.wav", "parts": [[5000, 1.7], [500, 0.004], [4800, 0.9]], "max": 0.9, "alpha": 0.25},
    {"name": "mixed.wav", "parts": [[4300, 0.2], [400, 0], [4400, 0.6], [350, 0], [2000, 0.01]], "max": 0.7, "alpha": 0.6},
    {"name": "as-is.wav", "parts": [[6003, 0.5]], "max": 0.9, "alpha": 0},
    {"name": "full.wav", "parts": [[4500, 0.1], [1200, 0], [4501, 0.02], [333, 0]], "max": 1, "alpha": 1},
]


def noise(count, seed, amplitude):
    """The tests' generator (libs/audio/test/signals.ts): Numerical Recipes' LCG, upper 16 bits."""
    out, state = np.empty(count), seed & 0xFFFFFFFF
    for i in range(count):
        state = (state * 1664525 + 1013904223) & 0xFFFFFFFF
        out[i] = amplitude * (((state >> 16) - 32768) / 32768)
    return out.astype(np.float32)


def run(checkout, case, folder):
    source, out = folder / "in", folder / "out"
    source.mkdir()
    signal = np.concatenate([noise(ms * 32, k + 1, amplitude) for k, (ms, amplitude) in enumerate(case["parts"])])
    wavfile.write(source / case["name"], 32000, signal)
    for module in ("gradio", "pandas"):
        (folder / f"{module}.py").write_text("")
    argv = [str(source), str(out), "-34", "4000", "300", "10", "500", str(case["max"]), str(case["alpha"]), "0", "1"]
    env = {**os.environ, "PYTHONPATH": os.pathsep.join([str(folder), str(checkout), str(checkout / "tools")])}
    subprocess.run([sys.executable, "-s", str(checkout / "tools/slice_audio.py"), *argv], cwd=checkout, env=env, check=True, capture_output=True)
    clips = []
    for path in sorted(out.iterdir()):
        rate, pcm = wavfile.read(path)
        assert rate == 32000 and pcm.dtype == np.int16
        clips.append({"name": path.name, "samples": len(pcm), "sha256": hashlib.sha256(pcm.astype("<i2").tobytes()).hexdigest(), "picked": pcm[::EVERY].tolist()})
    return {**case, "clips": clips}


def make(checkout):
    commit = subprocess.run(["git", "-C", str(checkout), "rev-parse", "--short=7", "HEAD"], capture_output=True, check=True, text=True).stdout.strip()
    cases = []
    for case in CASES:
        with tempfile.TemporaryDirectory() as folder:
            cases.append(run(checkout, case, pathlib.Path(folder)))
    rows = ",\n".join(json.dumps(case) for case in cases)
    head = f'"madeBy": "tools/golden/slice-audio.py: tools/slice_audio.py of GPT-SoVITS", "version": "{commit}, numpy {np.__version__}", "every": {EVERY}'
    return f'{{{head},\n"cases": [\n{rows}\n]}}\n'


if __name__ == "__main__":
    text = make(pathlib.Path(sys.argv[1]).resolve())
    if "--check" not in sys.argv:
        TARGET.write_text(text)
    elif TARGET.read_text() != text:
        sys.exit(f"{TARGET} differs from what {sys.argv[1]} makes")
