export { encodeContainerText } from "./codec/encode-container.ts";
export type { ContainerStore } from "./container-store.ts";
export { StowageError } from "./errors.ts";
export type { LockHolder, StowageErrorCode, StowageErrorDetails } from "./errors.ts";
export { goErrorName, goErrorNames } from "./go-error-names.ts";
export type { GoErrorName } from "./go-error-names.ts";
export type { Container, IdMapping, Int64 } from "./model/container.ts";
export type {
  ContainerChange,
  ContainerChanged,
  ContainerCreated,
  ContainerField,
  ContainerRemoved,
} from "./model/container-change.ts";
export type { JsonValue } from "./model/json-value.ts";
export { openContainerStore } from "./open-store.ts";
export type {
  BigDataItem,
  CheckOptions,
  CheckProgress,
  ContainerWatch,
  CreateOptions,
  Finding,
  GarbageItem,
  GcOptions,
  GcResult,
  LockStatus,
  NameOptions,
  OpenOptions,
  RepairOptions,
  RepairResult,
  RepairStep,
  StoreAvailable,
  StoreUnavailable,
  WaitOptions,
  WatchEvent,
  WatchOptions,
} from "./options.ts";
export type { LoadMessage, SaveMessage, StoreStatistics } from "./statistics.ts";
