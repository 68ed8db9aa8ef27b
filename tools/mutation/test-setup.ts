import fc from "fast-check";

fc.configureGlobal({
  seed: Number(process.env["STOWAGE_SEED"]),
  // That a test fails is enough: its smallest example is not searched for.
  endOnFailure: true,
});
