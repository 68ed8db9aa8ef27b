/** The same pieces; tells of the bytes of each, when it is asked for the next one. */
export async function* counted(
  chunks: AsyncIterable<Uint8Array>,
  tell: (bytes: number) => void,
): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const chunk of chunks) {
    yield chunk;
    tell(chunk.byteLength);
  }
}
