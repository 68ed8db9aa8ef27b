import type { Plugin } from "esbuild";

export interface ListedPackage {
  readonly name: string;
  readonly version: string;
  readonly license: string;
}

export function thirdPartyLicenses(
  file: string,
  more?: { readonly kept?: string; readonly others?: readonly string[] },
): Plugin;
export function packageFolders(metafile: { readonly inputs: object }, from: string): string[];
export function licenseTexts(folders: readonly string[], kept?: string): string;
export function listed(text: string): ListedPackage[];
