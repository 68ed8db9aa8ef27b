const { accessSync, constants } = require("node:fs");
const path = require("node:path");

/**
 * The path by which a program was called, also one of its links: the shell tells no more than the word that was
 * typed. `own` is the file itself, for when the word leads nowhere.
 */
function calledAs(word, own, env) {
  if (word.includes(path.sep)) return path.resolve(word);
  for (const folder of (env.PATH ?? "").split(path.delimiter)) {
    const file = path.join(folder, word);
    if (folder !== "" && canRun(file)) return path.resolve(file);
  }
  return own;
}

function canRun(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

module.exports = { calledAs };
