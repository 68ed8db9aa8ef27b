// The odd files that make.mjs asks the real library about, by group.
import { edits, tokens } from "./cases/chance.mjs";
import { files, large, nesting } from "./cases/files.mjs";
import { keys } from "./cases/members.mjs";
import { numbers, times } from "./cases/scalars.mjs";
import { escapes, strings } from "./cases/text.mjs";
import { types } from "./cases/types.mjs";

export const groups = { edits, escapes, files, keys, large, nesting, numbers, strings, times, tokens, types };
