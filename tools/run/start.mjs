import { runMain } from "./failure.mjs";
import { setUp } from "./setup.mjs";
import { tour } from "./tour.mjs";

await runMain(async () => {
  await setUp();
  return tour(process.argv.slice(2));
});
