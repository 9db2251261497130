"""Designs the low-pass curve of `resample` at quality "high": libs/audio/src/resample/flat-curve.ts holds what this prints.
numpy 2.4.6.  python3 tools/golden/resample-prototype.py > libs/audio/src/resample/flat-curve.ts

The curve is a sum of cosines under a Kaiser window of 77.3 / f1 seconds, f1 being the lower Nyquist frequency: one curve for every pair of rates. Its response is to be 1 to 0.0009 dB up to
0.913 f1 and exactly 1 at 0, and below -141 dB from f1 on, falling further with the frequency. Least squares, weighed anew again and again by the error (Lawson's algorithm), tend to the smallest largest error.
"""
import numpy as np

WIDTH, BETA, PASS, STOP = 77.3, 2, 0.913, 1.0
PASS_ERROR, STOP_LEVEL, FALL, EXTRA, ROUNDS = 10 ** (0.0009 / 20) - 1, 10 ** (-141 / 20), 1.0, 4, 150


def window_response(f):
    """Fourier transform of I0(beta sqrt(1 - (2t / width)^2)), Kaiser's window without its factor."""
    a = BETA * BETA - (np.pi * f * WIDTH) ** 2
    root = np.sqrt(np.abs(a))
    return WIDTH * np.where(a > 0, np.sinh(np.minimum(root, 700)) / np.maximum(root, 1e-300), np.sinc(root / np.pi))


terms = np.arange(int(np.ceil(WIDTH * STOP)) + EXTRA + 1) / WIDTH
wide = terms[-1] + 1
pass_f = np.linspace(0, PASS, int(6 * WIDTH * PASS))
stop_f = np.concatenate([np.linspace(STOP, wide, int(8 * WIDTH * (wide - STOP))), np.geomspace(wide, 200, 400)])
response = lambda f: window_response(f[:, None] - terms) + window_response(f[:, None] + terms)
pass_weight, stop_weight = np.full(len(pass_f), 1 / PASS_ERROR), (stop_f / STOP) ** FALL / STOP_LEVEL
matrix = np.vstack([response(pass_f) * pass_weight[:, None], response(stop_f) * stop_weight[:, None]])
target = np.concatenate([pass_weight, np.zeros(len(stop_f))])
share, best = np.ones(len(target)) / len(target), (np.inf, None)
for _ in range(ROUNDS):
    share[0] = 100  # frequency 0
    root = np.sqrt(share)
    c, *_ = np.linalg.lstsq(matrix * root[:, None], target * root, rcond=1e-15)
    error = np.abs(matrix @ c - target)
    if error.max() < best[0]:
        best = (error.max(), c)
    share = share * (error + 1e-3 * error.max())
    share /= share.sum()
worst, c = best
print(f"""// Made by tools/golden/resample-prototype.py (numpy {np.__version__}), which says what it is designed for; its largest error is {20 * np.log10(worst):.2f} dB beside what it asks.

/** Half of the curve's width, in units of 1 / (lower Nyquist frequency). */
export const FLAT_HALF_WIDTH = {WIDTH / 2};
/** Of its Kaiser window. */
export const FLAT_BETA = {BETA};
/** Weights of `cos(2π · k · t / width)` under the window, k from 0. */
export const FLAT_WEIGHTS = [
""" + "".join("  " + ", ".join(repr(float(x)) for x in c[i:i + 6]) + ",\n" for i in range(0, len(c), 6)) + "] as const;")
