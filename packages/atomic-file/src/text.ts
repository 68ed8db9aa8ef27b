/**
 * Text in chunks to UTF-8, where a character beyond U+FFFF may be cut in two by the border between chunks. A half that
 * stays alone becomes U+FFFD, as everywhere in Node.
 */
export class TextEncoding {
  #half = "";

  /** The bytes of a chunk; the last unit is kept back when its other half may follow. */
  encode(chunk: string): Uint8Array {
    const text = this.#half + chunk;
    const last = text.charCodeAt(text.length - 1);
    const cut = last >= 0xd800 && last <= 0xdbff;
    this.#half = cut ? text.slice(-1) : "";
    return Buffer.from(cut ? text.slice(0, -1) : text);
  }

  /** The bytes of a half whose other half did not come. */
  flush(): Uint8Array {
    const bytes = Buffer.from(this.#half);
    this.#half = "";
    return bytes;
  }
}
