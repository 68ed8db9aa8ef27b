/** What is walked, by its name. */
export declare const ITEMS: ReadonlyMap<string, unknown>;
