#!/usr/bin/env python3
"""Makes libs/audio/src/vad/vad.golden.json; with --check it compares.

pip install numpy onnxruntime packaging scipy silero-vad torch
python tools/golden/vad.py MODEL DATA [--check]

MODEL is silero_vad.onnx, DATA a folder of recordings. The built command line (npm run build) takes each to 16 kHz mono, so that both
sides hear the same samples; silero-vad's own wrapper and get_speech_timestamps do the rest. What is kept are timestamps. `synthetic` are probabilities by a formula, through
get_speech_timestamps_from_probs alone, with options that recordings do not reach.
"""
import importlib.metadata as metadata
import json
import pathlib
import subprocess
import sys
import tempfile

import numpy as np
import torch
from scipy.io import wavfile
from silero_vad.utils_vad import OnnxWrapper, get_speech_timestamps, get_speech_timestamps_from_probs

ROOT = pathlib.Path(__file__).resolve().parents[2]
VOXTUNE = ROOT / "apps/cli/dist/main.js"
TARGET = ROOT / "libs/audio/src/vad/vad.golden.json"
AUDIO = {".wav", ".mp3", ".m4a", ".flac"}
SYNTHETIC = [
    {}, {"threshold": 0.7}, {"threshold": 0.1}, {"neg_threshold": 0.45}, {"min_speech_duration_ms": 0}, {"min_speech_duration_ms": 700},
    {"min_silence_duration_ms": 0}, {"min_silence_duration_ms": 400}, {"min_silence_duration_ms": 1000, "max_speech_duration_s": 3},
    {"min_silence_duration_ms": 600, "max_speech_duration_s": 1.5, "min_silence_at_max_speech": 40}, {"max_speech_duration_s": 0.8},
    {"speech_pad_ms": 0}, {"speech_pad_ms": 33.3}, {"speech_pad_ms": 250}, {"speech_pad_ms": 400, "min_silence_duration_ms": 30},
]


def lcg(count, seed):
    """The tests' generator (libs/audio/test/signals.ts), as numbers in 0...1."""
    out, state = np.empty(count), seed & 0xFFFFFFFF
    for i in range(count):
        state = (state * 1664525 + 1013904223) & 0xFFFFFFFF
        out[i] = (state >> 16) / 65536
    return out


def probabilities(count, seed):
    """A walk that lingers: the mean of eight neighbours of noise, stretched about 1/2, on a grid of 1/1024."""
    noise = lcg(count + 7, seed)
    mean = np.convolve(noise, np.ones(8) / 8, "valid")
    return np.clip(np.floor((0.5 + 3 * (mean - 0.5)) * 1024) / 1024, 0, 1).tolist()


def pairs(speech):
    return [[int(s["start"]), int(s["end"])] for s in speech]


def make(model_path, data):
    model = OnnxWrapper(str(model_path), force_onnx_cpu=True)
    files = []
    for path in sorted(p for p in data.rglob("*") if p.suffix in AUDIO):
        with tempfile.TemporaryDirectory() as folder:
            wav = pathlib.Path(folder) / "16k.wav"
            subprocess.run(["node", str(VOXTUNE), "resample", str(path), str(wav), "--rate", "16000", "--mono", "--float"], capture_output=True, check=True)
            samples = torch.from_numpy(wavfile.read(wav)[1].copy())
        files.append({"file": str(path.relative_to(data)), "samples": len(samples), "speech": pairs(get_speech_timestamps(samples, model))})
    synthetic = []
    for at, options in enumerate(SYNTHETIC):
        for seed in (at + 1, at + 101):
            probs, count = probabilities(600, seed), 600 * 512 - 100 * (at % 3)
            synthetic.append({"seed": seed, "options": options, "samples": count, "speech": pairs(get_speech_timestamps_from_probs(probs, audio_length_samples=count, **options))})
    version = f"silero-vad {metadata.version('silero-vad')}, onnxruntime {metadata.version('onnxruntime')}"
    return {"madeBy": "tools/golden/vad.py: get_speech_timestamps", "version": version, "files": files, "synthetic": synthetic}


def dump(golden):
    rows = lambda key: ",\n".join(json.dumps(row) for row in golden[key])
    return f'{{"madeBy": {json.dumps(golden["madeBy"])}, "version": {json.dumps(golden["version"])},\n"files": [\n{rows("files")}\n],\n"synthetic": [\n{rows("synthetic")}\n]}}\n'


if __name__ == "__main__":
    model, data = (pathlib.Path(a) for a in sys.argv[1:3])
    text = dump(make(model, data))
    if "--check" not in sys.argv:
        TARGET.write_text(text)
    elif TARGET.read_text() != text:
        sys.exit(f"{TARGET} differs from what {model} gives for {data}")
