import { describe, expect, it } from "vitest";
import { StowageError } from "../src/index.ts";
import { asStowageError, reasonOf } from "../src/persistence/failures.ts";

describe("an error of the system", () => {
  it.each([
    ["EDQUOT", "ERR_NO_SPACE", { errno: -122, code: "Unknown system error -122" }],
    ["ENOSPC", "ERR_NO_SPACE", { errno: -28, code: "ENOSPC" }],
    ["EIO", "ERR_IO", { errno: -5, code: "EIO" }],
  ])("is named in the message, also where Node has no name for it: %s", (name, code, fields) => {
    const error = Object.assign(new Error(`${fields.code}: said so, close`), fields);
    const told = asStowageError(error, "/store/containers.json");
    expect(told).toBeInstanceOf(StowageError);
    expect(told).toMatchObject({ code, details: { errno: name, path: "/store/containers.json" } });
    expect((told as Error).message).toContain(name);
    expect((told as Error).message).toContain("/store/containers.json");
    expect(reasonOf(error)).toMatch(new RegExp(`said so, close.*|^${name}`));
    expect(reasonOf(error).split(name)).toHaveLength(2);
  });

  it.each([
    ["mkdir", "make it on another file system"],
    ["open", "open the store read-only"],
  ])("of a file system that is read-only comes with what helps: %s", (syscall, advice) => {
    const fields = { errno: -30, code: "EROFS", syscall };
    const error = Object.assign(new Error(`EROFS: read-only file system, ${syscall} '/store'`), fields);
    const told = asStowageError(error, "/store") as Error;
    expect(told.message).toMatch(new RegExp(`; ${advice}$`));
  });
});
