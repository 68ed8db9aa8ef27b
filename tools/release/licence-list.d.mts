export interface Dependency {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly how: "installed" | "bundled";
}

export interface Shipped {
  readonly name: string;
  readonly dependencies: readonly Dependency[];
}

export const ALLOWED: readonly string[];
export function licenceProblems(packages: readonly Shipped[]): string[];
