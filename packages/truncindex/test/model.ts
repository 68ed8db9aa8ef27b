/** The index as a plain array: slow and plainly right. */
export class Model {
  ids: string[] = [];

  /** The code of the refusal, if any. */
  add(id: string): string | undefined {
    if (id.includes(" ")) return "ERR_ILLEGAL_CHARACTER";
    if (id === "") return "ERR_EMPTY_PREFIX";
    if (this.ids.includes(id)) return "ERR_DUPLICATE_ID";
    this.ids.push(id);
    return undefined;
  }

  delete(id: string): string | undefined {
    if (!this.ids.includes(id)) return "ERR_PREFIX_NOT_FOUND";
    this.ids = this.ids.filter((each) => each !== id);
    return undefined;
  }

  candidates(prefix: string): string[] {
    return this.ids.filter((id) => id.startsWith(prefix)).sort();
  }

  find(prefix: string): { id: string } | { code: string } {
    if (prefix === "") return { code: "ERR_EMPTY_PREFIX" };
    const [first, second] = this.candidates(prefix);
    if (first === undefined) return { code: "ERR_PREFIX_NOT_FOUND" };
    return second === undefined ? { id: first } : { code: "ERR_AMBIGUOUS_PREFIX" };
  }
}
