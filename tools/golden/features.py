#!/usr/bin/env python3
"""Makes libs/audio/src/features/features.golden.json; with --check it compares.

pip install numpy scipy transformers kaldi-native-fbank
"""
import importlib.metadata as metadata
import json
import pathlib
import sys

import kaldi_native_fbank as knf
import numpy as np
from scipy.signal import get_window
from transformers import WhisperFeatureExtractor

TARGET = pathlib.Path(__file__).resolve().parents[2] / "libs/audio/src/features/features.golden.json"


def noise(count, seed, amplitude=1.0):
    """The tests' generator (libs/audio/test/signals.ts): Numerical Recipes' LCG, upper 16 bits."""
    out, state = np.empty(count), seed & 0xFFFFFFFF
    for i in range(count):
        state = (state * 1664525 + 1013904223) & 0xFFFFFFFF
        out[i] = amplitude * (((state >> 16) - 32768) / 32768)
    return out.astype(np.float32)


def fft_case(size):
    spectrum = np.fft.fft(noise(size, 11).astype(np.float64) + 1j * noise(size, 12).astype(np.float64))
    bins = sorted({(k * size) // 12 for k in range(12)} | {size - 1})
    return {"size": size, "bins": bins, "re": spectrum[bins].real.tolist(), "im": spectrum[bins].imag.tolist(), "largest": float(np.abs(spectrum).max())}


def window_case(shape, periodic):
    name = {"rectangular": "boxcar", "blackman-harris": "blackmanharris", "sine": "cosine"}.get(shape, shape)
    return {"shape": shape, "periodic": periodic, "values": get_window(name, 11, fftbins=periodic and shape != "sine").tolist()}


def whisper_case(mel_bins, length_sec):
    signal = (noise(24011, 21, 0.1) + 0.3 * np.sin(2 * np.pi * 440 * np.arange(24011) / 16000)).astype(np.float32)
    extract = WhisperFeatureExtractor(feature_size=mel_bins)
    mel = extract(signal, sampling_rate=16000, padding="max_length" if length_sec else "do_not_pad", return_tensors="np")["input_features"][0].T
    at = [[f, m] for f in range(0, min(len(mel), 152), 15) for m in range(0, mel_bins, 9)]
    return {"melBins": mel_bins, "lengthSec": length_sec, "frames": len(mel), "at": at, "values": [round(float(mel[f, m]), 7) for f, m in at]}


def kaldi_case(name, options):
    signal = (noise(16000, 31, 0.2) + (0.3 * np.sin(2 * np.pi * 300 * np.arange(16000) / 16000))).astype(np.float32)
    opts = knf.FbankOptions()
    opts.frame_opts.dither, opts.mel_opts.num_bins = 0, options.get("melBins", 80)
    for ours, (holder, theirs) in {
        "frameLengthMs": ("frame_opts", "frame_length_ms"), "frameShiftMs": ("frame_opts", "frame_shift_ms"), "preemphasis": ("frame_opts", "preemph_coeff"),
        "removeDcOffset": ("frame_opts", "remove_dc_offset"), "snipEdges": ("frame_opts", "snip_edges"), "lowHz": ("mel_opts", "low_freq"), "highHz": ("mel_opts", "high_freq"),
        "usePower": ("", "use_power"), "useLog": ("", "use_log_fbank"), "useEnergy": ("", "use_energy"), "rawEnergy": ("", "raw_energy"), "htkCompat": ("", "htk_compat"), "energyFloor": ("", "energy_floor"),
    }.items():
        if ours in options:
            setattr(getattr(opts, holder) if holder else opts, theirs, options[ours])
    if "window" in options:
        opts.frame_opts.window_type = {"hann": "hanning"}.get(options["window"], options["window"])
    fbank = knf.OnlineFbank(opts)
    fbank.accept_waveform(16000, (signal * options.get("inputScale", 32768)).tolist())
    fbank.input_finished()
    frames = fbank.num_frames_ready
    rows = sorted({0, 1, frames // 2, frames - 1})
    values = [[round(float(x), 5) for x in fbank.get_frame(r)] for r in rows]
    return {"name": name, "options": options, "frames": frames, "size": len(values[0]), "rows": rows, "values": values}


def make():
    return {
        "madeBy": "tools/golden/features.py",
        "with": {name: metadata.version(name) for name in ["numpy", "scipy", "transformers", "kaldi-native-fbank"]},
        "fft": [fft_case(size) for size in [1, 2, 3, 4, 5, 8, 12, 17, 30, 97, 100, 128, 321, 400, 512, 1000, 1024, 1009, 3600, 4099, 8192]],
        "windows": [window_case(shape, periodic) for shape in ["rectangular", "hann", "hamming", "blackman", "blackman-harris", "sine"] for periodic in [True, False]],
        "whisper": [whisper_case(80, 30), whisper_case(128, 30), whisper_case(80, None)],
        "kaldi": [
            kaldi_case("defaults", {}), kaldi_case("23 bins, Hann", {"melBins": 23, "window": "hann"}), kaldi_case("rectangular, no pre-emphasis, DC kept", {"window": "rectangular", "preemphasis": 0, "removeDcOffset": False}),
            kaldi_case("Blackman, 20/5 ms", {"window": "blackman", "frameLengthMs": 20, "frameShiftMs": 5}), kaldi_case("edges kept", {"snipEdges": False}),
            kaldi_case("band 60 … −400 Hz", {"lowHz": 60, "highHz": -400}), kaldi_case("magnitude", {"usePower": False}), kaldi_case("linear, unit scale", {"useLog": False, "inputScale": 1}),
            kaldi_case("energy first", {"useEnergy": True, "melBins": 40}), kaldi_case("energy last (HTK), of the windowed frame", {"useEnergy": True, "rawEnergy": False, "htkCompat": True, "melBins": 40}),
            kaldi_case("energy floored", {"useEnergy": True, "energyFloor": 1e12, "melBins": 40}),
        ],
    }


def close(a, b):
    if isinstance(a, dict):
        return all(close(a[k], b[k]) for k in a if k != "with")
    if isinstance(a, list):
        return len(a) == len(b) and all(map(close, a, b))
    return abs(a - b) <= 1e-5 * max(1, abs(a)) if isinstance(a, float) or isinstance(b, float) else a == b


if __name__ == "__main__":
    made = json.loads(json.dumps(make()))
    if "--check" in sys.argv:
        if not close(made, json.loads(TARGET.read_text())):
            sys.exit(f"{TARGET} differs from what the published packages give")
    else:
        TARGET.write_text(json.dumps(made, separators=(",", ":")) + "\n")
