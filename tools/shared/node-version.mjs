// Imported before anything newer than Node 14 is: an old Node gets a sentence, not a syntax error.
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`Node.js 20.19 or newer is needed; this is ${process.versions.node} (${process.execPath}).`);
  console.error('Install the current LTS from your package manager, nvm ("nvm install --lts") or the Node.js site, then run the same command again.');
  process.exit(4);
}
