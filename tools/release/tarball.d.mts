export interface Packed {
  readonly file: string;
  readonly folder: string;
  readonly manifest: Readonly<Record<string, unknown>>;
}

export function pack(folder: string, target: string): Promise<Packed>;

export function problemsOf(packed: Packed): Promise<string[]>;
