import type { Piece } from "./screen.mjs";

export declare function wrapped(pieces: readonly Piece[], columns: number, indent?: string): Piece[][];
