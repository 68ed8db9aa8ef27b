import { randomFillSync } from "node:crypto";

const ID_BYTES = 32;
const SHORT_LENGTH = 12;
/** One random id in 280 is refused for its digits; a hundred in a row means that the source is not random. */
const ATTEMPTS = 100;

/** Drawn for many ids at once: the system's source takes hardly longer for them than for one. None is used twice. */
const pool = new Uint8Array(64 * ID_BYTES);
let used = pool.length;

function randomBytes(size: number): Uint8Array {
  if (used + size > pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += size;
  return pool.subarray(used - size, used);
}

/**
 * A new id: 64 lower-case hexadecimal digits, of which the first 12 are never all decimal, so that the short form is
 * not taken for a number (as containers/storage `stringid.GenerateRandomID`).
 *
 * @param random gives as many random bytes as it is asked for; by default the system's secure source.
 * @throws TypeError when `random` gives another number of bytes, or does not seem random.
 */
export function generateId(random: (size: number) => Uint8Array = randomBytes): string {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const bytes = random(ID_BYTES);
    if (!(bytes instanceof Uint8Array) || bytes.length !== ID_BYTES) {
      throw new TypeError(`the random source must give ${ID_BYTES} bytes as a Uint8Array`);
    }
    const id = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("hex");
    if (!/^[0-9]{12}/.test(id)) return id;
  }
  throw new TypeError(`the random source gave ${ATTEMPTS} ids in a row that begin with 12 decimal digits`);
}

/** Whether the text is a full id: 64 lower-case hexadecimal digits (as containers/storage `stringid.ValidateID`). */
export function isId(text: string): boolean {
  return typeof text === "string" && text.length === 2 * ID_BYTES && /^[0-9a-f]*$/.test(text);
}

/**
 * The short form that people are shown: what follows the first colon (`sha256:<hex>`), at most 12 UTF-16 units of it
 * (as containers/storage `stringid.TruncateID`, which counts bytes). Two ids may have the same short form.
 */
export function truncateId(id: string): string {
  // Without a colon indexOf is -1, and the whole id is taken.
  const start = id.indexOf(":") + 1;
  return id.slice(start, start + SHORT_LENGTH);
}
