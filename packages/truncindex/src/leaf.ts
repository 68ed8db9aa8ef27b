/**
 * A handful of ids in no order, all of which share their units before `known`.
 *
 * Beside each id stands a mark made of the four units from `known` on. Marks lie together in memory, the strings do
 * not: with many ids it is the visits to strings that cost, and marks rule out all but about one of them.
 */
export class Leaf {
  readonly known: number;
  readonly ids: string[] = [];
  readonly #marks: number[] = [];

  constructor(known: number) {
    this.known = known;
  }

  /** Adds an id that is not there yet. */
  add(id: string): void {
    this.ids.push(id);
    this.#marks.push(markOf(id, this.known));
  }

  /** Removes an id that is there. */
  remove(id: string): void {
    const at = this.indexOf(id);
    // The last one takes its place; when it is the last itself, both are dropped below.
    this.ids[at] = this.ids[this.ids.length - 1] as string;
    this.#marks[at] = this.#marks[this.#marks.length - 1] as number;
    this.ids.pop();
    this.#marks.pop();
  }

  /** Where exactly this id is, or -1. */
  indexOf(id: string): number {
    const mark = markOf(id, this.known);
    for (let at = 0; at < this.#marks.length; at += 1) {
      if (this.#marks[at] === mark && this.ids[at] === id) return at;
    }
    return -1;
  }

  /** Where the first id from index `from` on is that begins with the prefix, or -1. */
  indexOfPrefix(prefix: string, from: number): number {
    if (prefix.length < this.known + MARK_UNITS) {
      for (let at = from; at < this.ids.length; at += 1) {
        if ((this.ids[at] as string).startsWith(prefix)) return at;
      }
      return -1;
    }
    const mark = markOf(prefix, this.known);
    for (let at = from; at < this.#marks.length; at += 1) {
      if (this.#marks[at] === mark && (this.ids[at] as string).startsWith(prefix)) return at;
    }
    return -1;
  }
}

const MARK_UNITS = 4;

/** Equal for strings whose four units from `known` on are equal; a unit beyond the end counts as 0. */
function markOf(text: string, known: number): number {
  const end = Math.min(text.length, known + MARK_UNITS);
  let mark = 0;
  for (let at = known; at < end; at += 1) mark = (mark << 7) ^ text.charCodeAt(at);
  return mark;
}
