/** Bytes of the page as a browser gets it compressed, by file. */
export interface BuiltPage {
  readonly folder: string;
  readonly compressed: ReadonlyMap<string, number>;
  /** Folders of the packages of others that are in it, from this package's own: no path of this machine is kept. */
  readonly packages: readonly string[];
  readonly total: number;
}
/** The page may not be larger than that, compressed. */
export const LARGEST_PAGE: number;
/** Where the build puts the page. */
export const pageFolder: string;
/** Folders of the packages of others that are in the page. */
export function pagePackages(): readonly string[];
/** Bundles the page into the folder. Throws when it is larger than `LARGEST_PAGE`. */
export function buildPage(folder?: string): Promise<BuiltPage>;
