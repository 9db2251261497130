"""Makes src/mos/resample-kaiser-best.golden.json with resampy. `--check` compares instead of writing.

pip install numpy==2.4.6 numba six 'setuptools<81' && pip install --no-deps resampy==0.2.2
"""
import json, pathlib, sys
import numpy as np, resampy

OUT = pathlib.Path(__file__).parent.parent / "src" / "mos" / "resample-kaiser-best.golden.json"
LENGTH = 3001
n = np.arange(LENGTH)
x = (0.5 * np.sin(n * 0.05 + n * n * 0.0003) + 0.2 * np.sin(n * 1.7)).astype(np.float32).astype(np.float64)
cases = []
for rate in (8000, 22050, 24000, 44100, 48000):
    y = resampy.resample(x, rate, 16000)
    at = sorted({0, 1, 2, 50, len(y) // 3, len(y) // 2, len(y) - 40, len(y) - 2, len(y) - 1} | set(range(320, min(330, len(y)))))
    cases.append({"fromHz": rate, "length": len(y), "samples": [[i, float(f"{y[i]:.9g}")] for i in at]})
text = json.dumps({"madeBy": "goldens/make-resample-golden.py", "with": f"resampy {resampy.__version__}, numpy {np.__version__}", "input": "0.5 sin(0.05 n + 0.0003 n²) + 0.2 sin(1.7 n), n < 3001, float32", "cases": cases}) + "\n"
if "--check" in sys.argv:
    sys.exit(0 if OUT.read_text() == text else "the golden differs from what these versions make")
OUT.write_text(text)
