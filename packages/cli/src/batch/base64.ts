import { badRequest } from "./request.ts";

const strict = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/**
 * Standard base64 with its padding; line ends inside are passed over, as Go's
 * decoder does. Node's own decoder takes nearly anything, and a slip would be
 * stored as other bytes.
 */
export function decodeBase64(where: string, text: string): Buffer {
  const compact = text.replace(/[\r\n]/g, "");
  if (!strict.test(compact)) throw badRequest(`${where} is no standard base64`);
  return Buffer.from(compact, "base64");
}
