export { type RunningUi, serveUi, type UiOptions } from "./server/serve.ts";
