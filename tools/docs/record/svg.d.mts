import type { Piece } from "./screen.mjs";

export declare function svgOf(lines: readonly (readonly Piece[])[], columns: number, title: string): string;
