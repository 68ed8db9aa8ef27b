/** What of Stryker's result of one change is looked at. */
export interface Change {
  readonly status: string;
  readonly fileName: string;
  readonly location: { readonly start: { readonly line: number; readonly column: number } };
  readonly mutatorName: string;
  readonly replacement: string;
}

export interface Figures {
  readonly name: string;
  readonly killed: number;
  readonly timeout: number;
  readonly survived: number;
  readonly uncovered: number;
  readonly ignored: number;
  readonly survivors: readonly Change[];
}

export const LEAST_SCORE: number;
export function figuresOf(name: string, results: readonly Change[]): Figures;
export function scoreOf(figures: Figures): number;
export function failuresOf(floors: readonly Figures[]): string[];
export function total(floors: readonly Figures[]): Figures;
export function table(floors: readonly Figures[]): string;
export function survivorLine(root: string, change: Change): string;
