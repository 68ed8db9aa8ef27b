export type { Container, IdMapping, Int64 } from "./model/container.ts";
export type { JsonValue } from "./model/json-value.ts";
