/*
 * What every answer carries. The page may load its own script, style and icon, and talk to its own server; nothing else,
 * no markup that runs, no frame around it, and no form that goes anywhere.
 */
const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join("; ");

/** For bytes out of a store: should a browser show them after all, nothing in them can run. */
export const DOWNLOAD_POLICY = "default-src 'none'; sandbox";

export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  "content-security-policy": PAGE_POLICY,
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-embedder-policy": "require-corp",
  "cross-origin-resource-policy": "same-origin",
  "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
  "cache-control": "no-store",
};

/**
 * `Content-Disposition` for a name that anybody may have chosen: the ASCII form has harmless characters only, the other
 * one is percent-encoded (RFC 8187), so that no name can end the header or name a folder.
 */
export function attachment(name: string): string {
  const last = name.toWellFormed().split(/[/\\]/).at(-1) ?? "";
  const plain =
    last
      .replaceAll(/[^\w.-]/g, "_")
      .replace(/^\.+/, "_")
      .slice(0, 100) || "data";
  const encoded = encodeURIComponent(last.slice(0, 100).toWellFormed()).replaceAll(
    /['()*!]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`;
}
