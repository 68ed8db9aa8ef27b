/** Something that the user can do something about: shown as one line, without a stack. */
export class SetupFailure extends Error {}

/** Runs `main`, and ends the process with its exit code, or with 1 and one clear line. */
export async function runMain(main) {
  try {
    process.exitCode = await main();
  } catch (error) {
    if (!(error instanceof SetupFailure)) throw error;
    console.error(`stowage: ${error.message}`);
    process.exitCode = 1;
  }
}
