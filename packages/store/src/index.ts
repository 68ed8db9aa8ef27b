export type {
  BigDataReader,
  BigDataSource,
  CopyBigDataOptions,
  CopyProgress,
  MeasureOptions,
  OpenBigDataOptions,
  Quota,
} from "./big-data.ts";
export { encodeContainerText } from "./codec/encode-container.ts";
export type { ContainerOperations, ContainerStore, Transaction } from "./container-store.ts";
export { StowageError } from "./errors.ts";
export type { LockHolder, StowageErrorCode, StowageErrorDetails } from "./errors.ts";
export { goErrorName, goErrorNames } from "./go-error-names.ts";
export type { GoErrorName } from "./go-error-names.ts";
export type { Ghost, ImageNames, MissingPart } from "./image-names.ts";
export type { Container, IdMapping, Int64 } from "./model/container.ts";
export type {
  ContainerChange,
  ContainerChanged,
  ContainerCreated,
  ContainerField,
  ContainerRemoved,
} from "./model/container-change.ts";
export { isDataFolderName } from "./model/data-folder.ts";
export type { Image, Layer } from "./model/image.ts";
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
  ListOptions,
  LockStatus,
  NameOptions,
  OpenOptions,
  RepairOptions,
  RepairResult,
  RepairStep,
  StoreAvailable,
  StoreUnavailable,
  UpdateOptions,
  WaitOptions,
  WatchEvent,
  WatchOptions,
} from "./options.ts";
export type { Filter, FilterConditions } from "./query/filter.ts";
export { comparatorBy, type SortKey } from "./query/order.ts";
export { parseFilters } from "./query/parse-filters.ts";
export type { Query } from "./query/query.ts";
export type { Snapshot } from "./query/snapshot.ts";
export type { LoadMessage, SaveMessage, StoreStatistics, WaitMessage } from "./statistics.ts";
export type {
  ContainerFilter,
  ExportOptions,
  ExportResult,
  ExportTarget,
  ImportConflict,
  ImportOptions,
  ImportResult,
  ImportSource,
  ImportStep,
  ItemOfContainer,
  TransferOptions,
  TransferProgress,
} from "./portable.ts";
