export type Bump = "none" | "patch" | "minor" | "major";

export interface ApiChange {
  readonly removed: readonly string[];
  readonly added: readonly string[];
}

export declare function changeBetween(before: string, after: string): ApiChange;
export declare function neededBump(change: ApiChange, version: string): Bump;
export declare function bumpBetween(before: string, after: string): Bump;
export declare function problemsOfApi(about: {
  readonly name: string;
  readonly version: string;
  readonly where: string;
  readonly kept: string;
  readonly record: string;
  readonly before: { readonly ref: string; readonly version: string; readonly record: string } | undefined;
  readonly announced: readonly string[];
}): string[];
