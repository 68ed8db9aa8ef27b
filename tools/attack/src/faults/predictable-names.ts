/**
 * Loaded before the built program: the random part of its temporary names is one of a few, so that faults can be aimed
 * at those files by their paths. Everything else of the program is as it is.
 */
import crypto from "node:crypto";
import { syncBuiltinESMExports } from "node:module";
import { RANDOM_PARTS } from "./aim.ts";

let drawn = 0;
const next = (length: number): Buffer => Buffer.alloc(length, (drawn = (drawn + 1) % RANDOM_PARTS));
crypto.randomUUID = () => `0-0-0-0-${next(8).toString("hex")}`;
crypto.randomBytes = next as typeof crypto.randomBytes;
syncBuiltinESMExports();
