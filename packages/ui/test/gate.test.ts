import { readFile } from "node:fs/promises";
import { describe, expect, it, onTestFinished } from "vitest";
import { ask, cookieOf, get, post, postHeaders } from "./support/raw.ts";
import { place, type Place, type PlaceOptions } from "./support/place.ts";

async function begun(options?: PlaceOptions): Promise<Place> {
  const here = await place(options);
  onTestFinished(async () => {
    expect(here.defects).toEqual([]);
    await here[Symbol.asyncDispose]();
  });
  return here;
}

describe("who is let in", () => {
  it("exchanges the token for a cookie, and sends the browser to an address without it", async () => {
    const { ui } = await begun();
    const { pathname, search, searchParams } = new URL(ui.url);
    expect(Buffer.from(searchParams.get("token") ?? "", "base64url").length).toBeGreaterThanOrEqual(16);
    const answer = await ask(ui, pathname + search);
    expect([answer.status, answer.headers["location"], answer.text]).toEqual([303, "/", ""]);
    expect(answer.headers["set-cookie"]).toEqual([
      expect.stringMatching(/^stowage_ui_\d+=[\w-]{32}; HttpOnly; SameSite=Strict; Path=\/$/),
    ]);
    expect(String(answer.headers["set-cookie"])).not.toContain(searchParams.get("token"));
    expect((await get(ui, "/")).text).toMatch(/^<!doctype html>/);
  });

  it("lets in once with a token for once, and by our own page who followed a link of another site", async () => {
    const { ui } = await begun();
    const { search } = new URL(ui.oneTimeUrl());
    const answer = await ask(ui, `/${search}`, { headers: { "sec-fetch-site": "cross-site" } });
    expect([answer.status, answer.text]).toEqual([200, expect.stringContaining('content="0;url=/"')]);
    expect(answer.headers["set-cookie"]).toHaveLength(1);
    expect((await ask(ui, `/${search}`)).status).toBe(401);
    expect((await ask(ui, `/${new URL(ui.url).search}`)).status).toBe(303);
  });

  it("refuses whatever comes without the token or the cookie, or with wrong ones, also the files of the page", async () => {
    const { ui } = await begun();
    const cookie = await cookieOf(ui);
    const script = /src="(\/page-[^"]+)"/.exec((await get(ui, "/")).text)?.[1] ?? "";
    expect((await get(ui, script)).status).toBe(200);
    for (const path of ["/", script, "/api/status", "/api/events", "/nowhere"]) {
      expect((await ask(ui, path)).status, path).toBe(401);
      expect((await ask(ui, path, { headers: { cookie: `${cookie}x` } })).status, path).toBe(401);
      expect((await ask(ui, path, { headers: { cookie: cookie.replace(/=.*/, "=") } })).status).toBe(401);
    }
    expect((await ask(ui, "/?token=")).status).toBe(401);
    expect((await ask(ui, `/?token=${"x".repeat(32)}`, { headers: { cookie } })).status).toBe(401);
    // The token is for the first navigation, and for nothing else.
    const { search } = new URL(ui.url);
    expect((await ask(ui, `/api/status${search}`)).status).toBe(401);
    expect((await ask(ui, `/${search}`, { method: "POST" })).status).toBe(403);
  });

  it("refuses foreign names (DNS rebinding), also with the right token or cookie", async () => {
    const { ui } = await begun();
    const cookie = await cookieOf(ui);
    const { search } = new URL(ui.url);
    for (const host of [
      "evil.example",
      `evil.example:${ui.port}`,
      "127.0.0.1",
      `127.0.0.1:${ui.port + 1}`,
      "x",
    ]) {
      expect((await ask(ui, "/api/status", { headers: { host, cookie } })).status, host).toBe(403);
      expect((await ask(ui, `/${search}`, { headers: { host } })).status, host).toBe(403);
    }
    for (const host of [`localhost:${ui.port}`, `LOCALHOST:${ui.port}`]) {
      expect((await ask(ui, "/api/status", { headers: { host, cookie } })).status).toBe(200);
    }
  });

  it("refuses foreign origins and other sites, but not a person who types the address", async () => {
    const { ui } = await begun({ canWrite: true });
    const cookie = await cookieOf(ui);
    const foreign: Record<string, string>[] = [
      { origin: "http://evil.example" },
      { origin: "null" },
      { origin: `http://127.0.0.1:${ui.port + 1}` },
      { origin: `http://localhost:${ui.port}` },
      { "sec-fetch-site": "cross-site" },
      // Another server on this machine's loopback is the same site.
      { "sec-fetch-site": "same-site" },
    ];
    for (const headers of foreign) {
      expect((await ask(ui, "/api/status", { headers: { cookie, ...headers } })).status).toBe(403);
      const all = { ...(await postHeaders(ui)), ...headers };
      expect((await ask(ui, "/api/check", { method: "POST", headers: all, body: "{}" })).status).toBe(403);
    }
    for (const site of ["same-origin", "none"]) {
      expect((await ask(ui, "/", { headers: { cookie, "sec-fetch-site": site } })).status).toBe(200);
    }
    const typed = { ...(await postHeaders(ui)), "sec-fetch-site": "none" };
    expect((await ask(ui, "/api/check", { method: "POST", headers: typed, body: "{}" })).status).toBe(403);
  });

  it("takes work only from the page: a POST with our header and an origin", async () => {
    const { ui, store } = await begun({ canWrite: true });
    await store.create({ id: "one" });
    const headers = await postHeaders(ui);
    const body = JSON.stringify({ op: "delete", id: "one", seen: "" });
    for (const left of ["origin", "x-stowage-ui", "content-type"]) {
      const { [left]: _, ...rest } = headers;
      const { status } = await ask(ui, "/api/change", { method: "POST", headers: rest, body });
      expect(status, left).toBe(left === "content-type" ? 400 : 403);
    }
    for (const path of ["/api/change", "/api/repair", "/api/gc", "/api/check", "/api/verify"]) {
      expect((await ask(ui, path, { headers })).status, path).toBe(404);
    }
    for (const method of ["PUT", "DELETE", "OPTIONS", "HEAD", "PATCH", "TRACE"]) {
      const answer = await ask(ui, "/", { method, headers });
      expect([answer.status, answer.headers["allow"]], method).toEqual([405, "GET, POST"]);
    }
    expect(await store.exists("one")).toBe(true);
  });

  it.skipIf(process.platform !== "linux")("listens on this machine's own addresses only", async () => {
    const { ui } = await begun();
    const port = ui.port.toString(16).toUpperCase().padStart(4, "0");
    const tables = await Promise.all(
      ["tcp", "tcp6"].map((name) => readFile(`/proc/net/${name}`, "utf8").catch(() => "")),
    );
    const listening = tables
      .join("\n")
      .split("\n")
      .map((line) => line.trim().split(/\s+/))
      .filter(([, local, , state]) => local?.endsWith(`:${port}`) === true && state === "0A")
      .map(([, local]) => local!.slice(0, -5));
    expect(listening).toContain("0100007F");
    expect(listening.every((one) => ["0100007F", `${"0".repeat(24)}01000000`].includes(one))).toBe(true);
  });
});

it("says in every answer what a browser may do with it", async () => {
  const { ui, store } = await begun();
  await store.create({ id: "one", bigData: [{ key: "page.html", data: "<script>alert(1)</script>" }] });
  const answers = [
    await get(ui, "/"),
    await get(ui, "/api/status"),
    await get(ui, "/nowhere"),
    await get(ui, "/api/download?id=one&key=page.html"),
    await ask(ui, "/"),
    await ask(ui, "/", { headers: { host: "evil.example" } }),
    await post(ui, "/api/check", {}),
  ];
  for (const { headers } of answers) {
    expect(headers).toMatchObject({
      "x-content-type-options": "nosniff",
      "referrer-policy": "no-referrer",
      "cache-control": "no-store",
      "cross-origin-resource-policy": "same-origin",
      "cross-origin-opener-policy": "same-origin",
      "content-security-policy": expect.stringContaining("default-src 'none'") as string,
    });
    expect(headers["content-security-policy"]).not.toMatch(/unsafe|https?:|\*/);
    expect(headers["access-control-allow-origin"]).toBeUndefined();
  }
  expect(answers[3]!.headers).toMatchObject({
    "content-type": "application/octet-stream",
    "content-disposition": expect.stringMatching(/^attachment; /) as string,
    "content-security-policy": "default-src 'none'; sandbox",
  });
});
