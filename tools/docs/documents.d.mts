export interface CodeBlock {
  readonly language: string;
  readonly code: string;
}

export declare function documents(): readonly string[];
export declare function codeBlocks(text: string): readonly CodeBlock[];
export declare function blocksOf(document: string): readonly CodeBlock[];
