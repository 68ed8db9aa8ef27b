import { lockSuite } from "./lock-suite.ts";

lockSuite("portable", 1);
