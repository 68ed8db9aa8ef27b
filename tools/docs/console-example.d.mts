export interface Place {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

export declare function parseConsole(
  text: string,
): readonly { readonly typed: string; readonly printed: readonly string[] }[];
export declare function runConsole(text: string, place: Place): Promise<void>;
export declare function isAsPrinted(shown: string, printed: readonly string[]): boolean;
export declare function hasAll(shown: string, printed: readonly string[]): boolean;
