import fs from "node:fs";
import { systemError } from "./errors.ts";

/** How much of a large file is read at once: at most this much passes between two looks at a signal, some 2 ms. */
const STEP_BYTES = 1024 * 1024;

/**
 * Hands all bytes of a file to `take`, piece by piece; the next one is read meanwhile. A piece is `take`'s until its
 * promise resolves. Two buffers are all the memory, whatever the size.
 *
 * @param place what a failing reading is reported to have failed for
 */
export async function forEachPiece(
  file: string,
  place: string,
  take: (piece: Uint8Array) => Promise<void>,
): Promise<void> {
  let fd: number;
  try {
    fd = fs.openSync(file, fs.constants.O_RDONLY);
  } catch (error) {
    throw systemError(error, place);
  }
  const buffers = [Buffer.allocUnsafeSlow(STEP_BYTES), Buffer.allocUnsafeSlow(STEP_BYTES)] as const;
  const readInto = async (buffer: Uint8Array): Promise<Uint8Array> =>
    buffer.subarray(0, await read(fd, buffer));
  let next = readInto(buffers[0]);
  try {
    for (let turn = 0; ; turn = 1 - turn) {
      const piece = await next.catch((error: unknown) => {
        throw systemError(error, place);
      });
      if (piece.length === 0) return;
      next = readInto(turn === 0 ? buffers[1] : buffers[0]);
      // When `take` fails, nobody asks for it any more.
      next.catch(() => undefined);
      await take(piece);
    }
  } finally {
    // The descriptor must not be closed, and used by others, under a call that is on its way.
    await next.catch(() => undefined);
    fs.closeSync(fd);
  }
}

function read(fd: number, buffer: Uint8Array): Promise<number> {
  return new Promise((resolve, reject) => {
    fs.read(fd, buffer, 0, buffer.length, null, (error, bytesRead) => {
      if (error) reject(error);
      else resolve(bytesRead);
    });
  });
}
