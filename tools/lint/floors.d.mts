import type { Linter } from "eslint";

/** Flat configs that keep imports running downwards; they need a parser for TypeScript beside them. */
export const floors: Linter.Config[];
