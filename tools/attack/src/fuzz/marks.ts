/** Paths that are asked for only to be seen in a trace: what lies between belongs to the input of that number. */
export const INPUT_MARK = "/stowage-fuzz-input-";
export const END_MARK = "/stowage-fuzz-end-";
