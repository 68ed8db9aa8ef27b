import { atomicWrite } from "./atomic-write.ts";
import { bigData } from "./big-data.ts";
import { burst } from "./burst.ts";
import { changes } from "./changes.ts";
import { coldOpen } from "./cold-open.ts";
import { eventLoop } from "./event-loop.ts";
import type { Experiment } from "./experiment.ts";
import { indexOfIds } from "./index-of-ids.ts";
import { lock } from "./lock.ts";
import { look } from "./look.ts";
import { memory } from "./memory.ts";
import { wholeProgram } from "./program.ts";
import { reload } from "./reload.ts";
import { volatileChanges } from "./volatile.ts";

/** In the order of the table. */
export const experiments: readonly Experiment[] = [
  changes,
  volatileChanges,
  burst,
  reload,
  coldOpen,
  look,
  indexOfIds,
  atomicWrite,
  bigData,
  memory,
  wholeProgram,
  eventLoop,
  lock,
];
