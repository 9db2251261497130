// JavaScript: run it with ../python.mjs (see ../README.md).
require("../stand-in/s2-train.cjs");
