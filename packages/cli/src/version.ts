/** Put in by the bundler; the sources do not know it. */
declare const STOWAGE_VERSION: string | undefined;

export const version: string = typeof STOWAGE_VERSION === "string" ? STOWAGE_VERSION : "0.0.0-source";
