import type { Place } from "./console-example.mjs";

export declare function examplePlace(
  folder: string,
  programs?: { readonly containersStorage?: string | undefined },
): Promise<Place>;
