// JavaScript: run it with ../../python.mjs (see ../../README.md).
require("../../stand-in/asr.cjs")("fasterwhisper_asr.py");
