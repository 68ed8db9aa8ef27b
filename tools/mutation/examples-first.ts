import { readFileSync } from "node:fs";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Files without properties first: most changes are noticed by an example, and the run of tests ends there. */
export class ExamplesFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const hasProperties = ({ moduleId }: TestSpecification): boolean =>
      readFileSync(moduleId, "utf8").includes('from "fast-check"');
    const sorted = await super.sort(files);
    return [...sorted.filter((file) => !hasProperties(file)), ...sorted.filter(hasProperties)];
  }
}
