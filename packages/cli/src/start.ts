#!/usr/bin/env node
import path from "node:path";

import { runCached } from "./code-cache.ts";

// All of the program lies in the file beside this one, whose compiled code can be kept as a whole.
runCached(path.join(__dirname, "program.cjs"));
