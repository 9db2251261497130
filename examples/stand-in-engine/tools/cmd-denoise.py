// JavaScript: run it with ../python.mjs (see ../README.md).
require("../stand-in/clean.cjs")("denoise");
