/** Told of what is worth knowing but makes no call fail. */
export type Warn = (message: string) => void;
