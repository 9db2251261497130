#!/usr/bin/env python3
"""Makes libs/audio/src/measure/wada.golden.json by numpy; with --check it compares, and holds the table against the integral that it stands for.

pip install numpy scipy. WADA SNR: C. Kim and R. M. Stern, "Robust signal-to-noise ratio estimation based on waveform amplitude distribution analysis", Interspeech 2008.
"""
import importlib.metadata as metadata
import json
import pathlib
import sys
import wave

import numpy as np

ROOT = pathlib.Path(__file__).resolve().parents[2]
TARGET = ROOT / "libs/audio/src/measure/wada.golden.json"
DATA = ROOT.parent / "shared/data"
DB = np.arange(-20, 101)
G = np.array([
    0.40974774, 0.40986926, 0.40998566, 0.40969089, 0.40986186, 0.40999006, 0.41027138, 0.41052627, 0.41101024, 0.41143264, 0.41231718, 0.41337272, 0.41526426, 0.4178192, 0.42077252,
    0.42452799, 0.42918886, 0.43510373, 0.44234195, 0.45161485, 0.46221153, 0.47491647, 0.48883809, 0.50509236, 0.52353709, 0.54372088, 0.56532427, 0.58847532, 0.61346212, 0.63954496,
    0.66750818, 0.69583724, 0.72454762, 0.75414799, 0.78323148, 0.81240985, 0.84219775, 0.87166406, 0.90030504, 0.92880418, 0.95655449, 0.9835349, 1.01047155, 1.0362095, 1.06136425,
    1.08579312, 1.1094819, 1.13277995, 1.15472826, 1.17627308, 1.19703503, 1.21671694, 1.23535898, 1.25364313, 1.27103891, 1.28718029, 1.30302865, 1.31839527, 1.33294817, 1.34700935,
    1.3605727, 1.37345513, 1.38577122, 1.39733504, 1.40856397, 1.41959619, 1.42983624, 1.43958467, 1.44902176, 1.45804831, 1.46669568, 1.47486938, 1.48269965, 1.49034339, 1.49748214,
    1.50435106, 1.51076426, 1.51698915, 1.5229097, 1.528578, 1.53389835, 1.5391211, 1.5439065, 1.54858517, 1.55310776, 1.55744391, 1.56164927, 1.56566348, 1.56938671, 1.57307767,
    1.57654764, 1.57980083, 1.58304129, 1.58602496, 1.58880681, 1.59162477, 1.5941969, 1.59693155, 1.599446, 1.60185011, 1.60408668, 1.60627134, 1.60826199, 1.61004547, 1.61192472,
    1.61369656, 1.61534074, 1.61688905, 1.61838916, 1.61985374, 1.62135878, 1.62268119, 1.62390423, 1.62513143, 1.62632463, 1.6274027, 1.62842767, 1.62945532, 1.6303307, 1.63128026,
    1.63204102,
])


def wada(samples):
    size = np.abs(samples.astype(np.float64)) / np.abs(samples).max()
    size[size < 1e-10] = 1e-10
    return float(np.interp(np.log(size.mean()) - np.log(size).mean(), np.maximum.accumulate(G), DB))


def noise(count, seed, amplitude=1.0):
    """The tests' generator (libs/audio/test/signals.ts): Numerical Recipes' LCG, upper 16 bits."""
    out, state = np.empty(count), seed & 0xFFFFFFFF
    for i in range(count):
        state = (state * 1664525 + 1013904223) & 0xFFFFFFFF
        out[i] = amplitude * (((state >> 16) - 32768) / 32768)
    return out


def read(path):
    with wave.open(str(path)) as file:
        return np.frombuffer(file.readframes(file.getnframes()), "<i2") / 32768


def make():
    made = [{"noise": None, "power": p, "db": round(wada((np.sign(x) * np.abs(x) ** p).astype(np.float32)), 3)} for x in [noise(20000, 41)] for p in [0.5, 1, 2, 3, 5, 8, 12]]
    files = []
    for path in sorted(DATA.glob("ljspeech/wavs/*.wav"))[::3]:
        clean = read(path)
        for amplitude in [0, 0.003, 0.03, 0.2]:
            mixed = (clean + noise(len(clean), 43, amplitude)).astype(np.float32)
            files.append({"file": str(path.relative_to(DATA)), "amplitude": amplitude, "db": round(wada(mixed), 3)})
    return {"madeBy": "tools/golden/wada.py", "with": {"numpy": metadata.version("numpy")}, "made": [{k: v for k, v in m.items() if k != "noise"} for m in made], "files": files}


def check_table():
    """G = ln E|z| − E ln |z| of z = s + n, s gamma (0.4) with a random sign, n normal; by a large seeded sample."""
    random = np.random.default_rng(1)
    speech = random.gamma(0.4, size=4_000_000) * random.choice([-1.0, 1.0], size=4_000_000)
    speech /= np.sqrt(np.mean(speech**2))
    normal = random.standard_normal(speech.size)
    for db in range(-20, 61, 5):
        size = np.abs(speech + normal * 10 ** (-db / 20))
        g = np.log(size.mean()) - np.log(size).mean()
        if abs(g - G[db + 20]) > 0.005:
            sys.exit(f"the table has {G[db + 20]} at {db} dB; the distribution gives {g:.5f}")


if __name__ == "__main__":
    made = json.loads(json.dumps(make()))
    if "--check" in sys.argv:
        check_table()
        kept = json.loads(TARGET.read_text())
        pairs = list(zip(made["made"] + made["files"], kept["made"] + kept["files"]))
        if len(pairs) != len(kept["made"]) + len(kept["files"]) or any(abs(a["db"] - b["db"]) > 0.002 for a, b in pairs):
            sys.exit(f"{TARGET} differs from what numpy gives")
    else:
        TARGET.write_text(json.dumps(made, separators=(",", ":")) + "\n")
