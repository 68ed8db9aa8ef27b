import { lockSuite } from "./lock-suite.ts";

lockSuite("kernel", 10);
