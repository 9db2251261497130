// JavaScript: run it with ./python.mjs (see README.md).
require("./stand-in/api-v2.cjs");
