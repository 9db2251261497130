"""Writes the goldens of @voxtune/text, or checks them with --check.

    pip install jiwer==4.0.0 zhon==2.1.1 zhconv==1.4.3
    python golden/make_goldens.py PATH_TO_GPT_SOVITS_CHECKOUT [--check]
"""
import importlib.metadata
import importlib.util
import json
import pathlib
import random
import string
import subprocess
import sys

import jiwer
import zhconv
import zhon.hanzi

SRC = pathlib.Path(__file__).resolve().parent.parent / "src"


def error_rate_pairs():
    rng = random.Random(20260101)
    words = "the cat sat on a mat and then it's gone to you're café naïve one two three".split()
    han = list("你好我是客服请问有什么可以帮您的吗一二三四")
    pairs = [("", ""), ("a b", ""), ("", "a b"), ("a b", "b a"), ("a b c", "c a b"), ("a", "a"), ("VIP 会员", "vip 会员"), ("a b c d e f", "x")]
    for _ in range(140):
        ref = [rng.choice(words) for _ in range(rng.randint(1, 18))]
        pairs.append((" ".join(ref), " ".join(damage(rng, ref, words))))
    for _ in range(80):
        ref = [rng.choice(han) for _ in range(rng.randint(1, 24))]
        pairs.append((" ".join(ref), " ".join(damage(rng, ref, han))))
    return pairs


def damage(rng, tokens, vocabulary):
    rate = rng.choice([0.0, 0.1, 0.3, 0.7])
    out = []
    for token in tokens:
        kind = rng.random()
        if kind < rate / 3:
            continue
        out.append(rng.choice(vocabulary) if kind < 2 * rate / 3 else token)
        if kind > 1 - rate / 3:
            out.append(rng.choice(vocabulary))
    return out


def error_rates():
    cases = []
    for ref, hyp in error_rate_pairs():
        w, c = jiwer.process_words(ref, hyp), jiwer.process_characters(ref, hyp)
        cases.append({"reference": ref, "hypothesis": hyp,
                      "word": [w.wer, w.hits, w.substitutions, w.insertions, w.deletions],
                      "character": [c.cer, c.hits, c.substitutions, c.insertions, c.deletions]})
    full = [(case["reference"], case["hypothesis"]) for case in cases if case["reference"]]
    refs, hyps = [list(side) for side in zip(*full)]
    return {"madeBy": "jiwer", "version": importlib.metadata.version("jiwer"), "rapidfuzz": importlib.metadata.version("rapidfuzz"),
            "corpus": {"wer": jiwer.wer(refs, hyps), "cer": jiwer.cer(refs, hyps)}, "cases": cases}


SEED_PAIRS = [
    ("en", "It's 5 o'clock, isn't it?", "its five o'clock isn't it"), ("en", "Hello,  World!", "hello world"), ("en", "well-known “quotes” (here)", "well known quotes here"),
    ("en", "Don’t stop", "don't stop"), ("en", "A  B   C", "a b c"), ("en", "e.g. 3.5%", "eg 35"),
    ("zh", "您好，请问有什么可以帮您？", "您好請問有什麼可以幫您"), ("zh", "VIP会员 8折", "vip 会员 8 折"), ("zh", "后来头发干了。", "後來頭髮乾了"),
    ("zh", "手机号13800138000", "手机号幺三八零零一三八零零零"), ("zh", "《条款》第“三”条——说明……", "条款第三条说明"), ("zh", "好", "好的好的"), ("zh", "价格：99.5元／月", "价格九十九点五元每月"),
]


def seed_rate(language, truth, hypothesis):
    if language == "zh":
        hypothesis = zhconv.convert(hypothesis, "zh-cn")
    for mark in zhon.hanzi.punctuation + string.punctuation:
        if mark != "'":
            truth, hypothesis = truth.replace(mark, ""), hypothesis.replace(mark, "")
    truth, hypothesis = truth.replace("  ", " "), hypothesis.replace("  ", " ")
    if language == "zh":
        truth, hypothesis = " ".join(truth), " ".join(hypothesis)
    else:
        truth, hypothesis = truth.lower(), hypothesis.lower()
    return jiwer.wer(truth, hypothesis)


def seeds():
    versions = {name: importlib.metadata.version(name) for name in ("jiwer", "zhon", "zhconv")}
    return {"madeBy": "the steps of seed-tts-eval 752f429 run_wer.py", "version": versions,
            "cases": [{"language": language, "reference": truth, "hypothesis": hypothesis, "wer": seed_rate(language, truth, hypothesis)} for language, truth, hypothesis in SEED_PAIRS]}


CUT_TEXTS = [
    "你好，我是小明。你好，我是小红。你好，我是小刚。你好，我是小张。",
    "您好，这里是客户服务中心，请问有什么可以帮您？请您提供一下订单号码，我马上为您查询。好的，请稍等……感谢您的耐心等待——查询结果已经出来了！",
    "Hello. Version 3.5 costs 12.50 dollars. Is that ok? Yes!", "...", "…", "！？", "，。", "一句话", "a.b.c", "1.2.3.4", "第①.②项", "٣.٤",
    "第一行\n第二行，还有。第三行\n\n", "\n\n开头", "。。。你好。。", "...hi...", "A, B; C: D! E? F… G、H；I", "没有标点的一段很长很长的话" * 6,
    "短。" * 40, "中等长度的一句话。" * 13, "一，二，三，四，五", "一，二，三，四，五，六，七，八，九", "一，二，三，四，五，六，七，八", "——", "好——吧……行", "  ", " . - ",
    "😀你好，😀再见。", "价格是3.14元。今天.明天", "x" * 51 + "," + "y" * 49, "x" * 51 + "," + "y" * 50, "全角：冒号~波浪",
]


def cuts(checkout):
    path = pathlib.Path(checkout) / "GPT_SoVITS/TTS_infer_pack/text_segmentation_method.py"
    spec = importlib.util.spec_from_file_location("segmentation", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    commit = subprocess.run(["git", "-C", checkout, "rev-parse", "--short=7", "HEAD"], capture_output=True, text=True).stdout.strip() or "48b1a01"
    cases = []
    for text in CUT_TEXTS:
        lines = {}
        for name in module.get_method_names():
            try:
                lines[name] = [line for line in module.get_method(name)(text).split("\n") if line != ""]
            except IndexError:
                lines[name] = []  # the engine raises on text that is empty after stripping
        cases.append({"text": text, "lines": lines})
    return {"madeBy": "GPT-SoVITS TTS_infer_pack/text_segmentation_method.py", "version": commit, "cases": cases}


def main():
    checkout = sys.argv[1]
    wrong = []
    for name, golden in (("error-rate", error_rates()), ("seed", seeds()), ("cut-sentences", cuts(checkout))):
        path = SRC / f"{name}.golden.json"
        text = json.dumps(golden, ensure_ascii=False, indent=None, separators=(",", ":")).replace('{"reference"', '\n{"reference"').replace('{"text"', '\n{"text"').replace('{"language"', '\n{"language"') + "\n"
        if "--check" not in sys.argv:
            path.write_text(text, encoding="utf-8")
        elif path.read_text(encoding="utf-8") != text:
            wrong.append(path.name)
    if wrong:
        sys.exit(f"differs from what is stored: {', '.join(wrong)}")


main()
