import { channel } from "node:diagnostics_channel";
import type { LoadMessage, SaveMessage, WaitMessage } from "../statistics.ts";

/** Whoever watches the whole process (OpenTelemetry, for one) subscribes to these; without a subscriber they cost nothing. */
const loads = channel("stowage:store:load");
const saves = channel("stowage:store:save");
const waits = channel("stowage:store:wait");

export function publishLoad(message: LoadMessage): void {
  if (loads.hasSubscribers) loads.publish(Object.freeze(message));
}

export function publishSave(message: SaveMessage): void {
  if (saves.hasSubscribers) saves.publish(Object.freeze(message));
}

export function publishWait(message: WaitMessage): void {
  if (waits.hasSubscribers) waits.publish(Object.freeze(message));
}
