import { pieces, shortId } from "../text.ts";

/** A text of a store: text nodes only, set apart from its surroundings whatever way it is written in. */
export function Text({ text, lines = false }: { readonly text: string; readonly lines?: boolean }) {
  return (
    <bdi>
      {pieces(text, lines).map((piece) =>
        piece.isEscape ? <span class="escape">{piece.text}</span> : piece.text,
      )}
    </bdi>
  );
}

export function Id({ id }: { readonly id: string }) {
  return (
    <code>
      <Text text={shortId(id)} />
    </code>
  );
}
