/** Something that the user can do something about: shown as one line, without a stack. */
export class SetupFailure extends Error {}

/** What the system refuses, and what the user can do about it. */
const ADVICE = {
  EACCES: "this user must be able to write there",
  EROFS: "the file system is read-only",
  ENOSPC: "the disk is full: make room",
};

/** Runs `main`, and ends the process with its exit code, or with 1 and one clear line. */
export async function runMain(main) {
  try {
    process.exitCode = await main();
  } catch (error) {
    const advice = ADVICE[error.code];
    if (!(error instanceof SetupFailure) && advice === undefined) throw error;
    console.error(`stowage: ${error.message}${advice === undefined ? "" : `: ${advice}`}`);
    process.exitCode = 1;
  }
}
