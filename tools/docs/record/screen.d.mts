export interface Piece {
  readonly text: string;
  readonly bold?: boolean;
  readonly faint?: boolean;
  readonly typed?: boolean;
  /** Of the eight colours of a terminal. */
  readonly colour?: number | undefined;
}

export declare function screenOf(text: string, columns: number): Promise<Piece[][]>;
