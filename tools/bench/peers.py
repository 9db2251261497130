# The peers in one process: a line of JSON in, a line of JSON out with wall and CPU seconds of one run. Started by peers.mjs with the bench's own venv.
import json, os, resource, subprocess, sys, time

real_stdout = sys.stdout
sys.stdout = sys.stderr  # what a library prints must not enter the replies
kept = {}


def keep(key, make):
    if key not in kept:
        kept[key] = make()
    return kept[key]


def samples(path):
    import numpy as np
    return keep(path, lambda: np.fromfile(path, dtype=np.float32))


def soxr_job(job):
    import soxr
    x = samples(job["path"])
    return lambda: len(soxr.resample(x, job["from"], job["to"], quality=job["quality"]))


def loudness_job(job):
    import numpy as np, pyloudnorm
    x = keep(job["path"] + " f64", lambda: samples(job["path"]).astype(np.float64))
    return lambda: pyloudnorm.Meter(job["rate"]).integrated_loudness(x)


def slice_job(job):
    sys.path.insert(0, os.path.join(job["checkout"], "tools"))
    import slicer2
    x = samples(job["path"])
    return lambda: [[int(begin), int(end)] for _, begin, end in slicer2.Slicer(job["rate"], **job["options"]).slice(x)]


def fbank_job(job):
    import kaldi_native_fbank as knf
    options = knf.FbankOptions()
    options.frame_opts.samp_freq = job["rate"]
    options.frame_opts.dither = 0
    options.mel_opts.num_bins = 80
    x = keep(job["path"] + " int16 scale", lambda: samples(job["path"]) * 32768)

    def run():
        fbank = knf.OnlineFbank(options)
        fbank.accept_waveform(job["rate"], x)
        fbank.input_finished()
        frames = fbank.num_frames_ready
        picked = [fbank.get_frame(i) for i in range(frames)]
        return [frames, [float(v) for v in picked[frames // 2]]]

    return run


def slice_audio_job(job):
    """tools/slice_audio.py of a checkout, as the web page starts it: `parts` processes. It imports gradio and pandas and uses neither here: empty stand-ins leave their seconds of loading out."""
    import shutil, tempfile
    stubs = keep("stubs", lambda: tempfile.mkdtemp(dir=job["work"]))
    for name in ("gradio", "pandas"):
        open(os.path.join(stubs, name + ".py"), "w").close()
    env = dict(os.environ, PYTHONPATH=os.pathsep.join([job["checkout"], stubs]), PYTHONDONTWRITEBYTECODE="1")
    command = [sys.executable, "-s", "tools/slice_audio.py", job["input"], job["output"], *[str(v) for v in job["options"]], "0.9", "0.25"]

    def run():
        shutil.rmtree(job["output"], ignore_errors=True)
        children = [subprocess.Popen([*command, str(i), str(job["parts"])], cwd=job["checkout"], env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) for i in range(job["parts"])]
        for child in children:
            said = child.communicate()[0]
            if child.returncode != 0 or "->fail->" in said:
                raise RuntimeError(said[-2000:])
        return len(os.listdir(job["output"]))

    return run


def jiwer_job(job):
    import jiwer
    pairs = keep(job["path"], lambda: json.load(open(job["path"], encoding="utf8")))
    refs, hyps = [p["reference"] for p in pairs], [p["hypothesis"] for p in pairs]
    return lambda: [jiwer.wer(refs, hyps), jiwer.cer(refs, hyps)]


def dnsmos_job(job):
    """The flow of microsoft/DNS-Challenge 591184a, DNSMOS/dnsmos_local.py, not personalised, with current librosa's keyword arguments."""
    import librosa, numpy as np, onnxruntime

    def session(name):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        return onnxruntime.InferenceSession(os.path.join(job["models"], name), options, providers=["CPUExecutionProvider"])

    p835, p808 = keep("p835", lambda: session("sig_bak_ovr.onnx")), keep("p808", lambda: session("model_v8.onnx"))
    curves = {"sig": [-0.08397278, 1.22083953, 0.0052439], "bak": [-0.13166888, 1.60915514, -0.39604546], "ovrl": [-0.06766283, 1.11546468, 0.04602535]}

    def mel(x):
        spec = librosa.feature.melspectrogram(y=x, sr=16000, n_fft=321, hop_length=160, n_mels=120)
        return ((librosa.power_to_db(spec, ref=np.max) + 40) / 40).T

    def score(path):
        x = samples(path)
        if job["rate"] != 16000:
            x = librosa.resample(x, orig_sr=job["rate"], target_sr=16000)
        need = int(9.01 * 16000)
        while len(x) < need:
            x = np.append(x, x)
        rows = []
        for i in range(int(np.floor(len(x) / 16000) - 9.01) + 1):
            part = x[i * 16000:int((i + 9.01) * 16000)]
            if len(part) < need:
                continue
            raw = p835.run(None, {"input_1": part.astype("float32")[np.newaxis]})[0][0]
            mos = p808.run(None, {"input_1": mel(part[:-160]).astype("float32")[np.newaxis]})[0][0][0]
            rows.append([np.polyval(curves[name], value) for name, value in zip(("sig", "bak", "ovrl"), raw)] + [mos])
        return [float(v) for v in np.mean(rows, axis=0)]

    return lambda: [score(path) for path in job["paths"]]


def speaker_job(job):
    """The reference flow of ../shared/models/speaker-ge2e: soxr to 16 kHz, windows of 25 600 samples every 12 800, one run a clip, mean, unit length."""
    import numpy as np, onnxruntime, soxr

    def open_session():
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        return onnxruntime.InferenceSession(job["model"], options, providers=["CPUExecutionProvider"])

    session = keep(job["model"], open_session)

    def embed(path, start, length):
        x = soxr.resample(samples(path)[start:start + length], job["rate"], 16000, quality="VHQ")
        starts = range(0, max(1, (len(x) - 25600) // 12800 + 1) * 12800, 12800)
        batch = np.stack([np.pad(x[s:s + 25600], (0, max(0, 25600 - len(x[s:s + 25600])))) for s in starts]).astype(np.float32)
        mean = session.run(None, {"waveform": batch})[0].mean(axis=0)
        return mean / np.linalg.norm(mean)

    return lambda: [[float(v) for v in embed(job["path"], start, length)[:4]] for start, length in job["clips"]]


def command_job(job):
    return lambda: subprocess.run(job["command"], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=True).stderr[-2000:]


def versions_job(job):
    from importlib.metadata import version
    return lambda: {name: version(name) for name in job["names"]}


jobs = {"fbank": fbank_job, "slice-audio": slice_audio_job, "soxr": soxr_job, "loudness": loudness_job, "slice": slice_job, "jiwer": jiwer_job, "dnsmos": dnsmos_job, "speaker": speaker_job, "command": command_job, "versions": versions_job}


def cpu():
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


for line in sys.stdin:
    job = json.loads(line)
    try:
        run = jobs[job["job"]](job)
        wall, used = time.perf_counter(), cpu()
        result = run()
        reply = {"wallSec": time.perf_counter() - wall, "cpuSec": cpu() - used, "result": result}
    except Exception as error:
        reply = {"error": f"{type(error).__name__}: {error}"}
    real_stdout.write(json.dumps(reply) + "\n")
    real_stdout.flush()
