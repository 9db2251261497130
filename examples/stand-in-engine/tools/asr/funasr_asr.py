// JavaScript: run it with ../../python.mjs (see ../../README.md).
require("../../stand-in/asr.cjs")("funasr_asr.py");
