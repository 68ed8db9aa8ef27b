const units = ["B", "kB", "MB", "GB", "TB", "PB", "EB"] as const;

/** Bytes for people, in powers of 1000 and three digits as podman shows them: `12.3kB`. */
export function humanSize(bytes: number | bigint): string {
  let amount = Number(bytes);
  let unit = 0;
  // 999.5 would be rounded up to a fourth digit.
  while (amount >= 999.5 && unit < units.length - 1) {
    amount /= 1000;
    unit += 1;
  }
  const digits = unit === 0 ? String(amount) : String(Number(amount.toPrecision(3)));
  return `${digits}${units[unit] ?? ""}`;
}

/** `1 container`, `2 containers` */
export function counted(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? "" : "s"}`;
}

const steps = [
  { name: "year", seconds: 365 * 24 * 3600 },
  { name: "month", seconds: 30 * 24 * 3600 },
  { name: "week", seconds: 7 * 24 * 3600 },
  { name: "day", seconds: 24 * 3600 },
  { name: "hour", seconds: 3600 },
  { name: "minute", seconds: 60 },
  { name: "second", seconds: 1 },
] as const;

/**
 * How long ago a moment was: `3 hours ago`. `created` is the record's text; what
 * is no moment, lies in the future or is the zero time is shown as it stands.
 */
export function humanAge(created: string, now: number): string {
  const moment = Date.parse(created);
  const seconds = Math.floor((now - moment) / 1000);
  if (Number.isNaN(moment) || seconds < 0 || moment < 0) return created;
  for (const step of steps) {
    const count = Math.floor(seconds / step.seconds);
    if (count >= 1) return `${count} ${step.name}${count === 1 ? "" : "s"} ago`;
  }
  return "just now";
}

/** The first twelve digits of a generated id; anything else whole. */
export function shortId(id: string): string {
  return /^(?:sha256:)?[0-9a-f]{64}$/.test(id) ? id.replace("sha256:", "").slice(0, 12) : id;
}
