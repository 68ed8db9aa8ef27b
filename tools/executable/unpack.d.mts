/** `remove` takes away what is for this run only. */
export interface Unpacked {
  readonly folder: string;
  readonly isForThisRunOnly: boolean;
  readonly remove?: () => void;
}

export function unpack(
  digest: string,
  names: readonly string[],
  read: (name: string) => ArrayBuffer,
  env: Readonly<Record<string, string | undefined>>,
): Unpacked;
