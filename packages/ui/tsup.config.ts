import { defineConfig } from "tsup";
import { library } from "@stowage/build/tsup";

export default defineConfig(library);
