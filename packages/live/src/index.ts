export { followStore, type FollowOptions, type LiveUpdate } from "./follow-store.ts";
