"""Writes libs/dataset/src/transcript/formats.golden.json: transcript files as the reference tool of each format writes them.

python3 -m venv venv && venv/bin/pip install praatio==6.2.2 TextGrid==1.6.1 lhotse==1.33.0 pysrt==1.1.2 webvtt-py==0.6.0
venv/bin/python tools/golden/transcripts.py [--check | --read DIR]

--read DIR: has the same tools read what `voxtune export` wrote into DIR, and prints what they understood (what the test compares is in the library's own tests).
"""
import base64, contextlib, csv, importlib.metadata, io, json, pathlib, platform, sys, tempfile

OUT = pathlib.Path(__file__).parents[2] / "libs/dataset/src/transcript/formats.golden.json"
# Ours: words with what formats trip over: quotes, commas, line breaks of a subtitle, Chinese.
ROWS = [(0.5, 2.25, 'Hello, "world"'), (2.75, 4.125, "您好，歡迎來到我們的客服中心。"), (5.0, 7.5, "It's 3 < 4 & done.")]
version = importlib.metadata.version


def textgrids(folder):
    from praatio import textgrid as praatio
    from praatio.utilities.constants import Interval
    import textgrid
    made = {}
    grid = praatio.Textgrid()
    grid.addTier(praatio.IntervalTier("utterances", [Interval(*row) for row in ROWS], 0, 8))
    grid.addTier(praatio.IntervalTier("phones", [Interval(0.5, 1.0, "HH")], 0, 8))
    grid.addTier(praatio.PointTier("marks", [(1.5, "tone")], 0, 8))
    for form in ("long_textgrid", "short_textgrid"):
        path = folder / f"{form}.TextGrid"
        grid.save(str(path), format=form, includeBlankSpaces=True)
        made[f"praatio {form}"] = path.read_text("utf-8")
    other = textgrid.TextGrid(maxTime=8)
    tier = textgrid.IntervalTier(name="text", maxTime=8)
    for row in ROWS:
        tier.add(*row)
    other.append(tier)
    other.write(str(folder / "other.TextGrid"))
    made["textgrid"] = (folder / "other.TextGrid").read_text("utf-8")
    return made


def subtitles(folder):
    import pysrt, webvtt
    srt = pysrt.SubRipFile()
    for at, (start, end, text) in enumerate(ROWS, 1):
        item = pysrt.SubRipItem(index=at, text=text)
        item.start.ordinal, item.end.ordinal = round(start * 1000), round(end * 1000)
        srt.append(item)
    srt.save(str(folder / "a.srt"), encoding="utf-8")
    vtt = webvtt.WebVTT()
    stamp = lambda sec: f"00:00:{sec:06.3f}"
    for start, end, text in ROWS:
        vtt.captions.append(webvtt.Caption(stamp(start), stamp(end), text.replace("&", "&amp;").replace("<", "&lt;")))
    vtt.save(str(folder / "a.vtt"))
    return {"pysrt": (folder / "a.srt").read_text("utf-8"), "webvtt-py": (folder / "a.vtt").read_text("utf-8")}


def lhotse_manifests(folder):
    from lhotse import CutSet, MonoCut, Recording, RecordingSet, SupervisionSegment, SupervisionSet
    from lhotse.audio import AudioSource
    recording = Recording(id="rec-1", sources=[AudioSource(type="file", channels=[0], source="audio/rec-1.wav")], sampling_rate=16000, num_samples=128000, duration=8.0)
    segments = [SupervisionSegment(id=f"s{at}", recording_id="rec-1", start=start, duration=end - start, channel=0, text=text, language="zh" if at == 1 else "English", speaker="ann") for at, (start, end, text) in enumerate(ROWS)]
    made = {}
    for name, manifest in (("recordings", RecordingSet.from_recordings([recording])), ("supervisions", SupervisionSet.from_segments(segments)),
                           ("cuts", CutSet.from_cuts([MonoCut(id="c", start=0.25, duration=7.5, channel=0, recording=recording, supervisions=[s.with_offset(-0.25) for s in segments])]))):
        path = folder / f"{name}.jsonl"
        manifest.to_file(str(path))
        made[f"lhotse {name}"] = path.read_text("utf-8")
    return made


def tables():
    made = {}
    for name, dialect, newline in (("python csv", "excel", "\r\n"), ("python csv unix", "unix", "\n")):
        out = io.StringIO(newline="")
        writer = csv.writer(out, dialect=dialect)
        writer.writerow(["file_name", "transcription", "speaker_id"])
        for at, (_, _, text) in enumerate(ROWS):
            writer.writerow([f"audio/{at}.wav", text, "ann"])
        writer.writerow(["audio/3.wav", "two\nlines", "ann"])
        made[name] = out.getvalue()
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter="\t", quoting=csv.QUOTE_NONE, quotechar=None, lineterminator="\n")
    writer.writerow(["client_id", "path", "sentence"])  # the columns of Common Voice's TSV
    for at, (_, _, text) in enumerate(ROWS):
        writer.writerow(["ann", f"{at}.mp3", text])
    made["python csv tab"] = out.getvalue()
    return made


def encodings():
    traditional, simplified = "您好，歡迎來到我們的客服中心。\n請問有什麼可以幫您？", "您好，欢迎来到我们的客服中心。\n请问有什么可以帮您？"
    texts = {"gbk": simplified, "gb18030": simplified, "big5": traditional, "shift_jis": "お電話ありがとうございます。\n本日はどのようなご用件でしょうか。", "euc-kr": "안녕하세요 고객님.\n무엇을 도와드릴까요?",
             "utf-16": traditional, "utf-16-be": "\ufeff" + traditional, "utf-16-le": "a.wav|ann|EN|Hello there.\nb.wav|ann|ZH|" + simplified}
    return {name: {"text": text, "base64": base64.b64encode(text.encode(name)).decode()} for name, text in texts.items()}


def make():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        return {"madeBy": "tools/golden/transcripts.py", "with": {p: version(p) for p in ("praatio", "TextGrid", "pysrt", "webvtt-py", "lhotse")} | {"python": platform.python_version()},
                "rows": [list(row) for row in ROWS], "files": textgrids(folder) | subtitles(folder) | lhotse_manifests(folder) | tables(), "encodings": encodings()}


def read(folder):
    """What the reference tools make of exported files; raises where one refuses them."""
    from praatio import textgrid as praatio
    import pysrt, textgrid, webvtt
    found = {}
    for path in sorted(folder.rglob("*")):
        where = str(path.relative_to(folder))
        if path.suffix == ".TextGrid":
            grid = praatio.openTextgrid(str(path), includeEmptyIntervals=False)
            found[where] = [[e.start, e.end, e.label] for e in grid.getTier(grid.tierNames[0]).entries]
            assert len(found[where]) == sum(1 for i in textgrid.TextGrid.fromFile(str(path))[0] if i.mark)
        elif path.suffix == ".srt":
            found[where] = [[i.start.ordinal / 1000, i.end.ordinal / 1000, i.text] for i in pysrt.open(str(path))]
        elif path.suffix == ".vtt":
            found[where] = [[c.start_in_seconds, c.end_in_seconds, c.text] for c in webvtt.read(str(path))]
        elif path.name == "cuts.jsonl.gz":
            from lhotse import CutSet, load_manifest, validate_recordings_and_supervisions
            cuts = CutSet.from_file(str(path))
            validate_recordings_and_supervisions(load_manifest(str(path.parent / "recordings.jsonl.gz")), load_manifest(str(path.parent / "supervisions.jsonl.gz")))
            found[where] = [[c.id, c.duration, c.supervisions[0].text] for c in cuts]
        elif path.name == "wav.scp":
            from lhotse.kaldi import load_kaldi_data_dir
            with contextlib.chdir(path.parent):  # wav.scp holds paths relative to its folder
                recordings, supervisions, _ = load_kaldi_data_dir(".", sampling_rate=32000)
            found[where] = [[s.id, s.speaker, s.text] for s in supervisions]
        elif path.suffix in (".csv", ".tsv"):
            found[where] = list(csv.reader(path.open(encoding="utf-8", newline=""), **({"delimiter": "\t", "quoting": csv.QUOTE_NONE} if path.suffix == ".tsv" else {"delimiter": "|", "quoting": csv.QUOTE_NONE})))
    return found


if __name__ == "__main__":
    if "--read" in sys.argv:
        print(json.dumps(read(pathlib.Path(sys.argv[-1])), ensure_ascii=False, indent=1))
        sys.exit(0)
    text = json.dumps(make(), ensure_ascii=False, indent=1) + "\n"
    if "--check" in sys.argv:
        sys.exit(0 if text == OUT.read_text("utf-8") else "the golden differs")
    OUT.write_text(text, "utf-8")
