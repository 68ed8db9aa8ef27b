import { quoted } from "./go-text.ts";

/** A line of the log on standard error, as the Go program's library writes it where there is no terminal. */
export function logLine(level: "debug" | "error", message: string): string {
  const time = `${new Date().toISOString().slice(0, 19)}Z`;
  return `time="${time}" level=${level} msg=${quoted(message)}\n`;
}
