"""Makes src/mos/dnsmos.golden.json with librosa and numpy. `--check` compares instead of writing.

pip install numpy==2.4.6 librosa==0.11.0
The 0.8.1 variant is librosa 0.11.0 with the two places where 0.8.1 differs put back: fft_frequencies as a linspace of
bins up to the Nyquist frequency, and reflect padding.
"""
import json, pathlib, sys
import librosa, numpy as np
import librosa.filters

OUT = pathlib.Path(__file__).parent.parent / "src" / "mos" / "dnsmos.golden.json"
ROWS = [0, 1, 12, 23, 24]
BANDS = [0, 1, 10, 37, 60, 119]


def signal(length=4000):
    """Two gliding tones and linear-congruential noise; every step exact in a double."""
    out, state = np.zeros(length), 1
    for n in range(length):
        state = (state * 1103515245 + 12345) % 2**31
        noise = state / 2**30 - 1
        t = n / 16000
        out[n] = 0.3 * np.sin(2 * np.pi * (220 + 400 * t) * t) + 0.1 * np.sin(2 * np.pi * (3000 - 2000 * t) * t) + 0.01 * noise
    return out.astype(np.float32)


def feature(x, pad_mode):
    mel = librosa.feature.melspectrogram(y=x.astype(np.float64), sr=16000, n_fft=321, hop_length=160, n_mels=120, pad_mode=pad_mode)
    return ((librosa.power_to_db(mel, ref=np.max) + 40) / 40).T


def variant(pad_mode):
    filters = librosa.filters.mel(sr=16000, n_fft=321, n_mels=120)
    mel = feature(signal(), pad_mode)
    return {
        "filters": {str(b): {"firstBin": int(np.argmax(filters[b] > 0)), "weights": [float(f"{w:.9g}") for w in filters[b] if w > 0]} for b in BANDS},
        "shape": list(mel.shape),
        "rows": {str(r): [round(float(v), 6) for v in mel[r]] for r in ROWS},
    }


new = variant("constant")
stock = librosa.filters.fft_frequencies
librosa.filters.fft_frequencies = lambda *, sr, n_fft: np.linspace(0, float(sr) / 2, 1 + n_fft // 2)
old = variant("reflect")
librosa.filters.fft_frequencies = stock
polynomials = {"sig": [-0.08397278, 1.22083953, 0.0052439], "bak": [-0.13166888, 1.60915514, -0.39604546], "ovrl": [-0.06766283, 1.11546468, 0.04602535]}
raws = [1.0, 2.345678, 3.5, 4.193796634674072, 5.0]


def segments(length):
    """Start seconds that dnsmos_local.py (microsoft/DNS-Challenge 591184a) scores: its arithmetic, in its order."""
    hops = int(np.floor(length / 16000) - 9.01) + 1
    bounds = [(int(i * 16000), min(length, int((i + 9.01) * 16000))) for i in range(hops)]
    return [start // 16000 for start, end in bounds if end - start >= int(9.01 * 16000)]


golden = {
    "madeBy": "goldens/make-dnsmos-golden.py",
    "with": f"librosa {librosa.__version__}, numpy {np.__version__}",
    "librosa-0.8.1": old,
    "librosa-0.11": new,
    "segments": [[length, segments(length)] for length in (144160, 159999, 160000, 175999, 176000, 176160, 192000, 272000, 288000, 288160, 304160, 480000, 960160)],
    "polynomials": {name: [[raw, float(np.poly1d(c)(raw))] for raw in raws] for name, c in polynomials.items()},
}
text = json.dumps(golden) + "\n"
if "--check" in sys.argv:
    sys.exit(0 if OUT.read_text() == text else "dnsmos.golden.json differs from what these versions make")
OUT.write_text(text)
